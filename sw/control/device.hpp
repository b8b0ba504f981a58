/// \file device.hpp
/// A reader as a whole: its modules, put together over a hardware and a memory.
///
/// Example:
///     control::Device device{hardware, flash, factory, control::system_nonces()};
///     const auto answer = device.handle(frame);
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "control/flash.hpp"
#include "control/interface_module.hpp"
#include "control/modules.hpp"
#include "control/update_door.hpp"

namespace control {

/// What the service modules work on; all of it outlives the device.
struct Hardware {
    port::PowerPort& power;
    port::ReaderPort* contactless;  ///< nullptr: this reader has no contactless module
    port::CryptoPort& engine;
    hostlink::SmartCard* slot = nullptr;
    DisplayModule::Keypad keypad = [](const std::string&) { return std::string{}; };
    reader::Policy policy{};
};

/// As the reader leaves the factory; each content has version 1.
struct Factory {
    Identity identity{};
    Credentials credentials{};
    std::string logic{};
    std::string software{};
};

class Device {
public:
    /// Switches the reader on. Throws LogicError when the factory's logic is none.
    Device(const Hardware& hardware, Flash& flash, const Factory& factory, NonceSource nonces);
    ~Device();
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    /// One frame of the client in, its answer out. A restart that it asked for follows. Throws
    /// PowerCut when the memory loses its power: then nothing but start() works.
    Frame handle(const Frame& request);
    /// The client has gone.
    void connection_lost() noexcept;
    /// A link of the reader's own calls a service (interface_module.hpp). Throws Refusal.
    base::Bytes serve(Service service, base::ByteView request);
    /// `enabled` is told the services that are, now and whenever they change.
    void watch(std::function<void(Services)> enabled);
    /// Who uses the PN532 service from now on (service_interface.hpp).
    void use(std::optional<hostlink::Hooks> hooks);
    /// Off and on again: what the memory holds counts, all services are disabled.
    void start();

    /// What has run since the last start.
    [[nodiscard]] const UpdateStore::Content& software() const;
    [[nodiscard]] MainControl& control();
    [[nodiscard]] SecurityModule& security();
    [[nodiscard]] const InterfaceModule& interface() const;
    [[nodiscard]] const UpdateStore& updates() const;
    [[nodiscard]] const DisplayModule& display() const;

private:
    struct Parts;

    Hardware hardware_;
    Flash& flash_;
    Factory factory_;
    NonceSource nonces_;
    void tell() const;

    std::function<void(Services)> enabled_ = [](Services) {};
    std::optional<hostlink::Hooks> hooks_{};
    std::unique_ptr<Parts> parts_;
    bool restart_ = false;
};

}  // namespace control
