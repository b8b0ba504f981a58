// Expected values: mifare-classic.md 3.1 to 3.4.
#include <gtest/gtest.h>

#include "crypto1/cipher.hpp"
#include "crypto1/nonce.hpp"

namespace crypto1 {
namespace {

using Four = std::array<std::uint8_t, 4>;
using Six = std::array<std::uint8_t, 6>;

Four four_bytes(Cipher& cipher) {
    Four key{};
    for (auto& byte : key) {
        byte = cipher.byte();
    }
    return key;
}

TEST(Cipher, KeystreamAndStateOfTheSelfTest) {
    Cipher cipher;
    cipher.load(base::SectorKey{Six{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}});
    EXPECT_EQ(four_bytes(cipher), (Four{0xFF, 0x3F, 0xE9, 0x36}));
    EXPECT_EQ(cipher.state(), (Six{0xFF, 0xFF, 0xA0, 0xAD, 0xE0, 0xF6}));
    cipher.load(base::SectorKey{Six{0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5}});
    EXPECT_EQ(four_bytes(cipher), (Four{0x70, 0xFD, 0xEA, 0x9D}));
    EXPECT_EQ(cipher.state(), (Six{0xA4, 0xA5, 0x86, 0x5F, 0x7B, 0x44}));
    cipher.load(base::SectorKey{Six{}});
    EXPECT_EQ(four_bytes(cipher), Four{});
}

TEST(Cipher, StatesOfSessionAByteByByte) {
    Cipher cipher;
    cipher.load(base::SectorKey{Six{0x09, 0x1E, 0x63, 0x9C, 0xB7, 0x15}});
    constexpr Six AfterUid[] = {{0x1E, 0x63, 0x9C, 0xB7, 0x15, 0x20},
                                {0x63, 0x9C, 0xB7, 0x15, 0x20, 0xC7},
                                {0x9C, 0xB7, 0x15, 0x20, 0xC7, 0x6C},
                                {0xB7, 0x15, 0x20, 0xC7, 0x6C, 0x3C}};
    constexpr Four Input{0xDA, 0xD3, 0xDD, 0x08};
    for (unsigned i = 0; i < 4; ++i) {
        cipher.byte(Input[i]);
        EXPECT_EQ(cipher.state(), AfterUid[i]) << i;
    }
    constexpr Four Encrypted{0xF8, 0x04, 0x9C, 0xCB};
    constexpr Four Nr{0x76, 0xBD, 0xC1, 0x26};
    for (unsigned i = 0; i < 4; ++i) {
        EXPECT_EQ(cipher.byte_encrypted(Encrypted[i]) ^ Encrypted[i], Nr[i]);
    }
    EXPECT_EQ(cipher.state(), (Six{0x6C, 0x3C, 0xCF, 0xCB, 0x2B, 0x07}));
    EXPECT_EQ(four_bytes(cipher), (Four{0x73, 0xF1, 0x8E, 0xC2}));
}

TEST(Nonce, SuccessorsOfTheSheet) {
    const auto start = nonce_from({0x01, 0x20, 0x01, 0x45});
    const auto after = [&](unsigned steps) { return nonce_bytes(successor(start, steps)); };
    EXPECT_EQ(after(1), (Four{0x00, 0x90, 0x80, 0xA2}));
    EXPECT_EQ(after(2), (Four{0x00, 0x48, 0x40, 0x51}));
    EXPECT_EQ(after(32), (Four{0xC9, 0x76, 0x14, 0x46}));
    EXPECT_EQ(after(64), (Four{0x63, 0xE5, 0xBC, 0xA7}));
    EXPECT_EQ(after(96), (Four{0x99, 0x37, 0x30, 0xBD}));
    EXPECT_EQ(after(65535), (Four{0x01, 0x20, 0x01, 0x45}));
}

TEST(Nonce, GeneratorSkipsAnyNumberOfSteps) {
    EXPECT_EQ(nonce_bytes(weak_nonce(0x2001, 0)), (Four{0x01, 0x20, 0x01, 0x45}));
    EXPECT_EQ(nonce_bytes(weak_nonce(0x2001, 96)), (Four{0x99, 0x37, 0x30, 0xBD}));
    EXPECT_EQ(nonce_bytes(weak_nonce(0x2001, 65535ULL * 1'000'000'007 + 4)),
              (Four{0x00, 0x12, 0x50, 0x94}));
}

TEST(Nonce, StepsBetweenTheNoncesOfSessionB) {
    const Nonce nonces[] = {
        nonce_from({0x82, 0xA4, 0x16, 0x6C}), nonce_from({0xA5, 0x5D, 0x95, 0x0B}),
        nonce_from({0xC9, 0xBE, 0x54, 0xA3}), nonce_from({0x4A, 0x9C, 0x33, 0x94})};
    constexpr unsigned Steps[] = {24786, 15222, 53339};
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_EQ(weak_nonce(static_cast<std::uint16_t>(nonces[i] & 0xFFFF), Steps[i]),
                  nonces[i + 1]);
    }
}

// Xorshift32 (13, 17, 5) of Marsaglia, "Xorshift RNGs" (2003), section 4: first output of the
// default seed.
TEST(Nonce, XorshiftFirstOutput) { EXPECT_EQ(xorshift(2463534242U), 723471715U); }

}  // namespace
}  // namespace crypto1
