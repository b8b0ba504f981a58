/// \file flash.hpp
/// The reader's non-volatile memory: regions that are erased as a whole and programmed in pieces.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "base/bytes.hpp"

namespace control {

/// The power went away inside a write; nothing works until power comes back.
class PowerCut : public std::runtime_error {
public:
    PowerCut() : std::runtime_error{"the reader has lost its power"} {}
};

/// Regions, in order: two slots for each kind of update, two pages each for tries and clients.
enum class Region : std::uint8_t {
    SoftwareA,
    SoftwareB,
    CredentialsA,
    CredentialsB,
    LogicA,
    LogicB,
    TriesA,
    TriesB,
    ClientsA,
    ClientsB
};
inline constexpr std::size_t Regions = 10;

class Flash {
public:
    static constexpr std::uint8_t Erased = 0xFF;
    static constexpr std::size_t RegionBytes = 20'480;

    virtual ~Flash() = default;

    /// Bounds are the caller's: std::out_of_range.
    [[nodiscard]] virtual base::Bytes read(Region region, std::size_t offset,
                                           std::size_t size) const = 0;
    /// Of bytes that are erased.
    virtual void program(Region region, std::size_t offset, base::ByteView data) = 0;
    virtual void erase(Region region) = 0;
};

/// In RAM. May lose its power in any write: half of it is done then.
class MemoryFlash final : public Flash {
public:
    MemoryFlash();

    [[nodiscard]] base::Bytes read(Region region, std::size_t offset,
                                   std::size_t size) const override;
    void program(Region region, std::size_t offset, base::ByteView data) override;
    void erase(Region region) override;

    /// Write number `write` from now on, counted from 0, is torn.
    void cut_in(std::size_t write) {
        left_ = write;
        cutting_ = true;
    }
    void power_up() {
        cutting_ = false;
        dead_ = false;
    }
    /// Writes done so far.
    [[nodiscard]] std::size_t writes() const noexcept { return writes_; }

private:
    /// Whether this write is the torn one.
    bool torn();

    std::array<base::Bytes, Regions> regions_{};
    std::size_t writes_ = 0;
    std::size_t left_ = 0;
    bool cutting_ = false;
    bool dead_ = false;
};

}  // namespace control
