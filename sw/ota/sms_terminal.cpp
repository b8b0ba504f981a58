#include "ota/sms_terminal.hpp"

namespace ota {
namespace {

constexpr unsigned MostProactive = 8;  ///< commands that a card may ask for in a row

bool is_proactive(apdu::StatusWord sw) { return sw >> 8 == 0x91; }

}  // namespace

apdu::Response SmsTerminal::send(const apdu::Command& command) {
    const auto answer = apdu::parse_response(element_.transmit(command.bytes()));
    answers_ = answer.has_value();
    return answer.value_or(apdu::Response{apdu::Sw::Unknown});
}

std::vector<base::Bytes> SmsTerminal::deliver(base::ByteView tpdu) {
    if (!is_for_card(tpdu)) return {};
    std::vector<base::Bytes> out;
    auto answer = send(envelope(tpdu));
    for (unsigned i = 0; i < MostProactive && is_proactive(answer.sw); ++i) {
        const std::size_t size = answer.sw & 0xFF;
        const auto fetched = send({0x80, 0x12, 0x00, 0x00, {}, size == 0 ? 256 : size});
        if (!fetched.ok()) break;
        if (auto submit = submit_of(fetched.data)) out.push_back(std::move(*submit));
        // Command details as they came, terminal to card, performed successfully.
        base::Bytes done{0x81, 0x03, 0x01, 0x13, 0x00, 0x82, 0x02, 0x82, 0x81, 0x83, 0x01, 0x00};
        answer = send({0x80, 0x14, 0x00, 0x00, std::move(done), {}});
    }
    return out;
}

}  // namespace ota
