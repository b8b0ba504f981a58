/// \file interfaces.hpp
/// The two interfaces of the card on a stage: in time with each other, logged, and cut.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "flows/contact_card.hpp"
#include "flows/log.hpp"
#include "link/contactless_card.hpp"
#include "port/world.hpp"

namespace flows {

/// What both share. The air's clock is the stage's: whoever is ahead waits for it or moves it.
class Interface : public hostlink::SmartCard {
public:
    Interface(Via via, Log& log, port::World& world) : via_{via}, log_{log}, world_{world} {}

    base::Bytes power_on() final;
    base::Bytes reset() final;
    void power_off() final;
    /// Empty: the card is lost, and needs power_on() again.
    base::Bytes transmit(base::ByteView command) final;

    [[nodiscard]] bool powered() const noexcept { return powered_; }
    virtual void cut(Tick at) = 0;
    /// Ticks that the reader's host takes before each of these.
    void set_host_latency(Tick ticks) noexcept { host_latency_ = ticks; }

protected:
    [[nodiscard]] virtual base::Bytes do_power_on() = 0;
    [[nodiscard]] virtual base::Bytes do_reset() = 0;
    virtual void do_power_off() = 0;
    [[nodiscard]] virtual base::Bytes do_transmit(base::ByteView command) = 0;

    /// How the card was found, to be told behind "power on"; empty: as ever.
    [[nodiscard]] virtual std::string manner() const { return {}; }

    [[nodiscard]] port::World& world() noexcept { return world_; }

private:
    /// `suffix` is asked when the call is over.
    template <typename Call, typename Suffix>
    base::Bytes logged(std::string what, Call call, Suffix suffix);
    template <typename Call>
    base::Bytes powered_by(const char* what, Call call);

    Via via_;
    Log& log_;
    port::World& world_;
    bool powered_ = false;
    Tick host_latency_ = 0;
};

/// All chips do the same at the same ticks.
class ContactInterface final : public Interface {
public:
    ContactInterface(std::span<port::ChipPort* const> chips, Log& log, port::World& world);

    void cut(Tick at) override { cut_at_ = at; }

private:
    struct Inserted {
        explicit Inserted(port::ChipPort& given) : chip{given}, card{given} {}
        port::ChipPort& chip;
        ContactCard card;
    };

    base::Bytes do_power_on() override;
    base::Bytes do_reset() override;
    void do_power_off() override;
    base::Bytes do_transmit(base::ByteView command) override;

    /// Throws std::runtime_error when the chips differ.
    template <typename Call>
    base::Bytes on_all(Call call);
    /// Whether the supply has gone by now.
    bool cut_now();

    std::vector<std::unique_ptr<Inserted>> inserted_{};
    std::optional<Tick> cut_at_{};
};

class AirInterface final : public Interface {
public:
    AirInterface(reader::Reader& reader, Log& log, port::World& world)
        : Interface{Via::Air, log, world}, card_{reader} {}

    void cut(Tick at) override;

private:
    base::Bytes do_power_on() override { return card_.power_on(); }
    base::Bytes do_reset() override { return card_.reset(); }
    void do_power_off() override { card_.power_off(); }
    base::Bytes do_transmit(base::ByteView command) override { return card_.transmit(command); }
    /// Example: ", type B, 848 kbit/s"
    std::string manner() const override;

    hostlink::ContactlessCard card_;
};

}  // namespace flows
