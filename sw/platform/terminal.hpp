/// \file terminal.hpp
/// A service terminal, the issuer's or a provider's: takes APDUs from a platform to a card.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "link/smart_card.hpp"
#include "platform/channel.hpp"
#include "platform/remote.hpp"

namespace platform {

/// There is no card, or it went away. The job begins again when it is back.
class CardLost : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class Terminal {
public:
    /// Sees each step with the card's answer.
    using Watch = std::function<void(const Step&, base::ByteView answer)>;

    Terminal(Remote& platform, hostlink::SmartCard& card, Watch watch = {})
        : platform_{platform}, card_{card}, watch_{std::move(watch)} {}

    /// A job from its beginning to its end; its result in the words of the API. `card` and
    /// `domain` in hexadecimal. Throws Refusal, LineLost, CardLost; what the card does and answers
    /// is the platform's to judge.
    nlohmann::json run(const std::string& job, const std::string& card, const std::string& domain);
    /// The domains of a card whose keys must be replaced.
    std::vector<std::string> due(const std::string& card);

private:
    Remote& platform_;
    hostlink::SmartCard& card_;
    Watch watch_;
};

}  // namespace platform
