#include "cli/sector_card.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "apdu/tlv.hpp"
#include "base/key.hpp"
#include "cardos/make_chip.hpp"
#include "cli/delivery_key.hpp"
#include "dump/access_bits.hpp"
#include "terminal/card.hpp"
#include "terminal/directory.hpp"
#include "terminal/sector_view.hpp"
#include "terminal/value.hpp"

namespace cli {
namespace {

using terminal::BlockBytes;
using terminal::blocks_in;
using terminal::first_block;
using terminal::KeyBytes;

const base::SectorKey DirectoryKey{{0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5}};
const base::SectorKey NdefKey{{0xD3, 0xF7, 0xD3, 0xF7, 0xD3, 0xF7}};
const base::SectorKey IssuerKey{{0xB0, 0xB1, 0xB2, 0xB3, 0xB4, 0xB5}};

// Access groups by use.
constexpr std::uint8_t Free = 0;
constexpr std::uint8_t WrittenWithB = 4;
constexpr std::uint8_t ValueCounter = 6;
constexpr std::uint8_t TrailerOfB = 3;

constexpr std::uint16_t TransitAid = 0x4811;
constexpr std::uint16_t CardHolderAid = 0x0004;

base::Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

void put(dump::CardImage& card, unsigned block, base::ByteView content) {
    port::Block& target = card.blocks.at(block);
    target.fill(0);
    std::copy_n(content.begin(), std::min(content.size(), target.size()), target.begin());
}

void put_trailer(dump::CardImage& card, unsigned sector, const base::SectorKey& key_a,
                 const dump::AccessGroups& groups, std::uint8_t general) {
    base::Bytes trailer{key_a.expose().begin(), key_a.expose().end()};
    const auto access = dump::encode_access(groups);
    trailer.insert(trailer.end(), access.begin(), access.end());
    trailer.push_back(general);
    trailer.insert(trailer.end(), IssuerKey.expose().begin(), IssuerKey.expose().end());
    put(card, first_block(sector) + blocks_in(sector) - 1, trailer);
}

void put_directory(dump::CardImage& card) {
    base::Bytes directory(2 * BlockBytes);
    const auto belongs = [&](unsigned sector, std::uint16_t aid) {
        directory[2 * sector] = static_cast<std::uint8_t>(aid);
        directory[2 * sector + 1] = static_cast<std::uint8_t>(aid >> 8U);
    };
    directory[1] = 0x01;  // the publisher's sector: 1
    belongs(1, terminal::NdefAid);
    belongs(2, terminal::NdefAid);
    for (const unsigned sector : {3U, 4U, 5U}) belongs(sector, TransitAid);
    belongs(6, CardHolderAid);
    directory[0] = terminal::directory_crc(base::ByteView{directory}.subspan(1));
    put(card, 1, base::ByteView{directory}.first(BlockBytes));
    put(card, 2, base::ByteView{directory}.subspan(BlockBytes));
    put_trailer(card, 0, DirectoryKey, {WrittenWithB, WrittenWithB, WrittenWithB, TrailerOfB},
                0xC1);
}

void append_record(base::Bytes& message, std::uint8_t head, char type, base::ByteView payload) {
    message.insert(message.end(), {head, 1, static_cast<std::uint8_t>(payload.size()),
                                   static_cast<std::uint8_t>(type)});
    message.insert(message.end(), payload.begin(), payload.end());
}

void put_message(dump::CardImage& card) {
    constexpr std::uint8_t First = 0x91;  // well-known type, short
    constexpr std::uint8_t Last = 0x51;
    base::Bytes message;
    append_record(message, First, 'T',
                  bytes("\x02"
                        "enOne card for tram, bus and ferry."));
    append_record(message, Last, 'U',
                  bytes("\x04"
                        "example.org/card"));
    base::Bytes area = apdu::tlv(0x03, message);
    area.push_back(0xFE);
    unsigned block = first_block(1);
    for (std::size_t at = 0; at < area.size(); at += BlockBytes) {
        if (block + 1 == first_block(2)) ++block;  // the trailer
        put(card, block++, base::ByteView{area}.subspan(at));
    }
    for (const unsigned sector : {1U, 2U})
        put_trailer(card, sector, NdefKey, {Free, Free, Free, TrailerOfB}, 0x40);
}

}  // namespace

void fill_with_samples(dump::CardImage& card) {
    put_directory(card);
    put_message(card);
    const auto value = [&](unsigned block, std::int32_t amount) {
        put(card, block, terminal::write_value({amount, static_cast<std::uint8_t>(block)}));
    };
    value(first_block(3), 20);
    value(first_block(3) + 1, 20);
    put(card, first_block(3) + 2, bytes("TEN RIDES + TEN"));
    put_trailer(card, 3, DeliveryKey, {ValueCounter, ValueCounter, WrittenWithB, TrailerOfB}, 0x69);
    put(card, first_block(4), bytes("CITY PASS A B"));
    put(card, first_block(4) + 1, bytes("UNTIL 2027-03-31"));
    put_trailer(card, 4, DeliveryKey, {Free, Free, WrittenWithB, TrailerOfB}, 0x69);
    put(card, first_block(5), {{0x20, 0x26, 0x11, 0x22, 0x08, 0x41, 0x00, 0x17, 0x03, 0x9A}});
    put_trailer(card, 5, DeliveryKey, {Free, Free, Free, TrailerOfB}, 0x69);
    put(card, first_block(6), bytes("ADA EXAMPLE"));
    put_trailer(card, 6, DeliveryKey, {WrittenWithB, WrittenWithB, WrittenWithB, TrailerOfB}, 0x69);
}

void give_sector_access(domain::Factory& factory, const std::vector<port::Block>& sectors) {
    base::Bytes objects;
    for (unsigned sector = 0; first_block(sector) + blocks_in(sector) <= sectors.size(); ++sector) {
        const port::Block& trailer = sectors[first_block(sector) + blocks_in(sector) - 1];
        base::Bytes keys{static_cast<std::uint8_t>(sector)};
        keys.insert(keys.end(), trailer.begin(), trailer.begin() + KeyBytes);
        keys.insert(keys.end(), trailer.begin() + terminal::KeyBAt, trailer.end());
        apdu::append_tlv(objects, 0x81, keys);
        base::wipe(keys);
    }
    apdu::append_tlv(objects, 0x84, bytes(FactoryPin));
    apdu::append_tlv(objects, 0x85, bytes(FactoryUnblockingCode));
    cardos::preload(factory, "sector-access", objects);
    base::wipe(objects);
    // Kind, balance, ceiling, both serial numbers.
    const base::Bytes account{0x02, 0x00, 0x00, 0x12, 0xF2, 0x00, 0x01, 0x86, 0xA0, 0, 0, 0, 0};
    cardos::preload(factory, "purse", apdu::tlv(0x82, account));
}

}  // namespace cli
