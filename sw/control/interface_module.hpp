/// \file interface_module.hpp
/// What a client can reach, and when (systems.md, E4, E5): at first connection requests only, then
/// the platform's login, then the services that the client may offer.
#pragma once

#include <functional>
#include <vector>

#include "control/frame.hpp"
#include "control/security_module.hpp"
#include "control/service_interface.hpp"

namespace control {

class InterfaceModule {
public:
    enum class State : std::uint8_t {
        Disabled,   ///< takes connection requests only
        Connected,  ///< and now a platform's login
        LoggedIn    ///< and now services, and what the platform has to say
    };
    /// What the platform's messages do: body in, body out. Throws Refusal.
    using PlatformDoor = std::function<base::Bytes(base::ByteView)>;

    /// All outlive it.
    InterfaceModule(SecurityModule& security, std::vector<ServiceInterface*> services,
                    PlatformDoor door);

    /// One frame in, its answer out. What a card or a module does wrong is an answer.
    Frame handle(const Frame& request);
    /// A link that is a part of the reader calls a service: as a client's call, of any length.
    /// Throws Refusal unless the service is enabled, or for what the service refuses.
    base::Bytes serve(Service service, base::ByteView request);
    /// The client has gone: everything is disabled.
    void disable() noexcept;

    [[nodiscard]] State state() const noexcept { return state_; }
    /// The services that are enabled now.
    [[nodiscard]] Services enabled() const noexcept {
        return state_ == State::LoggedIn ? allowed_ : 0;
    }

private:
    base::Bytes dispatch(const Frame& request);
    base::Bytes connect(base::ByteView payload);
    base::Bytes prove(base::ByteView payload);
    base::Bytes call(base::ByteView payload);
    base::Bytes platform(base::ByteView payload);
    void require(State least) const;

    SecurityModule& security_;
    std::vector<ServiceInterface*> services_;
    PlatformDoor door_;
    State state_ = State::Disabled;
    Services allowed_ = 0;
};

}  // namespace control
