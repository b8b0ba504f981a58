#include "platform/errand.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace platform {
namespace {

/// Commands that may fail before the errand gives up: a card whose memory is worn must not be
/// asked for ever.
constexpr unsigned MostSetbacks = 3;

}  // namespace

Errand::Errand(Plan plan) : plan_{std::move(plan)} {
    if (plan_.sets.empty() && !plan_.first_keys)
        throw std::logic_error{"an errand needs the keys that it is for"};
    visit(Target::Domain);
}

void Errand::visit(Target target) {
    target_ = target;
    state_ = State::Selecting;
    opening_.reset();
    channel_.reset();
    parts_.clear();
    commands_ = 0;
    keys_.clear();
    dropping_ = false;
    const std::string& aid = target == Target::Domain ? plan_.place.domain : plan_.issuer;
    step_ = {"SELECT", aid, select(aid), ""};
}

void Errand::take(base::ByteView answer) {
    opened_.reset();
    switch (state_) {
        case State::Selecting:
            return selected(answer);
        case State::Opening:
            opening_->take(answer);
            return go_on_opening();
        case State::Commanding:
            return answered(answer);
        case State::Over:
            throw std::logic_error{"the errand is over"};
    }
}

void Errand::selected(base::ByteView answer) {
    const auto response = apdu::parse_response(answer);
    if (response && response->ok()) {
        if (target_ == Target::Domain) missing_ = false;
        return open();
    }
    if (response && response->sw == apdu::Sw::FileNotFound && target_ == Target::Domain) {
        if (!plan_.issuer_keys)
            return fail("no-domain", fmt::format("card {} has no domain {}", plan_.place.card,
                                                 plan_.place.domain));
        missing_ = true;
        return visit(Target::Issuer);
    }
    again(response ? fmt::format("SELECT was answered {:04X}", response->sw)
                   : "SELECT was not answered");
}

void Errand::open() {
    OpeningRequest request{plan_.place.card, step_->domain, {}, plan_.level, plan_.random};
    if (target_ == Target::Domain)
        for (const auto& one : plan_.sets) request.candidates.push_back(one.set);
    else
        request.level = plan_.issuer_level;
    // A domain without keys of its own opens with the issuer's.
    if (plan_.issuer_keys) request.candidates.push_back(*plan_.issuer_keys);
    opening_ = plan_.opener(std::move(request));
    state_ = State::Opening;
    go_on_opening();
}

void Errand::go_on_opening() {
    step_ = opening_->next();
    if (step_) return;
    const auto candidate = opening_->opened_with();
    if (candidate) return channel_open(*candidate);
    if (const auto trouble = opening_->trouble(); !trouble.empty()) return again(trouble);
    if (target_ == Target::Issuer)
        return fail("issuer-keys",
                    fmt::format("the issuer's domain of card {} does not open", plan_.place.card));
    fail("unknown-keys", fmt::format("domain {} of card {} opens with neither old nor new keys",
                                     plan_.place.domain, plan_.place.card));
}

void Errand::channel_open(std::size_t candidate) {
    channel_ = opening_->channel();
    opening_.reset();
    state_ = State::Commanding;
    if (target_ == Target::Issuer) return next_command();
    const bool issuers = plan_.issuer_keys && candidate == plan_.sets.size();
    if (issuers) return visit(Target::Issuer);
    if (plan_.sets.empty()) return has_wanted_keys();
    std::uint8_t replaced = 0;
    if (candidate < plan_.sets.size()) {
        opened_ = plan_.sets[candidate].generation;
        if (candidate == 0) return has_wanted_keys();
        replaced = plan_.sets[candidate].set.version;
    }
    const KeySet& wanted = plan_.sets.front().set;
    send("PUT KEY", channel_->put_key(replaced, wanted), check_values(wanted));
}

void Errand::has_wanted_keys() {
    dropping_ = plan_.dropped != 0 && !dropped_;
    if (dropping_) return send("DELETE [keys]", delete_keys(plan_.dropped));
    done_ = true;
    state_ = State::Over;
    step_.reset();
}

/// With the issuer's domain: the next thing that is missing.
void Errand::next_command() {
    if (commands_++ == 0) {
        const auto type = plan_.sets.empty() ? reader::KeyType::Aes : plan_.sets.back().set.type;
        if (missing_)
            return send("INSTALL [for install]",
                        install_domain(plan_.made_of, plan_.place.domain, type));
        return send("INSTALL [for personalization]",
                    install_for_personalization(plan_.place.domain));
    }
    if (missing_) return visit(Target::Domain);
    store_first_keys();
}

void Errand::store_first_keys() {
    const bool begins = commands_ == 2;
    if (begins && !plan_.first_keys) {
        const KeySet& first = plan_.sets.back().set;
        return send("STORE DATA", store_keys(*channel_, first), check_values(first));
    }
    if (begins) {
        const auto commands = plan_.first_keys(*channel_);
        keys_.assign(commands.begin(), commands.end());
    }
    if (keys_.empty()) return visit(Target::Domain);
    const apdu::Command command = std::move(keys_.front());
    keys_.pop_front();
    send("STORE DATA", command);
}

void Errand::send(std::string name, const apdu::Command& command, std::string checks) {
    auto parts = channel_->wrap(command);
    parts_.assign(parts.begin(), parts.end());
    step_ = {std::move(name), target_ == Target::Domain ? plan_.place.domain : plan_.issuer,
             std::move(parts_.front()), std::move(checks)};
    parts_.pop_front();
}

void Errand::answered(base::ByteView answer) {
    const auto response = parts_.empty() ? channel_->unwrap(answer) : apdu::parse_response(answer);
    // No such keys: an answer was lost, or the domain never had them.
    if (dropping_ && response &&
        (response->ok() || response->sw == apdu::Sw::ReferencedDataNotFound)) {
        dropped_ = true;
        return visit(Target::Domain);
    }
    if (!response || !response->ok())
        return again(response ? fmt::format("{} was answered {:04X}", step_->name, response->sw)
                              : step_->name + " has no answer that can be believed");
    if (!parts_.empty()) {
        step_->apdu = std::move(parts_.front());
        parts_.pop_front();
        return;
    }
    if (target_ == Target::Issuer) return next_command();
    visit(Target::Domain);  // which keys does it have now?
}

void Errand::again(const std::string& what) {
    if (++setbacks_ >= MostSetbacks) return fail("card", what);
    visit(Target::Domain);
}

void Errand::fail(std::string code, std::string line) {
    state_ = State::Over;
    step_.reset();
    channel_.reset();
    failure_ = std::move(code);
    reason_ = std::move(line);
}

}  // namespace platform
