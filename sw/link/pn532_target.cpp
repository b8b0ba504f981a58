// InListPassiveTarget, InAutoPoll, InPSL, InSelect, InDeselect, InRelease.

#include <algorithm>
#include <utility>

#include "link/pn532.hpp"

namespace hostlink {
namespace {

using base::Bytes;
using std::chrono::milliseconds;

constexpr std::uint8_t TypeA106 = 0x00;  // BrTy of InListPassiveTarget
constexpr std::uint8_t TypeB106 = 0x03;
constexpr std::uint8_t AutomaticRats = 0x10;  // SetParameters
constexpr unsigned ForEver = 0xFF;
constexpr std::uint8_t CascadeTag = 0x88;
constexpr std::uint8_t InvalidParameter = 0x10;
constexpr std::uint8_t NotAcceptable = 0x27;
constexpr std::uint8_t NoAnswer = 0x01;

/// What InAutoPoll may be asked for, as far as types A and B go.
enum PollType : std::uint8_t {
    GenericA = 0x00,
    GenericB = 0x03,
    Mifare = 0x10,
    Part4A = 0x20,
    Part4B = 0x23
};

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

Bytes Pn532::describe(unsigned number, const Target& target) {
    const reader::Card& card = target.card;
    Bytes data{static_cast<std::uint8_t>(number)};
    const auto add = [&](const Bytes& more) { data.insert(data.end(), more.begin(), more.end()); };
    if (card.technology == port::Technology::B) {
        add(card.atqb);
        data.push_back(static_cast<std::uint8_t>(target.attrib_answer.size()));
        add(target.attrib_answer);
        return data;
    }
    add({card.atqa[1], card.atqa[0], card.sak, static_cast<std::uint8_t>(card.uid.size())});
    add(card.uid);
    add(card.ats);
    return data;
}

bool Pn532::open(Target& target) {
    const bool is_b = target.card.technology == port::Technology::B;
    if (!target.card.has_part4() || (!is_b && (parameters_ & AutomaticRats) == 0)) return true;
    auto opened = reader::IsoDep::open(reader_, target.card);
    if (!opened.channel) return false;
    (is_b ? target.attrib_answer : target.card.ats) = opened.answer;
    target.channel = std::move(opened.channel);
    return true;
}

std::optional<Pn532::Target> Pn532::look_for(unsigned tries,
                                             const std::function<reader::Selected()>& look) {
    for (unsigned i = 0; (tries > ForEver || i < tries) && !hooks_.cancelled(); ++i) {
        // A real chip would take its time; nobody hurries while there is no card.
        if (i >= 3) hooks_.pause(milliseconds{10});
        const reader::Selected found = look();
        if (found.status != reader::Status::Ok) continue;
        Target target{found.card, {}, std::nullopt, true};
        if (!open(target)) continue;
        ciu_.selected(target.card.technology);
        return target;
    }
    return std::nullopt;
}

std::optional<Pn532::Target> Pn532::find(base::ByteView uid, unsigned tries) {
    return look_for(tries, [&] {
        return uid.empty() ? reader_.activate(reader::Wake::Idle, 1)
                           : reader_.activate_known(uid, reader::Wake::All, 1);
    });
}

std::optional<Pn532::Target> Pn532::find_b(std::uint8_t afi, unsigned tries) {
    return look_for(tries, [&] { return reader_.activate_b(reader::Wake::Idle, afi, 1); });
}

std::optional<Pn532::Target> Pn532::find_again(const reader::Card& card) {
    constexpr unsigned Tries = 3;
    if (card.technology == port::Technology::A) return find(card.uid, Tries);
    return look_for(Tries, [&] { return reader_.activate_known_b(card); });
}

Pn532::Reply Pn532::list_passive_target(base::ByteView data) {
    if (data.size() < 2 || data[0] < 1 || data[0] > 2) return std::nullopt;
    const bool is_b = data[1] == TypeB106;
    if (is_b && data.size() < 3) return std::nullopt;
    forget_targets();
    if (data[1] != TypeA106 && !is_b) return Bytes{0x00};
    const base::ByteView initiator = data.subspan(2);
    const Bytes uid = is_b ? Bytes{} : uid_of(initiator);
    if (!is_b && uid.empty() && !initiator.empty()) return Bytes{0x00};
    const auto look = [&](unsigned tries) {
        return is_b ? find_b(initiator[0], tries) : find(uid, tries);
    };

    targets_[0] = look(passive_retries_ + 1U);
    if (!targets_[0]) return Bytes{0x00};
    Bytes reply{0x01};
    const Bytes description = describe(1, *targets_[0]);
    reply.insert(reply.end(), description.begin(), description.end());
    if (data[0] == 1 || !uid.empty()) return reply;

    leave(*targets_[0]);
    targets_[1] = look(2);
    if (targets_[1]) {
        reply[0] = 0x02;
        const Bytes more = describe(2, *targets_[1]);
        reply.insert(reply.end(), more.begin(), more.end());
    } else {
        make_active(0);
    }
    return reply;
}

Pn532::Reply Pn532::parameter_selection(base::ByteView data) {
    constexpr std::uint8_t Highest = static_cast<std::uint8_t>(port::BitRate::Fc16);
    if (data.size() != 3) return std::nullopt;
    if (data[1] > Highest || data[2] > Highest) return Bytes{InvalidParameter};
    const std::uint8_t status = make_active(data[0] - 1U);
    if (status != 0) return Bytes{status};
    auto& target = *targets_[data[0] - 1U];
    const reader::Rates rates{static_cast<port::BitRate>(data[1]),
                              static_cast<port::BitRate>(data[2])};
    const reader::Rates now = target.channel ? target.channel->rates() : reader::Rates{};
    if (rates == now) return Bytes{0x00};
    // Type B got its rates with ATTRIB; only a card that has sent an ATS can be told others.
    const auto offered = reader::parse_ats(target.card.ats);
    if (!target.channel || !offered || !reader::allows(offered->rates, rates))
        return Bytes{NotAcceptable};
    return Bytes{status_byte(target.channel->change_rates(rates))};
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
            const bool is_type_b = type == GenericB || type == Part4B;
            // Two tries: a card that was found under another type does not answer the first.
            std::optional<Target> found;
            if (is_type_a) found = find({}, 2);
            if (is_type_b) found = find_b(0, 2);
            const bool wanted = found && (type == GenericA || type == GenericB ||
                                          (type != Mifare) == found->card.has_part4());
            if (wanted) {
                targets_[0] = found;
                const Bytes description = describe(1, *found);
                const bool part4 = found->card.has_part4();
                Bytes reply{0x01,
                            is_type_b ? (part4 ? std::uint8_t{Part4B} : std::uint8_t{GenericB})
                                      : (part4 ? std::uint8_t{Part4A} : std::uint8_t{Mifare}),
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
    if (index >= targets_.size() || !targets_[index]) return NotAcceptable;
    for (auto& other : targets_) {
        if (other && &other != &targets_[index]) leave(*other);
    }
    Target& target = *targets_[index];
    if (target.active) return 0x00;
    const auto found = find_again(target.card);
    if (!found) return NoAnswer;
    target = *found;
    return 0x00;
}

void Pn532::leave(Target& target) {
    if (target.active && target.channel) {
        target.channel->deselect();
    } else if (target.active && target.card.technology == port::Technology::B) {
        reader_.halt_b(target.card);
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
    if (number > 0 && (number > targets_.size() || !targets_[number - 1]))
        return Bytes{NotAcceptable};
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
