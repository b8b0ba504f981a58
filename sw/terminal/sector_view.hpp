/// \file sector_view.hpp
/// A sector as the terminal shows it: raw, and decoded as far as its bytes tell.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "dump/access_bits.hpp"
#include "port/store_port.hpp"
#include "terminal/directory.hpp"
#include "terminal/ndef.hpp"
#include "terminal/value.hpp"

namespace terminal {

enum class BlockKind : std::uint8_t {
    Empty,         ///< all zeros
    Data,          ///< of a meaning that nobody told
    Text,          ///< readable
    Value,         ///< a value block
    Directory,     ///< of the application directory
    Ndef,          ///< of an NDEF message
    Manufacturer,  ///< block 0
    Trailer        ///< keys and access bits
};
/// Example: to_string(BlockKind::Value) == "value"
[[nodiscard]] std::string_view to_string(BlockKind kind) noexcept;

struct BlockView {
    unsigned number = 0;  ///< on the card
    BlockKind kind = BlockKind::Data;
    port::Block data{};     ///< keys as zeros
    std::string meaning{};  ///< in a few words; may be empty
    std::string rights{};   ///< what gates may do
    std::optional<Value> value{};
};

struct SectorView {
    unsigned sector = 0;
    std::vector<BlockView> blocks{};             ///< the trailer is the last
    std::optional<dump::AccessGroups> access{};  ///< nothing: the copies do not match
    bool key_b_works = false;                    ///< else it is data that gates may read
    std::optional<Directory> directory{};        ///< when it lies in this sector
    std::optional<std::uint16_t> application{};  ///< whose sector it is, by the directory
    std::optional<NdefMessage> ndef{};           ///< when one begins in this sector

    [[nodiscard]] const BlockView& trailer() const { return blocks.back(); }
    [[nodiscard]] unsigned count() const { return static_cast<unsigned>(blocks.size()); }
};

/// What the sector cannot say of itself.
struct Surroundings {
    std::optional<std::uint16_t> application{};  ///< by the directory
    base::Bytes ndef_behind{};                   ///< data of the NDEF sectors that follow it
    std::size_t uid_bytes = 4;
};

/// `content`: all its blocks, as many as `blocks_in(sector)`; else std::invalid_argument.
[[nodiscard]] SectorView describe(unsigned sector, base::ByteView content,
                                  const Surroundings& around);

/// Every data block in the order of the card, without manufacturer block and trailer.
[[nodiscard]] base::Bytes data_of(const SectorView& view);

/// What a trailer with these groups lets gates do, block by block, the trailer last.
[[nodiscard]] std::vector<std::string> rights_of(const dump::AccessGroups& groups, unsigned blocks);

/// What a block says of itself wherever it stands, but in a trailer.
[[nodiscard]] BlockView describe_data(unsigned number, const port::Block& data);

/// "100,000,000/011", or that the sector is blocked.
[[nodiscard]] std::string access_meaning(const std::optional<dump::AccessGroups>& groups);
/// Of a trailer; nothing when the copies do not match.
[[nodiscard]] std::optional<dump::AccessGroups> access_of(const port::Block& trailer) noexcept;

inline constexpr std::size_t BlockBytes = 16;
inline constexpr std::size_t KeyBytes = 6;
inline constexpr std::size_t GeneralAt = 9;  ///< byte of a trailer that is free for use
inline constexpr std::size_t KeyBAt = 10;

/// The trailer with both keys as zeros.
[[nodiscard]] port::Block without_keys(port::Block trailer) noexcept;

}  // namespace terminal
