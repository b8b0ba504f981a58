/// \file picc_b.hpp
/// A card of type B.
#pragma once

#include "anticol/activation_b.hpp"
#include "card/picc.hpp"
#include "rf/nrz.hpp"

namespace card {

class PiccB final : public Picc {
public:
    PiccB(const port::CardProfile& profile, port::StorePort& store);

private:
    bool whole(const PcdFrame& frame) override;
    void low(const rf::Low& low) override;
    void carrier_off(Tick) override {}
    void work(Tick) override {}
    void forget() override;
    void halt() override { activation_.halt(); }
    void listen_at(port::BitRate rate) override { decoder_.listen_at(rate); }

    void take(base::BitView bits, Tick start, rf::FrameEnd end);
    [[nodiscard]] bool choose(base::ByteView message, rf::FrameEnd end);

    anticol::ActivationB activation_;
    rf::NrzDecoder decoder_{};
    base::Bytes answer_{};
};

}  // namespace card
