#include "verilated/card_load.hpp"

namespace tb {

namespace {

using base::Tick;

constexpr Tick Period = 16;
constexpr Tick HalfPeriod = Period / 2;
constexpr Tick Reference = 512;  // ISO/IEC 14443-2, 8.2.5.2

using Load = std::vector<std::pair<Tick, Tick>>;

/// Subcarrier from the end of the last one on; where two parts touch they are one.
class Subcarrier {
public:
    explicit Subcarrier(Tick start) : now_{start} {}

    void silence(Tick ticks) { now_ += ticks; }
    void phase(bool one, Tick ticks) {
        for (const Tick end = now_ + ticks; now_ < end; now_ += Period) {
            const Tick from = one ? now_ : now_ + HalfPeriod;
            if (!load_.empty() && load_.back().second == from)
                load_.back().second += HalfPeriod;
            else
                load_.emplace_back(from, from + HalfPeriod);
        }
    }
    [[nodiscard]] Load take() { return std::move(load_); }

private:
    Tick now_;
    Load load_{};
};

}  // namespace

Load load_of(const port::ScriptedCard::Reply& reply) {
    const Tick etu = port::bit_ticks(reply.rate);
    Subcarrier card{reply.start};
    if (reply.technology == port::Technology::B) {
        constexpr unsigned CharacterBits = 8;
        card.phase(true, reply.tr1);
        card.phase(false, 10 * etu);
        card.phase(true, 2 * etu);
        for (std::size_t i = 0; i < reply.bits.size(); ++i) {
            if (i % CharacterBits == 0) card.phase(false, etu);
            card.phase(reply.bits[i] != 0, etu);
            if (i % CharacterBits == CharacterBits - 1) card.phase(true, etu);
        }
        card.phase(false, 10 * etu);
        card.phase(true, etu);
    } else if (reply.rate != port::BitRate::Fc128) {
        card.phase(true, Reference);
        card.phase(false, etu);
        for (const auto bit : reply.bits) card.phase(bit != 0, etu);
    } else {
        const Tick half = etu / 2;
        card.phase(true, half);
        card.silence(half);
        for (const auto bit : reply.bits) {
            if (bit == 0) card.silence(half);
            card.phase(true, half);
            if (bit != 0) card.silence(half);
        }
    }
    return card.take();
}

}  // namespace tb
