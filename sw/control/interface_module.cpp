#include "control/interface_module.hpp"

#include <algorithm>

#include "control/octets.hpp"
#include "control/refusal.hpp"

namespace control {

InterfaceModule::InterfaceModule(SecurityModule& security, std::vector<ServiceInterface*> services,
                                 PlatformDoor door)
    : security_{security}, services_{std::move(services)}, door_{std::move(door)} {}

Frame InterfaceModule::handle(const Frame& request) {
    Frame answer;
    answer.sequence = request.sequence;
    const auto refuse = [&](Reason reason, const std::string& line) {
        answer.type = RefusalType;
        answer.payload = {static_cast<std::uint8_t>(reason)};
        put(answer.payload, line);
    };
    try {
        answer.payload = dispatch(request);
        answer.type = static_cast<std::uint8_t>(request.type | AnswerBit);
        if (answer.payload.size() > Frame::MostPayload)
            refuse(Reason::ServiceFailed, "the answer is too long");
    } catch (const Refusal& refusal) {
        refuse(refusal.reason(), refusal.what());
    } catch (const PowerCut&) {
        throw;
    } catch (const std::exception& error) {
        refuse(Reason::ServiceFailed, error.what());
    }
    return answer;
}

void InterfaceModule::disable() noexcept {
    for (auto* service : services_) service->close();
    security_.close();
    state_ = State::Disabled;
    allowed_ = 0;
}

void InterfaceModule::require(State least) const {
    if (state_ >= least) return;
    if (state_ == State::Disabled) throw Refusal{Reason::NotConnected, "connect first"};
    throw Refusal{Reason::NotLoggedIn, "no platform has logged in"};
}

base::Bytes InterfaceModule::dispatch(const Frame& request) {
    if (request.type == static_cast<std::uint8_t>(FrameType::Connect))
        return connect(request.payload);
    // From here on there is a client: to anybody else all frames are the same.
    require(State::Connected);
    switch (static_cast<FrameType>(request.type)) {
        case FrameType::Login:
            for (auto* service : services_) service->close();
            state_ = State::Connected;
            return security_.challenge(request.payload);
        case FrameType::LoginProof:
            return prove(request.payload);
        case FrameType::Disconnect:
            disable();
            return {};
        case FrameType::Call:
            require(State::LoggedIn);
            return call(request.payload);
        case FrameType::Platform:
            require(State::LoggedIn);
            return platform(request.payload);
        default:
            throw Refusal{Reason::BadRequest, "no such frame"};
    }
}

base::Bytes InterfaceModule::connect(base::ByteView payload) {
    if (state_ != State::Disabled)
        throw Refusal{Reason::OutOfOrder, "a client is connected already"};
    allowed_ = security_.connect(payload);
    state_ = State::Connected;
    return {};
}

base::Bytes InterfaceModule::prove(base::ByteView payload) {
    for (auto* service : services_) service->close();
    state_ = State::Connected;
    security_.finish(payload);
    state_ = State::LoggedIn;
    base::Bytes enabled;
    put(enabled, allowed_, 4);
    return enabled;
}

base::Bytes InterfaceModule::call(base::ByteView payload) {
    if (payload.empty()) throw Refusal{Reason::BadRequest, "a call names its service"};
    return serve(static_cast<Service>(payload[0]), payload.subspan(1));
}

base::Bytes InterfaceModule::serve(Service service, base::ByteView request) {
    require(State::LoggedIn);
    const auto found =
        std::find_if(services_.begin(), services_.end(),
                     [&](const ServiceInterface* one) { return one->service() == service; });
    if (found == services_.end()) throw Refusal{Reason::BadRequest, "no such service"};
    if ((allowed_ & bit_of(service)) == 0)
        throw Refusal{Reason::NotAllowed, "this client may not offer this service"};
    return (*found)->serve(request);
}

base::Bytes InterfaceModule::platform(base::ByteView payload) {
    base::Bytes body;
    try {
        body = security_.take(payload);
    } catch (const Refusal&) {
        // Somebody is between us and the platform.
        disable();
        throw;
    }
    base::Bytes answer{0};
    try {
        put(answer, door_(body));
    } catch (const Refusal& refusal) {
        answer = {static_cast<std::uint8_t>(refusal.reason())};
        put(answer, std::string_view{refusal.what()});
    }
    return security_.answer(answer);
}

}  // namespace control
