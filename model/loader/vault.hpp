/// \file vault.hpp
/// Everything of one boot loader that outlasts power: how far a load has come, the package it is
/// of, the image itself, counters and keys. Changes are transactions: a cut leaves them done or not
/// done.
#pragma once

#include <optional>
#include <utility>

#include "domain/secret.hpp"
#include "loader/header.hpp"
#include "nvm/memory.hpp"
#include "store/objects.hpp"

namespace loader {

using base::Tick;

enum class Stage : std::uint8_t {
    Empty,    ///< never anything
    Loading,  ///< an image is on its way
    Active    ///< it is whole
};

/// How far things are.
struct Progress {
    Stage stage = Stage::Empty;
    bool erasing = false;    ///< the place of the image may still hold parts of an older one
    bool requested = false;  ///< the OS has asked for the loader
    bool confirmed = false;  ///< the OS has run
    std::uint16_t next = 0;  ///< block that is due
    std::uint32_t load = 0;  ///< counts the loads begun: each OS has a memory of its own
    Digest expected{};       ///< digest of the block that is due
};

struct Counters {
    std::uint32_t security_version = 0;  ///< the least that may be loaded
    std::uint32_t sequence = 0;          ///< of SCP03, the last one given out (0..FFFFFF)
    std::uint8_t failures = 0;           ///< wrong tries since the last right one
};

/// Put in at the factory; no command reads or writes them.
struct VaultKeys {
    domain::Secret enc{}, mac{}, dek{};  ///< SCP03 of the loader, 16 bytes each
    domain::Secret image{};              ///< AES-128, of the blocks
    std::uint8_t image_version = 0;
    base::Bytes signer{};  ///< public key, x|y, 64 bytes
};

/// An OS that the element leaves the factory with.
struct FactoryOs {
    base::Bytes package{};   ///< header and signature
    base::Bytes image{};     ///< in plain
    std::size_t offset = 0;  ///< of the image in its place
};

class Vault {
public:
    static constexpr Tick TransactionTicks = 27'136;
    static constexpr Tick ErasePageTicks = 2'712;  ///< 0.2 ms
    static constexpr std::size_t MostBlockBytes = 192;

    struct Options {
        std::size_t image_bytes = 4096;  ///< room for it
        std::uint64_t seed = 1;          ///< of what a cut leaves
    };
    Vault(const Options& options, const VaultKeys& keys, const Counters& counters);
    /// Before power comes for the first time.
    void preset(const FactoryOs& os);
    /// The cells of another vault of the same size. Throws std::invalid_argument.
    void restore(nvm::Nvm::State cells);

    [[nodiscard]] Progress progress(Tick now);
    [[nodiscard]] Counters counters(Tick now);
    [[nodiscard]] VaultKeys keys(Tick now);
    /// The package under way or active, header and signature.
    [[nodiscard]] base::Bytes package(Tick now);
    /// A part of the place of the image.
    [[nodiscard]] base::Bytes image(std::size_t offset, std::size_t size, Tick now);
    [[nodiscard]] std::size_t image_bytes() const noexcept { return image_.size; }

    // All of these bring `work` to the tick when they are done. False: memory failure.

    [[nodiscard]] bool write(const Progress& progress, store::Work& work);
    [[nodiscard]] bool write(const Counters& counters, store::Work& work);
    /// A load begins: `progress` with erasing set, the package, and then the image is erased.
    [[nodiscard]] bool begin(const Progress& progress, base::ByteView package, store::Work& work);
    /// Erases the image and takes the mark off.
    [[nodiscard]] bool erase(Progress progress, store::Work& work);
    /// A part of the image, and how far that brings the load.
    [[nodiscard]] bool put(std::size_t offset, base::ByteView plain, const Progress& progress,
                           store::Work& work);

    [[nodiscard]] nvm::Memory& memory() noexcept { return *memory_; }
    [[nodiscard]] const nvm::Memory& memory() const noexcept { return *memory_; }
    /// Where the image lies, for who damages it in a test.
    [[nodiscard]] const nvm::Range& image_range() const noexcept { return image_; }

private:
    [[nodiscard]] bool commit(const nvm::Transaction& transaction, store::Work& work,
                              nvm::Memory::Around around = {}, Tick more = 0);
    [[nodiscard]] nvm::Plan erasing() const;

    nvm::Layout layout_{};
    nvm::Range progress_{}, counters_{}, package_{}, keys_{}, image_{};
    nvm::Memory::Options made_{};
    std::optional<nvm::Memory> memory_{};
};

}  // namespace loader
