/// \file ledger.hpp
/// The changes of one command: read and write the card's objects, then keep all of it or nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace store {
class Objects;
struct Work;
}  // namespace store

namespace domain {

/// Object ids of this room: 01 kind slot number.
enum class ObjectKind : std::uint8_t {
    Entry = 0x00,     ///< of the registry
    KeySet = 0x01,    ///< number: key version
    Counter = 0x02,   ///< number: key version
    LoadFile = 0x03,  ///< load file data block
    Data = 0x04,      ///< data objects of a domain
    Card = 0x05,      ///< what belongs to the card as a whole
    Packets = 0x06,   ///< number: key version; what secured packets count
};
[[nodiscard]] constexpr std::uint32_t object_id(ObjectKind kind, std::uint8_t slot,
                                                std::uint8_t number = 0) noexcept {
    return 0x01000000U | static_cast<std::uint32_t>(kind) << 16 |
           static_cast<std::uint32_t>(slot) << 8 | number;
}

/// Begins a transaction with the first write, so that a command that only reads costs nothing.
class Ledger {
public:
    explicit Ledger(store::Objects& objects) : objects_{objects} {}

    /// Sees what was written in the open transaction.
    [[nodiscard]] std::optional<base::Bytes> read(std::uint32_t id);
    void write(std::uint32_t id, base::ByteView bytes);
    void erase(std::uint32_t id);
    [[nodiscard]] std::vector<std::uint32_t> ids();
    [[nodiscard]] std::size_t free_bytes();

    /// The transaction is open from here on; an application may write into it.
    void open();
    [[nodiscard]] bool changed() const noexcept { return open_; }
    /// Keeps all changes. False: the memory is worn out or full, and nothing changes.
    [[nodiscard]] bool commit(store::Work& work);
    void drop();

private:
    store::Objects& objects_;
    bool open_ = false;
};

}  // namespace domain
