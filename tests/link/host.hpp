/// \file host.hpp
/// A host on the wire of a Pn532, without terminal and threads: bytes in, bytes out.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/hex.hpp"
#include "link/hsu_frame.hpp"
#include "link/pn532.hpp"

namespace link_test {

using base::Bytes;

inline const std::string Ack = "00 00 FF 00 FF 00";

class Host {
public:
    explicit Host(port::ReaderPort& port, const reader::Policy& policy = {})
        : reader{port, policy}, chip{reader} {}

    /// What comes back on the wire for these bytes.
    std::string wire(std::string_view hex) {
        Bytes answer;
        const auto add = [&](const Bytes& frame) {
            answer.insert(answer.end(), frame.begin(), frame.end());
        };
        for (const auto& message : parser.feed(base::from_hex(hex).value())) {
            if (message.kind != hostlink::HostMessage::Kind::Command) continue;
            add(hostlink::ack_frame());
            if (const auto frame = chip.execute(message.payload)) add(*frame);
        }
        return base::to_hex(answer, " ");
    }

    /// A command's payload and the answer's, from the code on.
    std::string run(std::string_view payload) {
        const auto frame = chip.execute(base::from_hex(payload).value());
        if (!frame) return "none";
        if (*frame == hostlink::syntax_error_frame()) return "error";
        const bool extended = (*frame)[3] == 0xFF && (*frame)[4] == 0xFF;
        const std::size_t head = extended ? 9 : 6;  // up to TFI
        return base::to_hex(base::ByteView{*frame}.subspan(head, frame->size() - head - 2), " ");
    }

    reader::Reader reader;
    hostlink::Pn532 chip;
    hostlink::FrameParser parser{};
};

}  // namespace link_test
