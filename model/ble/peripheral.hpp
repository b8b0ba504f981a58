/// \file peripheral.hpp
/// The Bluetooth controller's end: fragments written to its control point in, notifications of its
/// status out, APDUs in between.
#pragma once

#include <vector>

#include "base/tick.hpp"
#include "ble/frame.hpp"
#include "port/apdu_port.hpp"

namespace ble {

using base::Tick;

/// A value of the status characteristic, and when it goes out.
struct Notification {
    base::Bytes value{};
    Tick at = 0;
};

/// Bonding and encryption of the link are taken as done: this is what runs inside of them.
class Peripheral {
public:
    struct Options {
        std::size_t control_point = LeastFragment;  ///< longest value written, 20..512
        std::size_t longest_message = 1024;         ///< bytes of an APDU; longer: InvalidLength
        Tick keep_alive = 6'780'000;                ///< 500 ms
        Tick timeout = 40'680'000;                  ///< 3 s from one fragment to the next
    };
    /// `card` answers the APDUs and outlives it.
    Peripheral(port::ApduPort& card, const Options& options);

    /// Values of the GATT service: control point length, and the values of notifications that the
    /// connection carries (ATT_MTU - 3).
    [[nodiscard]] std::size_t control_point() const noexcept { return options_.control_point; }
    void connected(std::size_t notification, Tick at);
    void disconnected() noexcept;

    /// A fragment was written. While an answer is worked out only a cancel is heard: else Busy.
    [[nodiscard]] std::vector<Notification> write(base::ByteView fragment, Tick at);

private:
    [[nodiscard]] std::vector<Notification> handle(const Frame& frame, Tick at);
    void say(std::vector<Notification>& out, const Frame& frame, Tick at) const;
    [[nodiscard]] std::vector<Notification> refuse(Error error, Tick at) const;

    port::ApduPort* card_;
    Options options_;
    Assembler assembler_;
    std::size_t notification_ = LeastFragment;
    Tick heard_ = 0;  ///< the last fragment
    Tick busy_until_ = 0;
};

}  // namespace ble
