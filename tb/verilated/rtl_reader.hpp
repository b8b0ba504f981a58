/// \file rtl_reader.hpp
/// A reader with its service modules on the RTL: `top_reader`, the air and one MIFARE Classic 1K.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>

#include "driver/register_bus.hpp"
#include "port/crypto_port.hpp"
#include "port/power_port.hpp"
#include "port/reader_port.hpp"
#include "port/world.hpp"

namespace tb {

/// An access that ended with PSLVERR: no such register, or a module that is off.
class BusError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct RtlReaderOptions {
    port::AirProfile air{};
    bool counted = false;  ///< toggles() are counted, which takes ten times as long
};

class ReaderSimulation;

/// Time passes in accesses and in waiting only. Ticks of contactless() begin anew whenever its
/// module is switched on: who used it then begins anew as well.
///
/// Errors: contactless() and crypto() throw std::logic_error while their module is off.
class RtlReader {
public:
    explicit RtlReader(const RtlReaderOptions& options = {});
    ~RtlReader();
    RtlReader(const RtlReader&) = delete;
    RtlReader& operator=(const RtlReader&) = delete;

    /// Puts the card into the field; `store` must outlive this. UID, ATQA and SAK of `profile`
    /// count.
    void place(const port::CardProfile& profile, port::StorePort& store);

    /// Who is told of frames and of the carrier, at ticks of now(); outlives this.
    void observe(port::FrameObserver& observer);

    [[nodiscard]] port::PowerPort& power();
    [[nodiscard]] port::ReaderPort& contactless();
    [[nodiscard]] port::CryptoPort& crypto();

    enum class Page : std::uint8_t { Power, Contactless, Secure };
    /// The bare bus. Throws BusError.
    [[nodiscard]] driver::RegisterBus& bus(Page page);

    /// Ticks since reset.
    [[nodiscard]] base::Tick now() const;
    /// The reader drives its carrier.
    [[nodiscard]] bool carrier() const;

    /// How often bits inside each module (port::Module) have changed since reset: every bit of
    /// every signal, its clock included, a signal that passes several levels of hierarchy on each
    /// (Verilator's toggle coverage). Contact and display have no logic here: 0.
    /// Nothing when they are not counted.
    using Counts = std::array<std::uint64_t, port::Modules.size()>;
    [[nodiscard]] std::optional<Counts> toggles() const;

    /// Assertions of the RTL that failed so far.
    [[nodiscard]] int check_failures() const;

private:
    class Bus;
    class Power;
    class Contactless;
    class Secure;
    [[nodiscard]] Bus& bus_of(Page page);

    std::unique_ptr<ReaderSimulation> simulation_;
    std::array<std::unique_ptr<Bus>, 3> buses_;
    std::unique_ptr<Contactless> contactless_;
    std::unique_ptr<Secure> secure_;
    std::unique_ptr<Power> power_;
};

}  // namespace tb
