// Sessions A, B and D of mifare-classic.md as raw frames against the card; every expected bit is
// the sheet's.
#include <gtest/gtest.h>

#include "air_bits.hpp"
#include "crypto1/nonce.hpp"
#include "field/tlm_world.hpp"
#include "memory_store.hpp"

namespace model_test {
namespace {

class Session : public testing::Test {
protected:
    static constexpr Tick On = 2048;
    static constexpr Tick Ready = On + 4096;
    static constexpr Tick AuthStart = 400'000;
    static constexpr Tick AuthBits = 4 * 9;

    std::unique_ptr<port::World> world = field::make_tlm_world({});
    MemoryStore store;
    Driver driver{*world};

    /// L of a nonce whose AUTH frame starts at `start`: iso14443.md 4.1 with n = 35, and the tick
    /// of air.
    static constexpr Tick nonce_start(Tick start) {
        return start + 128 * AuthBits + 1300 + 34 + 1 + 128 * (35 - 9);
    }

    /// A card that draws `nt` when its first AUTH starts at AuthStart.
    void place_with_nonce(port::CardProfile profile, const std::array<std::uint8_t, 4>& nt) {
        const auto steps = (nonce_start(AuthStart) - Ready) / 128;
        const auto low = static_cast<std::uint16_t>(nt[0] | nt[1] << 8);
        profile.prng_seed =
            static_cast<std::uint16_t>(crypto1::weak_nonce(low, 65535 - steps % 65535) & 0xFFFF);
        world->place(0, profile, store);
        world->field(true, On);
        world->wait_until(Ready + 1000);
    }

    /// Sends bits of the air as they are; the answer's bits, "-" for silence.
    std::string air(const base::Bits& sent, Tick start = 0) {
        port::Request request;
        request.parity = port::Parity::AsData;
        request.data.assign((sent.size() + 7) / 8, 0);
        for (std::size_t i = 0; i < sent.size(); ++i) {
            request.data[i / 8] = static_cast<std::uint8_t>(request.data[i / 8] | sent[i] << i % 8);
        }
        request.last_bits = static_cast<unsigned>(sent.size() % 8);
        request.start = start != 0 ? start : world->now();
        request.timeout = 135'600;
        last = world->exchange(request);
        if (last.silent) {
            return "-";
        }
        const std::size_t count =
            8 * last.data.size() - (last.last_bits != 0 ? 8 - last.last_bits : 0);
        std::string out;
        for (std::size_t i = 0; i < count; ++i) {
            out += (last.data[i / 8] >> i % 8 & 1) != 0 ? '1' : '0';
        }
        return out;
    }

