/// \file card_slot.hpp
/// A card from a file, with its memory: loaded, placed into a world, saved again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "dump/card_image.hpp"
#include "port/world.hpp"
#include "store/sector_store.hpp"

namespace cli {

/// The card's memory lives here, so it must outlive the card's stay in the field.
class CardSlot {
public:
    /// `path` holds an image of sectors or a whole card (store/card_file.hpp); its content tells
    /// which. Throws base::FileError when it is neither.
    CardSlot(const std::filesystem::path& path, const CardOptions& options);

    /// A card that is in no file, and is never saved.
    CardSlot(const dump::CardImage& image, const CardOptions& options);

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] const port::CardProfile& profile() const noexcept { return profile_; }
    [[nodiscard]] store::SectorStore& store() noexcept { return *store_; }

    /// The sectors as they are now.
    [[nodiscard]] std::vector<port::Block> blocks() const { return store_->contents(); }

    /// Writes the file when its content changed and is still what it was at the last call.
    /// Throws base::FileError.
    void save_when_settled();
    /// Writes the file when its content changed. Throws base::FileError.
    void save();

private:
    /// What a save keeps: sectors and configuration block.
    using Content = std::vector<port::Block>;
    [[nodiscard]] Content content() const;

    std::filesystem::path path_{};            ///< empty: not saved
    std::optional<dump::CardImage> image_{};  ///< as on the disk; nothing for a whole card
    port::CardProfile profile_{};
    std::optional<store::SectorStore> store_{};
    Content saved_{};
    Content seen_{};
};

/// Example: "Classic 1K"
[[nodiscard]] std::string to_string(port::CardKind kind);

}  // namespace cli
