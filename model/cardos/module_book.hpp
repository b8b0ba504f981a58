/// \file module_book.hpp
/// What the secure channel module keeps: its key, the download under way, the virtual cards.
#pragma once

#include <array>
#include <map>
#include <optional>

#include "cardos/context.hpp"
#include "cardos/module_seal.hpp"
#include "domain/aid.hpp"
#include "domain/secret.hpp"

namespace cardos {

/// A download from DETERMINE TARGET to the next one.
struct Download {
    enum class State : std::uint8_t {
        None = 0,
        Requested = 1,
        Receiving = 2,
        Complete = 3,
        Installed = 4,
        Installing = 5,  ///< the target card has begun to change; nothing but INSTALL goes on
    };
    State state = State::None;
    Request request{};
    std::uint8_t kind = 0;
    std::uint8_t card = 0;      ///< number of the target card
    std::uint32_t version = 0;  ///< of the package
    std::uint32_t size = 0;     ///< of the package in clear
    std::uint16_t next = 0;     ///< number of the block that comes next
    std::uint16_t blocks = 0;
    std::array<std::uint8_t, ModuleSeal::HeaderMacBytes> mac{};  ///< of the header
};

/// A virtual card as it was installed.
struct VirtualCard {
    std::uint8_t kind = 0;
    std::uint32_t version = 0;
    domain::Aid load_file{};
    domain::Aid instance{};
};

class ModuleBook {
public:
    static constexpr std::uint8_t MostCards = 8;
    static constexpr std::size_t MostVersions = 16;  ///< instance AIDs that are remembered
    static constexpr std::size_t ElementBytes = 10;
    static constexpr std::size_t KeyBytes = 16;

    explicit ModuleBook(Context& context) : data_{context.data()} {}

    /// C9: `80` module key, `81` id of the secure element.
    [[nodiscard]] bool personalise(base::ByteView objects);
    [[nodiscard]] domain::Secret key() const;
    [[nodiscard]] base::Bytes element() const;

    [[nodiscard]] Download download() const;
    void save(const Download& download);
    [[nodiscard]] base::Bytes block(std::uint16_t number) const;
    void save_block(std::uint16_t number, base::ByteView chunk);
    void erase_blocks(std::uint16_t count);

    [[nodiscard]] std::optional<VirtualCard> card(std::uint8_t number) const;
    void save(std::uint8_t number, const VirtualCard& card);
    /// The number of the card of a kind, or a free one.
    [[nodiscard]] std::optional<std::uint8_t> target(std::uint8_t kind) const;

    /// The last version that was installed under this name; 0: none.
    [[nodiscard]] std::uint32_t version(const domain::Aid& instance) const;
    /// Whether this name can be remembered.
    [[nodiscard]] bool has_room(const domain::Aid& instance) const;
    void save_version(const domain::Aid& instance, std::uint32_t version);

private:
    using Versions = std::map<domain::Aid, std::uint32_t>;
    [[nodiscard]] Versions versions() const;

    AppData& data_;
};

}  // namespace cardos
