#include "services/sms_gateway.hpp"

#include "base/hex.hpp"
#include "ota/application_package.hpp"
#include "platform/refusal.hpp"
#include "services/message.hpp"

namespace services {
namespace {

using ota::SmsNetwork;
using platform::Refusal;

constexpr std::size_t MostSent = 16;   ///< messages in one request
constexpr std::size_t MostTpdu = 256;  ///< bytes
constexpr std::size_t ElementBytes = 10;

base::Bytes tpdu_of(const nlohmann::json& digits) {
    auto bytes = digits.is_string() ? base::from_hex(digits.get_ref<const std::string&>())
                                    : std::optional<base::Bytes>{};
    if (!bytes || bytes->empty() || bytes->size() > MostTpdu)
        throw Refusal{"request", "a short message is expected in hexadecimal"};
    return std::move(*bytes);
}

}  // namespace

SmsGateway::SmsGateway(Line& business, SmsGatewayOptions options)
    : business_{business}, options_{std::move(options)} {}

nlohmann::json SmsGateway::handle(const std::string& peer, const nlohmann::json& request) {
    if (!options_.phones.contains(peer)) throw Refusal{"peer", peer + " is no phone of ours"};
    const auto job = name_in(request, "do");
    const std::scoped_lock lock{mutex_};
    if (job == "order") {
        const auto kind = name_in(request, "kind");
        if (!ota::kind_named(kind)) throw Refusal{"request", "this kind of card is not known"};
        const nlohmann::json order{
            {"do", "sms-download"},
            {"element", base::to_hex(bytes_in(request, "element", ElementBytes))},
            {"kind", kind}};
        phones_.insert_or_assign(peer,
                                 Phone{order, SmsNetwork{options_.seed, options_.faults}, false});
        ask(phones_.at(peer), order);
        return nlohmann::json::object();
    }
    const auto known = phones_.find(peer);
    if (job != "air" || known == phones_.end())
        throw Refusal{"request", "nothing that this gateway does, or not now"};
    return air(known->second, request);
}

nlohmann::json SmsGateway::air(Phone& phone, const nlohmann::json& request) {
    const auto& sent = member(request, "sent");
    if (!sent.is_array() || sent.size() > MostSent)
        throw Refusal{"request", "\"sent\": expected some short messages"};
    for (const auto& one : sent) phone.network.send(SmsNetwork::To::Platform, tpdu_of(one));
    nlohmann::json answer{{"messages", nlohmann::json::array()}, {"done", false}};
    while (!phone.done) {
        const auto message = phone.network.next();
        if (message && message->to == SmsNetwork::To::Card) {
            answer["messages"].push_back(base::to_hex(message->tpdu));
            return answer;
        }
        auto about = phone.order;
        about.erase("kind");
        about["do"] = message ? "sms-answer" : "sms-silence";
        if (message) about["message"] = base::to_hex(message->tpdu);
        ask(phone, about);
    }
    answer["done"] = true;
    return answer;
}

void SmsGateway::ask(Phone& phone, const nlohmann::json& request) {
    nlohmann::json answer;
    try {
        answer = business_.call(request);
    } catch (const Refusal& refusal) {
        if (refusal.code() != "session" || request == phone.order) throw;
        // The platform was killed, and does not know what was under way.
        answer = business_.call(phone.order);
    }
    phone.done = answer.value("done", false);
    for (const auto& message : member(answer, "messages"))
        phone.network.send(SmsNetwork::To::Card, tpdu_of(message));
}

}  // namespace services
