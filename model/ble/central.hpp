/// \file central.hpp
/// The terminal's end and the connection: APDUs out in fragments, answers back from notifications.
#pragma once

#include <functional>
#include <optional>

#include "ble/peripheral.hpp"

namespace ble {

/// A fragment on its way, to be changed or lost by who tests what happens then.
struct Packet {
    bool to_card = true;
    base::Bytes value{};
};

/// Example: central.connect(now); const auto answer = central.exchange(apdu);
class Central {
public:
    struct Options {
        std::size_t mtu = 23;     ///< ATT_MTU of the connection, 23..517
        Tick interval = 101'700;  ///< 7.5 ms: one packet, in either direction
    };
    Central(Peripheral& card, const Options& options);

    void connect(Tick at);
    void disconnect();
    [[nodiscard]] bool connected() const noexcept { return connected_; }

    /// One APDU. Nothing when no whole answer comes back: error() says what the card thinks of it.
    [[nodiscard]] std::optional<base::Bytes> exchange(base::ByteView apdu);
    /// Echoed by the card.
    [[nodiscard]] std::optional<base::Bytes> ping(base::ByteView data);
    /// One fragment as it stands; what comes back.
    [[nodiscard]] std::vector<Notification> write(base::ByteView fragment);

    /// Of the last exchange.
    [[nodiscard]] std::optional<Error> error() const noexcept { return error_; }
    [[nodiscard]] unsigned keep_alives() const noexcept { return keep_alives_; }

    /// Asked for each packet; false: it is lost. Empty: none is.
    void disturb(std::function<bool(Packet&)> passes) { passes_ = std::move(passes); }

    [[nodiscard]] Tick now() const noexcept { return now_; }
    void wait_until(Tick at) noexcept { now_ = at > now_ ? at : now_; }

private:
    [[nodiscard]] std::optional<base::Bytes> exchange(const Frame& frame);
    [[nodiscard]] std::size_t fragment() const noexcept;

    Peripheral* card_;
    Options options_;
    std::function<bool(Packet&)> passes_{};
    bool connected_ = false;
    std::optional<Error> error_{};
    unsigned keep_alives_ = 0;
    Tick now_ = 0;
};

}  // namespace ble
