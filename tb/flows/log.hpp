/// \file log.hpp
/// What was done to a card and what came back, with its times and without its secrets.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/tick.hpp"

namespace flows {

using base::Tick;

/// The way to the card: an APDU over its contacts, through the air or over Bluetooth, or a gate
/// that reads its sectors as a MIFARE Classic card. Display: no card's, but a reader's own.
enum class Via : std::uint8_t { Contacts, Air, Gate, Bluetooth, Display };

/// Example: "contacts"
[[nodiscard]] std::string_view to_string(Via via) noexcept;

struct Exchange {
    Via via = Via::Contacts;
    std::string command{};  ///< bytes in hex, secrets as **; of a gate: words
    std::string answer{};   ///< the same; empty: none came
    Tick begin = 0;
    Tick end = 0;
    std::chrono::nanoseconds wall{};
};

/// Secrets are hidden when they are told to hide(), before they are sent; the data of VERIFY,
/// CHANGE REFERENCE DATA and RESET RETRY COUNTER always are.
class Log {
public:
    Log() = default;
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// These bytes are shown as ** wherever they stand, from now on.
    void hide(base::ByteView secret);

    /// Told each exchange when it is over; empty: nobody.
    void listen(std::function<void(const Exchange&)> listener) { listener_ = std::move(listener); }
    void add(Exchange exchange);
    [[nodiscard]] const std::vector<Exchange>& exchanges() const noexcept { return exchanges_; }

    /// In hex, with secrets hidden. Example: text({0x20, 0x31}) == "20 31"
    [[nodiscard]] std::string text(base::ByteView bytes) const;
    /// The same of a command APDU.
    [[nodiscard]] std::string command_text(base::ByteView apdu) const;

private:
    [[nodiscard]] std::string text(base::ByteView bytes, std::vector<bool> hidden) const;

    std::vector<base::Bytes> secrets_{};
    std::vector<Exchange> exchanges_{};
    std::function<void(const Exchange&)> listener_{};
};

}  // namespace flows
