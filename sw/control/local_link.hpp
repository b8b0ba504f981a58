/// \file local_link.hpp
/// Links that are parts of the reader and speak to programs that know nothing of its client
/// protocol: a PN532's pseudo-terminal, pcscd's virtual reader. Each ends at a service interface,
/// and says nothing while that is disabled.
#pragma once

#include <optional>

#include "control/device.hpp"
#include "link/pn532_server.hpp"
#include "link/smart_card.hpp"

namespace control {

/// A card behind its service interface, for hostlink::Vpcd: while the service is not enabled there
/// is none.
class LinkedCard final : public hostlink::SmartCard {
public:
    /// `service`: ContactlessCard or ContactCard. The device outlives it.
    LinkedCard(Device& device, Service service) : device_{device}, service_{service} {}

    base::Bytes power_on() override;
    base::Bytes reset() override;
    void power_off() override;
    base::Bytes transmit(base::ByteView command) override;

private:
    base::Bytes ask(base::ByteView request);

    Device& device_;
    Service service_;
};

/// The PN532 service at a pseudo-terminal; its host is heard while the service is enabled.
class LinkedPn532 {
public:
    /// `master` as in hostlink::Pn532Server; both outlive it.
    LinkedPn532(Device& device, int master, const hostlink::ServerOptions& options = {});
    ~LinkedPn532();
    LinkedPn532(const LinkedPn532&) = delete;
    LinkedPn532& operator=(const LinkedPn532&) = delete;

    [[nodiscard]] hostlink::Pn532Server& server() noexcept { return server_; }

private:
    Device& device_;
    hostlink::Pn532Server server_;
};

}  // namespace control
