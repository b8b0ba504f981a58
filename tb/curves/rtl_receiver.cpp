#include "curves/rtl_receiver.hpp"

#include <Vrtl_rf_bpsk_decoder.h>
#include <Vrtl_rf_manchester_decoder.h>
#include <Vrtl_top_listen.h>
#include <verilated.h>

#include <type_traits>

#include "verilated/coverage.hpp"

namespace curves {
namespace {

/// A module with a clock, a reset and a level.
template <class Top>
class Rig : public RtlReceiver {
public:
    std::vector<base::Bits> hear(std::span<const std::uint16_t> levels) final {
        listen_anew();
        frames_.clear();
        open_ = false;
        for (const auto level : levels) {
            top_.level_i = static_cast<std::remove_cvref_t<decltype(top_.level_i)>>(level);
            tick();
            look();
        }
        return frames_;
    }

    ~Rig() override {
        top_.final();
        tb::save_coverage(context_);
        // Verilator 5.006 takes the scopes of a model out of the context that this thread used
        // last, which another receiver may have taken with it.
        Verilated::threadContextp(&context_);
    }

protected:
    Rig() {
        context_.fatalOnError(true);
        top_.clk_i = 0;
        top_.rst_ni = 1;
        top_.level_i = 0;
    }

    void reset() {
        top_.eval();
        top_.rst_ni = 0;  // the falling edge resets
        top_.eval();
        top_.rst_ni = 1;
        top_.eval();
    }
    void tick() {
        top_.clk_i = 1;
        top_.eval();
        top_.clk_i = 0;
        top_.eval();
    }

    void begin() {
        bits_.clear();
        open_ = true;
    }
    void bit(bool value) { bits_.push_back(value ? 1 : 0); }
    void end(bool good) {
        if (open_ && good) frames_.push_back(bits_);
        open_ = false;
    }

    virtual void listen_anew() = 0;
    virtual void look() = 0;  ///< what the outputs say in this tick

    VerilatedContext context_{};
    Top top_{&context_};

private:
    bool open_ = false;
    base::Bits bits_{};
    std::vector<base::Bits> frames_{};
};

class CardRig final : public Rig<Vrtl_top_listen> {
public:
    explicit CardRig(const Link& link) : is_b_{link.is_b()} {
        top_.card_rst_ni = 1;
        top_.powered_i = 1;
        top_.enable_i = 1;
        top_.type_b_i = is_b_;
        top_.rate_i = static_cast<unsigned char>(link.rate);
        reset();
    }

private:
    void listen_anew() override {}
    void look() override {
        if (top_.sof_o != 0) {
            begin();
            place_ = 0;
        }
        // Characters of type B have got a parity bit.
        if (top_.bit_valid_o != 0 && !(is_b_ && place_++ % 9 == 8)) bit(top_.bit_o != 0);
        if (top_.eof_o != 0) end(top_.error_o == 0);
    }

    bool is_b_;
    unsigned place_ = 0;
};

template <class Top>
class ReaderRig : public Rig<Top> {
protected:
    void listen_anew() final {
        this->top_.listen_i = 0;
        this->tick();
        this->top_.listen_i = 1;
    }
};

class ManchesterRig final : public ReaderRig<Vrtl_rf_manchester_decoder> {
public:
    ManchesterRig() {
        top_.listen_i = 0;
        reset();
    }

private:
    void look() override {
        if (top_.sof_o != 0) begin();
        if (top_.bit_valid_o != 0) bit(top_.bit_o != 0);
        if (top_.eof_o != 0) end(top_.error_o == 0);
    }
};

class PhaseRig final : public ReaderRig<Vrtl_rf_bpsk_decoder> {
public:
    explicit PhaseRig(const Link& link) {
        top_.listen_i = 0;
        top_.type_b_i = link.is_b();
        top_.rate_i = static_cast<unsigned char>(link.rate);
        reset();
    }

private:
    void look() override {
        if (top_.sof_o != 0) begin();
        if (top_.bit_valid_o != 0) bit(top_.bit_o != 0);
        if (top_.lost_o != 0) end(false);
        if (top_.eof_o != 0) end(top_.error_o == 0);
    }
};

}  // namespace

std::unique_ptr<RtlReceiver> make_rtl_receiver(const Link& link) {
    if (link.at_card()) return std::make_unique<CardRig>(link);
    if (!link.is_b() && link.rate == port::BitRate::Fc128) return std::make_unique<ManchesterRig>();
    return std::make_unique<PhaseRig>(link);
}

}  // namespace curves
