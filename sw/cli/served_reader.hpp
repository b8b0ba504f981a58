/// \file served_reader.hpp
/// The reader of `cartouche serve`: a whole reader, whose only client is this program and offers
/// one service to a link.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "aes/software_engine.hpp"
#include "control/client.hpp"
#include "control/counted_power.hpp"
#include "control/device.hpp"

namespace cli {

/// Keys are drawn at the start and known to nobody else. All calls on the simulation's thread.
class ServedReader {
public:
    /// What the service needs of the two: what is in the field, what is in the slot. Both outlive
    /// it. A platform is logged in at once.
    ServedReader(control::Service service, port::ReaderPort* field, hostlink::SmartCard* slot,
                 const reader::Policy& policy);

    [[nodiscard]] control::Device& device() noexcept { return device_; }

    /// Connects and lets the platform log in: the service is enabled.
    void log_in();
    /// Disconnects: all services are disabled, all modules off.
    void log_out();
    /// `cartouche control login` and `logout`; false: it is another request.
    bool handle(const nlohmann::json& request);

private:
    [[nodiscard]] static control::Factory factory(control::Service service,
                                                  const control::AesKey& master,
                                                  const control::AesKey& client);

    control::AesKey master_;
    control::AesKey client_key_;
    control::CountedPower power_;
    aes::SoftwareEngine engine_{};
    control::CountedCrypto crypto_{engine_, power_};
    control::MemoryFlash flash_{};
    control::Device device_;
    control::Cloud cloud_;
    control::Client client_;
    std::uint64_t counter_ = 0;
};

}  // namespace cli
