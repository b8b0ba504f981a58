// InDataExchange and InCommunicateThru.

#include <algorithm>
#include <stdexcept>

#include "link/pn532.hpp"

namespace hostlink {
namespace {

using base::Bytes;

constexpr std::uint8_t InvalidParameter = 0x10;
constexpr std::uint8_t NotAcceptable = 0x27;
constexpr std::uint8_t MoreInformation = 0x40;  // in Tg and in the status byte

// MIFARE commands that are more than one frame, or whose answer is four bits.
enum Mifare : std::uint8_t {
    AuthenticateA = 0x60,
    AuthenticateB = 0x61,
    Write = 0xA0,
    CompatibleWrite = 0xA2,
    Transfer = 0xB0,
    Decrement = 0xC0,
    Increment = 0xC1,
    Restore = 0xC2,
    Personalize = 0x40,
    SetModulation = 0x43
};

/// Status byte, then the data, which goes to the host only when all was well.
Bytes reply_of(const reader::Read& answer) {
    Bytes reply;
    if (answer.status == reader::Status::Ok) reply = answer.data;
    reply.insert(reply.begin(), status_byte(answer.status));
    return reply;
}

Bytes reply_of(const reader::Done& answer) { return {status_byte(answer.status)}; }

}  // namespace

Pn532::Reply Pn532::data_exchange(base::ByteView data) {
    if (data.empty()) return std::nullopt;
    const unsigned index = (data[0] & 0x07U) - 1U;
    const std::uint8_t status = make_active(index);
    if (status != 0) return Bytes{status};
    const base::ByteView rest = data.subspan(1);
    if (rest.empty() && incoming_.empty()) return Bytes{InvalidParameter};
    auto& channel = targets_[index]->channel;
    const bool is_b = targets_[index]->card.technology == port::Technology::B;
    if (is_b && !channel) return Bytes{NotAcceptable};
    Bytes reply = channel ? channel_exchange(*channel, rest, (data[0] & MoreInformation) != 0)
                          : classic_exchange(rest);
    last_error_ = reply[0] & 0x3FU;
    return reply;
}

Bytes Pn532::channel_exchange(reader::IsoDep& channel, base::ByteView data, bool more) {
    // A command without data fetches what did not fit into the last answer.
    if (data.empty()) return next_piece();
    outgoing_.insert(outgoing_.end(), data.begin(), data.end());
    if (more) return {0x00};
    const reader::Read answer = channel.exchange(outgoing_);
    outgoing_.clear();
    incoming_ = answer.data;
    if (answer.status == reader::Status::Ok) return next_piece();
    incoming_.clear();
    return {status_byte(answer.status)};
}

Bytes Pn532::next_piece() {
    constexpr std::size_t MostData = 262;  // besides code and status byte
    const auto size = static_cast<std::ptrdiff_t>(std::min(MostData, incoming_.size()));
    Bytes reply{incoming_.begin(), incoming_.begin() + size};
    incoming_.erase(incoming_.begin(), incoming_.begin() + size);
    reply.insert(reply.begin(), incoming_.empty() ? std::uint8_t{0} : MoreInformation);
    return reply;
}

Bytes Pn532::classic_exchange(base::ByteView data) {
    const Bytes command{data.begin(), data.end()};
    const std::uint8_t block = data.size() > 1 ? data[1] : std::uint8_t{0};
    const base::ByteView rest = data.size() > 2 ? data.subspan(2) : base::ByteView{};
    switch (data[0]) {
        case AuthenticateA:
        case AuthenticateB:
            return authenticate(data);
        case Write:
            if (rest.size() != 16) break;
            return reply_of(reader_.write(block, rest));
        case Decrement:
        case Increment:
            if (rest.size() != 4) break;
            return reply_of(reader_.value_command(data[0], block, rest));
        case Restore: {
            if (!rest.empty() && rest.size() != 4) break;
            const Bytes operand = rest.empty() ? Bytes(4) : Bytes{rest.begin(), rest.end()};
            return reply_of(reader_.value_command(data[0], block, operand));
        }
        case Transfer:
        case Personalize:
        case SetModulation:
        case CompatibleWrite:
            return reply_of(reader_.command(command, reader_.policy().write_timeout));
        default:
            break;
    }
    return reply_of(reader_.command_for_data(command, timeout_));
}

Bytes Pn532::authenticate(base::ByteView data) {
    constexpr std::size_t Length = 2 + 6 + 4;  // code, block, key, UID
    if (data.size() != Length) return {InvalidParameter};
    std::array<std::uint8_t, 6> key{};
    std::copy_n(data.begin() + 2, key.size(), key.begin());
    std::array<std::uint8_t, 4> uid{};
    std::copy_n(data.begin() + 8, uid.size(), uid.begin());
    const auto kind = data[0] == AuthenticateA ? reader::KeyKind::A : reader::KeyKind::B;
    const auto status = reader_.authenticate(kind, data[1], base::SectorKey{key}, uid);
    base::wipe(key);
    ciu_.set_crypto1(status == reader::Status::Ok);
    return {status_byte(status)};
}

Pn532::Reply Pn532::communicate_thru(base::ByteView data) {
    constexpr std::size_t MostData = 256;
    if (data.size() > MostData) return Bytes{InvalidParameter};
    if (data.empty()) return Bytes{status_byte(reader::Status::Silent)};
    if (!ciu_.technology()) {
        // Nobody in this field speaks such a type: the poll takes its time and stays alone.
        reader_.idle(timeout_);
        return Bytes{status_byte(reader::Status::Silent)};
    }
    port::Request request = ciu_.request();
    request.data.assign(data.begin(), data.end());
    request.timeout = timeout_;
    try {
        const port::Answer answer = reader_.transceive(request);
        const reader::Status status = reader::judge(answer);
        ciu_.received(answer);
        last_error_ = status_byte(status);
        return reply_of(reader::Read{status, answer.data, 0});
    } catch (const std::invalid_argument&) {
        return Bytes{InvalidParameter};  // registers that fit no frame
    }
}

}  // namespace hostlink
