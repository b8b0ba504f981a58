/// \file board_world.hpp
/// A reader with a card on a board in its field, and that board's host bit by bit on the SPI's
/// pins.
#pragma once

#include <memory>

#include "driver/board_card.hpp"
#include "port/reader_port.hpp"
#include "port/world.hpp"

namespace tb {

/// `host` goes on while the reader lets time pass, as a host of its own would.
class BoardWorld {
public:
    /// `half`: ticks of half an SCK period, at least 2. `host` must outlive this.
    explicit BoardWorld(driver::BoardCard& host, const port::AirProfile& air = {},
                        unsigned half = 2);
    ~BoardWorld();
    BoardWorld(const BoardWorld&) = delete;
    BoardWorld& operator=(const BoardWorld&) = delete;

    [[nodiscard]] port::ReaderPort& reader();
    /// The AES engine's registers, on the same pins with a select of their own; a transfer lets
    /// time pass.
    [[nodiscard]] driver::SpiPort& aes();
    [[nodiscard]] base::Tick now() const;
    /// SPI transactions so far.
    [[nodiscard]] std::uint64_t transactions() const;
    /// Assertions of the RTL that failed so far.
    [[nodiscard]] int check_failures() const;

private:
    class Simulation;
    std::unique_ptr<Simulation> simulation_;
};

}  // namespace tb
