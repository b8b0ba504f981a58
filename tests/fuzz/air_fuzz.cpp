// Whatever a reader sends, of either technology at any rate, whole or as bare modulation: a card's
// answers are sound frames, on the grid of docs/choices.md, and never ahead of time.
#include <algorithm>
#include <utility>

#include "card/picc.hpp"
#include "frame/crc_b.hpp"
#include "frame/message.hpp"
#include "fuzz.hpp"
#include "rf/miller.hpp"
#include "rf/nrz.hpp"

namespace {

using base::Bytes;
using base::Tick;
using port::Technology;

constexpr Tick Patience = 2'000'000;  // more than the waiting time of the cards below

/// Answers each command with itself and 9000.
class Host final : public port::ApduPort {
public:
    void reset(Tick) override { command_.clear(); }
    Taken take(base::ByteView piece, bool more, Tick at) override {
        command_.insert(command_.end(), piece.begin(), piece.end());
        if (more) return {at, {}};
        auto answer = std::exchange(command_, {});
        if (!answer.empty()) answer.insert(answer.end(), {0x90, 0x00});
        return {at + 256, std::move(answer)};
    }

private:
    Bytes command_{};
};

class Store final : public port::StorePort {
public:
    port::Block read(port::BlockAddress, Tick) override { return {}; }
    Programming program(port::BlockAddress, const port::Block&, Tick start) override {
        return {start + 256, true};
    }
    void power_lost(Tick) override {}
    void power_up(Tick) override {}
    port::ApduPort* air() noexcept override { return &host_; }
    std::unique_ptr<StorePort> clone() const override { return nullptr; }

private:
    Host host_{};
};

port::CardProfile profile(Technology technology) {
    port::CardProfile card;
    card.technology = technology;
    card.sak = 0x20;
    card.ats = {0x06, 0x75, 0x77, 0x81, 0x02, 0x80};
    card.atqb[4] = 0x77;
    card.uid = {0x56, 0x64, 0x73, 0xF2};
    return card;
}

/// Reads the input byte by byte, zeros behind its end.
struct Input {
    base::ByteView left{};

    std::uint8_t next() {
        if (left.empty()) return 0;
        const auto byte = left.front();
        left = left.subspan(1);
        return byte;
    }
    Bytes next(std::size_t count) {
        count = std::min(count, left.size());
        Bytes bytes(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(count));
        left = left.subspan(count);
        return bytes;
    }
};

/// One card and the time that passes around it.
class Bench {
public:
    explicit Bench(Technology technology)
        : technology_{technology}, picc_{card::Picc::make(profile(technology), store_)} {
        power_on();
    }

