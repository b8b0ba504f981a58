/// \file remote_platform.hpp
/// The platform as a reader's client reaches it: over a link (platform/remote.hpp). The client
/// carries messages and learns no secret.
#pragma once

#include <string>
#include <vector>

#include "control/client.hpp"
#include "platform/remote.hpp"

namespace fleet {

class RemotePlatform final : public control::PlatformEnd {
public:
    explicit RemotePlatform(platform::Remote& remote) : remote_{remote} {}

    /// Throw platform::LineLost, platform::Refusal.
    [[nodiscard]] control::Nonce begin() override;
    [[nodiscard]] std::optional<control::Proof> prove(base::ByteView answer) override;

    /// Carries all that the platform has to say to the reader in session; its report. Throws also
    /// control::Refusal.
    std::vector<std::string> serve(control::Client& client);

private:
    platform::Remote& remote_;
};

}  // namespace fleet