    port::Answer last;
};

TEST_F(Session, A_RecordedReadsComeOutBitForBit) {
    store.blocks[0x14] = block_of("C26935CFDB95C4B4A27A84B8217AE9E4");
    store.blocks[0x15] = block_of("493167C536C30F8E220B09675687067D");
    store.blocks[0x16] = store.blocks[0x15];
    store.blocks[0x17] = block_of("091E639CB7157E178869FFFFFFFFFFFF");
    port::CardProfile profile;
    profile.uid = hex("14579F69");
    place_with_nonce(profile, {0xCE, 0x84, 0x42, 0x61});
    ASSERT_TRUE(driver.select(0x26, "937014579F69B52E51"));
    EXPECT_EQ(air(marked("60 14 50 2D"), AuthStart), show(marked("CE 84 42 61")));
    EXPECT_EQ(last.rx_start, nonce_start(AuthStart));
    EXPECT_EQ(air(with_parity("F8049CCB0525C84F", "10111100")),
              show(with_parity("9431CC40", "0100")));
    EXPECT_EQ(air(marked("70 93 DF! 99")),
              show(marked("99 72! 42! 8C E2! E8 52! 3F! 45! 6B! 99 C8! 31 E7! 69! DC ED 09")));
    EXPECT_EQ(air(marked("8C A6! 82 7B!")),
              show(marked("AB 79 7F D3 69! E8 B9! 3A 86! 77! 6B 40 DA! E3 EF 68 6E! FD!")));
    EXPECT_EQ(air(marked("C3! C3! 81 BA!")),
              show(marked("49! E2! C9 DE F4 86! 8D! 17! 77 67! 0E 58 4C! 27! 23 02 86 F4!")));
    EXPECT_EQ(air(marked("FB DC D7! C1!")),
              show(marked("4A BD 96! 4B! 07 D3! 56! 3A A0! 66! ED 0A 2E AC! 7F 63 12 BF")));
    EXPECT_NE(air(marked("9F 91 49! EA!")), "-");
}

TEST_F(Session, B_NestedAuthenticationsDrawTheRecordedNonces) {
    port::CardProfile profile;
    profile.uid = hex("9C599B32");
    place_with_nonce(profile, {0x82, 0xA4, 0x16, 0x6C});
    ASSERT_TRUE(driver.select(0x26, "93709C599B326C6B30"));
    Tick start = AuthStart;
    EXPECT_EQ(air(marked("60 00 F5 7B"), start), show(marked("82 A4 16 6C")));
    EXPECT_EQ(air(marked("A1 E4! 58 CE! 6E EA! 41 E0!")), show(marked("5C! AD F4 39!")));
    start += 128 * 24786;
    EXPECT_EQ(air(marked("8E 0E! 5D! B9"), start), show(marked("5A! 92 0D! 85!")));
    EXPECT_EQ(air(marked("98! D7 6B! 77 D6 C6 E8 70")), show(marked("CA 7E! 0B! 63!")));
    start += 128 * 15222;
    EXPECT_EQ(air(marked("3E! 70 9C! 8A"), start), show(marked("36! 41 24! 79")));
    EXPECT_EQ(air(marked("1B! 8C 3A! 48! 83 5A 4A! 27")), show(marked("40! 6A! 99! 4B")));
    start += 128 * 53339;
    EXPECT_EQ(air(marked("C9 7C 64! 13!"), start), show(marked("B5! AB! 1D! 2B")));
    EXPECT_EQ(air(marked("7E! D2 5C! CA! 4B! 50! 88! C4")), show(marked("BF DD 01 BE!")));
    EXPECT_EQ(air(marked("56 98 49 D6!")).size(), 18U * 9);
}

class SessionD : public Session {
protected:
    void open() {
        store.blocks[4] = block_of("640000009BFFFFFF6400000004FB04FB");
        place_with_nonce(c1k(), {0x01, 0x20, 0x01, 0x45});
        ASSERT_TRUE(driver.select());
        ASSERT_EQ(air(marked("60 04 D1 3D"), AuthStart), show(marked("01 20 01 45")));
        ASSERT_EQ(air(with_parity("CD0646EDC69A4D00", "10000110")),
                  show(with_parity("9381F6AD", "1011")));
    }
};

TEST_F(SessionD, EveryNibbleAndParityBitOfTheTable) {
    open();
    EXPECT_EQ(air(with_parity("5E524607", "1111")), show(nibble(0x3)));
    EXPECT_EQ(air(with_parity("6D5025C0F814C183A6CF4AD7D71DF28A15B7", "001011111100001011")),
              show(nibble(0xA)));
    EXPECT_EQ(last.rx_start - last.tx_end, 84U + 128 * (9 + 212));
    EXPECT_EQ(air(with_parity("ECF375A2", "1100")), show(nibble(0xD)));
    EXPECT_EQ(air(with_parity("16DA0AB13594", "110000")), "-");
    EXPECT_EQ(air(with_parity("A06CAC24", "0001")), show(nibble(0xB)));
    EXPECT_EQ(air(with_parity("08F277B4", "1101")),
              show(with_parity("1CFAF839C501470565282B3A46B20B911CFF", "010101100011110010")));
    EXPECT_EQ(air(with_parity("79D069B8", "1110")), show(nibble(0x2)));
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
    EXPECT_EQ(store.blocks[4], block_of("6E00000091FFFFFF6E00000004FB04FB"));
}

TEST_F(SessionD, BlockBeyondThe1kIsRefused) {
    open();
    EXPECT_EQ(air(with_parity("CE163B1A", "1111")), show(nibble(0xD)));
}

TEST_F(SessionD, WrongCrcUnderTheCipherIsNak5) {
    open();
    EXPECT_EQ(air(with_parity("CE521B1F", "1101")), show(nibble(0xC)));
}

TEST_F(SessionD, EncryptedHltaHalts) {
    open();
    EXPECT_EQ(air(with_parity("AE566A3D", "1001")), "-");
    EXPECT_EQ(text(driver.short_frame(0x26)), "-");
    EXPECT_EQ(text(driver.short_frame(0x52)), "0400");
}

TEST_F(SessionD, HltaInClearIsNak5AndDoesNotHalt) {
    open();
    EXPECT_EQ(air(marked("50 00 57 CD")), show(nibble(0xC)));
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
}

TEST_F(Session, RightParityOfAWrongAnswerLeaksANak) {
    place_with_nonce(c1k(), {0x01, 0x20, 0x01, 0x45});
    ASSERT_TRUE(driver.select());
    ASSERT_EQ(air(marked("60 04 D1 3D"), AuthStart), show(marked("01 20 01 45")));
    EXPECT_EQ(air(with_parity("0000000000000000", "01110110")), show(nibble(0x3)));
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
}

TEST_F(Session, SilentCardLeaksNothing) {
    auto profile = c1k();
    profile.nak_silent = true;
    place_with_nonce(profile, {0x01, 0x20, 0x01, 0x45});
    ASSERT_TRUE(driver.select());
    ASSERT_EQ(air(marked("60 04 D1 3D"), AuthStart), show(marked("01 20 01 45")));
    EXPECT_EQ(air(with_parity("0000000000000000", "01110110")), "-");
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
}

TEST_F(Session, WrongParityOfTheProofIsMetWithSilence) {
    place_with_nonce(c1k(), {0x01, 0x20, 0x01, 0x45});
    ASSERT_TRUE(driver.select());
    ASSERT_EQ(air(marked("60 04 D1 3D"), AuthStart), show(marked("01 20 01 45")));
    EXPECT_EQ(air(with_parity("CD0646EDC69A4D00", "10000111")), "-");
    EXPECT_EQ(air(marked("60 04 D1 3D")), "-");
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
}

/// CRY-16 and CRY-17: the reader's frames of the test plan for a 7-byte card.
TEST_F(Session, SevenByteCardFeedsBytes3To6) {
    place_with_nonce(c1k7(), {0x01, 0x20, 0x01, 0x45});
    ASSERT_FALSE(driver.short_frame(0x26).silent);
    ASSERT_FALSE(driver.raw("93708804183FABE116").silent);
    ASSERT_FALSE(driver.raw("957009321B85A55109").silent);
    Recorder recorder;
    world->observe(&recorder);
    port::AuthRequest request;
    request.block = 4;
    request.key = base::SectorKey{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
    request.uid = {0x09, 0x32, 0x1B, 0x85};
    request.nr = {0x11, 0x22, 0x33, 0x44};
    request.start = AuthStart;
    const auto answer = world->authenticate(request);
    EXPECT_EQ(answer.status, port::AuthStatus::Ok);
    ASSERT_EQ(recorder.frames.size(), 4U);
    const auto bytes = [](const base::Bits& air_bits) {
        std::string out;
        for (std::size_t i = 0; i + 9 <= air_bits.size(); i += 9) {
            unsigned byte = 0;
            for (unsigned b = 0; b < 8; ++b) {
                byte |= static_cast<unsigned>(air_bits[i + b]) << b;
            }
            const std::uint8_t one[] = {static_cast<std::uint8_t>(byte)};
            out += base::to_hex(one);
        }
        return out;
    };
    EXPECT_EQ(bytes(recorder.frames[2].bits), "786ED994F9098D37");
    EXPECT_EQ(bytes(recorder.frames[3].bits), "4D5CB566");
    // Step 3 starts on the bit grid of step 1, at least 1300 ticks after nt.
    const auto gap = recorder.frames[2].start - recorder.frames[1].end;
    EXPECT_EQ((recorder.frames[2].start - AuthStart) % 128, 0U);
    EXPECT_TRUE(gap >= 1300 && gap < 1300 + 128) << gap;
}

}  // namespace
}  // namespace model_test
