#include "cardos/short_messages.hpp"

#include <algorithm>
#include <utility>

#include "apdu/tlv.hpp"
#include "domain/bytes_io.hpp"

namespace cardos {
namespace {

using domain::ByteReader;
using domain::ByteWriter;

constexpr std::uint8_t TypeMask = 0x03;
constexpr std::uint8_t HasHeader = 0x40;
constexpr std::uint8_t DataDownload = 0x7F;
constexpr std::uint8_t Class2 = 0xF6;
constexpr std::size_t TimeStampBytes = 7;
constexpr std::size_t MostUserData = 140;
constexpr std::uint8_t NarrowElement = 0x00;
constexpr std::uint8_t WideElement = 0x08;
constexpr std::uint8_t PacketElement = 0x70;

/// User data header: is there a secured packet, and which part of which message is this?
struct Header {
    bool secured = false;
    base::Bytes reference{};
    std::uint8_t total = 1;
    std::uint8_t number = 1;
};

std::optional<Header> read_header(base::ByteView bytes) {
    Header header;
    ByteReader in{bytes};
    while (in.ok() && !in.rest().empty()) {
        const auto element = in.byte();
        const auto value = in.short_run();
        if (!in.ok()) return std::nullopt;
        const std::size_t width = element == NarrowElement ? 1 : element == WideElement ? 2 : 0;
        if (width != 0 && value.size() == width + 2) {
            header.reference = {element};
            header.reference.insert(header.reference.end(), value.begin(), value.end() - 1);
            header.total = value[width];
            header.number = value[width + 1];
        } else if (element == PacketElement) {
            header.secured = true;
        }
    }
    if (header.total == 0 || header.number == 0 || header.number > header.total)
        return std::nullopt;
    return header;
}

}  // namespace

std::optional<ShortMessages::Taken> ShortMessages::take(base::ByteView download) {
    std::optional<base::ByteView> tpdu;
    const auto objects = apdu::read_all(download);
    if (!objects) return std::nullopt;
    for (const auto& object : *objects)
        if ((object.tag | 0x80U) == 0x8B) tpdu = object.value;
    if (!tpdu) return std::nullopt;

    ByteReader in{*tpdu};
    const auto first = in.byte();
    const auto digits = in.byte();
    const auto address = in.raw(1U + (digits + 1U) / 2);
    const auto protocol = in.byte();
    const auto coding = in.byte();
    (void)in.raw(TimeStampBytes);
    const auto data = in.short_run();
    if (!in.done() || (first & TypeMask) != 0 || data.size() > MostUserData) return std::nullopt;
    if ((first & HasHeader) == 0 || protocol != DataDownload || coding != Class2)
        return Taken::Ignored;
    ByteReader user{data};
    const auto header = read_header(user.short_run());
    if (!user.ok() || !header || header->total > MostParts) return Taken::Ignored;
    if (!header->secured && header->number == 1) return Taken::Ignored;

    Parts message;
    message.sender = ByteWriter{}.byte(digits).raw(address).take();
    message.name = ByteWriter{}.raw(message.sender).raw(header->reference).take();
    message.total = header->total;
    return take_part(message, header->number, user.rest());
}

ShortMessages::Taken ShortMessages::take_part(const Parts& message, std::uint8_t number,
                                              base::ByteView part) {
    auto found = std::find_if(open_.begin(), open_.end(),
                              [&](const Parts& open) { return open.name == message.name; });
    if (found == open_.end()) {
        if (open_.size() == MostOpen) open_.pop_front();
        found = open_.insert(open_.end(), message);
    }
    found->parts.emplace(number, base::Bytes{part.begin(), part.end()});
    if (found->parts.size() < found->total) return Taken::Part;
    arrived_ = {{}, found->sender};
    for (const auto& [index, bytes] : found->parts)
        arrived_.packet.insert(arrived_.packet.end(), bytes.begin(), bytes.end());
    open_.erase(found);
    return Taken::Packet;
}

ArrivedPacket ShortMessages::packet() { return std::exchange(arrived_, {}); }

void ShortMessages::send(base::ByteView user_data, base::ByteView to) {
    constexpr std::uint8_t Submit = 0x41;  // UDHI, no validity period
    if (waiting_.size() == MostWaiting) waiting_.pop_front();
    const auto tpdu = ByteWriter{}
                          .byte(Submit)
                          .byte(0x00)
                          .raw(to)
                          .byte(0x00)
                          .byte(Class2)
                          .short_run(user_data)
                          .take();
    ++sent_;
    base::Bytes command{0x81, 0x03, sent_, 0x13, 0x00, 0x82, 0x02, 0x81, 0x83};
    apdu::append_tlv(command, 0x8B, tpdu);
    waiting_.push_back(apdu::tlv(0xD0, command));
}

base::ByteView ShortMessages::waiting() const noexcept {
    return waiting_.empty() ? base::ByteView{} : base::ByteView{waiting_.front()};
}

void ShortMessages::done() {
    if (!waiting_.empty()) waiting_.pop_front();
}

}  // namespace cardos
