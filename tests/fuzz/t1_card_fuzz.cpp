// A card under T=1 fed with blocks, whole and broken. Each input byte pair is a length and a flag,
// then the bytes of one transmission; its LRC is put right when the flag asks for it.
#include <algorithm>

#include "contact/block.hpp"
#include "contact/card.hpp"
#include "contact/line.hpp"
#include "fuzz.hpp"

namespace {

using contact::Cycle;

/// Answers a command by itself; slow when its second byte says so.
class Echo final : public port::ApduPort {
public:
    void reset(base::Tick) override {}
    Taken take(base::ByteView piece, bool, base::Tick at) override {
        fuzz::require(at >= last_, "ticks go back");
        last_ = at;
        // What RESYNCH left running is done first.
        ready_ = std::max(at, ready_) +
                 (piece.size() > 1 ? base::Tick{piece[1]} * 1'000'000 : base::Tick{0});
        return {ready_, {piece.begin(), piece.end()}};
    }

private:
    base::Tick last_ = 0;
    base::Tick ready_ = 0;
};

constexpr unsigned Mended = 1;
constexpr unsigned Damaged = 2;

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Echo echo;
    contact::Profile profile;
    // T=1 from the start at 372 cycles an etu, IFSC 32.
    profile.atr.groups = {{.a = {}, .b = {}, .c = {}, .next = std::uint8_t{1}},
                          {.a = std::uint8_t{0x11}, .b = {}, .c = {}, .next = {}}};
    contact::Card card{profile, echo};
    contact::Line line{card};
    line.drive(contact::Pin::Vcc, true, 0);
    line.drive(contact::Pin::Clk, true, 100);
    line.drive(contact::Pin::Rst, true, 1000);
    const contact::Rate rate{};
    Cycle edge = 1000;
    while (const auto character = line.receive(edge + rate.etus(9600))) edge = character->start;

    base::ByteView input{data, size};
    contact::BlockReceiver receiver{rate.etus(12)};
    receiver.limit(contact::LongestIfs);
    while (input.size() >= 2) {
        const std::size_t length = std::min<std::size_t>(input[0], input.size() - 2);
        const unsigned flags = input[1];
        base::Bytes block(input.begin() + 2,
                          input.begin() + 2 + static_cast<std::ptrdiff_t>(length));
        input = input.subspan(2 + length);
        // What comes behind a block would only drown the card's answer.
        const std::size_t most = (flags & Mended) != 0 ? 3 : 4;
        if (block.size() > 3 && block[2] != 0xFF)
            block.resize(std::min(block.size(), block[2] + most));
        if ((flags & Mended) != 0) {
            std::uint8_t sum = 0;
            for (const auto byte : block) sum = static_cast<std::uint8_t>(sum ^ byte);
            block.push_back(sum);
        }
        Cycle start = std::max(line.now(), edge + rate.etus(22));
        for (const auto byte : block) {
            auto character = contact::encode(byte, contact::Convention::Direct, rate, start);
            if ((flags & Damaged) != 0 && byte == block.back()) character.levels ^= 1U;
            fuzz::require(!line.send(character), "an error signal");
            edge = start;
            start += rate.etus(12);
        }
        const Cycle sent = edge;
        bool first = true;
        std::optional<contact::Reception> answer;
        // As long as BWT of BWI 4 can become.
        while (const auto character = line.receive(edge + rate.etus(256 * 15'372))) {
            if (first) fuzz::require(character->start >= sent + rate.etus(22), "too early");
            fuzz::require(first || character->start == edge + rate.etus(12), "a gap in a block");
            first = false;
            edge = character->start;
            fuzz::require(!answer, "more than a block");
            answer = receiver.hear(contact::decode(*character, contact::Convention::Direct, rate),
                                   character->start);
        }
        fuzz::require(receiver.idle(), "a block that breaks off");
        if (!answer) continue;
        fuzz::require(answer->verdict == contact::Acknowledge::Ok, "a block that is none");
        fuzz::require(!answer->block.is(contact::Supervisory::Resynch, false), "a resynch request");
    }
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    return {{8, 1, 0x00, 0x00, 0x05, 0x80, 0x03, 0x00, 0x00, 0x01, 4, 0, 0x00, 0x81, 0x00, 0x81},
            {7, 1, 0x00, 0x20, 0x04, 0x80, 0x04, 0x00, 0x00, 3, 1, 0x00, 0xC2, 0x00},
            {7, 1,    0x00, 0x00, 0x04, 0x80, 0x3F, 0x00, 0x02, 4,
             1, 0x00, 0xE3, 0x01, 0x02, 3,    1,    0x00, 0xC0, 0x00},
            {4,    1,    0x00, 0xC1, 0x01, 0x01, 6,    3, 0x00, 0x00, 0x03, 0x01,
             0x02, 0x03, 3,    1,    0x00, 0x90, 0x00, 3, 1,    0x00, 0x80, 0x00}};
}
