// Reader rows of time and authentication on both levels (test plan, TIME, CRY).
#include <gtest/gtest.h>

#include <set>

#include "crypto1/cipher.hpp"
#include "crypto1/nonce.hpp"
#include "frame/bits.hpp"
#include "level.hpp"
#include "reader/reader.hpp"

namespace reader_test {
namespace {

using reader::KeyKind;
using reader::Reader;
using reader::Status;
using reader::Wake;
using system_test::bytes;
using system_test::c1k;

class Timing : public system_test::LevelTest {
protected:
    /// First pauses of the reader's frames.
    std::vector<base::Tick> starts() {
        std::vector<base::Tick> all;
        for (const auto& frame : recorder().frames)
            if (frame.source == port::AirFrame::Source::Pcd) all.push_back(frame.start);
        return all;
    }
};
class Crypto1 : public system_test::LevelTest {};
ON_BOTH_LEVELS(Timing);
ON_BOTH_LEVELS(Crypto1);

/// Modulates once, `delay` ticks after HLTA.
class LateCard final : public port::ScriptedCard {
public:
    explicit LateCard(base::Tick delay) : delay_{delay} {}
    std::optional<Reply> answer(const port::AirFrame& frame) override {
        if (frame.bits != bytes("50 00 57 CD")) return std::nullopt;
        return Reply{system_test::low_bits(0x4, 4), frame.end + delay_};
    }

private:
    base::Tick delay_;
};

TEST_P(Timing, TIME_09_ModulationWithinAMillisecondIsNotHalted) {
    LateCard early{13'000};
    place(early);
    Reader reader{world()};
    EXPECT_EQ(reader.halt(), Status::NotHalted);
    world().remove(0);
    LateCard late{14'000};
    world().place(0, late);
    EXPECT_EQ(reader.halt(), Status::Ok);
}

TEST_P(Timing, TIME_10_ReaderLeavesTheCardItsGuardTime) {
    place(c1k());
    Reader reader{world(), {.gap = 1172}};
    constexpr std::size_t Exchanges = 1000;
    while (recorder().frames.size() < 2 * Exchanges) {
        ASSERT_EQ(reader.activate(Wake::All, 2).status, Status::Ok);
        reader.authenticate(KeyKind::A, 4, base::SectorKey{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}},
                            {0x10, 0xE2, 0xF0, 0xA1});
        ASSERT_EQ(reader.read(5).status, Status::Ok);
    }
    base::Tick card_end = 0;
    for (const auto& frame : recorder().frames) {
        if (frame.source == port::AirFrame::Source::Picc) card_end = frame.end;
        if (frame.source == port::AirFrame::Source::Pcd && card_end != 0) {
            ASSERT_GE(frame.start, card_end + 1172);
        }
    }
}

TEST_P(Timing, TIME_11_FrameAfterExactlyTheGuardTimeIsTaken) {
    place(c1k());
    ASSERT_EQ(short_frame(0x26), "04 00");
    next_start(reply().rx_end + 1172);
    EXPECT_EQ(short_frame(0x52), "silent") << "READY: falls back";
    expect_idle();
}

TEST_P(Timing, TIME_12_RequestsAreSevenThousandTicksApart) {
    Reader reader{world(), {.gap = 1172, .activation_timeout = 1300}};
    for (int i = 0; i < 5; ++i) EXPECT_EQ(reader.request(Wake::Idle).status, Status::Silent);
    const auto all = starts();
    ASSERT_EQ(all.size(), 5U);
    for (std::size_t i = 1; i < all.size(); ++i) EXPECT_GE(all[i] - all[i - 1], 7000U);
}

/// Answers AUTH as a card would, but with one bit of {at} wrong.
class WrongProof {
public:
    std::optional<base::Bits> operator()(const port::AirFrame& frame) {
        if (frame.bits == system_test::with_crc("60 04")) {
            cipher_.load(base::SectorKey{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}});
            for (std::size_t i = 0; i < 4; ++i)
                cipher_.byte(static_cast<std::uint8_t>(Nonce[i] ^ Uid[i]));
            return bytes("01 20 01 45");
        }
        if (frame.bits.size() != 72) return std::nullopt;
        for (std::size_t i = 0; i < 4; ++i)
            cipher_.byte_encrypted(frame::byte_at(frame.bits, 9 * i));
        for (std::size_t i = 0; i < 4; ++i) cipher_.byte();
        base::Bits proof;
        // at of this nonce: the sheet's session D.
        for (const auto byte : {0x99, 0x37, 0x30, 0xBD}) {
            const auto plain = static_cast<std::uint8_t>(byte);
            frame::append_byte(proof, static_cast<std::uint8_t>(plain ^ cipher_.byte()));
            proof.push_back(frame::odd_parity(plain) ^ cipher_.peek());
        }
        return right_ ? proof : system_test::flipped(proof, 13);
    }
    void be_right() { right_ = true; }

private:
    static constexpr std::array<std::uint8_t, 4> Nonce{0x01, 0x20, 0x01, 0x45};
    static constexpr std::array<std::uint8_t, 4> Uid{0x10, 0xE2, 0xF0, 0xA1};
    crypto1::Cipher cipher_;
    bool right_ = false;
};

const base::SectorKey FactoryKey{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
constexpr std::array<std::uint8_t, 4> C1kUid{0x10, 0xE2, 0xF0, 0xA1};

TEST_P(Crypto1, CRY_22_WrongProofOfTheCardEndsTheSession) {
    WrongProof behaviour;
    system_test::ScriptedAnswers card{
        [&](const port::AirFrame& frame) { return behaviour(frame); }};
    place(card);
    Reader reader{world()};
    EXPECT_EQ(reader.authenticate(KeyKind::A, 4, FactoryKey, C1kUid), Status::AuthFailed);
    EXPECT_FALSE(world().crypto1_on());
    reader.read(4);
    EXPECT_EQ(system_test::text_of(recorder().frames.back().bits), "30 04 26 EE");
    behaviour.be_right();
    EXPECT_EQ(reader.authenticate(KeyKind::A, 4, FactoryKey, C1kUid), Status::Ok)
        << "the check can pass";
}

/// Hands everything on and keeps the reader's nonces.
class NonceTap final : public port::ReaderPort {
public:
    explicit NonceTap(port::ReaderPort& port) : port_{port} {}
    std::vector<std::array<std::uint8_t, 4>> nonces{};

    void field(bool on, port::Tick at) override { port_.field(on, at); }
    port::Answer exchange(const port::Request& request) override { return port_.exchange(request); }
    port::AuthAnswer authenticate(const port::AuthRequest& request) override {
        nonces.push_back(request.nr);
        return port_.authenticate(request);
    }
    void crypto1_off() override { port_.crypto1_off(); }
    [[nodiscard]] bool crypto1_on() const override { return port_.crypto1_on(); }
    void wait_until(port::Tick at) override { port_.wait_until(at); }
    [[nodiscard]] port::Tick now() const override { return port_.now(); }

private:
    port::ReaderPort& port_;
};

TEST_P(Crypto1, CRY_23_ReaderNoncesDifferAndFollowTheSeed) {
    place(c1k());
    const auto run = [&](std::uint32_t seed, unsigned count) {
        NonceTap tap{world()};
        Reader reader{tap, {.seed = seed}};
        EXPECT_EQ(reader.activate(Wake::All).status, Status::Ok);
        for (unsigned i = 0; i < count; ++i)
            EXPECT_EQ(reader.authenticate(KeyKind::A, 4, FactoryKey, C1kUid), Status::Ok);
        reader.field_off();
        return tap.nonces;
    };
    const auto all = run(11, 1000);
    EXPECT_EQ(std::set(all.begin(), all.end()).size(), 1000U);
    const auto first = run(12, 50);
    EXPECT_EQ(first, run(12, 50));
    EXPECT_NE(first, run(13, 50));
}

}  // namespace
}  // namespace reader_test
