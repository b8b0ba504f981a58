#include "ota/short_message.hpp"

#include <algorithm>
#include <stdexcept>

#include "apdu/tlv.hpp"

namespace ota {
namespace {

constexpr std::uint8_t PacketElement = 0x70;
constexpr std::uint8_t DeliverWithHeader = 0x44;  ///< SMS-DELIVER, none waiting, UDHI
constexpr std::uint8_t TypeMask = 0x03;
constexpr std::uint8_t Submit = 0x01;
constexpr std::uint8_t HasHeader = 0x40;
constexpr std::uint8_t ForCard = 0x7F;   ///< PID: (U)SIM data download
constexpr std::uint8_t EightBit = 0xF6;  ///< DCS: 8-bit data, class 2
constexpr std::uint8_t International = 0x81;
constexpr std::size_t TimeStampBytes = 7;
constexpr std::size_t MostParts = 255;

void append(base::Bytes& out, base::ByteView data) {
    out.insert(out.end(), data.begin(), data.end());
}

/// Length in digits, type of number, digits changed over.
void append_address(base::Bytes& out, std::string_view digits) {
    out.push_back(static_cast<std::uint8_t>(digits.size()));
    out.push_back(International);
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const auto digit = [&](std::size_t at) {
            return at < digits.size() ? static_cast<unsigned>(digits[at] - '0') : 0xFU;
        };
        out.push_back(static_cast<std::uint8_t>(digit(i + 1) << 4 | digit(i)));
    }
}

/// What lies behind an address that begins at `at`; nothing when it is cut off.
std::optional<std::size_t> behind_address(base::ByteView tpdu, std::size_t at) {
    if (at >= tpdu.size()) return std::nullopt;
    const std::size_t end = at + 2 + (tpdu[at] + 1U) / 2;
    if (end > tpdu.size()) return std::nullopt;
    return end;
}

}  // namespace

std::vector<base::Bytes> to_user_data(base::ByteView packet, std::uint16_t reference,
                                      Reference width) {
    base::Bytes single{0x02, PacketElement, 0x00};
    if (packet.size() <= MostUserData - single.size()) {
        append(single, packet);
        return {single};
    }
    const bool wide = width == Reference::Wide;
    const auto header = [&](std::size_t total, std::size_t part) {
        base::Bytes out{0x00, wide ? std::uint8_t{0x08} : std::uint8_t{0x00},
                        wide ? std::uint8_t{0x04} : std::uint8_t{0x03}};
        if (wide) out.push_back(static_cast<std::uint8_t>(reference >> 8));
        append(out, std::array{static_cast<std::uint8_t>(reference),
                               static_cast<std::uint8_t>(total), static_cast<std::uint8_t>(part)});
        if (part == 1) append(out, std::array<std::uint8_t, 2>{PacketElement, 0x00});
        out[0] = static_cast<std::uint8_t>(out.size() - 1);
        return out;
    };
    const std::size_t first = MostUserData - header(0, 1).size();
    const std::size_t later = MostUserData - header(0, 2).size();
    const std::size_t total = 1 + (packet.size() - first + later - 1) / later;
    if (total > MostParts) throw std::length_error{"a packet of more than 255 messages"};
    std::vector<base::Bytes> parts;
    while (!packet.empty()) {
        base::Bytes part = header(total, parts.size() + 1);
        const std::size_t size = std::min(packet.size(), MostUserData - part.size());
        append(part, packet.first(size));
        packet = packet.subspan(size);
        parts.push_back(std::move(part));
    }
    return parts;
}

base::Bytes deliver(base::ByteView user_data, std::string_view from, const TimeStamp& at) {
    if (user_data.size() > MostUserData) throw std::length_error{"more than one message"};
    base::Bytes tpdu{DeliverWithHeader};
    append_address(tpdu, from);
    append(tpdu, std::array{ForCard, EightBit});
    append(tpdu, at);
    tpdu.push_back(static_cast<std::uint8_t>(user_data.size()));
    append(tpdu, user_data);
    return tpdu;
}

apdu::Command envelope(base::ByteView tpdu) {
    base::Bytes objects{0x82, 0x02, 0x83, 0x81};
    apdu::append_tlv(objects, 0x8B, tpdu);
    return {0x80, 0xC2, 0x00, 0x00, apdu::tlv(0xD1, objects), apdu::MostShortNe};
}

bool is_for_card(base::ByteView tpdu) noexcept {
    if (tpdu.empty() || (tpdu[0] & TypeMask) != 0) return false;
    const auto at = behind_address(tpdu, 1);
    return at && *at + 2 + TimeStampBytes < tpdu.size() && tpdu[*at] == ForCard &&
           tpdu[*at + 1] == EightBit;
}

std::optional<base::Bytes> user_data_of_submit(base::ByteView tpdu) {
    // First octet, message reference, destination, PID, DCS, (validity), UDL, UD.
    constexpr std::uint8_t ValidityMask = 0x18;
    if (tpdu.size() < 2 || (tpdu[0] & TypeMask) != Submit || (tpdu[0] & HasHeader) == 0)
        return std::nullopt;
    const auto behind = behind_address(tpdu, 2);
    if (!behind) return std::nullopt;
    const std::uint8_t validity = tpdu[0] & ValidityMask;
    const std::size_t at = *behind + 2 + (validity == 0 ? 0U : validity == 0x10 ? 1U : 7U);
    if (at >= tpdu.size() || tpdu[at] != tpdu.size() - at - 1) return std::nullopt;
    const auto data = tpdu.subspan(at + 1);
    if (data.size() > MostUserData) return std::nullopt;
    return base::Bytes{data.begin(), data.end()};
}

std::optional<base::Bytes> submit_of(base::ByteView proactive) {
    constexpr std::uint8_t SendShortMessage = 0x13;
    const auto command = apdu::find(proactive, 0xD0);
    if (!command) return std::nullopt;
    std::optional<base::Bytes> submit;
    bool right = false;
    const auto objects = apdu::read_all(*command);
    if (!objects) return std::nullopt;
    for (const auto& object : *objects) {
        const auto tag = object.tag | 0x80;  // with or without "comprehension required"
        if (tag == 0x81) right = object.value.size() == 3 && object.value[1] == SendShortMessage;
        if (tag == 0x8B) submit.emplace(object.value.begin(), object.value.end());
    }
    if (!right) return std::nullopt;
    return submit;
}

}  // namespace ota