    void message(const Bytes& data, port::BitRate rate, Technology technology) {
        constexpr unsigned Pause[] = {34, 18, 9, 4};
        frame_.technology = technology;
        frame_.rate = rate;
        frame_.start = now_;
        // A PCD's last parity is not inverted.
        frame_.bits = frame::answer_bits(data, technology, port::BitRate::Fc128);
        const unsigned pause = Pause[static_cast<unsigned>(rate)];
        const auto end = technology == Technology::B
                             ? rf::nrz_end(frame_.bits, now_, rate, {})
                             : rf::frame_end(frame_.bits, now_, pause, rate);
        frame_.end = end.end;
        picc_->hear({frame_, end, pause, {}, {}});
        listen(end.end);
    }
    void short_frame(std::uint8_t code) {
        frame_ = {};
        frame_.start = now_;
        for (unsigned i = 0; i < 7; ++i) frame_.bits.push_back((code >> i) & 1U);
        const auto end = rf::frame_end(frame_.bits, now_, 34);
        picc_->hear({frame_, end, 34, {}, {}});
        listen(end.end);
    }
    /// Gaps and lengths in quarters of a bit at fc/16.
    void modulation(const Bytes& pairs, Technology technology) {
        std::vector<rf::Low> lows;
        Tick at = now_;
        for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
            at += 4 + Tick{pairs[i]} * 4;
            lows.push_back({at, at + 4 + Tick{pairs[i + 1]} * 4});
            at = lows.back().off;
        }
        if (lows.empty()) return;
        frame_ = {};
        frame_.technology = technology;
        frame_.start = lows.front().on;
        picc_->hear({frame_, {rf::end_after(lows.back()), false}, 34, {}, lows});
        listen(rf::end_after(lows.back()));
    }
    void off_and_on(Tick off) {
        picc_->field_off(now_);
        now_ += off;
        power_on();
    }

private:
    void power_on() {
        picc_->field_on(now_);
        now_ += 8192;
    }
    void listen(Tick end) {
        now_ = end + Patience;
        const auto* reply = picc_->advance(now_);
        if (reply == nullptr) return;
        fuzz::require(reply->start >= end + 1172, "an answer too early");
        fuzz::require(reply->technology == technology_, "an answer of the other technology");
        const std::size_t unit = technology_ == Technology::B ? 8 : 9;
        fuzz::require(reply->bits.size() <= 256 * unit, "an answer longer than any block");
        if (technology_ == Technology::B) {
            fuzz::require((reply->start - end - 20) % base::BitTicks == 0, "off the grid");
            Bytes data;
            fuzz::require(frame::read_message(reply->bits, technology_, data), "an unsound answer");
        }
        now_ = std::max(now_, reply->end() + 1172);
    }

    Technology technology_;
    Store store_{};
    std::unique_ptr<card::Picc> picc_;
    port::AirFrame frame_{};
    Tick now_ = 0;
};

Technology of(std::uint8_t byte) { return (byte & 1U) != 0 ? Technology::B : Technology::A; }

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input{{data, size}};
    Bench bench{of(input.next())};
    while (!input.left.empty()) {
        const auto op = input.next();
        const auto technology = of(op);
        switch (op >> 1U & 3U) {
            case 0: {
                const auto rate = static_cast<port::BitRate>(op >> 3U & 3U);
                auto message = input.next(1 + std::size_t{input.next()} % 64);
                if (!message.empty()) bench.message(message, rate, technology);
                break;
            }
            case 1:
                bench.short_frame(input.next());
                break;
            case 2:
                bench.modulation(input.next(2 * (1 + std::size_t{input.next()} % 64)), technology);
                break;
            default:
                bench.off_and_on(512 + Tick{input.next()} * 16);
                break;
        }
    }
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    // A: 26, select, RATS, PPS to fc/64, a block. B: REQB, ATTRIB to fc/64, a block; slots; HLTB.
    return {
        {0x00, 0x02, 0x26, 0x00, 0x06, 0x93, 0x70, 0x56, 0x64, 0x73, 0xF2, 0xB3, 0x00,
         0x01, 0xE0, 0x50, 0x00, 0x02, 0xD0, 0x11, 0x05, 0x08, 0x02, 0x02, 0x12, 0x34},
        {0x01, 0x01, 0x02, 0x05, 0x00, 0x00, 0x01, 0x08, 0x1D, 0x56, 0x64, 0x73, 0xF2,
         0x00, 0x58, 0x01, 0x00, 0x09, 0x02, 0x02, 0x12, 0x34, 0x09, 0x00, 0xC2},
        {0x01, 0x01, 0x02, 0x05, 0x00, 0x02, 0x01, 0x00, 0x15, 0x01, 0x00, 0x25, 0x01, 0x00, 0x35,
         0x07, 0x10, 0x01, 0x02, 0x05, 0x00, 0x08, 0x01, 0x04, 0x50, 0x56, 0x64, 0x73, 0xF2},
        {0x01, 0x05, 0x02, 0x00, 0xFF, 0x3F, 0xFF, 0x00, 0x20, 0x1F, 0x1F}};
}
