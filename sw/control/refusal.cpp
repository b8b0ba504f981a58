#include "control/refusal.hpp"

namespace control {

const char* to_string(Reason reason) noexcept {
    switch (reason) {
        case Reason::NotConnected:
            return "not connected";
        case Reason::NotLoggedIn:
            return "not logged in";
        case Reason::NotAllowed:
            return "not allowed";
        case Reason::Unauthentic:
            return "unauthentic";
        case Reason::Locked:
            return "locked";
        case Reason::OutOfOrder:
            return "out of order";
        case Reason::BadRequest:
            return "bad request";
        case Reason::ServiceFailed:
            return "service failed";
        case Reason::Outdated:
            return "outdated";
        case Reason::Forged:
            return "forged";
    }
    return "?";
}

}  // namespace control
