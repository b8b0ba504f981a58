/// \file chip.hpp
/// The whole chip card behind its two interfaces: one memory with sectors and objects, one card OS.
#pragma once

#include <memory>
#include <span>

#include "cardos/interface.hpp"
#include "port/chip_port.hpp"
#include "port/loader_port.hpp"
#include "store/sector_store.hpp"

namespace cardos {

/// The air's MIFARE Classic engine reaches the sectors through StorePort, its ISO-DEP the OS
/// through air(), a contact transport the OS through contacts(). Power is there while the field or
/// VCC is.
///
/// Example: chip.air()->take(select, false, 1000).response
class Chip final : public port::ChipPort {
public:
    struct Options {
        store::SectorStore::Options store{};  ///< object_pages: 1024 when 0
        std::uint64_t random_seed = 1;
        Tick air_waiting_ticks = Tick{4096} << 8;  ///< FWT of FWI 8
        Tick contact_waiting_ticks = 21'705'000;   ///< BWT, BWI 4 at 3.5712 MHz
        port::WorkObserver* observer = nullptr;    ///< outlives the chip; not of its clones
    };
    static constexpr std::size_t ObjectPages = 1024;

    /// A fresh one. `crypto`: the AES engine.
    Chip(std::span<const port::Block> sectors, const Options& options,
         std::unique_ptr<port::CryptoPort> crypto, const domain::Factory& factory);
    /// One whose memory comes from a file. Throws std::invalid_argument when it has no objects.
    Chip(store::SectorStore memory, const Options& options,
         std::unique_ptr<port::CryptoPort> crypto);
    ~Chip() override;
    Chip(const Chip&) = delete;
    Chip& operator=(const Chip&) = delete;

    // The field.
    [[nodiscard]] port::Block read(port::BlockAddress block, Tick now) override;
    Programming program(port::BlockAddress block, const port::Block& data, Tick start) override;
    void power_lost(Tick at) override;
    void power_up(Tick at) override;
    [[nodiscard]] port::ApduPort* air() noexcept override;
    [[nodiscard]] std::unique_ptr<port::StorePort> clone() const override;

    // The contacts.
    void contacts_on(Tick at) override;
    void contacts_off(Tick at) override;
    [[nodiscard]] port::ApduPort& contacts() noexcept override;

    [[nodiscard]] store::SectorStore& memory() noexcept;
    [[nodiscard]] const store::SectorStore& memory() const noexcept;
    /// The boot loader that started this OS; it outlives the chip. A clone() has none.
    void attach(port::LoaderPort& loader) noexcept;
    /// The next random values, for recorded sessions.
    void fix_random(base::ByteView bytes);
    [[nodiscard]] domain::Open& open() noexcept;

private:
    struct Parts;
    explicit Chip(std::unique_ptr<Parts> parts);
    void power(bool& source, bool on, Tick at);

    std::unique_ptr<Parts> parts_;
};

}  // namespace cardos
