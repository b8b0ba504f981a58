#include "field/tlm_world.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "field/sequencer.hpp"
#include "pcd/pcd.hpp"
#include "rf/miller.hpp"

namespace field {
namespace {

constexpr Tick GapAfterPicc = 1172;  ///< PCD guard after a card's frame
constexpr Tick GapAfterOther = 512;  ///< after silence or a change of the field
constexpr Tick LongestTimeout = (Tick{1} << 30) - 1;
constexpr Tick GapInAuthentication = 1300;  ///< least distance of {nr}{ar} from the end of nt

/// Modules outlive every world: SystemC builds them once.
struct Kernel {
    Sequencer& sequencer;
    bool lent = false;
};

Kernel& kernel() {
    // Never destroyed: SystemC's own globals would go first.
    static auto& one = []() -> Kernel& {
        auto& built = *new Kernel{*new Sequencer{"air"}};
        sc_core::sc_start(sc_core::SC_ZERO_TIME);  // elaborates
        return built;
    }();
    return one;
}

void check(const port::AirProfile& air) {
    const auto in = [](unsigned ticks, unsigned least, unsigned most) {
        return ticks >= least && ticks <= most;
    };
    const auto& fast = air.fast_pause_ticks;
    if (!in(air.pause_ticks, 20, 60) || !in(fast[0], 16, 20) || !in(fast[1], 8, 10) ||
        !in(fast[2], 4, 5)) {
        throw std::invalid_argument("a pause is 20 to 60, 16 to 20, 8 to 10 or 4 to 5 ticks long");
    }
}

class TlmWorld : public port::World {
public:
    explicit TlmWorld(const port::AirProfile& air) : kernel_{kernel()}, air_{air} {
        if (kernel_.lent) {
            throw std::logic_error("another world of the transaction level is in use");
        }
        check(air);
        kernel_.lent = true;
        kernel_.sequencer.restart();
        field_.reset(air_);
    }
    ~TlmWorld() override {
        field_.reset(air_);
        kernel_.lent = false;
    }
    TlmWorld(const TlmWorld&) = delete;
    TlmWorld& operator=(const TlmWorld&) = delete;

    void field(bool on, Tick at) override;
    port::Answer exchange(const port::Request& request) override;
    port::AuthAnswer authenticate(const port::AuthRequest& request) override;
    void crypto1_off() override { pcd_.crypto1_off(); }
    [[nodiscard]] bool crypto1_on() const override { return pcd_.crypto1_on(); }
    void wait_until(Tick at) override;
    [[nodiscard]] Tick now() const override { return earliest_; }

    void place(unsigned slot, const port::CardProfile& profile, port::StorePort& store) override;
    void place(unsigned slot, port::ScriptedCard& card) override;
    void remove(unsigned slot) override;
    void cut_power(Tick at) override;
    port::Answer pauses(const std::vector<Tick>& starts, Tick timeout) override;
    port::Answer edges(const std::vector<Tick>& edges, Tick timeout) override;
    void observe(port::FrameObserver* observer) override { field_.observe(observer); }

private:
    void check_times(Tick start, Tick timeout) const;
    void check_free(unsigned slot) const;
    void changed();  ///< a card was placed or removed
    /// Sends a checked request, or `raw`, and listens.
    port::Answer send(const port::Request& request, std::span<const rf::Low> raw);
    /// Books an exchange that ended; the tick up to which time has passed.
    Tick ended(const Reception& reception, Tick timeout);
    port::AuthAnswer run_authentication(const port::AuthRequest& request);

