/// \file card_slot.hpp
/// A card from a file, with its memory: loaded, placed into a world, saved again.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cardos/chip.hpp"
#include "cli/options.hpp"
#include "dump/card_image.hpp"
#include "port/world.hpp"
#include "store/sector_store.hpp"

namespace cli {

/// The card's memory lives here, so it must outlive the card's stay in the field. A card with SAK
/// bit 20 has a card OS, at the air and at contacts; others are sectors only.
class CardSlot {
public:
    /// `path` holds an image of sectors or a whole card (store/card_file.hpp); its content tells
    /// which. Throws base::FileError when it is neither.
    CardSlot(const std::filesystem::path& path, const CardOptions& options);

    /// A card that is in no file, and is never saved.
    CardSlot(const dump::CardImage& image, const CardOptions& options);
    /// A fresh one with a card OS, likewise.
    CardSlot(const port::CardProfile& profile, const CardOptions& options);
    /// A fresh one with a card OS that opens the sectors of an image (cli/sector_card.hpp). With a
    /// path, they are kept there as an image.
    CardSlot(const dump::CardImage& sectors, const port::CardProfile& profile,
             const CardOptions& options, std::filesystem::path path = {});

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] const port::CardProfile& profile() const noexcept { return profile_; }
    [[nodiscard]] port::StorePort& store() noexcept;
    /// nullptr: this card has no card OS.
    [[nodiscard]] cardos::Chip* chip() noexcept { return chip_.get(); }

    /// The sectors as they are now.
    [[nodiscard]] std::vector<port::Block> blocks() const { return memory().contents(); }

    /// Writes the file when its content changed and is still what it was at the last call.
    /// Throws base::FileError.
    void save_when_settled();
    /// Writes the file when its content changed. Throws base::FileError.
    void save();

    /// Throws Failure when an assertion of the card's AES engine has failed.
    void check() const;

private:
    [[nodiscard]] const store::SectorStore& memory() const;
    void take(store::SectorStore memory, const CardOptions& options);
    void make_chip(std::vector<port::Block> sectors, domain::Factory factory,
                   const CardOptions& options);
    /// What a save keeps.
    [[nodiscard]] base::Bytes content() const;

    std::filesystem::path path_{};            ///< empty: not saved
    std::optional<dump::CardImage> image_{};  ///< as on the disk; nothing for a whole card
    port::CardProfile profile_{};
    std::optional<store::SectorStore> store_{};  ///< of a card without card OS
    std::unique_ptr<cardos::Chip> chip_{};
    port::CryptoPort* engine_ = nullptr;  ///< of chip_
    base::Bytes saved_{};
    base::Bytes seen_{};
};

/// Example: "Classic 1K"
[[nodiscard]] std::string to_string(port::CardKind kind);

/// A card with a card OS as `cartouche new --chip` makes it: SAK 20, ATS 0A 78 77 91 02 80 73 C8
/// 21 10.
[[nodiscard]] port::CardProfile chip_profile();
/// The same as a card of type B: ATQB with all rates, FSC 256 and FWI 9.
[[nodiscard]] port::CardProfile type_b_chip_profile();
/// The same for a card whose sectors gates read as well: SAK 28, UID and ATQA of the image.
[[nodiscard]] port::CardProfile chip_profile(const dump::CardImage& sectors);
/// Whether such a card has a card OS.
[[nodiscard]] bool has_card_os(const port::CardProfile& profile) noexcept;

}  // namespace cli
