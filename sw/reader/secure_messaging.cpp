#include "reader/secure_messaging.hpp"

#include <array>

namespace reader {
namespace {

constexpr apdu::Tag Cryptogram = 0x87;
constexpr apdu::Tag Plain = 0x81;
constexpr apdu::Tag ExpectedLength = 0x97;
constexpr apdu::Tag Status = 0x99;
constexpr apdu::Tag Mac = 0x8E;
constexpr std::uint8_t PaddedWith80 = 0x01;  // first byte of a cryptogram object
constexpr std::uint8_t HeaderAuthenticated = 0x0C;
constexpr std::uint8_t ChannelBits = 0x03;

void append(base::Bytes& out, base::ByteView data) {
    out.insert(out.end(), data.begin(), data.end());
}

base::Bytes expected_length(std::size_t ne) {
    const auto low = static_cast<std::uint8_t>(ne);
    if (ne <= apdu::MostShortNe) return {low};
    return {static_cast<std::uint8_t>(ne >> 8U), low};
}

}  // namespace

void SecureMessaging::count() noexcept {
    for (auto digit = counter_.rbegin(); digit != counter_.rend() && ++*digit == 0;) ++digit;
}

DesBlock SecureMessaging::mac_over(base::ByteView header, base::ByteView objects) const {
    base::Bytes input(counter_.begin(), counter_.end());
    append(input, header);
    append(input, objects);
    return retail_mac(mac_, {}, input);
}

void SecureMessaging::protect(apdu::Command& command) {
    command.cla = static_cast<std::uint8_t>(command.cla | HeaderAuthenticated);
    base::Bytes objects;
    if (!command.data.empty() && enc_) {
        base::Bytes value{PaddedWith80};
        append(value, des3_cbc(*enc_, padded(command.data, DesBlock{}.size())));
        apdu::append_tlv(objects, Cryptogram, value);
    } else if (!command.data.empty()) {
        apdu::append_tlv(objects, Plain, command.data);
    }
    if (command.ne) apdu::append_tlv(objects, ExpectedLength, expected_length(*command.ne));
    count();
    const std::array header{static_cast<std::uint8_t>(command.cla & ~ChannelBits), command.ins,
                            command.p1, command.p2};
    const DesBlock mac = mac_over(padded(header, DesBlock{}.size()), objects);
    apdu::append_tlv(objects, Mac, mac);
    command.data = std::move(objects);
    command.extended = command.extended || command.ne > apdu::MostShortNe;
    // In any case, or the answer's MAC could not come.
    command.ne = command.extended ? apdu::MostNe : apdu::MostShortNe;
}

std::optional<base::Bytes> SecureMessaging::contents(const apdu::Tlv& object) const {
    const auto& [tag, value] = object;
    if (!enc_) {
        if (tag != Plain || value.empty()) return {};
        return base::Bytes(value.begin(), value.end());
    }
    const std::size_t block = DesBlock{}.size();
    if (tag != Cryptogram || value.size() <= block || (value.size() - 1) % block != 0 ||
        value.front() != PaddedWith80)
        return {};
    auto plain = des3_cbc_decrypt(*enc_, value.subspan(1));
    if (!strip_padding(plain)) return {};
    return plain;
}

bool SecureMessaging::reveal(apdu::Response& response) {
    count();
    const auto objects = apdu::read_all(response.data);
    if (!objects || objects->empty() || objects->size() > 3) return false;
    // 87 or 81, when there are data; 99; 8E.
    const auto& mac = objects->back();
    const auto& status = objects->size() > 1 ? (*objects)[objects->size() - 2] : mac;
    if (mac.tag != Mac || status.tag != Status || status.value.size() != 2) return false;
    const std::size_t mac_bytes = 2 + mac.value.size();
    const auto covered = base::ByteView{response.data}.first(response.data.size() - mac_bytes);
    if (!base::equal_in_constant_time(mac_over({}, covered), mac.value)) return false;
    const auto sw = static_cast<apdu::StatusWord>(status.value[0] << 8U | status.value[1]);
    if (sw != response.sw) return false;
    base::Bytes plain;
    if (objects->size() == 3) {
        const auto read = contents(objects->front());
        if (!read) return false;
        plain = *read;
    }
    response.data = std::move(plain);
    return true;
}

}  // namespace reader
