/// \file picc.hpp
/// A card as plain C++, MIFARE Classic or ISO-DEP or both: pauses and power in, answers with their
/// ticks out. No kernel. Twin of rtl/top's card.
#pragma once

#include <optional>
#include <span>

#include "anticol/activation.hpp"
#include "block/protocol.hpp"
#include "classic/engine.hpp"
#include "crypto1/nonce.hpp"
#include "port/world.hpp"
#include "rf/miller.hpp"

namespace card {

using base::Tick;

/// What a card sends.
struct Reply {
    base::Bits bits{};
    Tick start = 0;  ///< L
};

/// Ticks handed in never go back. Nothing happens by itself: advance() does what is due.
///
/// Example: Picc picc{profile, store, 34}; picc.field_on(0); picc.frame(reqa, 5000, end);
/// picc.advance(10000)->start == end.end + 1172
class Picc {
public:
    Picc(const port::CardProfile& profile, port::StorePort& store, unsigned pause_ticks);

    /// Throws std::invalid_argument for a profile that no card can have.
    static void check(const port::CardProfile& profile, port::StorePort& store);

    /// The carrier goes on or off. Off: no frame comes before it is on again; power goes when it is
    /// noticed (docs/choices.md, Power), with the call that passes this tick.
    void field_on(Tick at);
    void field_off(Tick at);
    /// Taken out of the field: the memory loses power at once.
    void remove(Tick at);

    /// A whole frame of not less than one bit. Nothing else is sent before `end.decision()`, as no
    /// reader starts sooner (ReaderPort).
    void frame(base::BitView bits, Tick start, rf::FrameEnd end);
    /// Pauses, in any rhythm; a frame may go on in the next call.
    void pauses(std::span<const Tick> starts);

    /// Does what is due up to `until`: the answer that begins by then, each once; nullptr when
    /// there is none. It stays valid until the next call of any member.
    const Reply* advance(Tick until);

private:
    /// Does what is due, as long as there is power.
    void settle(Tick until);
    void work(Tick until);
    void lose_power(Tick at);
    void power_up();
    void draw_id();
    void hear(base::BitView bits, rf::FrameEnd end, bool broken);
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
    void react(const block::Reaction& reaction, rf::FrameEnd end);
    void fall_back(classic::Outcome::Then then);
    void program();
    void send(Tick start);
    [[nodiscard]] std::uint8_t usage(Tick now);
    [[nodiscard]] anticol::Identity identity(Tick now);

    port::CardProfile profile_;
    port::StorePort& store_;
    crypto1::NonceSource nonces_;
    classic::Engine engine_;
    std::optional<block::Protocol> block_{};  ///< when the card speaks ISO-DEP
    anticol::Activation activation_{};
    anticol::Uid uid_{};
    rf::MillerDecoder decoder_;
    unsigned pause_ticks_;

    bool carrier_ = false;
    bool powered_ = false;
    std::optional<Tick> fading_since_{};  ///< the carrier is off, and there is power still
    Tick ready_ = 0;                      ///< R, once the carrier is on
    bool shortcut_allowed_ = false;
    std::optional<anticol::Uid> random_id_{};  ///< since R, when in use

    Tick deaf_until_ = 0;
    bool replies_ = false;  ///< reply_ waits to be handed out
    Reply reply_{};
    bool programs_ = false;  ///< the engine's order waits for its tick
    Tick order_grid_ = 0;    ///< G of the frame that ordered it
};

}  // namespace card
