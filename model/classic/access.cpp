#include "classic/access.hpp"

namespace classic {
namespace {

enum Who : std::uint8_t { No = 0, A = 1, B = 2, Ab = 3 };

// Rows by C1 C2 C3; columns read, write, increment, decrement/transfer/restore.
constexpr Who Data[8][4] = {
    {Ab, Ab, Ab, Ab},  // 000 transport
    {Ab, No, No, Ab},  // 001 value, no recharge
    {Ab, No, No, No},  // 010 read only
    {B, B, No, No},    // 011
    {Ab, B, No, No},   // 100
    {B, No, No, No},   // 101
    {Ab, B, B, Ab},    // 110 value
    {No, No, No, No},  // 111
};

// Columns write key A, read access bits, write access bits, read key B, write key B.
constexpr Who Trailer[8][5] = {
    {A, A, No, A, A},      // 000
    {A, A, A, A, A},       // 001 transport
    {No, A, No, A, No},    // 010
    {B, Ab, B, No, B},     // 011
    {B, Ab, No, No, B},    // 100
    {No, Ab, B, No, No},   // 101
    {No, Ab, No, No, No},  // 110
    {No, Ab, No, No, No},  // 111
};

constexpr bool includes(Who who, KeySlot key) noexcept {
    return (who & (key == KeySlot::A ? A : B)) != 0;
}

}  // namespace

Access::Access(const port::Block& trailer) noexcept {
    const unsigned c1 = trailer[7] >> 4;
    const unsigned c2 = trailer[8] & 0x0FU;
    const unsigned c3 = trailer[8] >> 4;
    const unsigned inverted = trailer[6] | (trailer[7] & 0x0FU) << 8;
    consistent_ = inverted == ((c1 | c2 << 4 | c3 << 8) ^ 0xFFFU);
    for (unsigned group = 0; group < conditions_.size(); ++group) {
        conditions_[group] =
            ((c1 >> group) & 1) << 2 | ((c2 >> group) & 1) << 1 | ((c3 >> group) & 1);
    }
}

bool Access::key_b_is_data() const noexcept {
    return includes(Trailer[conditions_[3]][3], KeySlot::A);
}

bool Access::allows(unsigned group, Operation operation, KeySlot key) const noexcept {
    if (!consistent_ || (key == KeySlot::B && key_b_is_data())) {
        return false;
    }
    return includes(Data[conditions_[group]][static_cast<unsigned>(operation)], key);
}

TrailerRights Access::trailer(KeySlot key) const noexcept {
    if (!consistent_ || (key == KeySlot::B && key_b_is_data())) {
        return {};
    }
    const auto& row = Trailer[conditions_[3]];
    return {includes(row[0], key), includes(row[1], key), includes(row[2], key),
            includes(row[3], key), includes(row[4], key)};
}

}  // namespace classic
