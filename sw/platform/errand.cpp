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
    if (plan_.sets.empty()) throw std::logic_error{"an errand needs the keys that it is for"};
    visit(Target::Domain);
}

void Errand::visit(Target target) {
    target_ = target;
    state_ = State::Selecting;
    opening_.reset();
    channel_.reset();
    parts_.clear();
    commands_ = 0;
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
    if (candidate == plan_.sets.size()) return visit(Target::Issuer);
    opened_ = plan_.sets[candidate].generation;
    if (candidate == 0) {
        done_ = true;
        state_ = State::Over;
        step_.reset();
        return;
    }
    const KeySet& wanted = plan_.sets.front().set;
    const KeySet& present = plan_.sets[candidate].set;
    send("PUT KEY", channel_->put_key(present.version, wanted), check_values(wanted));
}

/// With the issuer's domain: the next thing that is missing.
void Errand::next_command() {
    const KeySet& first = plan_.sets.back().set;
    switch (commands_++) {
        case 0:
            if (missing_)
                return send("INSTALL [for install]",
                            install_domain(plan_.made_of, plan_.place.domain, first.type));
            return send("INSTALL [for personalization]",
                        install_for_personalization(plan_.place.domain));
        case 1:
            if (missing_) return visit(Target::Domain);
            return send("STORE DATA", store_keys(*channel_, first), check_values(first));
        default:
            return visit(Target::Domain);
    }
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
