// Random management commands, half of them nearly right, inside secure channels and outside: no
// command breaks the card, and its registry stays one that could be.
#include <random>

#include "card.hpp"

namespace domain_test {
namespace {

/// Names, so that commands meet.
const std::vector<std::string_view> Names{Issuer,
                                          TestFile,
                                          TestApp,
                                          Ssd1,
                                          Ssd2,
                                          Unknown,
                                          "A0000001515350",
                                          "A000000151535041",
                                          "D276000118AA1002",
                                          "D276000118AA20",
                                          "D276000118AA2001"};

class Storm {
public:
    explicit Storm(std::uint64_t seed) : random_{seed} {}

    unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
    bool one_in(unsigned n) { return below(n) == 0; }

    apdu::Command command() {
        static constexpr std::array<std::uint8_t, 12> Instructions{
            0xCA, 0xD8, 0xE2, 0xE4, 0xE6, 0xE8, 0xF0, 0xF2, 0x78, 0x7A, 0x50, 0x82};
        apdu::Command made{0x80, Instructions[below(Instructions.size())], byte(), byte(), {}, 256};
        switch (made.ins) {
            case 0xE6:
                install(made);
                break;
            case 0xE8:
                made.p1 = one_in(2) ? 0x80 : 0x00;
                made.p2 = static_cast<std::uint8_t>(below(3));
                made.data = one_in(2) ? hex("C40D010000030009010000000000000000") : noise();
                break;
            case 0xE4:
                made.p1 = 0;
                made.p2 = one_in(2) ? 0x80 : 0x00;
                made.data = one_in(3) ? hex("D00101D20131") : object(0x4F);
                break;
            case 0xF0:
                made.p1 = pick({0x80, 0x40, 0x60});
                made.p2 = pick({0x80, 0x00, 0x07, 0x0F, 0x83});
                made.data = name();
                break;
            case 0xF2:
                made.p1 = pick({0x80, 0x40, 0x20, 0x10});
                made.p2 = pick({0x02, 0x03});
                made.data = one_in(2) ? hex("4F00") : object(0x4F);
                break;
            case 0xD8:
                made.p1 = pick({0x00, 0x30, 0x31});
                made.p2 = pick({0x81, 0x01, 0x02});
                made.data = key_data();
                break;
            case 0xE2:
                made.p1 = pick({0x88, 0x90, 0xA8, 0x08, 0x10, 0x80});
                made.p2 = static_cast<std::uint8_t>(below(2));
                made.data = one_in(2) ? hex("00700642041234567800B900") : object(0x42);
                break;
            default:
                made.data = noise();
        }
        if (one_in(4)) damage(made);
        return made;
    }

private:
    std::uint8_t byte() { return static_cast<std::uint8_t>(random_()); }
    std::uint8_t pick(std::initializer_list<std::uint8_t> list) {
        return list.begin()[below(static_cast<unsigned>(list.size()))];
    }
    base::Bytes noise() {
        base::Bytes made(below(60));
        for (auto& one : made) one = byte();
        return made;
    }
    base::Bytes name() { return hex(Names[below(static_cast<unsigned>(Names.size()))]); }
    base::Bytes object(std::uint8_t tag) {
        base::Bytes made{tag, 0};
        const auto value = name();
        made[1] = static_cast<std::uint8_t>(value.size());
        made.insert(made.end(), value.begin(), value.end());
        return made;
    }
    void run(base::Bytes& out, const base::Bytes& value) {
        out.push_back(static_cast<std::uint8_t>(value.size()));
        out.insert(out.end(), value.begin(), value.end());
    }
    void install(apdu::Command& made) {
        made.p1 = pick({0x02, 0x04, 0x08, 0x0C, 0x10, 0x20, 0x40});
        made.p2 = 0;
        run(made.data, one_in(4) ? base::Bytes{} : name());
        run(made.data, one_in(4) ? base::Bytes{} : name());
        run(made.data, one_in(4) ? base::Bytes{} : name());
        if (made.p1 != 0x02) {
            run(made.data, one_in(2) ? hex("00") : hex(one_in(2) ? "80C000" : "A00000"));
        }
        run(made.data, one_in(2) ? hex("C900") : hex("C90A81020370820120870120"));
        run(made.data, {});
    }
    base::Bytes key_data() {
        base::Bytes made{pick({0x30, 0x31, 0x32})};
        const auto fields = 1 + below(3);
        for (unsigned i = 0; i < fields; ++i) {
            for (const auto one : hex("881110")) made.push_back(one);
            for (int k = 0; k < 16; ++k) made.push_back(byte());
            for (const auto one : hex("03")) made.push_back(one);
            for (int k = 0; k < 3; ++k) made.push_back(byte());
        }
        return made;
    }
    void damage(apdu::Command& made) {
        if (made.data.empty() || one_in(3)) {
            made.p1 = byte();
            made.p2 = byte();
            return;
        }
        const auto place = below(static_cast<unsigned>(made.data.size()));
        if (one_in(2)) {
            made.data[place] = byte();
        } else {
            made.data.resize(place);
        }
    }

