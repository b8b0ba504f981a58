/// \file service_interface.hpp
/// One interface for each service (systems.md, E2): the client's format in, the reader's inside,
/// the client's out.
#pragma once

#include <optional>

#include "control/credentials.hpp"
#include "control/main_control.hpp"
#include "link/pn532.hpp"

namespace control {

/// First byte of a call, and the service's bit in Services.
enum class Service : std::uint8_t {
    Preset = 0,           ///< service logic by name
    ContactlessCard = 1,  ///< as PC/SC: power and APDUs
    ContactCard = 2,      ///< as PC/SC, the card in the slot
    Pn532 = 3,            ///< commands of a PN532
    Secure = 4,           ///< a MAC under the access key
    Display = 5           ///< a line, a question
};
inline constexpr Services AllServices = 0x3F;
[[nodiscard]] constexpr Services bit_of(Service service) noexcept {
    return Services{1} << static_cast<unsigned>(service);
}

class ServiceInterface {
public:
    virtual ~ServiceInterface() = default;

    [[nodiscard]] virtual Service service() const noexcept = 0;
    /// Throws Refusal.
    virtual base::Bytes serve(base::ByteView request) = 0;
    /// The client has gone: its modules are off.
    virtual void close() noexcept {}
};

/// Request: "sector-read sector=1", bytes as hexadecimal digits, text in quotes. Answer: a line
/// "data=0011.. uid=10E2F0A1".
class PresetInterface final : public ServiceInterface {
public:
    explicit PresetInterface(MainControl& control) : control_{control} {}
    [[nodiscard]] Service service() const noexcept override { return Service::Preset; }
    base::Bytes serve(base::ByteView request) override;

private:
    MainControl& control_;
};

/// Request of one byte: 00 power off, 01 power on, 02 reset (both answered by the ATR), 04 ATR
/// (reader-host.md, 2); longer: a command APDU, answered by its response.
class CardInterface final : public ServiceInterface {
public:
    /// `module`: Contactless or Contact.
    CardInterface(MainControl& control, port::Module module) : control_{control}, module_{module} {}
    [[nodiscard]] Service service() const noexcept override {
        return module_ == port::Module::Contact ? Service::ContactCard : Service::ContactlessCard;
    }
    base::Bytes serve(base::ByteView request) override;
    void close() noexcept override;

private:
    MainControl& control_;
    port::Module module_;
    hostlink::SmartCard* card_ = nullptr;  ///< while the module is held
    base::Bytes atr_{};
};

/// Request: a command, PD0 first; answer: the chip's frame, or nothing when the command was given
/// up. An empty request lets the chip go.
class Pn532Interface final : public ServiceInterface {
public:
    /// Polls of the field until InListPassiveTarget gives up, where nobody says when.
    static constexpr unsigned MostPolls = 20;

    explicit Pn532Interface(MainControl& control) : control_{control} {}
    /// Another user, who can give a command up, or none who can; the chip starts anew.
    void use(std::optional<hostlink::Hooks> hooks);
    [[nodiscard]] Service service() const noexcept override { return Service::Pn532; }
    base::Bytes serve(base::ByteView request) override;
    /// Also from inside the hooks of a command: it takes effect when that has come back.
    void close() noexcept override;

private:
    base::Bytes execute(base::ByteView command);

    MainControl& control_;
    std::optional<hostlink::Hooks> hooks_{};
    bool running_ = false;
    bool closing_ = false;  ///< wished while a command was running
    unsigned polls_ = 0;
    std::optional<hostlink::Pn532> chip_{};  ///< while the module is held
};

/// Request: data; answer: their MAC, 16 bytes.
class SecureInterface final : public ServiceInterface {
public:
    explicit SecureInterface(MainControl& control) : control_{control} {}
    [[nodiscard]] Service service() const noexcept override { return Service::Secure; }
    base::Bytes serve(base::ByteView request) override;

private:
    MainControl& control_;
};

/// Request: 00 and a line to show, or 01 and a question, answered by what was typed.
class DisplayInterface final : public ServiceInterface {
public:
    explicit DisplayInterface(MainControl& control) : control_{control} {}
    [[nodiscard]] Service service() const noexcept override { return Service::Display; }
    base::Bytes serve(base::ByteView request) override;

private:
    MainControl& control_;
};

}  // namespace control
