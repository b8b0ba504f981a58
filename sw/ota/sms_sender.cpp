#include "ota/sms_sender.hpp"

#include "platform/refusal.hpp"

namespace ota {
namespace {

constexpr std::string_view ServiceNumber = "10086";

/// Of the service centre; the card does not look at it.
constexpr TimeStamp Stamp{0x62, 0x11, 0x22, 0x00, 0x00, 0x00, 0x00};

/// Number of commands, status word, data; the case of one command that counts for one.
std::optional<apdu::Response> parse_compact(base::ByteView data) {
    if (data.size() < 3 || data[0] == 0) return std::nullopt;
    return apdu::Response{{data.begin() + 3, data.end()},
                          static_cast<apdu::StatusWord>(data[1] << 8 | data[2])};
}

/// CLA INS P1 P2 P3 [data].
base::Bytes compact(const apdu::Command& command) {
    base::Bytes out{command.cla, command.ins, command.p1, command.p2,
                    static_cast<std::uint8_t>(command.data.size())};
    out.insert(out.end(), command.data.begin(), command.data.end());
    return out;
}

}  // namespace

std::vector<base::Bytes> SmsSender::send(const apdu::Command& command) {
    const auto octet =
        static_cast<std::uint8_t>(keys_.version << 4 | static_cast<std::uint8_t>(keys_.cipher));
    packet_ = CommandPacket{};
    packet_.kic = octet;
    packet_.kid = octet;
    packet_.tar = ModuleTar;
    packet_.counter = counter_();
    packet_.data = compact(command);
    ++reference_;
    under_way_ = true;
    return repeat();
}

std::vector<base::Bytes> SmsSender::repeat() const {
    std::vector<base::Bytes> messages;
    for (const auto& part : to_user_data(secure(packet_, keys_), reference_))
        messages.push_back(deliver(part, ServiceNumber, Stamp));
    return messages;
}

std::optional<SmsSender::Outcome> SmsSender::take(base::ByteView submit) {
    if (!under_way_) return std::nullopt;
    const auto data = user_data_of_submit(submit);
    const auto proof = data ? open_proof(*data, packet_, keys_) : std::nullopt;
    // What anybody could have sent changes nothing: silence will.
    if (!proof || !proof->authentic) return std::nullopt;
    under_way_ = false;
    if (proof->status != Proof::Status::Ok) return Outcome{};
    return Outcome{parse_compact(proof->data)};
}

std::vector<base::Bytes> SmsDownload::begin() {
    repeats_ = 0;
    if (done()) return {};
    return sender_.send(download_->next()->command);
}

std::vector<base::Bytes> SmsDownload::take(base::ByteView submit) {
    const auto outcome = sender_.take(submit);
    if (!outcome) return {};
    download_->take(outcome->answer);
    return begin();
}

std::vector<base::Bytes> SmsDownload::silence() {
    if (done()) return {};
    if (++repeats_ > MostRepeats)
        throw platform::Refusal{"lost", "the secure element cannot be reached"};
    return sender_.repeat();
}

}  // namespace ota
