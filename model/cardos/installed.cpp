#include "cardos/installed.hpp"

#include "cardos/catalogue.hpp"

namespace cardos {

Application* Installed::at(const domain::Instance& instance) {
    const auto found = live_.find(instance.slot);
    if (found != live_.end()) return found->second.get();
    const Native* native = find_native(instance.module);
    if (native == nullptr) return nullptr;
    return live_.emplace(instance.slot, native->make()).first->second.get();
}

void Installed::forget(const std::function<bool(domain::Slot)>& keep) {
    std::erase_if(live_, [&](const auto& entry) { return !keep(entry.first); });
}

bool Installed::knows(const domain::Aid&, const domain::Aid& module, base::ByteView) const {
    return find_native(module) != nullptr;
}

apdu::StatusWord Installed::make(const domain::Instance& instance, base::ByteView,
                                 base::ByteView parameters, store::Work& work) {
    const Native* native = find_native(instance.module);
    if (native == nullptr) return apdu::Sw::ReferencedDataNotFound;
    Context context{card_, instance.slot, work};
    context.data().clear();
    return native->make()->install(context, parameters);
}

void Installed::remove(const domain::Instance& instance, store::Work&) {
    live_.erase(instance.slot);
    AppData{card_.objects, instance.slot}.clear();
}

apdu::Response Installed::personalise(const domain::Instance& instance,
                                      const apdu::Command& command, store::Work& work) {
    Application* application = at(instance);
    if (application == nullptr) return apdu::Sw::ConditionsNotSatisfied;
    Context context{card_, instance.slot, work};
    return application->personalise(context, command);
}

}  // namespace cardos
