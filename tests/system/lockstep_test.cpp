// Both levels side by side (test plan, TIME-19), and the lockstep itself.
#include <algorithm>
#include <filesystem>
#include <random>

#include "level.hpp"
#include "lockstep/lockstep_world.hpp"
#include "reader/reader.hpp"

namespace system_test {
namespace {

/// Exchanges drawn from a seed: legal ones that move the card on, and frames broken in every way.
class Timing : public LevelTest {
protected:
    using Random = std::mt19937;

    static unsigned draw(Random& random, unsigned below) {
        return static_cast<unsigned>(random() % below);
    }

    /// A frame that a reader might send to a card in any state.
    Bits legal(Random& random) {
        switch (draw(random, 10)) {
            case 0:
                return low_bits(0x26, 7);
            case 1:
                return low_bits(0x52, 7);
            case 2:
                return bytes("93 20");
            case 3:
                return part("93 25 10", 5);
            case 4:
                return with_crc("93 70 10 E2 F0 A1 A3");
            case 5:
                return with_crc("50 00");
            case 6:
                return with_crc("60 04");
            case 7:
                return with_crc("61 07");
            case 8:
                return with_crc("30 04");
            default:
                return bytes("95 20");
        }
    }

    Bits broken(Random& random) {
        Bits bits = legal(random);
        switch (draw(random, 5)) {
            case 0:
                return flipped(bits, draw(random, static_cast<unsigned>(bits.size())));
            case 1:
                bits.resize(1 + draw(random, static_cast<unsigned>(bits.size())));
                return bits;
            case 2:
                bits.push_back(static_cast<std::uint8_t>(draw(random, 2)));
                return bits;
            case 3:
                return bits.size() > 9 ? Bits{bits.begin(), bits.end() - 9} : bits;
            default: {
                Bits noise(1 + draw(random, 90));
                for (auto& bit : noise) bit = static_cast<std::uint8_t>(draw(random, 2));
                return noise;
            }
        }
    }

    /// A train with pauses where none may be.
    std::vector<Tick> wild_train(Random& random) {
        std::vector<Tick> starts{0};
        const unsigned count = 1 + draw(random, 30);
        for (unsigned i = 0; i < count; ++i)
            starts.push_back(starts.back() + 64 * (1 + draw(random, 5)));
        return starts;
    }

    /// A few commands of an authenticated session, one of them perhaps damaged.
    void session(Random& random) {
        to_active();
        MifareSession session{*this};
        const auto block = static_cast<std::uint8_t>(draw(random, 70));
        if (!session.authenticate(draw(random, 2) != 0 ? 0x60 : 0x61, block)) return;
        const std::string hex = base_hex(block);
        for (unsigned left = draw(random, 4); left > 0; --left) {
            Bits bits;
            switch (draw(random, 6)) {
                case 0:
                    bits = with_crc("30" + hex);
                    break;
                case 1:
                    bits = with_crc("A0" + hex);
                    break;
                case 2:
                    bits = with_crc("C1" + hex);
                    break;
                case 3:
                    bits = with_crc("C2" + hex);
                    break;
                case 4:
                    bits = with_crc("B0" + hex);
                    break;
                default:
                    bits = with_crc("50 00");
                    break;
            }
            if (draw(random, 8) == 0)
                bits = flipped(bits, draw(random, static_cast<unsigned>(bits.size())));
            const std::string answer = session.clear(bits);
            if (answer != "A") continue;
            const bool write = bits == with_crc("A0" + hex);
            session.clear(with_crc(write ? "64 00 00 00 9B FF FF FF 64 00 00 00 04 FB 04 FB"
                                         : "01 00 00 00"));
        }
    }

    static std::string base_hex(std::uint8_t byte) {
        constexpr const char* Digits = "0123456789ABCDEF";
        return {Digits[byte >> 4U], Digits[byte & 15U]};
    }

