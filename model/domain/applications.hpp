/// \file applications.hpp
/// What the OPEN asks of the room above: the native code of applications.
#pragma once

#include "apdu/command.hpp"
#include "domain/aid.hpp"
#include "domain/privileges.hpp"
#include "domain/registry.hpp"

namespace store {
struct Work;
}  // namespace store

namespace domain {

/// One that was installed. `slot` is its own as long as it lives and then free for another: who
/// keeps objects keeps them under it.
struct Instance {
    Slot slot = NoSlot;
    Aid package{};
    Aid module{};
    Aid aid{};
    Privileges privileges{};
};

/// Implemented by the card OS. What is written to store::Objects in `make` and `remove` goes into
/// the open transaction of the command: neither begin nor commit it. `personalise` likewise.
class Applications {
public:
    virtual ~Applications() = default;

    /// Whether there is native code for this module; `load_file` is the load file data block as it
    /// was loaded, empty for what the factory put in.
    [[nodiscard]] virtual bool knows(const Aid& package, const Aid& module,
                                     base::ByteView load_file) const = 0;
    /// INSTALL [for install]; `parameters` is the value of C9. Anything but 9000 refuses.
    [[nodiscard]] virtual apdu::StatusWord make(const Instance& instance, base::ByteView load_file,
                                                base::ByteView parameters, store::Work& work) = 0;
    /// DELETE: its objects go with it.
    virtual void remove(const Instance& instance, store::Work& work) = 0;
    /// STORE DATA after INSTALL [for personalization], already deciphered.
    [[nodiscard]] virtual apdu::Response personalise(const Instance& instance,
                                                     const apdu::Command& command,
                                                     store::Work& work) = 0;
    /// Whether it is selected on another logical channel or interface than the one that asks: then
    /// it cannot be deleted.
    [[nodiscard]] virtual bool in_use(Slot slot) const = 0;
};

}  // namespace domain
