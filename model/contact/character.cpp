#include "contact/character.hpp"

#include <bit>

namespace contact {

namespace {

constexpr unsigned DataMoments = 8;
constexpr unsigned Moments = 9;  ///< with parity
constexpr std::uint16_t AllHigh = 0x1FF;
constexpr std::uint8_t DirectTs = 0x3B;
constexpr std::uint8_t InverseTs = 0x3F;

std::uint8_t reversed(std::uint8_t byte) {
    unsigned result = 0;
    for (unsigned i = 0; i < DataMoments; ++i) result |= (byte >> i & 1U) << (7 - i);
    return static_cast<std::uint8_t>(result);
}

std::uint16_t levels_of(std::uint8_t byte, Convention convention) {
    const auto parity = static_cast<unsigned>(std::popcount(byte)) & 1U;
    const bool inverse = convention == Convention::Inverse;
    const unsigned bits = (inverse ? reversed(byte) : byte) | parity << DataMoments;
    return static_cast<std::uint16_t>(inverse ? ~bits & AllHigh : bits);
}

/// The levels a receiver with another length of etu finds: before and after the character H.
std::uint16_t sampled(const Character& character, Rate rate) {
    unsigned levels = 0;
    for (unsigned k = 1; k <= Moments; ++k) {
        const std::uint64_t at = rate.half_etus(2 * k + 1);
        const std::uint64_t moment = at * character.rate.d / character.rate.f;
        const bool high =
            moment > Moments || (moment > 0 && (character.levels >> (moment - 1) & 1U));
        levels |= (high ? 1U : 0U) << (k - 1);
    }
    return static_cast<std::uint16_t>(levels);
}

}  // namespace

Character encode(std::uint8_t byte, Convention convention, Rate rate, Cycle start) {
    return {start, rate, levels_of(byte, convention)};
}

Decoded decode(const Character& character, Convention convention, Rate rate) {
    const auto levels = rate == character.rate ? character.levels : sampled(character, rate);
    const bool inverse = convention == Convention::Inverse;
    const auto bits = static_cast<std::uint16_t>(inverse ? ~levels & AllHigh : levels);
    const auto data = static_cast<std::uint8_t>(bits);
    return {inverse ? reversed(data) : data, std::popcount(bits) % 2 == 0};
}

std::optional<Convention> convention_of(const Character& ts) {
    // One third of the time between the two falling edges is one etu: its rate is known.
    if (ts.levels == levels_of(DirectTs, Convention::Direct)) return Convention::Direct;
    if (ts.levels == levels_of(InverseTs, Convention::Inverse)) return Convention::Inverse;
    return std::nullopt;
}

ErrorSignal error_signal(Cycle start, Rate rate) {
    return {start + rate.half_etus(21), start + rate.half_etus(24)};
}

bool sees(const Character& character, const ErrorSignal& signal) {
    const Cycle look = character.start + character.rate.etus(11);
    return signal.start <= look && look < signal.end;
}

}  // namespace contact