    void run(unsigned seed, unsigned exchanges) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        Random random{seed};
        listen_for(8192);
        unsigned step = 0;
        try {
            for (; step < exchanges; ++step) {
                switch (draw(random, 12)) {
                    case 0:
                        field_off(4096 + draw(random, 4096));
                        break;
                    case 1:
                    case 2:
                        send(broken(random));
                        break;
                    case 3:
                        train(wild_train(random));
                        break;
                    case 4:
                    case 5:
                        field_off(4096);
                        listen_for(140'000);
                        session(random);
                        listen_for(8192);
                        break;
                    default:
                        send(legal(random));
                }
            }
        } catch (const tb::LockstepDifference& difference) {
            FAIL() << "step " << step << ": " << difference.what();
        }
    }
};
ON_BOTH_LEVELS(Timing);

TEST_P(Timing, TIME_19_LegalAndBrokenFramesAreTheSameOnBothLevels) {
    use_lockstep();
    place(c1k());
    run(on_rtl() ? 1901 : 1902, 1000);
    // The run was worth something: the card answered often, and was written.
    const auto& frames = recorder().frames;
    const auto answers = std::count_if(
        frames.begin(), frames.end(),
        [](const port::AirFrame& frame) { return frame.source == port::AirFrame::Source::Picc; });
    EXPECT_GT(answers, 300);
    EXPECT_NE(memory().contents(), c1k().blocks);
}

// docs/choices.md, Power: the memory loses power 1040 ticks after the carrier stopped, or at once
// when the card is taken away before; here in the middle of a programming.
TEST(Lockstep, CardTakenAwayWhileTheFieldFades) {
    for (const Tick after : {512U, 1024U, 1025U, 1039U, 1040U, 1041U, 3000U}) {
        SCOPED_TRACE(testing::Message() << after << " ticks after the carrier stopped");
        store::SectorStore memory{c1k().blocks};
        const auto both = tb::make_lockstep_world({}, {.fst = ""});
        auto& world = *both;
        world.place(0, c1k().profile, memory);
        reader::Policy policy;
        policy.write_timeout = 4096;
        reader::Reader reader{world, policy};
        ASSERT_EQ(reader.activate(reader::Wake::Idle).status, reader::Status::Ok);
        const base::SectorKey factory{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
        ASSERT_EQ(reader.authenticate(reader::KeyKind::A, 4, factory, {0x10, 0xE2, 0xF0, 0xA1}),
                  reader::Status::Ok);
        ASSERT_EQ(reader.write(4, Bytes(16, 0x5A)).status, reader::Status::Silent) << "under way";
        const Tick off = world.now();
        world.field(false, off);
        world.wait_until(off + after);
        world.remove(0);
        world.place(0, c1k().profile, memory);
        reader.field_off();
        EXPECT_EQ(reader.activate(reader::Wake::Idle).status, reader::Status::Ok);
        world.finish();
    }
}

/// A store whose clone is not quite the same.
class Forgetful final : public port::StorePort {
public:
    explicit Forgetful(store::SectorStore& store) : store_{store} {}
    port::Block read(port::BlockAddress block, Tick now) override {
        return store_.read(block, now);
    }
    Programming program(port::BlockAddress block, const port::Block& data, Tick start) override {
        return store_.program(block, data, start);
    }
    void power_lost(Tick at) override { store_.power_lost(at); }
    void power_up(Tick at) override { store_.power_up(at); }
    std::unique_ptr<port::StorePort> clone() const override {
        auto copy = store_.clone();
        port::Block block = copy->read(4, 0);
        block[7] ^= 0x10U;
        copy->program(4, block, 0);
        return copy;
    }

private:
    store::SectorStore& store_;
};

TEST(Lockstep, OneWrongBitStopsTheRunWithBothSidesAndAWaveform) {
    const std::string fst = testing::TempDir() + "one_wrong_bit.fst";
    std::filesystem::remove(fst);
    store::SectorStore::Options quick;
    quick.programming_ticks = 128;
    store::SectorStore memory{c1k().blocks, quick};
    Forgetful store{memory};
    tb::LockstepOptions options;
    options.fst = fst;
    auto world = tb::make_lockstep_world({}, options);
    world->place(0, c1k().profile, store);
    world->field(true, 1000);
    const auto exchange = [&world](Bytes data, unsigned last_bits, bool crc) {
        port::Request request;
        request.data = std::move(data);
        request.last_bits = last_bits;
        request.tx_crc = request.rx_crc = crc;
        request.start = std::max<Tick>(world->now() + 1000, 70'000);
        return world->exchange(request);
    };
    exchange({0x26}, 7, false);
    exchange({0x93, 0x70, 0x10, 0xE2, 0xF0, 0xA1, 0xA3}, 0, true);
    port::AuthRequest auth;
    auth.block = 4;
    auth.key = base::SectorKey{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
    auth.uid = {0x10, 0xE2, 0xF0, 0xA1};
    auth.start = world->now() + 1000;
    ASSERT_EQ(world->authenticate(auth).status, port::AuthStatus::Ok);
    try {
        exchange({0x30, 4}, 0, true);
        FAIL() << "the difference was not found";
    } catch (const tb::LockstepDifference& difference) {
        const std::string text = difference.what();
        EXPECT_NE(text.find("exchange of 30 04"), std::string::npos) << text;
        EXPECT_NE(text.find("rtl: picc 0"), std::string::npos) << text;
        EXPECT_NE(text.find("tlm: picc 0"), std::string::npos) << text;
        EXPECT_NE(text.find(fst), std::string::npos) << text;
    }
    EXPECT_GT(std::filesystem::file_size(fst), 10'000U);
}

TEST(Lockstep, DifferentMemoryIsFoundAtTheEnd) {
    store::SectorStore::Options quick;
    quick.programming_ticks = 128;
    store::SectorStore memory{c1k().blocks, quick};
    Forgetful store{memory};
    tb::LockstepOptions options;
    options.fst.clear();
    auto world = tb::make_lockstep_world({}, options);
    world->place(0, c1k().profile, store);
    EXPECT_THROW(world->finish(), tb::LockstepDifference);
}

}  // namespace
}  // namespace system_test
