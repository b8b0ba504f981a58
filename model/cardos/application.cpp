#include "cardos/application.hpp"

namespace cardos {

apdu::StatusWord Application::install(Context&, base::ByteView) { return apdu::Sw::Ok; }

apdu::Response Application::personalise(Context&, const apdu::Command&) {
    return apdu::Sw::ConditionsNotSatisfied;
}

apdu::Response Application::select(Context&) { return apdu::Sw::Ok; }

}  // namespace cardos