    std::mt19937_64 random_;
};

/// What holds whatever was sent.
void expect_sound(const Card& card) {
    const auto& registry = card.open.registry();
    ASSERT_NE(registry.at(domain::IssuerSlot), nullptr);
    std::set<std::string> names;
    std::set<domain::Slot> slots;
    for (const auto& entry : registry.entries()) {
        EXPECT_TRUE(names.insert(text(entry.aid.bytes())).second);
        EXPECT_TRUE(slots.insert(entry.slot).second);
        const auto* owner = registry.at(entry.domain);
        ASSERT_NE(owner, nullptr);
        EXPECT_EQ(owner->kind, domain::Entry::Kind::Domain);
        if (entry.kind != domain::Entry::Kind::LoadFile && entry.slot != domain::IssuerSlot) {
            ASSERT_NE(registry.at(entry.load_file), nullptr);
        }
        const bool root = entry.domain == entry.slot;
        EXPECT_TRUE(root || !registry.is_ancestor(entry.slot, entry)) << "a circle";
    }
    for (const auto id : card.objects.ids()) {
        if (id >> 24 == 1 && (id >> 16 & 0xFF) != 5) {
            EXPECT_TRUE(slots.contains(static_cast<domain::Slot>(id >> 8))) << id;
        }
    }
}

unsigned long long runs(unsigned long long usual) {
    const char* text = std::getenv("CARTOUCHE_STORM");
    return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

void storm(std::uint64_t seed, int level) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", level " << level);
    constexpr unsigned CardCommands = 400;
    Storm storm{seed};
    const auto total = runs(20'000);
    for (unsigned long long done = 0; done < total; done += CardCommands) {
        Card card;
        std::unique_ptr<Host> host;
        for (unsigned i = 0; i < CardCommands; ++i) {
            if (level >= 0 &&
                (host == nullptr || !card.session.authenticated() || !host->channel().is_open())) {
                card.select(storm.one_in(4) ? Ssd1 : Issuer);
                host = std::make_unique<Host>(card, 0x30, static_cast<std::uint8_t>(level));
                if (!host->opened()) {
                    host.reset();
                    if (card.open.card_state() >= domain::State::CardLocked) break;
                    continue;
                }
            }
            auto command = storm.command();
            if (command.ins == 0xF0 && command.p1 == 0x80) command.p2 &= 0x0F;
            const bool raw = level < 0 || storm.one_in(20);
            const auto answer = raw ? text(card.send(command.bytes())) : host->send(command);
            ASSERT_GE(answer.size(), raw ? 4U : 1U);
        }
        expect_sound(card);
        const auto before = card.open.registry().entries();
        card.power_cycle();
        EXPECT_EQ(card.open.registry().entries(), before) << "RAM and memory differed";
        expect_sound(card);
        if (testing::Test::HasFailure()) return;
    }
}

TEST(Domain, StormOutsideOfChannels) { storm(1, -1); }
TEST(Domain, StormAtLevel00) { storm(2, 0x00); }
TEST(Domain, StormAtLevel01) { storm(3, 0x01); }
TEST(Domain, StormAtLevel33) { storm(4, 0x33); }

}  // namespace
}  // namespace domain_test
