/// \file picc.hpp
/// A card as plain C++: the field's modulation and power in, answers with their ticks out. No
/// kernel. Twin of rtl/top's card.
#pragma once

#include <memory>
#include <optional>

#include "block/protocol.hpp"
#include "card/pcd_frame.hpp"
#include "crypto1/nonce.hpp"
#include "port/world.hpp"
#include "rf/picc_frame.hpp"

namespace card {

using base::Tick;

/// What both types of card have: power, the time of answers, blocks. Ticks handed in never go back.
/// Nothing happens by itself: advance() does what is due.
///
/// Example: auto picc = Picc::make(profile, store); picc->field_on(0);
/// picc->hear({reqa, end}); picc->advance(10000)->start == end.end + 1172
class Picc {
public:
    /// Of the profile's technology.
    [[nodiscard]] static std::unique_ptr<Picc> make(const port::CardProfile& profile,
                                                    port::StorePort& store);
    /// Throws std::invalid_argument for a profile that no card can have.
    static void check(const port::CardProfile& profile, port::StorePort& store);

    virtual ~Picc() = default;
    Picc(const Picc&) = delete;
    Picc& operator=(const Picc&) = delete;

    /// The carrier goes on or off. Off: no frame comes before it is on again; power goes when it is
    /// noticed (docs/choices.md, Power), with the call that passes this tick.
    void field_on(Tick at);
    void field_off(Tick at);
    /// Taken out of the field: the memory loses power at once.
    void remove(Tick at);

    /// A frame, whole or raw; a raw one may go on in the next. After a whole one nothing else is
    /// sent before `frame.end.decision()`, as no reader starts sooner (ReaderPort).
    void hear(const PcdFrame& frame);

    /// Does what is due up to `until`: the answer that begins by then, each once; nullptr when
    /// there is none. It stays valid until the next call of any member.
    const rf::PiccFrame* advance(Tick until);

protected:
    static constexpr Tick Never = block::Protocol::Never;

    Picc(const port::CardProfile& profile, port::StorePort& store);

    /// A frame of the own technology and rate; false: it is to be heard as lows.
    virtual bool whole(const PcdFrame& frame) = 0;
    /// A low of the own technology, any rate.
    virtual void low(const rf::Low& low) = 0;
    /// What is under way may have no end.
    virtual void carrier_off(Tick at) = 0;
    /// What else is due up to `until`, power being there.
    virtual void work(Tick until) = 0;
    /// Power came at R, or is gone.
    virtual void begin() {}
    virtual void forget() = 0;
    /// S(DESELECT) was answered.
    virtual void halt() = 0;
    /// The reader's rate is another one now.
    virtual void listen_at(port::BitRate rate) = 0;

    /// Sends reply_.bits from `start` on; deaf until it is over.
    void send(Tick start);
    void stay_silent(rf::FrameEnd end) noexcept;
    /// What the block protocol makes of a frame.
    void react(const block::Reaction& reaction, rf::FrameEnd end);
    /// The data of a sound message; nothing when it is not sound. Valid until the next call.
    [[nodiscard]] base::ByteView message(base::BitView bits);
    [[nodiscard]] bool in_protocol() const noexcept { return block_ && block_->active(); }

    port::CardProfile profile_;
    port::StorePort& store_;
    crypto1::NonceSource nonces_;
    std::optional<block::Protocol> block_{};  ///< when the card speaks ISO-DEP
    block::Rates rates_{};
    Tick ready_ = 0;  ///< R, once the carrier is on
    Tick deaf_until_ = 0;
    rf::PiccFrame reply_{};

private:
    /// Does what is due, as long as there is power.
    void settle(Tick until);
    void work_all(Tick until);
    void lose_power(Tick at);
    void send_block(Tick start);

    bool carrier_ = false;
    bool powered_ = false;
    std::optional<Tick> fading_since_{};  ///< the carrier is off, and there is power still
    bool replies_ = false;                ///< reply_ waits to be handed out
    base::Bytes received_{};
};

}  // namespace card
