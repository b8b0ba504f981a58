#include "terminal/access_words.hpp"

#include <array>
#include <string_view>

namespace terminal {
namespace {

constexpr auto None = Keys::None;
constexpr auto A = Keys::A;
constexpr auto B = Keys::B;
constexpr auto Either = Keys::Either;

// Index C1C2C3: read, write, increment, decrement.
constexpr std::array<DataRights, 8> Data{{
    {Either, Either, Either, Either},  // 000
    {Either, None, None, Either},      // 001
    {Either, None, None, None},        // 010
    {B, B, None, None},                // 011
    {Either, B, None, None},           // 100
    {B, None, None, None},             // 101
    {Either, B, B, Either},            // 110
    {None, None, None, None},          // 111
}};

// Index C1C2C3: write key A, read and write access bits, read and write key B.
constexpr std::array<TrailerRights, 8> Trailer{{
    {A, A, None, A, A},                // 000
    {A, A, A, A, A},                   // 001
    {None, A, None, A, None},          // 010
    {B, Either, B, None, B},           // 011
    {B, Either, None, None, B},        // 100
    {None, Either, B, None, None},     // 101
    {None, Either, None, None, None},  // 110
    {None, Either, None, None, None},  // 111
}};

std::string_view text(Keys keys) {
    switch (keys) {
        case Keys::A:
            return "with key A";
        case Keys::B:
            return "with key B";
        case Keys::Either:
            return "with either key";
        case Keys::None:
            break;
    }
    return "never";
}

std::string phrase(std::string_view what, Keys keys) {
    return std::string{what} + ' ' + std::string{text(keys)};
}

}  // namespace

bool key_b_works(std::uint8_t trailer_group) noexcept {
    return Trailer[trailer_group & 7U].read_b == Keys::None;
}

DataRights data_rights(std::uint8_t group, bool key_b_works) noexcept {
    const DataRights& rights = Data[group & 7U];
    if (key_b_works) return rights;
    const auto without_b = [](Keys keys) {
        return static_cast<Keys>(static_cast<unsigned>(keys) & static_cast<unsigned>(Keys::A));
    };
    return {without_b(rights.read), without_b(rights.write), without_b(rights.increment),
            without_b(rights.decrement)};
}

TrailerRights trailer_rights(std::uint8_t group) noexcept { return Trailer[group & 7U]; }

std::string words(const DataRights& rights) {
    std::string made = phrase("read", rights.read) + ", " + phrase("write", rights.write);
    if (rights.increment == Keys::None && rights.decrement == Keys::None)
        return made + ", no value commands";
    if (rights.increment == rights.decrement)
        return made + ", " + phrase("increase and decrease", rights.increment);
    return made + ", " + phrase("increase", rights.increment) + ", " +
           phrase("decrease", rights.decrement);
}

std::string words(const TrailerRights& rights) {
    return phrase("key A written", rights.write_a) + ", " +
           phrase("access bits read", rights.read_access) + " and " +
           phrase("written", rights.write_access) + ", " + phrase("key B read", rights.read_b) +
           " and " + phrase("written", rights.write_b);
}

}  // namespace terminal
