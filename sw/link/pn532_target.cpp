// InListPassiveTarget, InAutoPoll, InSelect, InDeselect, InRelease.

#include <algorithm>

#include "link/pn532.hpp"

namespace hostlink {
namespace {

using base::Bytes;
using std::chrono::milliseconds;

constexpr std::uint8_t TypeA106 = 0x00;       // BrTy of InListPassiveTarget
constexpr std::uint8_t AutomaticRats = 0x10;  // SetParameters
constexpr unsigned ForEver = 0xFF;
constexpr std::uint8_t CascadeTag = 0x88;
constexpr std::uint8_t NoTarget = 0x27;
constexpr std::uint8_t NoAnswer = 0x01;

/// What InAutoPoll may be asked for, as far as type A goes.
enum PollType : std::uint8_t { GenericA = 0x00, Mifare = 0x10, Part4A = 0x20 };

/// libnfc gives UIDs with their cascade tags: 4, 8 or 12 bytes. The UID alone; empty when it is
/// none.
Bytes uid_of(base::ByteView data) {
    if (data.size() == 4 || data.size() == 7 || data.size() == 10) {
        return {data.begin(), data.end()};
    }
    if (data.size() != 8 && data.size() != 12) return {};
    Bytes uid;
    for (std::size_t i = 0; i < data.size(); i += 4) {
        const bool last = i + 4 == data.size();
        if (!last && data[i] != CascadeTag) return {};
        const auto part = data.subspan(last ? i : i + 1, last ? 4 : 3);
        uid.insert(uid.end(), part.begin(), part.end());
    }
    return uid;
}

}  // namespace

Bytes Pn532::describe(unsigned number, const reader::Card& card) {
    Bytes data{static_cast<std::uint8_t>(number), card.atqa[1], card.atqa[0], card.sak,
               static_cast<std::uint8_t>(card.uid.size())};
    data.insert(data.end(), card.uid.begin(), card.uid.end());
    data.insert(data.end(), card.ats.begin(), card.ats.end());
    return data;
}

std::optional<Pn532::Target> Pn532::find(base::ByteView uid, unsigned tries) {
    for (unsigned i = 0; (tries > ForEver || i < tries) && !hooks_.cancelled(); ++i) {
        // A real chip would take its time; nobody hurries while there is no card.
        if (i >= 3) hooks_.pause(milliseconds{10});
        const reader::Selected found = uid.empty()
                                           ? reader_.activate(reader::Wake::Idle, 1)
                                           : reader_.activate_known(uid, reader::Wake::All, 1);
        if (found.status != reader::Status::Ok) continue;
        Target target{found.card, std::nullopt, true};
        if (found.card.has_part4() && (parameters_ & AutomaticRats) != 0) {
            const reader::Read ats = reader_.rats();
            const auto parameters = reader::parse_ats(ats.data);
            if (ats.status != reader::Status::Ok || !parameters) continue;
            target.card.ats = ats.data;
            target.channel.emplace(reader_, *parameters);
            reader_.idle(parameters->guard_time());
        }
        ciu_.selected();
        return target;
    }
    return std::nullopt;
}

Pn532::Reply Pn532::list_passive_target(base::ByteView data) {
    if (data.size() < 2 || data[0] < 1 || data[0] > 2) return std::nullopt;
    forget_targets();
    if (data[1] != TypeA106) return Bytes{0x00};
    const Bytes uid = uid_of(data.subspan(2));
    if (uid.empty() && data.size() > 2) return Bytes{0x00};

    targets_[0] = find(uid, passive_retries_ + 1U);
    if (!targets_[0]) return Bytes{0x00};
    Bytes reply{0x01};
    const Bytes description = describe(1, targets_[0]->card);
    reply.insert(reply.end(), description.begin(), description.end());
    if (data[0] == 1 || !uid.empty()) return reply;

    leave(*targets_[0]);
    targets_[1] = find({}, 2);
    if (targets_[1]) {
        reply[0] = 0x02;
        const Bytes more = describe(2, targets_[1]->card);
        reply.insert(reply.end(), more.begin(), more.end());
    } else {
        make_active(0);
    }
    return reply;
}

Pn532::Reply Pn532::auto_poll(base::ByteView data) {
    constexpr unsigned PeriodMilliseconds = 150;
    if (data.size() < 3 || data[1] < 1 || data[1] > 0x0F) return std::nullopt;
    const unsigned polls = data[0];
    const milliseconds period{PeriodMilliseconds * data[1]};
    const auto types = data.subspan(2);
    forget_targets();
    for (unsigned poll = 0; (polls == ForEver || poll < polls) && !hooks_.cancelled(); ++poll) {
        for (const std::uint8_t type : types) {
            const bool is_type_a = type == GenericA || type == Mifare || type == Part4A;
            // Two tries: a card that was found under another type does not answer the first.
            const auto found = is_type_a ? find({}, 2) : std::nullopt;
            if (found && (type == GenericA || (type == Part4A) == found->card.has_part4())) {
                targets_[0] = found;
                const Bytes description = describe(1, found->card);
                Bytes reply{0x01,
                            found->card.has_part4() ? std::uint8_t{Part4A} : std::uint8_t{Mifare},
                            static_cast<std::uint8_t>(description.size())};
                reply.insert(reply.end(), description.begin(), description.end());
                return reply;
            }
            if (!hooks_.cancelled()) hooks_.pause(period);
        }
    }
    return Bytes{0x00};
}

std::uint8_t Pn532::make_active(unsigned index) {
    if (index >= targets_.size() || !targets_[index]) return NoTarget;
    for (auto& other : targets_) {
        if (other && &other != &targets_[index]) leave(*other);
    }
    Target& target = *targets_[index];
    if (target.active) return 0x00;
    const Bytes uid = target.card.uid;
    const auto found = find(uid, 3);
    if (!found) return NoAnswer;
    target = *found;
    return 0x00;
}

void Pn532::leave(Target& target) {
    if (target.active && target.channel) {
        target.channel->deselect();
    } else if (target.active) {
        reader_.halt();
    }
    target.active = false;
}

void Pn532::forget_targets() {
    for (auto& target : targets_) target.reset();
    outgoing_.clear();
    incoming_.clear();
}

Pn532::Reply Pn532::deselect(base::ByteView data, bool forget) {
    if (data.size() != 1) return std::nullopt;
    const unsigned number = data[0];
    if (number > 0 && (number > targets_.size() || !targets_[number - 1])) return Bytes{NoTarget};
    for (unsigned i = 0; i < targets_.size(); ++i) {
        if (!targets_[i] || (number != 0 && i + 1 != number)) continue;
        leave(*targets_[i]);
        if (forget) targets_[i].reset();
    }
    return Bytes{0x00};
}

Pn532::Reply Pn532::select(base::ByteView data) {
    if (data.size() != 1) return std::nullopt;
    return Bytes{make_active(data[0] - 1U)};
}

}  // namespace hostlink
