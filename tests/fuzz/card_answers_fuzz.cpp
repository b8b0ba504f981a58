// What a card of either type may say to a reader: found, opened, an APDU exchanged, left. The
// reader comes to an end, sends whole frames only, and listens at the rates that were agreed.
#include <algorithm>

#include "fuzz.hpp"
#include "link/contactless_card.hpp"
#include "reader/iso_dep.hpp"

namespace {

/// Each answer is a byte of length and errors, then so many bytes of the input; in turn for ever.
class Card final : public port::ReaderPort {
public:
    explicit Card(base::ByteView input) : input_{input} {}

    unsigned exchanges = 0;

    void field(bool, base::Tick at) override { now_ = at; }
    port::Answer exchange(const port::Request& request) override {
        fuzz::require(request.start >= now_, "a frame before its time");
        fuzz::require(!request.data.empty() && request.data.size() <= 256, "no frame");
        const bool fast = request.tx_rate != port::BitRate::Fc128;
        fuzz::require(!fast || request.last_bits == 0, "part of a byte above fc/128");
        ++exchanges;
        port::Answer answer;
        answer.tx_end = request.start + 10'000;
        answer.data = next();
        answer.silent = answer.data.empty();
        answer.rx_start = answer.silent ? 0 : answer.tx_end + 1172;
        answer.rx_end = answer.silent ? answer.tx_end + request.timeout : answer.rx_start + 30'000;
        if (!answer.silent) answer.errors.crc = spoilt_;
        answer.collisions.resize(answer.data.size());
        now_ = answer.rx_end;
        return answer;
    }
    port::AuthAnswer authenticate(const port::AuthRequest&) override { return {}; }
    void crypto1_off() override {}
    [[nodiscard]] bool crypto1_on() const override { return false; }
    void wait_until(base::Tick at) override { now_ = std::max(now_, at); }
    [[nodiscard]] base::Tick now() const override { return now_; }

private:
    base::Bytes next() {
        spoilt_ = false;
        if (at_ >= input_.size()) return {};
        const std::uint8_t head = input_[at_++];
        spoilt_ = (head & 0x80U) != 0;
        const std::size_t size = std::min<std::size_t>(head & 0x7FU, input_.size() - at_);
        const auto part = input_.subspan(at_, size);
        at_ += size;
        return {part.begin(), part.end()};
    }

    base::ByteView input_;
    std::size_t at_ = 0;
    bool spoilt_ = false;
    base::Tick now_ = 512;
};

void use(Card& card) {
    reader::Policy policy;
    policy.highest_rate = port::BitRate::Fc16;
    policy.command_limit = 1'000'000;
    reader::Reader reader{card, policy};
    const auto found = reader.poll(reader::Wake::Idle);
    if (found.status == reader::Status::Ok) {
        fuzz::require(found.card.uid.size() <= 10, "a UID of that length");
        auto opened = reader::IsoDep::open(reader, found.card, 0x51);
        fuzz::require(opened.channel.has_value() == (opened.status == reader::Status::Ok),
                      "a channel to nobody");
        if (opened.channel) {
            (void)opened.channel->exchange(base::Bytes(100, 0x5A));
            (void)opened.channel->deselect();
        }
    }
    (void)reader.list_b(4);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t Most = 4096;
    const base::ByteView input{data, std::min(size, Most)};
    Card card{input};
    use(card);
    Card again{input};
    reader::Reader reader{again};
    hostlink::ContactlessCard over_pcsc{reader};
    const auto atr = over_pcsc.power_on();
    fuzz::require(atr.empty() || (atr.size() >= 5 && atr.size() <= 20), "an ATR of that length");
    (void)over_pcsc.transmit(base::Bytes{0x00, 0xA4, 0x04, 0x00, 0x00});
    return 0;
}

// iso14443.md, 6.2, 7.1 and 9: each answer with its length before it, without CRC.
std::vector<base::Bytes> fuzz::seeds() {
    return {
        // Type A, SAK 20: ATQA, UID, SAK, ATS, PPS with CID 1, a chained answer, S(DESELECT).
        {0x02, 0x04, 0x00, 0x05, 0x9C, 0x59, 0x9B, 0x32, 0x6C, 0x01, 0x20, 0x06,
         0x06, 0x75, 0x77, 0x81, 0x02, 0x80, 0x01, 0xD1, 0x02, 0xAA, 0x01, 0x03,
         0x1B, 0x01, 0x11, 0x04, 0x0A, 0x01, 0x90, 0x00, 0x02, 0xCA, 0x01},
        // Nobody of type A; type B: ATQB, ATTRIB, S(WTX), an answer.
        {0x00, 0x00, 0x00, 0x0C, 0x50, 0x56, 0x64, 0x73, 0xF2, 0x00, 0x00, 0x00, 0x00, 0x77, 0x81,
         0x71, 0x01, 0x01, 0x03, 0xFA, 0x01, 0x01, 0x04, 0x0A, 0x01, 0x90, 0x00, 0x02, 0xCA, 0x01},
        // Collisions of type B, then slots.
        {0x00, 0x00, 0x00, 0x81, 0xFF, 0x00, 0x0C, 0x50, 0x56, 0x64, 0x73,
         0xF2, 0x00, 0x00, 0x00, 0x00, 0x80, 0x81, 0x71, 0x01, 0x00}};
}
