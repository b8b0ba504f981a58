/// \file world.hpp
/// A reader, its air and the cards in it, on one level (tlm, rtl or both in lockstep).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "port/air_frame.hpp"
#include "port/card_kind.hpp"
#include "port/reader_port.hpp"
#include "port/store_port.hpp"

namespace port {

inline constexpr unsigned CardSlots = 8;

/// What a card is, apart from its memory. Values are those of docs/choices.md.
struct CardProfile {
    CardKind kind = CardKind::Classic1k;
    Technology technology = Technology::A;
    base::Bytes uid{0x10, 0xE2, 0xF0, 0xA1};  ///< 4, 7 or 10 bytes; type B: the PUPI, 4 bytes
    std::uint16_t atqa = 0x0004;              ///< low byte first on the air
    std::uint8_t sak = 0x08;                  ///< of the last cascade level; 20 set: ISO-DEP
    base::Bytes ats{};     ///< with its length byte, 1..20 bytes; needed for ISO-DEP
    std::uint8_t afi = 0;  ///< type B
    /// Type B: application data and protocol info of ATQB; the rates of byte 4 count.
    std::array<std::uint8_t, 7> atqb{0x00, 0x00, 0x00, 0x00, 0x80, 0x81, 0x71};
    bool strict = false;      ///< ISO-DEP: in ACTIVE all but RATS and HLTA falls back
    bool random_uid = false;  ///< 08 xx xx xx, drawn at power-up; uid is not used
    bool nak_silent = false;  ///< no NAK to a wrong {ar}
    bool nonce_unpredictable = false;
    std::uint16_t prng_seed = 0x2001;
    std::uint32_t nonce_seed = 2463534242U;
};

/// The antenna and what disturbs it. Only the RTL level has an analogue air.
struct AirProfile {
    unsigned pause_ticks = 34;  ///< P at fc/128, 20..60 (both levels)
    /// P at fc/64, fc/32 and fc/16: 16..20, 8..10, 4..5 (both levels)
    std::array<unsigned, 3> fast_pause_ticks{18, 9, 4};
    /// Level left in such a pause, in percent of the carrier
    std::array<unsigned, 3> fast_residual{0, 0, 22};
    unsigned index_b = 10;      ///< modulation index of type B, in percent
    unsigned carrier = 192;     ///< unmodulated level at the card, of 255
    unsigned fall = 96;         ///< share of the distance the level falls in a tick, of 256
    unsigned rise = 128;        ///< share of the distance the level rises in a tick, of 256
    unsigned overshoot = 4;     ///< peak above the carrier after a pause, in percent
    unsigned residual = 0;      ///< level left in a pause, in percent of the carrier
    unsigned load = 12;         ///< load modulation, in percent of the carrier at the reader
    unsigned fading_depth = 0;  ///< how far the load modulation fades, in percent
    unsigned fading_ticks = 0;  ///< period of the fading
    unsigned noise = 0;         ///< peak of uniform noise, in 1/4096 of full scale
    std::uint32_t noise_seed = 1;
    int offset_ppm = 0;          ///< card clock against reader clock
    unsigned carrier_clock = 0;  ///< most ticks withheld from the card in each pause, 0..57
    std::uint32_t carrier_clock_seed = 1;
};

/// A card played by a test: sees each PCD frame, may answer anything at any time.
class ScriptedCard {
public:
    virtual ~ScriptedCard() = default;
    struct Reply {
        base::Bits bits{};     ///< as in AirFrame; parity as the card would send it
        base::Tick start = 0;  ///< L, at least 300 ticks after the PCD frame's end
        Technology technology = Technology::A;
        BitRate rate = BitRate::Fc128;
        base::Tick tr1 = 1408;  ///< type B: ticks of TR1
    };
    virtual std::optional<Reply> answer(const AirFrame& frame) = 0;
};

class World : public ReaderPort {
public:
    /// Puts a card into a free slot; its store must outlive it. It finds the field as it is.
    virtual void place(unsigned slot, const CardProfile& profile, StorePort& store) = 0;
    /// Puts a scripted card into a free slot.
    virtual void place(unsigned slot, ScriptedCard& card) = 0;
    /// Takes the card out of the field: it loses power at once (`StorePort::power_lost`).
    virtual void remove(unsigned slot) = 0;

    /// The carrier stops at tick `at`, once, even inside an exchange: an answer whose EOC, the bit
    /// time after its end, is not over by then counts as silence, and so does every exchange until
    /// the field is switched on again. NVM loses power 1040 ticks later (docs/choices.md).
    virtual void cut_power(Tick at) = 0;

    /// Sends a raw train of pauses, given as the ticks at which they start, and listens.
    /// For frames that no PCD would send; Answer as for Parity::AsData.
    virtual Answer pauses(const std::vector<Tick>& starts, Tick timeout) = 0;

    /// Sends raw type B modulation at fc/128: on at edges[0], off at edges[1], and so on, an even
    /// number; and listens. For characters that no PCD would send; Answer as without a CRC.
    virtual Answer edges(const std::vector<Tick>& edges, Tick timeout) = 0;

    /// `observer` is told every frame from now on; nullptr ends it.
    virtual void observe(FrameObserver* observer) = 0;
};

}  // namespace port
