/// \file picc_a.hpp
/// A card of type A: MIFARE Classic, ISO-DEP or both, or type 2 memory.
#pragma once

#include "anticol/activation.hpp"
#include "card/picc.hpp"
#include "classic/engine.hpp"
#include "rf/miller.hpp"
#include "type2/engine.hpp"

namespace card {

class PiccA final : public Picc {
public:
    PiccA(const port::CardProfile& profile, port::StorePort& store);

private:
    bool whole(const PcdFrame& frame) override;
    void low(const rf::Low& low) override { decoder_.pause(low); }
    void carrier_off(Tick at) override { decoder_.carrier_off(at); }
    void work(Tick until) override;
    void begin() override;
    void forget() override;
    void halt() override { activation_.halt(); }
    void listen_at(port::BitRate rate) override { decoder_.listen_at(rate); }

    void draw_id();
    void take(base::BitView bits, rf::FrameEnd end, bool broken);
    /// Tells the memory, when the session that was open no longer is.
    void tell_end_of_session(Tick now);
    void react_to(base::BitView bits, rf::FrameEnd end, bool broken);
    /// n of the answer in reply_; 0 is silence.
    unsigned answer(base::BitView bits, rf::FrameEnd end);
    unsigned ready_answer(base::BitView bits, Tick now);
    unsigned active_answer(base::BitView bits, rf::FrameEnd end);
    bool shortcut(base::BitView bits, Tick now);
    /// ACTIVE and no session: what a card that speaks ISO-DEP makes of a frame. False: it is one
    /// for MIFARE Classic.
    bool before_rats(base::BitView bits, rf::FrameEnd end);
    void fall_back(frame::Outcome::Then then);
    void program();
    [[nodiscard]] std::uint8_t usage(Tick now);
    [[nodiscard]] anticol::Identity identity(Tick now);

    classic::Engine engine_;
    std::optional<type2::Engine> pages_{};  ///< takes the place of engine_ on a card of its kind
    anticol::Activation activation_{};
    anticol::Uid uid_{};
    rf::MillerDecoder decoder_{};

    bool shortcut_allowed_ = false;
    std::optional<anticol::Uid> random_id_{};  ///< since R, when in use
    bool programs_ = false;                    ///< the engine's order waits for its tick
    Tick order_grid_ = 0;                      ///< G of the frame that ordered it
};

}  // namespace card
