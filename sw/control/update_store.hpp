/// \file update_store.hpp
/// What runs in the reader and what is being loaded: two slots for each kind of update. The one
/// that runs is never written; the other one counts from one write on, its mark.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "control/flash.hpp"
#include "control/update_package.hpp"

namespace control {

/// What no update replaces.
struct Identity {
    std::string serial{};  ///< 1 to 16 characters
    AesKey package_key{};
    PublicKey update_key{};  ///< who signs updates
};

class UpdateStore {
public:
    struct Content {
        std::uint32_t version = 0;
        base::Bytes bytes{};
    };
    /// Whether a content can be used; throws Refusal (BadRequest) with the reason if not.
    using Judge = std::function<void(UpdateKind, base::ByteView content)>;

    /// Reads and verifies what the memory holds. `factory`: what runs before any update, version 1.
    UpdateStore(Flash& flash, const Identity& identity, std::map<UpdateKind, base::Bytes> factory,
                Judge judge);
    ~UpdateStore();
    UpdateStore(const UpdateStore&) = delete;
    UpdateStore& operator=(const UpdateStore&) = delete;

    [[nodiscard]] const Content& active(UpdateKind kind) const { return active_.at(kind); }

    /// The next block that is wanted of what is being loaded; nothing: nothing is.
    [[nodiscard]] std::optional<std::size_t> wanted(UpdateKind kind) const;

    /// Header and signature. Erases the free slot, unless it holds a part of the very same
    /// package: that is gone on with. Returns the next block that is wanted. Throws Refusal
    /// before anything is erased.
    std::size_t begin(base::ByteView signed_header);
    /// Throws Refusal before anything is written.
    void block(UpdateKind kind, std::size_t index, base::ByteView data, const Digest& next);
    /// From now on the new one is active. Throws Refusal; then the old one stays.
    void commit(UpdateKind kind);

private:
    struct Incoming {
        UpdateHeader header{};
        base::Bytes signed_header{};
        std::size_t next = 0;
        Digest expected{};  ///< of block `next`
    };

    [[nodiscard]] std::optional<Incoming> incoming(Region region) const;
    [[nodiscard]] std::optional<Content> verified(Region region) const;
    [[nodiscard]] Region free_slot(UpdateKind kind) const;
    void load(UpdateKind kind, const base::Bytes& factory);

    Flash& flash_;
    const Identity& identity_;
    Judge judge_;
    std::map<UpdateKind, Content> active_{};
    std::map<UpdateKind, std::optional<Region>> slot_{};  ///< of the active one; none: factory
    std::map<UpdateKind, std::optional<Incoming>> incoming_{};
};

}  // namespace control
