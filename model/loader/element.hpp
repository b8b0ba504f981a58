/// \file element.hpp
/// One secure element: boot code, memory for an OS image, and the card OS that runs when the image
/// is whole and authentic.
#pragma once

#include <functional>
#include <memory>

#include "cardos/chip.hpp"
#include "loader/boot.hpp"
#include "port/chip_port.hpp"
#include "port/loader_port.hpp"

namespace loader {

/// The image is data: what runs in its place is our card OS, which says that it is this version.
/// Returns nullptr when this image does not come up.
using MakeOs = std::function<std::unique_ptr<cardos::Chip>(const port::LoaderPort::Image& image)>;

/// A chip of `cardos::make_chip` with the application "os-update".
[[nodiscard]] std::unique_ptr<cardos::Chip> make_default_os(const port::LoaderPort::Image& image);

struct ElementOptions {
    Identity identity{};
    VaultKeys keys{};
    Counters counters{};
    Vault::Options vault{};
    std::optional<FactoryOs> os{};
    MakeOs make_os = make_default_os;
    /// nullptr: aes::SoftwareEngine. The loader's; each OS brings its own.
    std::unique_ptr<port::CryptoPort> crypto{};
};

/// Runs ahead of time as the card OS does. It looks for its OS when it is first needed after power
/// came, and at a reset when that may have changed. An OS of another load finds an empty memory.
class Element final : public port::ChipPort {
public:
    explicit Element(ElementOptions options);
    ~Element() override;
    Element(const Element&) = delete;
    Element& operator=(const Element&) = delete;

    // The field.
    [[nodiscard]] port::Block read(port::BlockAddress block, Tick now) override;
    Programming program(port::BlockAddress block, const port::Block& data, Tick start) override;
    void power_lost(Tick at) override { power(cardos::Via::Air, false, at); }
    void power_up(Tick at) override { power(cardos::Via::Air, true, at); }
    [[nodiscard]] port::ApduPort* air() noexcept override;
    [[nodiscard]] std::unique_ptr<port::StorePort> clone() const override;

    // The contacts.
    void contacts_on(Tick at) override { power(cardos::Via::Contacts, true, at); }
    void contacts_off(Tick at) override { power(cardos::Via::Contacts, false, at); }
    [[nodiscard]] port::ApduPort& contacts() noexcept override;
    [[nodiscard]] base::Bytes loader_bytes() override;

    /// The OS that runs; nullptr: the loader has control, or nobody has looked yet.
    [[nodiscard]] cardos::Chip* os() noexcept;
    [[nodiscard]] Vault& vault() noexcept;

    /// For who keeps an element in a file, without power: the chip of the OS that ran last, and the
    /// load that it belongs to; nullptr: none ran.
    [[nodiscard]] cardos::Chip* last_os() noexcept;
    [[nodiscard]] std::uint32_t last_load() const noexcept;
    void adopt(std::unique_ptr<cardos::Chip> os, std::uint32_t load);

private:
    class Door;
    struct Parts;
    explicit Element(std::unique_ptr<Parts> parts);
    void power(cardos::Via via, bool on, Tick at);

    std::unique_ptr<Parts> parts_;
};

}  // namespace loader
