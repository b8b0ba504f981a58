/// \file board_card.hpp
/// A card OS behind board_card: what a host says on the SPI of mailbox and board registers.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "driver/mailbox_driver.hpp"
#include "driver/spi_port.hpp"
#include "port/world.hpp"

namespace driver {

/// Does not wait: next() says what to send, finish() takes what came. Who owns the SPI, a loop or a
/// simulation, calls them in turn, and on and on: a board is asked what it wants, as no interrupt
/// line is needed.
///
/// Errors: finish() throws std::runtime_error when no board_card answers, or one refuses an access.
class BoardCard final : public MailboxBus {
public:
    /// Fills the board's registers first. `card` has an air(), and is told of its power; it must
    /// outlive this. Errors: std::invalid_argument for a profile that no card can be.
    BoardCard(port::StorePort& card, const port::CardProfile& profile);

    /// What to send now, at tick `now` of the caller's clock, which never goes back.
    [[nodiscard]] base::Bytes next(base::Tick now);
    /// What came; `now`: when the transaction ended.
    void finish(base::ByteView miso, base::Tick now);

    [[nodiscard]] bool powered() const noexcept { return powered_; }
    /// It has nothing to do but to ask.
    [[nodiscard]] bool idle() const noexcept { return queue_.empty() && planned_.empty(); }

    void write(std::uint8_t address, std::uint8_t value) override;
    void read(std::uint8_t address, std::function<void(std::uint8_t)> done) override;
    void at(base::Tick at, std::function<void()> action) override;

private:
    /// One transaction: words to or from one register.
    struct Job {
        bool is_write = false;
        std::uint8_t address = 0;
        base::Bytes words{};
        std::vector<std::function<void(std::uint8_t)>> done{};
    };

    void asked(std::uint8_t status, std::uint8_t state);
    void run_planned();

    port::StorePort& card_;
    MailboxDriver driver_;
    std::deque<Job> queue_{};
    std::optional<Job> sent_{};
    bool polling_ = false;  ///< sent_ is the question what the board wants
    std::multimap<base::Tick, std::function<void()>> planned_{};
    base::Tick now_ = 0;
    bool powered_ = false;
};

}  // namespace driver
