// Secured packets by the vectors of the fact sheet (ota-sms.md, sections 2 to 7).
#include "ota/secured_packet.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "base/hex.hpp"
#include "ota/short_message.hpp"
#include "packet_vectors.hpp"

namespace packet_vectors {

void PrintTo(const Packet& packet, std::ostream* out) { *out << packet.name; }

}  // namespace packet_vectors

namespace {

using namespace packet_vectors;  // NOLINT: constants of the sheet

base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

ota::PacketKeys keys_of(const Packet& row) {
    return {static_cast<std::uint8_t>(row.kic >> 4),
            ota::PacketCipher::Aes,
            reader::ScpKey{hex(row.kic_key)},
            reader::ScpKey{hex(row.kid_key)},
            {}};
}

ota::CommandPacket packet_of(const Packet& row) {
    ota::CommandPacket packet;
    packet.spi1 = row.spi1;
    packet.spi2 = row.spi2;
    packet.kic = row.kic;
    packet.kid = row.kid;
    const auto tar = hex(row.tar);
    std::copy(tar.begin(), tar.end(), packet.tar.begin());
    packet.counter = row.counter;
    packet.data = hex(row.data);
    return packet;
}

class SecuredPacket : public testing::TestWithParam<Packet> {};
INSTANTIATE_TEST_SUITE_P(Sheet, SecuredPacket, testing::ValuesIn(Packets),
                         [](const auto& one) { return std::string{one.param.name}; });

TEST_P(SecuredPacket, IsMadeAsInTheSheet) {
    const Packet& row = GetParam();
    if (row.packet.empty()) return;
    // Bit b4 of SPI 0E: the counter is there and not looked at; it changes nothing here.
    EXPECT_EQ(base::to_hex(ota::secure(packet_of(row), keys_of(row))), row.packet);
}

TEST_P(SecuredPacket, ItsProofIsBelieved) {
    const Packet& row = GetParam();
    if (row.proof.empty()) return;
    const auto proof = ota::open_proof(hex(row.proof), packet_of(row), keys_of(row));
    ASSERT_TRUE(proof);
    EXPECT_EQ(proof->status, 0);
    EXPECT_EQ(base::to_hex(proof->data), row.proof_data);
    EXPECT_EQ(proof->authentic, (row.spi2 & 0x0C) == 0x08);
}

TEST_P(SecuredPacket, AChangedProofIsNot) {
    const Packet& row = GetParam();
    if (row.proof.empty() || (row.spi2 & 0x0C) == 0) return;
    const auto whole = hex(row.proof);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto changed = whole;
        changed[i] ^= 0x01;
        const auto proof = ota::open_proof(changed, packet_of(row), keys_of(row));
        EXPECT_FALSE(proof && proof->authentic) << "byte " << i;
    }
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(
            ota::open_proof(base::ByteView{whole}.first(size), packet_of(row), keys_of(row)))
            << size << " bytes";
}

TEST(SecuredPacketErrors, AreProofsWithoutProtection) {
    const Packet& row = Packets[0];
    auto sent = packet_of(row);
    sent.tar = {0xB0, 0x00, 0x10};
    const auto proof =
        ota::open_proof(hex("02710000 0B 0A B00010 0000000000 00 06"), sent, keys_of(row));
    ASSERT_TRUE(proof);
    EXPECT_EQ(proof->status, 6);
    EXPECT_FALSE(proof->authentic);
    EXPECT_FALSE(ota::open_proof(hex("02710000 0B 0A B00010 0000000000 00 00"), sent, keys_of(row)))
        << "nobody but the card says that all is well";
}

TEST(SecuredPacketCrc, AsInTheSheet) {
    const auto data = hex("0102030405");
    EXPECT_EQ(ota::crc_32(data), 0x470B99F4U);
    EXPECT_EQ(ota::crc_16(data), 0x22ECU);
}

TEST(ShortMessage, OneMessageAsInTheSheet) {
    const auto parts = ota::to_user_data(hex(Packets[0].packet), 0);
    ASSERT_EQ(parts.size(), 1U);
    const auto tpdu = ota::deliver(parts[0], "1234", {0x42, 0x10, 0x15, 0x01, 0x03, 0x00, 0x00});
    EXPECT_EQ(base::to_hex(tpdu), Deliver);
    EXPECT_TRUE(ota::is_for_card(tpdu));
    const auto bytes = base::to_hex(ota::envelope(tpdu).bytes());
    EXPECT_EQ(bytes, std::string{Envelope} + std::string{Deliver} + "00");
}

TEST(ShortMessage, ConcatenationAsInTheSheet) {
    ota::CommandPacket packet = packet_of(Packets[3]);
    packet.counter = 1;
    packet.data.resize(200);
    std::iota(packet.data.begin(), packet.data.end(), std::uint8_t{0});
    const auto whole = ota::secure(packet, keys_of(Packets[3]));
    EXPECT_EQ(whole.size(), 234U);
    const auto parts = ota::to_user_data(whole, 0x5A);
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(base::to_hex(parts[0]), Part1);
    EXPECT_EQ(base::to_hex(parts[1]), Part2);
}

TEST(ShortMessage, PartsAreAsLongAsTheSheetSays) {
    const base::Bytes packet(500);
    const auto narrow = ota::to_user_data(packet, 1);
    EXPECT_EQ(narrow[0].size(), 8U + 132U);
    EXPECT_EQ(narrow[1].size(), 6U + 134U);
    const auto wide = ota::to_user_data(packet, 0x1234, ota::Reference::Wide);
    EXPECT_EQ(base::to_hex(base::ByteView{wide[0]}.first(9)), "080804123404017000");
    EXPECT_EQ(wide[0].size(), 9U + 131U);
    EXPECT_EQ(wide[1].size(), 7U + 133U);
    EXPECT_EQ(ota::to_user_data(base::Bytes(137), 1).size(), 1U);
    EXPECT_EQ(ota::to_user_data(base::Bytes(138), 1).size(), 2U);
    EXPECT_THROW((void)ota::to_user_data(base::Bytes(255 * 134), 1), std::length_error);
}

TEST(ShortMessage, OthersAreNotForTheCard) {
    auto tpdu = hex(Deliver);
    for (const std::size_t at : {std::size_t{0}, std::size_t{5}, std::size_t{6}}) {
        auto other = tpdu;
        other[at] ^= 0x01;
        EXPECT_FALSE(ota::is_for_card(other)) << at;
    }
    for (std::size_t size = 0; size < 14; ++size)
        EXPECT_FALSE(ota::is_for_card(base::ByteView{tpdu}.first(size))) << size;
}

}  // namespace
