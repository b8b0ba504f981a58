/// \file access.hpp
/// Access bits and the rights they give (mifare-classic.md, 1.3).
#pragma once

#include <array>
#include <cstdint>

#include "port/store_port.hpp"

namespace classic {

enum class KeySlot : std::uint8_t { A, B };

enum class Operation : std::uint8_t { Read, Write, Increment, DecrementTransferRestore };

/// What one key may do with a trailer. Byte 9 goes with the access bits; key A is never read.
struct TrailerRights {
    bool write_key_a = false;
    bool read_access = false;
    bool write_access = false;
    bool read_key_b = false;
    bool write_key_b = false;

    [[nodiscard]] bool any_write() const noexcept {
        return write_key_a || write_access || write_key_b;
    }
};

/// The access bits of one sector, read from its trailer.
class Access {
public:
    explicit Access(const port::Block& trailer) noexcept;

    /// False: some inverted copy does not match, the sector is blocked.
    [[nodiscard]] bool consistent() const noexcept { return consistent_; }
    /// C1 C2 C3 of `group` as a number, C1 worth 4. Example: 7F 07 88 -> 0, 0, 0, 3
    [[nodiscard]] unsigned condition(unsigned group) const noexcept { return conditions_[group]; }
    /// Key B is data that key A reads: no right comes from it.
    [[nodiscard]] bool key_b_is_data() const noexcept;

    [[nodiscard]] bool allows(unsigned group, Operation operation, KeySlot key) const noexcept;
    [[nodiscard]] TrailerRights trailer(KeySlot key) const noexcept;

private:
    std::array<unsigned, 4> conditions_{};
    bool consistent_ = false;
};

}  // namespace classic
