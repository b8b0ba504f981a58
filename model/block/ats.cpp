#include "block/ats.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace block {
namespace {

constexpr std::size_t MostBytes = 20;
constexpr std::uint8_t FormatReserved = 0x80;
constexpr std::uint8_t FormatTa = 0x10;
constexpr std::uint8_t FormatTb = 0x20;
constexpr std::uint8_t FormatTc = 0x40;
constexpr std::uint8_t TcNad = 0x01;
constexpr std::uint8_t TcCid = 0x02;
constexpr unsigned FwiReserved = 15;
constexpr std::size_t CrcBytes = 2;
constexpr Tick WaitingTime = 4096;  // of FWI 0
constexpr Tick Reserve = 8;         // grid instants between the last start and FWT

}  // namespace

std::size_t frame_size(unsigned code) noexcept {
    constexpr std::array<std::size_t, 9> Sizes{16, 24, 32, 40, 48, 64, 96, 128, 256};
    return Sizes[std::min<std::size_t>(code, Sizes.size() - 1)];
}

Ats Ats::from(base::ByteView bytes) {
    if (bytes.empty() || bytes.size() > MostBytes || bytes[0] != bytes.size()) {
        throw std::invalid_argument("an ATS has 1 to 20 bytes, and the first is their count");
    }
    Ats ats;
    ats.bytes.assign(bytes.begin(), bytes.end());
    if (bytes.size() == 1) {
        return ats;
    }
    const auto format = bytes[1];
    ats.interface = 2;
    ats.frame_size = block::frame_size(format & 0x0FU);
    const auto next = [&]() -> unsigned {
        if (ats.interface == bytes.size()) {
            throw std::invalid_argument("an ATS without the interface bytes its T0 names");
        }
        return bytes[ats.interface++];
    };
    if ((format & FormatReserved) != 0) {
        throw std::invalid_argument("an ATS with a reserved bit in T0");
    }
    if ((format & FormatTa) != 0) {
        next();
    }
    if ((format & FormatTb) != 0) {
        ats.fwi = next() >> 4U;
    }
    if ((format & FormatTc) != 0) {
        const auto tc = next();
        ats.cid = (tc & TcCid) != 0;
        ats.nad = (tc & TcNad) != 0;
    }
    if (ats.fwi == FwiReserved) {
        throw std::invalid_argument("an ATS with FWI 15");
    }
    return ats;
}

base::Bytes Ats::within(std::size_t fsd) const {
    auto sent = bytes;
    sent.resize(std::min(sent.size(), fsd - CrcBytes));
    sent[0] = static_cast<std::uint8_t>(sent.size());
    return sent;
}

Tick Ats::last_index() const noexcept { return (WaitingTime << fwi) / base::BitTicks - Reserve; }

}  // namespace block
