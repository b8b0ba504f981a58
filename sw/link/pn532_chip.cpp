// Commands about the chip itself: tests, registers, field.

#include <algorithm>

#include "link/hsu_frame.hpp"
#include "link/pn532.hpp"

namespace hostlink {
namespace {

using base::Bytes;

std::uint16_t address_at(base::ByteView data, std::size_t at) {
    return static_cast<std::uint16_t>(data[at] << 8U | data[at + 1]);
}

/// RFConfiguration item 2: n is 100 us x 2^(n-1); 0 means no time-out, of which there is none
/// longer here.
base::Tick timeout_of(std::uint8_t n) {
    constexpr base::Tick HundredMicroseconds = base::CarrierHz / 10'000;
    constexpr unsigned Longest = 0x10;
    const unsigned index = n == 0 ? Longest : std::min<unsigned>(n, Longest);
    return HundredMicroseconds << (index - 1);
}

}  // namespace

Pn532::Reply Pn532::diagnose(base::ByteView data) {
    if (data.empty()) return std::nullopt;
    switch (data[0]) {
        case 0x00:  // communication line: echo, the number of the test included
            return Bytes{data.begin(), data.end()};
        case 0x01:  // ROM
        case 0x02:  // RAM
        case 0x07:  // antenna
            return Bytes{0x00};
        case 0x04:  // polling for FeliCa: all failed
            return Bytes{0x80};
        case 0x06: {  // is the target still there? Only one of ISO/IEC 14443-4 can be asked
            auto& target = targets_[0];
            if (!target || !target->channel) return Bytes{0x27};
            return Bytes{target->channel->is_present() ? std::uint8_t{0x00} : std::uint8_t{0x01}};
        }
        default:
            return std::nullopt;
    }
}

Pn532::Reply Pn532::general_status() {
    Bytes status{last_error_, 0x00, 0x00};  // no field but the own one
    for (unsigned i = 0; i < targets_.size(); ++i) {
        if (!targets_[i]) continue;
        ++status[2];
        status.insert(status.end(), {static_cast<std::uint8_t>(i + 1), 0x00, 0x00, 0x00});
    }
    status.push_back(0x00);  // SAM
    return status;
}

Pn532::Reply Pn532::read_registers(base::ByteView data) {
    if (data.empty() || data.size() % 2 != 0) return std::nullopt;
    // The card may have ended the cipher, or the reader may have after a refusal.
    ciu_.set_crypto1(reader_.port().crypto1_on());
    Bytes values;
    for (std::size_t i = 0; i < data.size(); i += 2) {
        values.push_back(ciu_.read(address_at(data, i)));
    }
    return values;
}

Pn532::Reply Pn532::write_registers(base::ByteView data) {
    if (data.empty() || data.size() % 3 != 0) return std::nullopt;
    ciu_.set_crypto1(reader_.port().crypto1_on());
    for (std::size_t i = 0; i < data.size(); i += 3) {
        switch (ciu_.write(address_at(data, i), data[i + 2])) {
            case CiuRegisters::Effect::None:
                break;
            case CiuRegisters::Effect::StopCrypto1:
                reader_.port().crypto1_off();
                break;
            case CiuRegisters::Effect::Send:
                send_timed();
                break;
        }
    }
    return Bytes{};
}

void Pn532::send_timed() {
    port::Request request = ciu_.request();
    request.data = ciu_.take_fifo();
    request.timeout = timeout_;
    if (request.data.empty() || ciu_.technology() != port::Technology::A) return;
    const port::Answer answer = reader_.transceive(request);
    ciu_.timed(answer, reader_.last_start());
}

Pn532::Reply Pn532::rf_configuration(base::ByteView data) {
    if (data.size() < 2) return std::nullopt;
    const std::uint8_t item = data[0];
    const base::ByteView values = data.subspan(1);
    switch (item) {
        case 0x01:
            field((values[0] & 0x01U) != 0);
            return Bytes{};
        case 0x02:
            if (values.size() != 3) return std::nullopt;
            timeout_ = timeout_of(values[2]);
            return Bytes{};
        case 0x05:
            if (values.size() != 3) return std::nullopt;
            passive_retries_ = values[2];
            return Bytes{};
        case 0x04:  // retries of commands: a lost frame is the host's to repeat
        case 0x0A:  // analogue settings from here
        case 0x0B:
        case 0x0C:
        case 0x0D:
            return Bytes{};
        default:
            return std::nullopt;
    }
}

void Pn532::field(bool on) {
    if (on) {
        reader_.field_on();
        return;
    }
    reader_.field_off();
    forget_targets();
}

Pn532::Reply Pn532::power_down() {
    field(false);
    return Bytes{0x00};
}

Pn532::Reply Pn532::wait_for_initiator() {
    // There is no second reader: only the host can end this.
    while (!hooks_.cancelled()) hooks_.pause(std::chrono::milliseconds{20});
    return std::nullopt;
}

}  // namespace hostlink
