#include "link/hsu_frame.hpp"

#include <array>
#include <numeric>

namespace hostlink {
namespace {

constexpr std::uint8_t FromHost = 0xD4;
constexpr std::uint8_t ToHost = 0xD5;
constexpr std::size_t MostLength = MostPayload + 1;  // TFI counts

std::uint8_t sum(base::ByteView data) {
    return static_cast<std::uint8_t>(std::accumulate(data.begin(), data.end(), 0U));
}

std::uint8_t checksum(base::ByteView data) { return static_cast<std::uint8_t>(-sum(data)); }

/// What stands at the head of a buffer that begins with 00 FF.
struct Head {
    enum class Kind : std::uint8_t { Incomplete, Wrong, Ack, Nack, Frame };

    Kind kind = Kind::Incomplete;
    std::size_t size = 0;    ///< bytes of the start code and all that is before TFI
    std::size_t length = 0;  ///< TFI..PDn
};

Head read_head(base::ByteView buffer) {
    if (buffer.size() < 4) return {};
    const std::uint8_t length = buffer[2];
    const std::uint8_t check = buffer[3];
    if (length == 0x00 && check == 0xFF) return {Head::Kind::Ack, 4, 0};
    if (length == 0xFF && check == 0x00) return {Head::Kind::Nack, 4, 0};
    if (length == 0xFF && check == 0xFF) {
        if (buffer.size() < 7) return {};
        const std::size_t extended = std::size_t{buffer[4]} << 8U | buffer[5];
        const bool good = sum(buffer.subspan(4, 3)) == 0;
        if (!good || extended < 2 || extended > MostLength) return {Head::Kind::Wrong, 0, 0};
        return {Head::Kind::Frame, 7, extended};
    }
    if (sum(buffer.subspan(2, 2)) != 0 || length < 2) return {Head::Kind::Wrong, 0, 0};
    return {Head::Kind::Frame, 4, length};
}

/// The start code, or a first byte of it that stands at the end.
std::size_t find_start(base::ByteView buffer) {
    for (std::size_t i = 0; i < buffer.size(); ++i) {
        if (buffer[i] == 0x00 && (i + 1 == buffer.size() || buffer[i + 1] == 0xFF)) return i;
    }
    return buffer.size();
}

}  // namespace

std::vector<HostMessage> FrameParser::feed(base::ByteView data) {
    std::vector<HostMessage> messages;
    buffer_.insert(buffer_.end(), data.begin(), data.end());
    std::size_t at = 0;
    while (true) {
        at += find_start(base::ByteView{buffer_}.subspan(at));
        const base::ByteView rest = base::ByteView{buffer_}.subspan(at);
        const Head head = read_head(rest);
        if (head.kind == Head::Kind::Incomplete) break;
        if (head.kind == Head::Kind::Ack || head.kind == Head::Kind::Nack) {
            messages.push_back(
                {head.kind == Head::Kind::Ack ? HostMessage::Kind::Ack : HostMessage::Kind::Nack,
                 {}});
            at += head.size;
            continue;
        }
        if (head.kind == Head::Kind::Frame) {
            if (rest.size() < head.size + head.length + 1) break;
            const auto body = rest.subspan(head.size, head.length + 1);  // DCS as well
            if (sum(body) == 0 && body[0] == FromHost) {
                const auto payload = body.subspan(1, head.length - 1);
                messages.push_back({HostMessage::Kind::Command, {payload.begin(), payload.end()}});
                at += head.size + head.length + 1;
                continue;
            }
        }
        // Not a frame of ours: a new one may begin inside it.
        at += 2;
    }
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at));
    return messages;
}

base::Bytes to_frame(base::ByteView payload) {
    const std::size_t length = payload.size() + 1;
    base::Bytes frame{0x00, 0x00, 0xFF};
    if (length <= 0xFF) {
        const auto byte = static_cast<std::uint8_t>(length);
        frame.insert(frame.end(), {byte, static_cast<std::uint8_t>(-byte)});
    } else {
        const std::array<std::uint8_t, 2> bytes{static_cast<std::uint8_t>(length >> 8U),
                                                static_cast<std::uint8_t>(length)};
        frame.insert(frame.end(), {0xFF, 0xFF, bytes[0], bytes[1], checksum(bytes)});
    }
    const std::size_t body = frame.size();
    frame.push_back(ToHost);
    frame.insert(frame.end(), payload.begin(), payload.end());
    frame.push_back(checksum(base::ByteView{frame}.subspan(body)));
    frame.push_back(0x00);
    return frame;
}

const base::Bytes& ack_frame() {
    static const base::Bytes Frame{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00};
    return Frame;
}

const base::Bytes& syntax_error_frame() {
    static const base::Bytes Frame{0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00};
    return Frame;
}

}  // namespace hostlink
