// One domain's keys reach nothing of another domain's (ISO rows, and tried exhaustively).
#include "cap.hpp"
#include "card.hpp"

namespace domain_test {
namespace {

std::string install_domain(std::string_view name, std::string_view privileges) {
    base::Bytes data = hex("07A000000151535008A00000015153504109");
    const auto add = [&](base::ByteView bytes) {
        data.insert(data.end(), bytes.begin(), bytes.end());
    };
    add(hex(name));
    add(hex("03"));
    add(hex(privileges));
    add(hex("0CC90A8102037082010187010100"));
    return text(apdu::Command{0x80, 0xE6, 0x0C, 0x00, data, 256}.bytes());
}

constexpr std::string_view App1 = "D276000118AA1011";
constexpr std::string_view App2 = "D276000118AA1012";
constexpr std::string_view File2 = "D276000118AA30";
/// Domains of the issuer that are not in use yet: INSTALLED, and SELECTABLE without keys.
constexpr std::string_view Ssd3 = "D27600011855AA0003";
constexpr std::string_view Ssd4 = "D27600011855AA0004";

std::string install_app(std::string_view name) {
    return "80E60C002007D276000118AA1008D276000118AA100108" + std::string{name} + "010002C9000000";
}
/// ISD with its set 30 (40..); SSD1 with 30 (A0..) and an application; SSD2 with 30 (C0..), a set
/// 35 (C0..), an application, a load file and data of its own.
Card populated(std::string_view privileges1 = "800000", std::string_view privileges2 = "800000") {
    Card card;
    {
        Host host{card, 0x30, 0x01};
        EXPECT_EQ(host.send(install_domain(Ssd1, privileges1)), "009000");
        EXPECT_EQ(host.send(install_domain(Ssd2, privileges2)), "009000");
        auto installed = install_domain(Ssd3, privileges2);
        installed.replace(4, 2, "04");
        EXPECT_EQ(host.send(installed), "009000");
        EXPECT_EQ(host.send(install_domain(Ssd4, privileges2)), "009000");
    }
    give_keys(card, Ssd1, 0xA0);
    give_keys(card, Ssd2, 0xC0);
    card.select(Ssd2);
    {
        Host host{card, 0x30, 0x01, host_keys(0xC0)};
        EXPECT_EQ(host.put_keys(0, 0x35, 0xC0).substr(0, 2), "35");
        EXPECT_EQ(host.send("80E290000642041122334400"), "9000");
    }
    card.select(Issuer);
    {
        Host host{card, 0x30, 0x01};
        EXPECT_EQ(host.send(install_app(App1)), "009000");
        EXPECT_EQ(host.send(install_app(App2)), "009000");
        // the domains agree to nothing (C9: only to themselves), so the registry is told directly
        EXPECT_EQ(host.send(for_load(File2, Ssd2, {})), "009000");
        for (const auto& part : load_commands(cap_block(File2, {"D276000118AA3001"}))) {
            EXPECT_EQ(host.send(part), "009000");
        }
    }
    return card;
}

/// Hands over without asking: what extradition does when all agree.
void give(Card& card, std::string_view what, std::string_view target) {
    auto entry = *card.entry(what);
    entry.domain = card.entry(target)->slot;
    store::Work work{card.work.now};
    domain::Ledger ledger{card.objects};
    domain::Registry registry{ledger};
    registry.reload();
    registry.put(entry);
    ASSERT_TRUE(ledger.commit(work));
    card.work = work;
    card.open.power_up();
}

Card scene(std::string_view privileges1 = "800000") {
    auto card = populated(privileges1);
    give(card, App1, Ssd1);
    give(card, App2, Ssd2);
    return card;
}

bool opens(Card card, std::string_view name, std::uint8_t version, std::uint8_t first) {
    card.select(name);
    return Host{card, version, 0x01, host_keys(first)}.opened();
}

TEST(Isolation, ISO_01_DomainListsOnlyItsOwn) {
    auto card = scene();
    card.select(Ssd1);
    Host host{card, 0x30, 0x01, host_keys(0xA0)};
    EXPECT_EQ(host.send("80F24002024F0000"),
              "E31E4F09D27600011855AA00019F70010FC503800000CC08A000000151000000"
              "E31E4F08D276000118AA10119F700107C503000000CC09D27600011855AA00019000");
    EXPECT_EQ(host.send("80F28002024F0000"), "6A88");
    EXPECT_EQ(host.send("80F22002024F0000"), "6A88");
}

TEST(Isolation, ISO_02_DomainChangesNoOthersApplication) {
    auto card = scene();
    card.select(Ssd1);
    Host host{card, 0x30, 0x01, host_keys(0xA0)};
    EXPECT_EQ(host.send("80E620000E000008D276000118AA101200000000"), "6985");
    EXPECT_EQ(host.send("80E400000A4F08D276000118AA101200"), "6985");
    EXPECT_EQ(host.send("80F0408008D276000118AA1012"), "6985");
    EXPECT_EQ(card.state(App2), 0x07U);
    EXPECT_EQ(card.owner(App2), Ssd2);
}

TEST(Isolation, ISO_03_DomainReachesNoOthersKeys) {
    auto card = scene();
    card.select(Ssd1);
    Host host{card, 0x30, 0x01, host_keys(0xA0)};
    EXPECT_EQ(host.put_keys(0x35, 0x35, 0x10), "6A88");
    EXPECT_EQ(host.send("80E4000003D2013500"), "6A88");
    EXPECT_EQ(host.send("80CA00E000"), "E012C00401308810C00402308810C004033088109000");
    EXPECT_TRUE(opens(card, Ssd2, 0x35, 0xC0));
}

TEST(Isolation, ISO_04_EachSetOpensItsDomainOnly) {
    const auto card = scene();
    const std::array<std::pair<std::string_view, std::uint8_t>, 3> domains{
        std::pair{Issuer, std::uint8_t{0x40}}, std::pair{Ssd1, std::uint8_t{0xA0}},
        std::pair{Ssd2, std::uint8_t{0xC0}}};
    for (const auto& [name, own] : domains) {
        for (const auto& [other, keys] : domains) {
            EXPECT_EQ(opens(card, name, 0x30, keys), name == other) << name << " with " << other;
        }
    }
}

TEST(Isolation, ISO_05_IssuerIsOutOnceTheKeysAreReplaced) {
    auto card = scene();
    card.select(Ssd1);
    {
        Host provider{card, 0x30, 0x33, host_keys(0xA0)};
        EXPECT_EQ(provider.put_keys(0x30, 0x30, 0xD0).substr(0, 2), "30");
    }
    EXPECT_FALSE(opens(card, Ssd1, 0x30, 0xA0)) << "the card cryptogram does not verify";
    EXPECT_TRUE(opens(card, Ssd1, 0x30, 0xD0));

    const auto challenge = hex("1122334455667788");
    const auto offer =
        reader::parse_offer(card.send(reader::initialize_update(0x30, challenge))).value();
    const auto host = reader::make_scp03_session(host_keys(0xA0), offer, challenge);
    apdu::Command proof{0x80, 0x82, 0x01, 0x00, host->host_cryptogram(), {}};
    host->protect(proof, 0x01);
    EXPECT_EQ(text(card.send(proof.bytes())), "6982");
    EXPECT_FALSE(card.session.authenticated());
}

TEST(Isolation, ISO_06_LogicalChannelsShareNoSession) {
    Card card;
    Host host{card, 0x30, 0x01};
    auto on_other = host.channel().wrap_one(hex("80F28002024F0000"));
    const auto on_first = on_other;
    on_other[0] = 0x85;
    domain::Session other;
    store::Work work{card.work.now};
    const auto refused = card.open.process(*apdu::parse(on_other), other, card.selected, work);
    EXPECT_EQ(refused.sw, 0x6982);
    EXPECT_EQ(text(card.send(on_first)), "E30E4F08A0000001510000009F7001019000");
}

TEST(Isolation, IssuerPutsNoKeysIntoAPersonalisedDomain) {
    auto card = scene();
    card.select(Issuer);
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80E620000F000009D27600011855AA000100000000"), "6985");
    EXPECT_EQ(host.send("80CA00E000").substr(0, 4), "E024") << "the issuer's own keys only";
}

/// What belongs to SSD2 and its applications, as bytes in the memory and entries in the registry.
std::string belongings(const Card& card) {
    const auto slot = card.entry(Ssd2)->slot;
    std::string all;
    for (const auto id : card.objects.ids()) {
        const bool key =
            id >> 24 == 1 && (id >> 16 & 0xFF) != 0 && static_cast<domain::Slot>(id >> 8) == slot;
        if (key) all += std::to_string(id) + text(*card.objects.read(id)) + " ";
    }
    for (const auto& entry : card.open.registry().entries()) {
        if (entry.domain == slot) all += text(entry.aid.bytes()) + " ";
    }
    for (const auto name : {Ssd2, App2, File2, Ssd3, Ssd4}) {
        const auto* entry = card.entry(name);
        if (entry == nullptr) {
            all += "gone ";
            continue;
        }
        all += text(*card.objects.read(domain::object_id(domain::ObjectKind::Entry, entry->slot)));
        const auto object = card.objects.read(PlayedApplications::object_of(entry->slot));
        if (object) all += text(*object);
        all += " ";
    }
    return all;
}

/// Commands with every P1 that means something, aimed at `target`.
std::vector<std::string> attacks(std::string_view target) {
    const std::string name{target};
    const auto length = base::to_hex(base::Bytes{static_cast<std::uint8_t>(name.size() / 2)});
    const auto command = [](std::uint8_t ins, unsigned p1, unsigned p2, const std::string& data) {
        return text(apdu::Command{0x80, ins, static_cast<std::uint8_t>(p1),
                                  static_cast<std::uint8_t>(p2), hex(data), 256}
                        .bytes());
    };
    const auto lv = length + name;
    std::vector<std::string> all;
    for (const unsigned p1 : {0x80U, 0x40U, 0x60U}) {
        for (const unsigned p2 : {0x80U, 0x00U, 0x83U, 0x07U, 0x0FU, 0x7FU, 0xFFU}) {
            all.push_back(command(0xF0, p1, p2, name));
        }
    }
    for (const unsigned p2 : {0x00U, 0x80U}) all.push_back(command(0xE4, 0, p2, "4F" + lv));
    for (const auto* version : {"30", "35"}) {
        all.push_back(command(0xE4, 0, 0, std::string{"D201"} + version));
        all.push_back(command(0xE4, 0, 0, std::string{"D00101D201"} + version));
    }
    const std::string own = "09" + std::string{Ssd1};
    for (const auto* privileges : {"00", "0100", "03800000", "03A00000", "03C04000"}) {
        for (const auto& domain : {std::string{"00"}, own, lv}) {
            all.push_back(command(0xE6, 0x40, 0, domain + "00" + lv + privileges + "0000"));
        }
    }
    all.push_back(command(0xE6, 0x10, 0, own + "00" + lv + "000000"));
    all.push_back(command(0xE6, 0x10, 0, lv + "00" + "08" + std::string{App1} + "000000"));
    all.push_back(command(0xE6, 0x10, 0, lv + "00" + lv + "000000"));
    all.push_back(command(0xE6, 0x20, 0, "0000" + lv + "000000"));
    all.push_back(command(0xE6, 0x08, 0, "0000" + lv + "01000000"));
    all.push_back(command(0xE6, 0x02, 0, "07D276000118AA40" + lv + "000000"));
    all.push_back(command(0xE6, 0x02, 0, lv + own + "000000"));
    for (const unsigned p1 : {0x04U, 0x0CU}) {
        all.push_back(command(0xE6, p1, 0,
                              "07D276000118AA3008D276000118AA300108D276000118AA4001010002C90000"));
        all.push_back(
            command(0xE6, p1, 0, "07D276000118AA1008D276000118AA1001" + lv + "010002C90000"));
        all.push_back(
            command(0xE6, p1, 0, "07A000000151535008A000000151535041" + lv + "018002C90000"));
    }
    all.push_back(command(0xE2, 0x90, 0, "4F" + lv));
    for (const unsigned p1 : {0x80U, 0x40U, 0x20U, 0x10U}) {
        all.push_back(command(0xF2, p1, 0x02, "4F" + lv));
    }
    return all;
}

/// Whether an answer tells something of SSD2's: a name, a key's place, its data.
bool tells(const std::string& answer) {
    for (const std::string_view secret :
         {std::string_view{"D27600011855AA0002"}, App2, File2, std::string_view{"11223344"},
          std::string_view{"C0040135"}, Ssd3, Ssd4}) {
        if (answer.find(secret) != std::string::npos) return true;
    }
    return false;
}

/// Every attack of a domain on everything that is SSD2's, in each state of victim and card.
unsigned try_all(std::string_view attacker, std::uint8_t keys, std::string_view privileges) {
    unsigned tried = 0;
    for (const bool secured : {false, true}) {
        for (const bool victim_locked : {false, true}) {
            auto card = scene(privileges);
            {
                card.select(Issuer);
                Host issuer{card, 0x30, 0x01};
                if (secured) {
                    EXPECT_EQ(issuer.send("80F0800F08A000000151000000"), "9000");
                }
                if (victim_locked) {
                    EXPECT_EQ(issuer.send("80F0408009D27600011855AA0002"), "9000");
                    EXPECT_EQ(issuer.send("80F0408008D276000118AA1012"), "9000");
                }
            }
            const auto before = belongings(card);
            for (const auto target : {Ssd2, App2, File2, Ssd3, Ssd4}) {
                for (const auto& attack : attacks(target)) {
                    Card fresh{card};
                    fresh.select(attacker);
                    Host host{fresh, 0x30, 0x01, host_keys(keys)};
                    const auto answer = host.send(attack);
                    EXPECT_EQ(belongings(fresh), before) << attack;
                    EXPECT_FALSE(tells(answer)) << attack << " -> " << answer;
                    ++tried;
                }
            }
            for (const unsigned tag : {0x42U, 0x45U, 0x66U, 0x67U, 0xE0U, 0xC1U, 0xC2U, 0xD3U,
                                       0xCFU, 0x2F00U, 0xFF21U, 0x9F7FU, 0x5F50U}) {
                Card fresh{card};
                fresh.select(attacker);
                Host host{fresh, 0x30, 0x01, host_keys(keys)};
                const apdu::Command ask{
                    0x80, 0xCA, static_cast<std::uint8_t>(tag >> 8), static_cast<std::uint8_t>(tag),
                    {},   256};
                EXPECT_FALSE(tells(host.send(ask))) << tag;
                ++tried;
            }
            for (unsigned version = 0; version < 128; ++version) {
                Card fresh{card};
                fresh.select(attacker);
                Host host{fresh, 0x30, 0x01, host_keys(keys)};
                const auto replaced = static_cast<std::uint8_t>(version);
                (void)host.put_keys(replaced, version == 0 ? 0x36 : replaced, 0x10);
                EXPECT_EQ(belongings(fresh), before) << "PUT KEY " << version;
                ++tried;
            }
        }
    }
    return tried;
}

TEST(Isolation, NoCommandOfADomainReachesAnothers) {
    EXPECT_GT(try_all(Ssd1, 0xA0, "800000"), 1000U);
}

TEST(Isolation, NorDoesOneThatMayManageContent) {
    EXPECT_GT(try_all(Ssd1, 0xA0, "804000"), 1000U);
    EXPECT_GT(try_all(Ssd1, 0xA0, "A00000"), 1000U);
}

TEST(Isolation, IssuerLocksAndDeletesButNeverChangesKeysOrData) {
    auto card = scene();
    const auto slot = card.entry(Ssd2)->slot;
    const auto kept = [&](const Card& seen) {
        std::string all;
        for (const auto id : seen.objects.ids()) {
            const auto kind = static_cast<domain::ObjectKind>(id >> 16 & 0xFF);
            if (id >> 24 == 1 && kind != domain::ObjectKind::Entry &&
                static_cast<domain::Slot>(id >> 8) == slot) {
                all += std::to_string(id) + text(*seen.objects.read(id)) + " ";
            }
        }
        return all;
    };
    const auto before = kept(card);
    for (const auto target : {Ssd2, App2, File2}) {
        for (const auto& attack : attacks(target)) {
            Card fresh{card};
            fresh.select(Issuer);
            Host host{fresh, 0x30, 0x01};
            (void)host.send(attack);
            if (fresh.entry(Ssd2) == nullptr) continue;
            EXPECT_EQ(kept(fresh), before) << attack;
        }
    }
}

TEST(Isolation, WithoutAChannelNothingChangesAtAll) {
    auto card = scene();
    for (const auto selected : {Issuer, Ssd1, Ssd2}) {
        for (const auto target : {Ssd2, App2, File2, Ssd3, Ssd4}) {
            for (const auto& attack : attacks(target)) {
                Card fresh{card};
                fresh.select(selected);
                const auto before = belongings(fresh);
                const auto answer = fresh.send(attack);
                EXPECT_EQ(belongings(fresh), before);
                EXPECT_EQ(answer, "6982") << attack;
            }
        }
    }
}

}  // namespace
}  // namespace domain_test
