/// \file contact_reader.hpp
/// A contact reader in the kernel: contact::Slot, and the time that passes while it is used.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <systemc>

#include "card/contact_transport.hpp"
#include "contact/slot.hpp"

namespace card {

class ContactReader : public sc_core::sc_module {
public:
    sc_core::sc_port<ContactTransport> contacts{"contacts"};

    ContactReader(const sc_core::sc_module_name& name, const contact::SlotOptions& options);

    /// Runs `job` in the kernel and lets the time pass that it took. What it throws is thrown here.
    /// Example: reader.use([&](contact::Slot& slot) { atr = slot.power_on(0); });
    void use(std::function<void(contact::Slot&)> job);

private:
    void end_of_elaboration() override;
    void work();

    contact::SlotOptions options_;
    std::optional<contact::Slot> slot_{};
    sc_core::sc_event request_{"request"};
    std::function<void(contact::Slot&)> job_{};
    std::exception_ptr failure_{};
};

}  // namespace card
