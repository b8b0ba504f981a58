/// \file sms_gateway.hpp
/// Short messages between phones and the business platform: a network that a laboratory can make
/// unreliable, with both ends on lines like everybody's.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "ota/sms_network.hpp"
#include "platform/service.hpp"
#include "services/line.hpp"

namespace services {

struct SmsGatewayOptions {
    std::set<std::string> phones{};  ///< names in their certificates
    ota::SmsFaults faults{};
    std::uint64_t seed = 1;
};

/// Requests of phones, bytes in hexadecimal:
///   - {"do": "order", "element", "kind"}: the customer wants a card; {}.
///   - {"do": "air", "sent": [SMS-SUBMIT, ...]}: what goes out, and what comes in, if anything:
///     {"messages": [SMS-DELIVER, ...], "done"}.
/// The platform may be killed meanwhile: the phone then has a line that was lost, asks again, and
/// the gateway orders anew.
class SmsGateway final : public platform::Service {
public:
    /// `business` outlives it.
    SmsGateway(Line& business, SmsGatewayOptions options);

    nlohmann::json handle(const std::string& peer, const nlohmann::json& request) override;

private:
    struct Phone {
        nlohmann::json order{};
        ota::SmsNetwork network;
        bool done = false;
    };

    [[nodiscard]] nlohmann::json air(Phone& phone, const nlohmann::json& request);
    /// Asks the platform, and puts on the air what it wants to send.
    void ask(Phone& phone, const nlohmann::json& request);

    Line& business_;
    SmsGatewayOptions options_;
    std::mutex mutex_{};
    std::map<std::string, Phone> phones_{};
};

}  // namespace services
