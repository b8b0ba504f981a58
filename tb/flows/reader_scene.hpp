/// \file reader_scene.hpp
/// The parties of system E: a reader on a level, the client on its socket, the platform behind it,
/// cards in its field and in its slot.
#pragma once

#include <memory>
#include <string>

#include "cardos/chip.hpp"
#include "control/client.hpp"
#include "control/device.hpp"
#include "flows/contact_card.hpp"
#include "flows/flow.hpp"
#include "flows/reader_hardware.hpp"
#include "store/sector_store.hpp"

namespace flows {

/// Keys and nonces are counted, so that a run repeats. Time of the slot's card passes in the
/// reader too.
class ReaderScene {
public:
    static constexpr const char* Serial = "RDR-000042";
    static constexpr unsigned Sector = 1;
    /// The services of a fresh reader: sector-read, sector-write.
    static const std::string Logic;
    static const std::string Software;

    /// Tlm or Rtl; `counted`: with the toggles of the RTL.
    explicit ReaderScene(Level level, bool counted = false);
    /// The same with who watches, if anybody: toggles are counted if it wants them. `name`: of the stage.
    ReaderScene(Level level, StageWatch* watch, const std::string& name);
    /// A reader with a memory and a factory of its own, its nonces random; what is of the platform
    /// or the client here does not know it. The key of the card's sector is this reader's.
    ReaderScene(Level level, control::Flash& flash, const control::Factory& made);
    ~ReaderScene();
    ReaderScene(const ReaderScene&) = delete;
    ReaderScene& operator=(const ReaderScene&) = delete;

    [[nodiscard]] control::Device& device() noexcept { return *device_; }
    [[nodiscard]] control::Client& client() noexcept { return client_; }
    [[nodiscard]] control::Cloud& cloud() noexcept { return cloud_; }
    [[nodiscard]] control::RemoteReader remote() { return {cloud_, client_}; }
    [[nodiscard]] control::MemoryFlash& flash() noexcept { return flash_; }
    [[nodiscard]] ReaderHardware& hardware() noexcept { return *hardware_; }

    /// A client whose key is none of the reader's.
    [[nodiscard]] control::Client stranger();
    void connect() { client_.connect(++counter_, Serial); }
    void enter() {
        connect();
        client_.login(cloud_);
    }
    [[nodiscard]] control::UpdateSigner::Package package(control::UpdateKind kind,
                                                         std::uint32_t version,
                                                         const std::string& content) const;
    /// The same, signed by somebody else.
    [[nodiscard]] control::UpdateSigner::Package forged(control::UpdateKind kind,
                                                        std::uint32_t version,
                                                        const std::string& content) const;

    /// What sector 1 of the card in the field holds, trailer left out, in hexadecimal digits.
    [[nodiscard]] std::string sector() const;
    [[nodiscard]] bool all_off() const;
    [[nodiscard]] std::string software() const;

    /// For Report::step.
    [[nodiscard]] std::function<Tick()> clock() {
        return [this] { return hardware_->now(); };
    }
    /// At the end. Throws std::runtime_error when an assertion of the RTL has failed.
    void finish();

    [[nodiscard]] static control::Factory factory();
    /// The platform's end, which knows the factory's master key.
    [[nodiscard]] static control::Cloud make_cloud(control::NonceSource nonces);

private:
    class Slot;

    /// `flash`: nullptr for flash_.
    ReaderScene(Level level, bool counted, StageWatch* watch, control::Flash* flash,
                const control::Factory& made, control::NonceSource nonces);

    StageWatch* watch_;
    store::SectorStore memory_;
    std::unique_ptr<ReaderHardware> hardware_;
    std::unique_ptr<Slot> slot_;
    control::MemoryFlash flash_{};
    std::unique_ptr<control::Device> device_;
    control::Cloud cloud_;
    control::Client client_;
    std::uint64_t counter_ = 0;
};

}  // namespace flows
