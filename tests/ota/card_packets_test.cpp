// The card's end of secured packets, by the vectors of the fact sheet (ota-sms.md, sections 6, 7).
#include <gtest/gtest.h>

#include <algorithm>

#include "../cardos/card.hpp"
#include "packet_vectors.hpp"

namespace {

using namespace packet_vectors;  // NOLINT: constants of the sheet
using bench::Card;
using bench::hex;
using Status = domain::SecuredPacket::Status;

/// A card whose issuer's domain has the keys of a row.
Card card_of(const Packet& row) {
    cardos::ChipOptions options;
    const auto key = [](std::string_view text) { return domain::Secret{hex(text)}; };
    options.factory.keys.push_back({static_cast<std::uint8_t>(row.kid >> 4),
                                    (row.kid & 0x0F) == 0x2, key(row.kic_key), key(row.kid_key),
                                    key(row.kid_key), 0});
    Card card{std::move(options)};
    (void)card.send("80CA006600");
    return card;
}

domain::SecuredPacket receive(Card& card, std::string_view packet) {
    store::Work work{card.now += 10'000};
    auto received = card.chip->open().receive(hex(packet), work);
    card.now = work.now;
    return received;
}

std::string proof(Card& card, const domain::SecuredPacket& packet, std::string_view data) {
    store::Work work{card.now += 10'000};
    return base::to_hex(card.chip->open().proof(packet, hex(data), work));
}

const Packet& row(std::string_view name) {
    return *std::find_if(std::begin(Packets), std::end(Packets),
                         [&](const Packet& one) { return one.name == name; });
}

TEST(CardPackets, OpensWhatTheSheetSealed) {
    for (const char* name : {"Aes1221", "Aes1239", "Aes1639", "Aes256", "Real1619", "Ast1201",
                             "Ast1601", "Three1601", "Three1201"}) {
        SCOPED_TRACE(name);
        const Packet& packet = row(name);
        Card card = card_of(packet);
        const auto received = receive(card, packet.packet);
        EXPECT_EQ(received.status, Status::Ok);
        EXPECT_EQ(base::to_hex(received.payload), packet.data);
        EXPECT_TRUE(received.authentic);
        EXPECT_EQ(receive(card, packet.packet).status, Status::CounterLow) << "once only";
    }
}

TEST(CardPackets, ProofsAsInTheSheet) {
    {
        const Packet& packet = row("Real1619");
        Card card = card_of(packet);
        EXPECT_EQ(proof(card, receive(card, packet.packet), packet.proof_data), packet.proof);
    }
    for (const char* name : {"Aes0619", "Des0619", "Des0609", "Des0601", "Des0619b", "Des0609b"}) {
        SCOPED_TRACE(name);
        const Packet& packet = row(name);
        Card card = card_of(packet);
        domain::SecuredPacket known;
        known.status = Status::Ok;
        known.spi1 = packet.spi1;
        known.spi2 = packet.spi2;
        known.kic = packet.kic;
        known.kid = packet.kid;
        const auto tar = hex(packet.tar);
        std::copy(tar.begin(), tar.end(), known.tar.begin());
        known.authentic = true;
        EXPECT_EQ(proof(card, known, packet.proof_data), packet.proof);
    }
}

TEST(CardPackets, NothingRunsWithoutAChecksumAndACounter) {
    for (const char* name : {"Aes0619", "Des0419", "Des0019", "Crc1535", "Ast0E00"}) {
        const Packet& packet = row(name);
        Card card = card_of(packet);
        const auto received = receive(card, packet.packet);
        EXPECT_EQ(received.status, Status::InsufficientSecurity) << name;
        EXPECT_TRUE(received.payload.empty());
    }
}

TEST(CardPackets, EveryBitCounts) {
    const Packet& packet = row("Aes1639");
    const auto whole = hex(packet.packet);
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        Card card = card_of(packet);
        auto changed = whole;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1U << (bit % 8));
        const auto received = receive(card, base::to_hex(changed));
        EXPECT_NE(received.status, Status::Ok) << bit;
        EXPECT_TRUE(received.payload.empty());
        // The right one still runs: the counter has not moved.
        EXPECT_EQ(receive(card, packet.packet).status, Status::Ok) << bit;
    }
}

TEST(CardPackets, GuessesAreCounted) {
    const Packet& packet = row("Aes1639");
    Card card = card_of(packet);
    auto wrong = hex(packet.packet);
    wrong.back() ^= 0x01;
    for (int i = 0; i < 14; ++i)
        EXPECT_EQ(receive(card, base::to_hex(wrong)).status, Status::ChecksumFailed);
    {
        Card other{card};
        EXPECT_EQ(receive(other, packet.packet).status, Status::Ok) << "fourteen do no harm";
    }
    EXPECT_EQ(receive(card, base::to_hex(wrong)).status, Status::ChecksumFailed);
    EXPECT_EQ(receive(card, packet.packet).status, Status::Unidentified) << "fifteen do";
    card.restart();
    EXPECT_EQ(receive(card, packet.packet).status, Status::Unidentified);
}

TEST(CardPackets, TheCounterIsKeptThroughACut) {
    const Packet& packet = row("Aes1639");
    Card first = card_of(packet);
    store::Work work{first.now += 10'000};
    (void)first.chip->open().receive(hex(packet.packet), work);
    const auto ends = first.chip->memory().memory().step_ends(first.now);
    ASSERT_FALSE(ends.empty());
    for (const auto end : ends) {
        Card card = card_of(packet);
        store::Work again{card.now += 10'000};
        (void)card.chip->open().receive(hex(packet.packet), again);
        card.cut(end);
        (void)card.send("80CA006600");
        const auto status = receive(card, packet.packet).status;
        EXPECT_TRUE(status == Status::Ok || status == Status::CounterLow) << int{status};
        if (end == ends.back()) {
            EXPECT_EQ(status, Status::CounterLow);
        }
    }
}

TEST(CardPackets, AWrongChecksumIsAnsweredInTheClear) {
    const Packet& packet = row("Aes1639");
    Card card = card_of(packet);
    auto wrong = hex(packet.packet);
    wrong.back() ^= 0x01;
    EXPECT_EQ(proof(card, receive(card, base::to_hex(wrong)), ""),
              "027100000B0A00000000000000000001")
        << "status 01, no counter, no MAC";
}

}  // namespace
