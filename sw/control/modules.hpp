/// \file modules.hpp
/// The service modules: contactless, secure access, contacts, display and keypad.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/proofs.hpp"
#include "control/service_module.hpp"
#include "link/contactless_card.hpp"
#include "port/crypto_port.hpp"
#include "port/reader_port.hpp"
#include "reader/reader.hpp"

namespace control {

/// Cards in the field, through a PCD.
class ContactlessModule final : public ServiceModule {
public:
    /// `port` must outlive it and work while the module is on.
    explicit ContactlessModule(port::ReaderPort& port, const reader::Policy& policy = {})
        : port_{port}, policy_{policy} {}

    [[nodiscard]] port::Module module() const noexcept override {
        return port::Module::Contactless;
    }
    void switched_on() override;
    void switching_off() override;
    Value call(const Operation& operation, const Values& fields) override;
    [[nodiscard]] hostlink::SmartCard* card() noexcept override;
    [[nodiscard]] reader::Reader* type_a() noexcept override {
        return reader_ ? &*reader_ : nullptr;
    }

private:
    void select(base::ByteView uid);
    void open(const Values& fields, std::uint8_t block);

    port::ReaderPort& port_;
    reader::Policy policy_;
    std::optional<reader::Reader> reader_{};
    std::optional<hostlink::ContactlessCard> card_{};
    std::optional<reader::Card> selected_{};  ///< for MIFARE Classic
    bool channel_open_ = false;               ///< for APDUs
};

/// Keys that never leave it, on an AES engine.
class SecureModule final : public ServiceModule {
public:
    /// `engine` must outlive it and work while the module is on; `key` gives the access key.
    SecureModule(port::CryptoPort& engine, std::function<AesKey()> key)
        : engine_{engine}, key_{std::move(key)} {}

    [[nodiscard]] port::Module module() const noexcept override { return port::Module::Secure; }
    void switching_off() override { engine_.wipe(); }
    /// sector-key: the first 6 bytes of CMAC(access key, 01 | UID | sector | 'A')
    /// (key-diversification.md, 1). mac: CMAC(access key, 02 | data).
    Value call(const Operation& operation, const Values& fields) override;

private:
    port::CryptoPort& engine_;
    std::function<AesKey()> key_;
};

/// A card in the slot.
class ContactModule final : public ServiceModule {
public:
    /// nullptr: the slot is empty. It must outlive the module.
    explicit ContactModule(hostlink::SmartCard* card) : card_{card} {}

    [[nodiscard]] port::Module module() const noexcept override { return port::Module::Contact; }
    void switching_off() override;
    Value call(const Operation& operation, const Values& fields) override;
    [[nodiscard]] hostlink::SmartCard* card() noexcept override { return card_; }

private:
    hostlink::SmartCard* card_;
    bool powered_ = false;
};

/// Lines for the user, and what the user types.
class DisplayModule final : public ServiceModule {
public:
    /// What a keypad gives to a question.
    using Keypad = std::function<std::string(const std::string& question)>;
    /// What one character takes.
    static constexpr base::Tick CharacterTicks = 128;

    DisplayModule(port::PowerPort& power, Keypad keypad)
        : power_{power}, keypad_{std::move(keypad)} {}

    [[nodiscard]] port::Module module() const noexcept override { return port::Module::Display; }
    Value call(const Operation& operation, const Values& fields) override;
    /// All lines shown so far, the last 64 of them.
    [[nodiscard]] const std::vector<std::string>& lines() const noexcept { return lines_; }

private:
    void show(std::string line);

    port::PowerPort& power_;
    Keypad keypad_;
    std::vector<std::string> lines_{};
};

}  // namespace control
