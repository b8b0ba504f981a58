/// \file store_bus.hpp
/// The card's way to its memory: StorePort on the engine's side, TLM-2.0 generic payload between, a
/// StorePort again behind the target. Address = 16 x block.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <systemc>
#include <tlm>

#include "port/store_port.hpp"

namespace card {

/// What a bus transaction carries besides data: its tick, and how programming goes.
struct StoreTiming : tlm::tlm_extension<StoreTiming> {
    base::Tick at = 0;
    port::StorePort::Programming programming{};

    [[nodiscard]] tlm_extension_base* clone() const override { return new StoreTiming(*this); }
    void copy_from(const tlm_extension_base& other) override {
        *this = static_cast<const StoreTiming&>(other);
    }
};

/// Initiator. Power is a wire of its own, not a transaction.
class StoreInitiator : public sc_core::sc_module, public port::StorePort {
public:
    tlm_utils::simple_initiator_socket<StoreInitiator> socket{"socket"};

    explicit StoreInitiator(const sc_core::sc_module_name& name);

    /// Where power_lost, power_up and what else is no transaction go; nullptr when no card is here.
    void wire_power(port::StorePort* store) noexcept { power_ = store; }

    [[nodiscard]] port::Block read(port::BlockAddress block, base::Tick now) override;
    Programming program(port::BlockAddress block, const port::Block& data,
                        base::Tick start) override;
    void power_lost(base::Tick at) override;
    void power_up(base::Tick at) override;
    [[nodiscard]] port::ApduPort* air() noexcept override;
    [[nodiscard]] std::unique_ptr<StorePort> clone() const override;

private:
    void transport(tlm::tlm_command command, port::BlockAddress block, port::Block& data,
                   base::Tick at);

    port::StorePort* power_ = nullptr;
    tlm::tlm_generic_payload payload_{};
    StoreTiming timing_{};
};

/// Target in front of one card's store.
class StoreTarget : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<StoreTarget> socket{"socket"};

    explicit StoreTarget(const sc_core::sc_module_name& name);
    void attach(port::StorePort* store) noexcept { store_ = store; }

private:
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

    port::StorePort* store_ = nullptr;
};

}  // namespace card
