#include "trace/pcapng.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/hex.hpp"

namespace trace {
namespace {

constexpr std::uint32_t SectionHeader = 0x0A0D0D0A;
constexpr std::uint32_t InterfaceDescription = 1;
constexpr std::uint32_t EnhancedPacket = 6;
constexpr std::uint16_t LinkType = 264;
constexpr std::uint16_t OptionComment = 1;
constexpr std::uint16_t OptionInterfaceName = 2;
constexpr std::uint16_t OptionTimeResolution = 9;
constexpr std::uint8_t Nanoseconds = 9;  // resolution as a negative power of ten

// Events of the link type's pseudo-header.
constexpr std::uint8_t FieldOn = 0xFC;
constexpr std::uint8_t FieldOff = 0xFD;
constexpr std::uint8_t PcdToPicc = 0xFE;
constexpr std::uint8_t PiccToPcd = 0xFF;

class Block {
public:
    Block& u8(std::uint8_t value) {
        bytes_ += static_cast<char>(value);
        return *this;
    }
    Block& u16(std::uint16_t value) {
        return u8(static_cast<std::uint8_t>(value & 0xFFU))
            .u8(static_cast<std::uint8_t>(value >> 8));
    }
    Block& u32(std::uint32_t value) {
        return u16(static_cast<std::uint16_t>(value & 0xFFFFU))
            .u16(static_cast<std::uint16_t>(value >> 16));
    }
    Block& pad() {
        while (bytes_.size() % 4 != 0) bytes_ += '\0';
        return *this;
    }
    Block& option(std::uint16_t code, const std::string& value) {
        u16(code).u16(static_cast<std::uint16_t>(value.size()));
        bytes_ += value;
        return pad();
    }
    Block& end_of_options() { return u32(0); }

    void write(std::ostream& out, std::uint32_t type) const {
        const auto length = static_cast<std::uint32_t>(bytes_.size() + 12);
        Block frame;
        frame.u32(type).u32(length);
        frame.bytes_ += bytes_;
        frame.u32(length);
        out.write(frame.bytes_.data(), static_cast<std::streamsize>(frame.bytes_.size()));
    }

private:
    std::string bytes_;
};

/// 1 tick = 25000/339 ns exactly.
std::uint64_t nanoseconds(base::Tick tick) { return tick / 339 * 25000 + tick % 339 * 25000 / 339; }

std::string remarks(const port::AirFrame& frame, const Octets& octets) {
    std::string text;
    const auto add = [&text](const std::string& remark) {
        if (!text.empty()) text += ", ";
        text += remark;
    };
    if (!octets.whole()) add(fmt::format("{} bits", frame.bits.size()));
    if (octets.any_parity_wrong()) {
        std::string bits;
        for (const std::uint8_t bit : octets.parity) bits += static_cast<char>('0' + bit);
        add("parity bits " + bits);
    }
    if (frame.source == port::AirFrame::Source::Picc && frame.slot != 0)
        add(fmt::format("card {}", frame.slot));
    return text;
}

/// Without the keys that it may hold.
base::Bytes shown(const Reading& reading) {
    base::Bytes data = reading.octets.data;
    for (std::size_t i = 0; i < data.size(); ++i)
        if (reading.is_secret(i)) data[i] = 0;
    return data;
}

}  // namespace

Pcapng::Pcapng(std::ostream& out, std::vector<base::SectorKey> keys)
    : out_{out}, analyser_{std::move(keys)} {
    // Byte order mark, version 1.0, section length unknown.
    Block{}
        .u32(0x1A2B3C4D)
        .u16(1)
        .u16(0)
        .u32(0xFFFFFFFF)
        .u32(0xFFFFFFFF)
        .write(out_, SectionHeader);
    Block{}
        .u16(LinkType)
        .u16(0)
        .u32(0)  // no snapshot length
        .option(OptionInterfaceName, "cartouche")
        .option(OptionTimeResolution, std::string(1, static_cast<char>(Nanoseconds)))
        .end_of_options()
        .write(out_, InterfaceDescription);
    out_.flush();
}

void Pcapng::on_frame(const port::AirFrame& frame) {
    const bool pcd = frame.source == port::AirFrame::Source::Pcd;
    const Item item = analyser_.frame(frame);
    const std::uint8_t event = pcd ? PcdToPicc : PiccToPcd;
    std::string comment = remarks(frame, item.air.octets);
    if (!item.plain) {
        packet(frame.start, event, item.air.octets.data, comment);
        return;
    }
    comment =
        fmt::format("decrypted, {}; on the air {}{}{}", item.plain->annotation,
                    base::to_hex(item.air.octets.data, " "), comment.empty() ? "" : ", ", comment);
    packet(frame.start, event, shown(*item.plain), comment);
}

void Pcapng::on_field(bool on, base::Tick tick) {
    analyser_.field(on);
    packet(tick, on ? FieldOn : FieldOff, {}, {});
}

void Pcapng::packet(base::Tick tick, std::uint8_t event, base::ByteView data,
                    const std::string& comment) {
    const std::uint64_t time = nanoseconds(tick);
    const auto length = static_cast<std::uint32_t>(4 + data.size());
    Block block;
    block.u32(0)
        .u32(static_cast<std::uint32_t>(time >> 32))
        .u32(static_cast<std::uint32_t>(time & 0xFFFFFFFFU))
        .u32(length)
        .u32(length);
    // Pseudo-header: version, event, length with the high byte first.
    block.u8(0).u8(event);
    block.u8(static_cast<std::uint8_t>(data.size() >> 8))
        .u8(static_cast<std::uint8_t>(data.size()));
    for (const std::uint8_t byte : data) block.u8(byte);
    block.pad();
    if (!comment.empty()) block.option(OptionComment, comment).end_of_options();
    block.write(out_, EnhancedPacket);
    out_.flush();
}

}  // namespace trace
