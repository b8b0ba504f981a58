// The Bluetooth controller: any fragments, at any time. The input: a fragment after the other, each
// behind its length and the milliseconds since the one before (a byte each).
#include "ble/peripheral.hpp"
#include "fuzz.hpp"

namespace {

constexpr base::Tick Millisecond = 13'560;
constexpr std::size_t LongestMessage = 300;

/// Answers with as much as it got, and 9000.
class Echo final : public port::ApduPort {
public:
    void reset(base::Tick) override {}
    Taken take(base::ByteView piece, bool more, base::Tick at) override {
        fuzz::require(!more && !piece.empty(), "half an APDU");
        fuzz::require(piece.size() <= LongestMessage, "a longer message than allowed");
        base::Bytes answer(piece.begin(), piece.end());
        answer.insert(answer.end(), {0x90, 0x00});
        return {at + piece.size() * Millisecond, answer};
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    base::ByteView rest{data, size};
    Echo card;
    ble::Peripheral::Options options;
    options.control_point = 64;
    options.longest_message = LongestMessage;
    ble::Peripheral controller{card, options};
    controller.connected(64, 0);
    ble::Assembler host{LongestMessage + 2};
    base::Tick now = 0;
    while (rest.size() >= 2) {
        const std::size_t length = std::min<std::size_t>(rest[0], rest.size() - 2);
        now += rest[1] * 20 * Millisecond;
        const auto fragment = rest.subspan(2, length);
        rest = rest.subspan(2 + length);
        for (const auto& said : controller.write(fragment, now)) {
            fuzz::require(said.value.size() <= 64 && said.at >= now,
                          "a notification that cannot be");
            fuzz::require(!host.take(said.value).error, "the card's own fragments are broken");
        }
        fuzz::require(host.idle(), "half an answer");
    }
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    const auto frame = [](std::initializer_list<ble::Frame> frames) {
        base::Bytes out;
        for (const auto& one : frames) {
            for (const auto& part : ble::fragments(one, 20)) {
                out.push_back(static_cast<std::uint8_t>(part.size()));
                out.push_back(1);
                out.insert(out.end(), part.begin(), part.end());
            }
        }
        return out;
    };
    using ble::Kind;
    return {frame({{Kind::Message, base::Bytes(45, 0x80)}}),
            frame({{Kind::Ping, {1, 2, 3}}, {Kind::Message, base::Bytes(300, 1)}}),
            frame({{Kind::Cancel, {}}, {Kind::Error, {1}}, {Kind::Message, {}}}),
            {3, 1, 0x83, 0x00, 0x05, 2, 1, 0x01, 0xAA, 2, 255, 0x00, 0xBB}};
}
