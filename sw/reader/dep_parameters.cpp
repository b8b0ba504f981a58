#include "reader/dep_parameters.hpp"

#include <algorithm>
#include <array>

namespace reader {
namespace {

using port::BitRate;

constexpr unsigned MostFwi = 14;
constexpr std::uint8_t SameBothWays = 0x80;
constexpr std::uint8_t Reserved = 0x08;
constexpr unsigned FromCardShift = 4;  // b7 b6 b5, from the card; b3 b2 b1, to the card

/// `bits`: b1 fc/64, b2 fc/32, b3 fc/16.
bool has(unsigned bits, BitRate rate) {
    const auto index = static_cast<unsigned>(rate);
    return index == 0 || ((bits >> (index - 1U)) & 1U) != 0;
}

BitRate best(unsigned bits, BitRate highest) {
    for (auto index = static_cast<unsigned>(highest); index > 0; --index) {
        if (has(bits, static_cast<BitRate>(index))) return static_cast<BitRate>(index);
    }
    return BitRate::Fc128;
}

}  // namespace

unsigned frame_size(unsigned code) noexcept {
    constexpr std::array<unsigned, 9> Sizes{16, 24, 32, 40, 48, 64, 96, 128, 256};
    return Sizes[std::min<std::size_t>(code, Sizes.size() - 1)];
}

std::optional<DepParameters> parse_ats(base::ByteView ats) {
    DepParameters parameters;
    if (ats.empty() || ats[0] != ats.size()) return std::nullopt;
    if (ats.size() == 1) return parameters;
    const std::uint8_t format = ats[1];
    parameters.frame_size = frame_size(format & 0x0FU);
    std::size_t at = 2;
    const auto next = [&](std::uint8_t flag) -> std::optional<std::uint8_t> {
        if ((format & flag) == 0) return std::nullopt;
        return at < ats.size() ? ats[at++] : std::uint8_t{0};
    };
    const auto present = static_cast<std::size_t>(((format >> 4U) & 1U) + ((format >> 5U) & 1U) +
                                                  ((format >> 6U) & 1U));
    if (ats.size() < 2 + present) return std::nullopt;
    if (const auto ta = next(0x10)) parameters.rates = *ta;
    if (const auto tb = next(0x20)) {
        if (*tb >> 4U <= MostFwi) parameters.fwi = *tb >> 4U;
        if ((*tb & 0x0FU) <= MostFwi) parameters.sfgi = *tb & 0x0FU;
    }
    if (const auto tc = next(0x40)) {
        parameters.cid = (*tc & 0x02U) != 0;
        parameters.nad = (*tc & 0x01U) != 0;
    }
    return parameters;
}

std::optional<DepParameters> parse_atqb(base::ByteView atqb) {
    constexpr std::uint8_t Atqb = 0x50;
    constexpr std::size_t Basic = 12;
    constexpr std::size_t ProtocolInfo = 9;
    // The extended one, which nobody here asks for, has one byte more.
    if ((atqb.size() != Basic && atqb.size() != Basic + 1) || atqb[0] != Atqb) return std::nullopt;
    const auto info = atqb.subspan(ProtocolInfo);
    DepParameters parameters;
    parameters.rates = info[0];
    parameters.frame_size = frame_size(info[1] >> 4U);
    if (info[2] >> 4U <= MostFwi) parameters.fwi = info[2] >> 4U;
    parameters.nad = (info[2] & 0x02U) != 0;
    parameters.cid = (info[2] & 0x01U) != 0;
    if (info.size() > 3 && info[3] >> 4U <= MostFwi) parameters.sfgi = info[3] >> 4U;
    return parameters;
}

Rates best_rates(std::uint8_t offered, BitRate highest) noexcept {
    if ((offered & Reserved) != 0) return {};
    const unsigned to_card = offered;
    const unsigned from_card = static_cast<unsigned>(offered) >> FromCardShift;
    if ((offered & SameBothWays) == 0) return {best(to_card, highest), best(from_card, highest)};
    const BitRate both = best(to_card & from_card, highest);
    return {both, both};
}

bool allows(std::uint8_t offered, const Rates& rates) noexcept {
    if (rates == Rates{}) return true;
    if ((offered & Reserved) != 0) return false;
    if ((offered & SameBothWays) != 0 && rates.to_card != rates.from_card) return false;
    return has(offered, rates.to_card) &&
           has(static_cast<unsigned>(offered) >> FromCardShift, rates.from_card);
}

}  // namespace reader
