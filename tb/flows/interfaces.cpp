#include "flows/interfaces.hpp"

#include <algorithm>
#include <stdexcept>

namespace flows {

template <typename Call>
base::Bytes Interface::logged(std::string what, Call call) {
    Exchange exchange{.via = via_, .command = std::move(what), .begin = world_.now()};
    const auto start = std::chrono::steady_clock::now();
    base::Bytes answer = call();
    exchange.wall = std::chrono::steady_clock::now() - start;
    exchange.end = world_.now();
    exchange.answer = log_.text(answer);
    log_.add(std::move(exchange));
    return answer;
}

base::Bytes Interface::power_on() {
    base::Bytes atr = logged("power on", [this] { return do_power_on(); });
    powered_ = !atr.empty();
    return atr;
}

base::Bytes Interface::reset() {
    base::Bytes atr = logged("reset", [this] { return do_reset(); });
    powered_ = !atr.empty();
    return atr;
}

void Interface::power_off() {
    if (!powered_) return;
    powered_ = false;
    (void)logged("power off", [this] {
        do_power_off();
        return base::Bytes{};
    });
}

base::Bytes Interface::transmit(base::ByteView command) {
    if (!powered_) return {};
    base::Bytes answer = logged(log_.command_text(command), [&] { return do_transmit(command); });
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

void AirInterface::cut(Tick at) { world().cut_power(std::max(at, world().now())); }

}  // namespace flows
