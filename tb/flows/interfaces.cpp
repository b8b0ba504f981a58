#include "flows/interfaces.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace flows {
namespace {

std::string nothing() { return {}; }

}  // namespace

template <typename Call, typename Suffix>
base::Bytes Interface::logged(std::string what, Call call, Suffix suffix) {
    if (host_latency_ != 0) world_.wait_until(world_.now() + host_latency_);
    Exchange exchange{.via = via_, .command = std::move(what), .begin = world_.now()};
    const auto start = std::chrono::steady_clock::now();
    base::Bytes answer = call();
    exchange.wall = std::chrono::steady_clock::now() - start;
    exchange.end = world_.now();
    exchange.command += suffix();
    exchange.answer = log_.text(answer);
    log_.add(std::move(exchange));
    return answer;
}

template <typename Call>
base::Bytes Interface::powered_by(const char* what, Call call) {
    base::Bytes atr = logged(what, call, [this] { return manner(); });
    powered_ = !atr.empty();
    return atr;
}

base::Bytes Interface::power_on() {
    return powered_by("power on", [this] { return do_power_on(); });
}

base::Bytes Interface::reset() {
    return powered_by("reset", [this] { return do_reset(); });
}

void Interface::power_off() {
    if (!powered_) return;
    powered_ = false;
    (void)logged(
        "power off",
        [this] {
            do_power_off();
            return base::Bytes{};
        },
        nothing);
}

base::Bytes Interface::transmit(base::ByteView command) {
    if (!powered_) return {};
    base::Bytes answer = logged(
        log_.command_text(command), [&] { return do_transmit(command); }, nothing);
    powered_ = !answer.empty();
    return answer;
}

// ---- Contacts ----

ContactInterface::ContactInterface(std::span<port::ChipPort* const> chips, Log& log,
                                   port::World& world)
    : Interface{Via::Contacts, log, world} {
    for (auto* chip : chips) inserted_.push_back(std::make_unique<Inserted>(*chip));
}

template <typename Call>
base::Bytes ContactInterface::on_all(Call call) {
    std::optional<base::Bytes> answer;
    Tick end = world().now();
    for (const auto& one : inserted_) {
        contact::Slot& reader = one->card.reader();
        reader.wait_until(world().now());
        base::Bytes given = call(one->card);
        if (answer && (*answer != given || end != reader.now()))
            throw std::runtime_error{"RTL and model differ at the contacts"};
        answer = std::move(given);
        end = reader.now();
    }
    world().wait_until(std::max(end, world().now()));
    return std::move(*answer);
}

bool ContactInterface::cut_now() {
    if (!cut_at_ || *cut_at_ > world().now()) return false;
    for (const auto& one : inserted_) {
        // The card ran ahead of its reader: what came after the cut never happened.
        one->chip.contacts_off(*cut_at_);
        one->card.power_off();
    }
    cut_at_.reset();
    return true;
}

base::Bytes ContactInterface::do_power_on() {
    cut_at_.reset();
    return on_all([](ContactCard& card) { return card.power_on(); });
}

base::Bytes ContactInterface::do_reset() {
    return on_all([](ContactCard& card) { return card.reset(); });
}

void ContactInterface::do_power_off() {
    (void)on_all([](ContactCard& card) {
        card.power_off();
        return base::Bytes{};
    });
}

base::Bytes ContactInterface::do_transmit(base::ByteView command) {
    if (cut_now()) return {};
    base::Bytes answer = on_all([&](ContactCard& card) { return card.transmit(command); });
    return cut_now() ? base::Bytes{} : answer;
}

// ---- Air ----

std::string AirInterface::manner() const {
    constexpr std::array<const char*, 4> Names{"106", "212", "424", "848"};
    const auto name = [&](port::BitRate rate) { return Names.at(static_cast<std::size_t>(rate)); };
    const reader::Rates rates = card_.rates();
    std::string text = card_.technology() == port::Technology::B ? ", type B" : "";
    if (rates == reader::Rates{}) return text;
    text += std::string{", "} + name(rates.to_card);
    if (rates.from_card != rates.to_card) text += std::string{"/"} + name(rates.from_card);
    return text + " kbit/s";
}

void AirInterface::cut(Tick at) { world().cut_power(std::max(at, world().now())); }

}  // namespace flows
