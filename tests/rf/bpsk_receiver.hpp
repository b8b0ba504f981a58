/// \file bpsk_receiver.hpp
/// The Verilated rf_bpsk_decoder, fed with levels.
#pragma once

#include <memory>
#include <vector>

#include "bpsk.hpp"

class VerilatedContext;
class Vrtl_rf_bpsk_decoder;

namespace rf_test {

struct HeardPhases {
    base::Bits bits{};
    Tick sof = 0;
    Tick eof = -1;  ///< -1: still going on
    bool error = false;
    bool lost = false;
};

class BpskReceiver {
public:
    BpskReceiver(bool type_b, unsigned rate);
    ~BpskReceiver();
    void take(const Levels& levels);
    std::vector<HeardPhases> frames{};
    Tick tick = 0;
    [[nodiscard]] bool settled() const;

private:
    std::unique_ptr<VerilatedContext> context_;
    std::unique_ptr<Vrtl_rf_bpsk_decoder> top_;
};

}  // namespace rf_test