    Kernel& kernel_;
    Field& field_ = kernel_.sequencer.field();
    port::AirProfile air_;
    pcd::Pcd pcd_{};
    Tick time_ = 0;                  ///< everything up to here has happened
    Tick earliest_ = GapAfterOther;  ///< from here something new may be started
};

void TlmWorld::check_times(Tick start, Tick timeout) const {
    if (start < earliest_) {
        throw std::invalid_argument("start lies before now()");
    }
    if (timeout > LongestTimeout) {
        throw std::invalid_argument("a time-out of 2^30 ticks or more");
    }
}

void TlmWorld::check_free(unsigned slot) const {
    if (slot >= port::CardSlots || !field_.empty(slot)) {
        throw std::invalid_argument("no such slot, or a card is in it");
    }
}

Tick TlmWorld::ended(const Reception& reception, Tick timeout) {
    time_ = reception.silent ? field_.tx_end() + timeout : reception.end;
    earliest_ = time_ + (reception.silent ? GapAfterOther : GapAfterPicc);
    return time_;
}

void TlmWorld::field(bool on, Tick at) {
    if (at < earliest_) {
        throw std::invalid_argument("the field cannot be switched before now()");
    }
    field_.advance(at);
    if (on && !field_.carrier_on() && field_.off_since() &&
        at < *field_.off_since() + rf::ShortestFieldOff) {
        throw std::invalid_argument("the field was off for less than 2048 ticks");
    }
    kernel_.sequencer.run([&] {
        field_.carrier(on, at);
        return at;
    });
    if (!on) {
        pcd_.crypto1_off();
    }
    time_ = at;
    earliest_ = std::max(earliest_, at + GapAfterOther);
}

void TlmWorld::wait_until(Tick at) {
    if (at <= time_) {
        return;
    }
    kernel_.sequencer.run([&] {
        field_.advance(at);
        return at;
    });
    time_ = at;
    earliest_ = std::max(earliest_, at);
}

port::Answer TlmWorld::exchange(const port::Request& request) {
    pcd::check(request);
    const bool fast =
        request.technology == port::Technology::A &&
        (request.tx_rate != port::BitRate::Fc128 || request.rx_rate != port::BitRate::Fc128);
    if (fast && pcd_.crypto1_on() && request.parity == port::Parity::Automatic) {
        throw std::invalid_argument("there is no Crypto1 above fc/128");
    }
    check_times(request.start, request.timeout);
    return send(request, {});
}

port::Answer TlmWorld::send(const port::Request& request, std::span<const rf::Low> raw) {
    port::Answer answer;
    kernel_.sequencer.run([&] {
        if (raw.empty()) {
            pcd_.encode(request, field_.outgoing());
        }
        const auto heard = field_.transmit(request, raw);
        answer.tx_end = field_.tx_end();
        if (!heard.silent) {
            answer.rx_start = heard.start;
            pcd_.decode(request, {heard.bits, heard.collisions, heard.framing}, answer);
        }
        answer.rx_end = ended(heard, request.timeout);
        return answer.rx_end;
    });
    return answer;
}

port::Answer TlmWorld::pauses(const std::vector<Tick>& starts, Tick timeout) {
    if (starts.empty() || !std::is_sorted(starts.begin(), starts.end()) ||
        std::adjacent_find(starts.begin(), starts.end(), [&](Tick a, Tick b) {
            return b <= a + air_.pause_ticks;
        }) != starts.end()) {
        throw std::invalid_argument("pauses overlap, or there are none");
    }
    check_times(starts.front(), timeout);
    port::Request request;
    request.parity = port::Parity::AsData;
    request.start = starts.front();
    request.timeout = timeout;
    return send(request, rf::pauses_at(starts, air_.pause_ticks));
}

port::Answer TlmWorld::edges(const std::vector<Tick>& edges, Tick timeout) {
    if (edges.empty() || edges.size() % 2 != 0 ||
        std::adjacent_find(edges.begin(), edges.end(), std::greater_equal<>{}) != edges.end()) {
        throw std::invalid_argument("edges are an even number of rising ticks");
    }
    check_times(edges.front(), timeout);
    port::Request request;
    request.technology = port::Technology::B;
    request.start = edges.front();
    request.timeout = timeout;
    std::vector<rf::Low> lows;
    for (std::size_t i = 0; i < edges.size(); i += 2) {
        lows.push_back({edges[i], edges[i + 1]});
    }
    return send(request, lows);
}

port::AuthAnswer TlmWorld::authenticate(const port::AuthRequest& request) {
    check_times(request.start, request.timeout);
    port::AuthAnswer answer;
    kernel_.sequencer.run([&] {
        answer = run_authentication(request);
        return answer.end;
    });
    return answer;
}

port::AuthAnswer TlmWorld::run_authentication(const port::AuthRequest& request) {
    port::AuthAnswer answer;
    pcd_.auth_command(request, field_.outgoing());
    port::Request pass;
    pass.start = request.start;
    pass.timeout = request.timeout;
    auto heard = field_.transmit(pass);
    answer.end = ended(heard, request.timeout);
    if (heard.silent || !pcd_.auth_nonce(request, {heard.bits, heard.collisions, heard.framing})) {
        return answer;
    }
    answer.nt = pcd_.nonce();
    const Tick distance = heard.end + GapInAuthentication - request.start;
    pass.start = request.start + (distance + rf::BitTicks - 1) / rf::BitTicks * rf::BitTicks;
    pcd_.auth_proof(request, field_.outgoing());
    heard = field_.transmit(pass);
    answer.end = ended(heard, request.timeout);
    if (heard.silent) {
        answer.status = port::AuthStatus::NoAnswer;
        return answer;
    }
    const bool right = pcd_.auth_answer({heard.bits, heard.collisions, heard.framing});
    answer.status = right ? port::AuthStatus::Ok : port::AuthStatus::Refused;
    return answer;
}

void TlmWorld::changed() {
    if (field_.carrier_on()) {
        earliest_ += GapAfterOther;
    }
}

void TlmWorld::place(unsigned slot, const port::CardProfile& profile, port::StorePort& store) {
    check_free(slot);
    card::Picc::check(profile, store);
    if (field_.carrier_on()) {
        wait_until(earliest_);
    }
    field_.place(slot, profile, store, earliest_);
    changed();
}

void TlmWorld::place(unsigned slot, port::ScriptedCard& card) {
    check_free(slot);
    field_.place(slot, card);
}

void TlmWorld::remove(unsigned slot) {
    if (slot >= port::CardSlots || field_.empty(slot)) {
        throw std::invalid_argument("no card in this slot");
    }
    wait_until(earliest_);
    field_.remove(slot, earliest_);
    changed();
}

void TlmWorld::cut_power(Tick at) {
    if (at < time_) {
        throw std::invalid_argument("power cannot be cut in the past");
    }
    field_.cut_power(at);
}

}  // namespace

std::unique_ptr<port::World> make_tlm_world(const port::AirProfile& air) {
    return std::make_unique<TlmWorld>(air);
}

}  // namespace field
