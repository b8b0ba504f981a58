/// \file installed.hpp
/// The application instances of the card: what the OPEN asks of native code, and their objects.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "cardos/application.hpp"
#include "domain/applications.hpp"

namespace cardos {

class Installed final : public domain::Applications {
public:
    /// `elsewhere` says whether a slot is selected on another channel than the one at work.
    Installed(const Context::Card& card, std::function<bool(domain::Slot)> elsewhere)
        : card_{card}, elsewhere_{std::move(elsewhere)} {}

    /// The code of an instance, made when it is first needed; nullptr: there is none.
    [[nodiscard]] Application* at(const domain::Instance& instance);
    /// Forgets what instances keep in RAM; `keep` says which ones live on.
    void forget(const std::function<bool(domain::Slot)>& keep);

    /// The boot loader that started the card OS.
    void attach(port::LoaderPort& loader) noexcept { card_.loader = &loader; }
    [[nodiscard]] const Context::Card& card() const noexcept { return card_; }

    [[nodiscard]] bool knows(const domain::Aid& package, const domain::Aid& module,
                             base::ByteView load_file) const override;
    [[nodiscard]] apdu::StatusWord make(const domain::Instance& instance, base::ByteView load_file,
                                        base::ByteView parameters, store::Work& work) override;
    void remove(const domain::Instance& instance, store::Work& work) override;
    [[nodiscard]] apdu::Response personalise(const domain::Instance& instance,
                                             const apdu::Command& command,
                                             store::Work& work) override;
    [[nodiscard]] bool in_use(domain::Slot slot) const override { return elsewhere_(slot); }

private:
    Context::Card card_;
    std::function<bool(domain::Slot)> elsewhere_;
    std::map<domain::Slot, std::unique_ptr<Application>> live_{};
};

}  // namespace cardos
