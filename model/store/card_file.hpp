/// \file card_file.hpp
/// A whole card in one file: what it is, its cells with their wear, its configuration, and the
/// objects of its card OS.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/file.hpp"
#include "port/world.hpp"
#include "store/sector_store.hpp"

namespace store {

struct Card {
    port::CardProfile profile;
    SectorStore memory;
};

/// How a card file begins: an image of another tool never does.
[[nodiscard]] bool is_card_file(base::ByteView content) noexcept;

/// The file's content. A transaction under way is finished or undone in it, as at the next
/// power-up. Throws std::invalid_argument when profile and memory are of different kinds.
[[nodiscard]] base::Bytes serialise(const port::CardProfile& profile, const SectorStore& memory);

/// `options` gives the programming time; seed, wear limit and pages of the objects come from the
/// file. Throws base::FileError.
[[nodiscard]] Card parse_card(base::ByteView content, std::string_view name,
                              SectorStore::Options options = {});

[[nodiscard]] Card load_card(const std::filesystem::path& path, SectorStore::Options options = {});
/// Replaces the file atomically.
void save_card(const port::CardProfile& profile, const SectorStore& memory,
               const std::filesystem::path& path);

}  // namespace store
