// Bytes from the host on the PN532 link: whole and in pieces they say the same.
#include <algorithm>

#include "fuzz.hpp"
#include "link/hsu_frame.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input{data, size};
    hostlink::FrameParser whole;
    const auto messages = whole.feed(input);
    for (const auto& message : messages) {
        const bool command = message.kind == hostlink::HostMessage::Kind::Command;
        fuzz::require(!command || !message.payload.empty(), "a command without a code");
        fuzz::require(message.payload.size() <= hostlink::MostPayload, "a payload too long");
    }
    hostlink::FrameParser pieces;
    std::vector<hostlink::HostMessage> collected;
    std::size_t length = 1;
    for (std::size_t at = 0; at < size; at += length, length = length % 7 + 1) {
        length = std::min(length, size - at);
        for (auto& message : pieces.feed(input.subspan(at, length)))
            collected.push_back(std::move(message));
    }
    fuzz::require(collected == messages, "pieces say something else");
    return 0;
}

// Test plan, LINK-01 to LINK-04.
std::vector<base::Bytes> fuzz::seeds() {
    base::Bytes extended{0x00, 0x00, 0xFF, 0xFF, 0xFF, 0x01, 0x03, 0xFC, 0xD4, 0x00, 0x00};
    extended.resize(extended.size() + 256);
    extended.push_back(0x2C);
    extended.push_back(0x00);
    return {
        {0x00, 0x00, 0xFF, 0x02, 0xFE, 0xD4, 0x02, 0x2A, 0x00},
        {0x55, 0x55, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0x03, 0xFD, 0xD4, 0x14, 0x01, 0x17, 0x00},
        {0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00},
        {0x00, 0x00, 0xFF, 0x06, 0xFA, 0xD4, 0x60, 0x14, 0x02, 0x20, 0x10, 0x86, 0x00},
        extended};
}
