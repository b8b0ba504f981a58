/// \file rtl_receiver.hpp
/// The Verilated receivers of rtl/: a card's (top_listen) and a reader's (rf_manchester_decoder,
/// rf_bpsk_decoder).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "curves/link.hpp"

namespace curves {

class RtlReceiver {
public:
    virtual ~RtlReceiver() = default;

    /// One level a tick. A reader begins to listen with the first one. The bits of the frames that
    /// ended without an error, parity bits of type A included.
    [[nodiscard]] virtual std::vector<base::Bits> hear(std::span<const std::uint16_t> levels) = 0;
};

[[nodiscard]] std::unique_ptr<RtlReceiver> make_rtl_receiver(const Link& link);

}  // namespace curves
