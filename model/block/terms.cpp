#include "block/terms.hpp"

#include <algorithm>
#include <stdexcept>

namespace block {
namespace {

constexpr unsigned FwiReserved = 15;
constexpr Tick WaitingTime = 4096;  // of FWI 0
constexpr Tick Reserve = 8;         // grid instants between the last start and FWT
constexpr std::uint8_t SameRates = 0x80;
constexpr unsigned PcdShift = 0;
constexpr unsigned PiccShift = 4;
constexpr std::uint8_t OptionCid = 0x01;
constexpr std::uint8_t OptionNad = 0x02;

/// Three bits from fc/64 on say which rates there are.
bool has(std::uint8_t rates, unsigned shift, port::BitRate rate) noexcept {
    const auto index = static_cast<unsigned>(rate);
    return index == 0 || (rates >> (shift + index - 1) & 1U) != 0;
}

}  // namespace

std::size_t frame_size(unsigned code) noexcept {
    constexpr std::array<std::size_t, 9> Sizes{16, 24, 32, 40, 48, 64, 96, 128, 256};
    return Sizes[std::min<std::size_t>(code, Sizes.size() - 1)];
}

Terms Terms::from_atqb(const std::array<std::uint8_t, 7>& atqb) {
    Terms terms;
    terms.rates = atqb[4];
    terms.frame_size = block::frame_size(atqb[5] >> 4U);
    terms.fwi = atqb[6] >> 4U;
    terms.nad = (atqb[6] & OptionNad) != 0;
    terms.cid = (atqb[6] & OptionCid) != 0;
    if (terms.fwi == FwiReserved) {
        throw std::invalid_argument("an ATQB with FWI 15");
    }
    return terms;
}

bool Terms::allow(Rates chosen) const noexcept {
    return ((rates & SameRates) == 0 || chosen.pcd == chosen.picc) &&
           has(rates, PcdShift, chosen.pcd) && has(rates, PiccShift, chosen.picc);
}

Tick Terms::last_index() const noexcept { return (WaitingTime << fwi) / base::BitTicks - Reserve; }

}  // namespace block
