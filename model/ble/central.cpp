#include "ble/central.hpp"

#include <algorithm>
#include <stdexcept>

namespace ble {
namespace {

constexpr std::size_t LeastMtu = 23;
constexpr std::size_t MostMtu = 517;
constexpr std::size_t MtuHead = 3;  ///< opcode and handle of a write or a notification

std::size_t value_bytes(std::size_t mtu) { return std::min(mtu - MtuHead, MostFragment); }

}  // namespace

Central::Central(Peripheral& card, const Options& options) : card_{&card}, options_{options} {
    if (options.mtu < LeastMtu || options.mtu > MostMtu)
        throw std::invalid_argument{"ATT_MTU is 23 to 517"};
}

std::size_t Central::fragment() const noexcept {
    return std::min(value_bytes(options_.mtu), card_->control_point());
}

void Central::connect(Tick at) {
    wait_until(at);
    connected_ = true;
    card_->connected(value_bytes(options_.mtu), now_);
}

void Central::disconnect() {
    if (!connected_) return;
    connected_ = false;
    card_->disconnected();
}

std::vector<Notification> Central::write(base::ByteView value) {
    std::vector<Notification> heard;
    if (!connected_) return heard;
    now_ += options_.interval;
    Packet packet{true, {value.begin(), value.end()}};
    if (passes_ && !passes_(packet)) return heard;
    for (auto& said : card_->write(packet.value, now_)) {
        now_ = std::max(now_, said.at) + options_.interval;
        Packet back{false, std::move(said.value)};
        if (!connected_ || (passes_ && !passes_(back))) continue;
        heard.push_back({std::move(back.value), now_});
    }
    return heard;
}

std::optional<base::Bytes> Central::exchange(const Frame& frame) {
    error_.reset();
    keep_alives_ = 0;
    Assembler assembler{MostData};
    for (const auto& value : fragments(frame, fragment())) {
        for (const auto& said : write(value)) {
            const auto taken = assembler.take(said.value);
            if (taken.error) error_ = taken.error;
            if (!taken.frame) continue;
            if (taken.frame->kind == Kind::KeepAlive) {
                ++keep_alives_;
            } else if (taken.frame->kind == Kind::Error) {
                const auto& data = taken.frame->data;
                error_ = data.size() == 1 ? static_cast<Error>(data[0]) : Error::Other;
                return std::nullopt;
            } else if (taken.frame->kind == frame.kind) {
                return taken.frame->data;
            }
        }
    }
    return std::nullopt;
}

std::optional<base::Bytes> Central::exchange(base::ByteView apdu) {
    return exchange(Frame{Kind::Message, {apdu.begin(), apdu.end()}});
}

std::optional<base::Bytes> Central::ping(base::ByteView data) {
    return exchange(Frame{Kind::Ping, {data.begin(), data.end()}});
}

}  // namespace ble
