#include "ota/business_platform.hpp"

#include <algorithm>

#include "base/hex.hpp"
#include "platform/refusal.hpp"
#include "reader/secure_channel.hpp"

namespace ota {
namespace {

using platform::Refusal;

constexpr const char* BySms = "sms-";

std::string text(const nlohmann::json& request, const char* name) {
    const auto found = request.find(name);
    if (found == request.end() || !found->is_string())
        throw Refusal{"request", std::string{name} + " is missing"};
    return found->get<std::string>();
}

base::Bytes bytes(const nlohmann::json& request, const char* name) {
    auto made = base::from_hex(text(request, name));
    if (!made) throw Refusal{"request", std::string{name} + " is not hexadecimal"};
    return *made;
}

Kind kind(const nlohmann::json& request) {
    const auto named = kind_named(text(request, "kind"));
    if (!named) throw Refusal{"request", "this kind of card is not known"};
    return *named;
}

}  // namespace

bool BusinessPlatform::does(const std::string& action) {
    return action == "right" || action == "download" || action == "answer" ||
           action.starts_with(BySms);
}

ElementKeys BusinessPlatform::keys_of(const std::string& element) const {
    const auto keys = options_.keys(element);
    if (!keys) throw Refusal{"unknown-element", "this secure element is not registered"};
    return *keys;
}

nlohmann::json BusinessPlatform::handle(const std::string& peer, const nlohmann::json& request) {
    const auto action = text(request, "do");
    const auto element = text(request, "element");
    if (action.starts_with(BySms)) {
        if (!options_.gateways.contains(peer))
            throw Refusal{"peer", peer + " carries no short messages"};
        const auto is_its = [&](const auto& one) { return one.second == element; };
        if (std::none_of(options_.terminals.begin(), options_.terminals.end(), is_its))
            throw Refusal{"unknown-element", "this secure element is in no terminal"};
        return by_sms(action, element, request);
    }
    const auto own = options_.terminals.find(peer);
    if (own == options_.terminals.end() || own->second != element)
        throw Refusal{"not-yours", "this secure element is not in this terminal"};
    if (action == "right") return right(element, request);
    if (action == "answer") return answer(element, request);
    if (action != "download") throw Refusal{"request", "nothing that this platform does"};
    const auto wanted = kind(request);
    const auto found = live(element);
    const std::scoped_lock lock{found->mutex};
    begin(*found, element, wanted);
    found->sms.reset();
    return told(*found);
}

nlohmann::json BusinessPlatform::by_sms(const std::string& action, const std::string& element,
                                        const nlohmann::json& request) {
    const auto found = live(element);
    const std::scoped_lock lock{found->mutex};
    std::vector<base::Bytes> messages;
    if (action == "sms-download") {
        begin(*found, element, kind(request));
        found->sms.emplace(found->download, keys_of(element).packets,
                           [this, element] { return options_.counter(element); });
        messages = found->sms->begin();
    } else if (!found->sms) {
        throw Refusal{"session", "no download by short messages is under way"};
    } else if (action == "sms-answer") {
        messages = found->sms->take(bytes(request, "message"));
    } else if (action == "sms-silence") {
        messages = found->sms->silence();
    } else {
        throw Refusal{"request", "nothing that this platform does"};
    }
    nlohmann::json answer{{"messages", nlohmann::json::array()}, {"done", found->sms->done()}};
    for (const auto& message : messages) answer["messages"].push_back(base::to_hex(message));
    return answer;
}

// The keys of the issuer's domain stay here: what goes out opens the session that the element has
// just offered, and no other.
nlohmann::json BusinessPlatform::right(const std::string& element, const nlohmann::json& request) {
    constexpr std::size_t ChallengeBytes = 8;
    const auto keys = keys_of(element);
    const auto challenge = bytes(request, "challenge");
    const auto answer = bytes(request, "offer");
    const auto offer = reader::parse_offer(answer);
    if (challenge.size() != ChallengeBytes || !offer ||
        offer->protocol != reader::ScpProtocol::Scp03 || offer->key_version != keys.issuer_version)
        throw Refusal{"offer", "the secure element did not offer a session of SCP03"};
    const auto session = reader::scp03_session_keys(keys.issuer, *offer, challenge);
    const auto proof = reader::make_scp03_session(session, *offer, challenge);
    if (base::to_hex(offer->diversification) != element ||
        !base::equal_in_constant_time(proof->card_cryptogram(), offer->cryptogram))
        throw Refusal{"offer", "this is not the secure element that it says it is"};
    return {{"enc", base::to_hex(session.enc.expose())},
            {"mac", base::to_hex(session.mac.expose())},
            {"rmac", base::to_hex(session.rmac.expose())}};
}

std::shared_ptr<BusinessPlatform::Live> BusinessPlatform::live(const std::string& element) {
    const std::scoped_lock lock{mutex_};
    auto& found = downloads_[element];
    if (!found) found = std::make_shared<Live>();
    return found;
}

std::shared_ptr<Download> BusinessPlatform::download(const std::string& element, Kind kind) {
    const auto found = live(element);
    const std::scoped_lock lock{found->mutex};
    begin(*found, element, kind);
    return found->download;
}

void BusinessPlatform::begin(Live& live, const std::string& element, Kind kind) {
    const auto keys = keys_of(element);
    auto& download = live.download;
    if (!download || download->kind() != kind || !download->next())
        download = std::make_shared<Download>(element, kind, DataSecurityUnit{keys.module},
                                              issuers_, options_.shelf);
    else
        download->resume();
    ++live.step;
}

nlohmann::json BusinessPlatform::answer(const std::string& element, const nlohmann::json& request) {
    const auto found = live(element);
    const std::scoped_lock lock{found->mutex};
    const auto step = request.find("step");
    if (!found->download || found->sms || step == request.end() || !step->is_number_unsigned() ||
        step->get<unsigned long>() != found->step)
        throw Refusal{"session", "this step is not open"};
    std::optional<apdu::Response> response;
    if (request.contains("response")) response = apdu::parse_response(bytes(request, "response"));
    ++found->step;
    found->download->take(response);
    return told(*found);
}

nlohmann::json BusinessPlatform::told(Live& live) {
    const Download& download = *live.download;
    if (const auto& step = download.next())
        return {{"step", live.step},
                {"name", step->name},
                {"apdu", base::to_hex(step->command.bytes())}};
    return {{"done", true},
            {"card", download.target()->number},
            {"instance", base::to_hex(download.instance())},
            {"atr", base::to_hex(download.atr())}};
}

}  // namespace ota
