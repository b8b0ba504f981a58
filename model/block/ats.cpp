#include "block/ats.hpp"

#include <algorithm>
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

}  // namespace

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
    ats.terms.frame_size = frame_size(format & 0x0FU);
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
        ats.terms.rates = static_cast<std::uint8_t>(next());
    }
    if ((format & FormatTb) != 0) {
        ats.terms.fwi = next() >> 4U;
    }
    if ((format & FormatTc) != 0) {
        const auto tc = next();
        ats.terms.cid = (tc & TcCid) != 0;
        ats.terms.nad = (tc & TcNad) != 0;
    }
    if (ats.terms.fwi == FwiReserved) {
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

}  // namespace block
