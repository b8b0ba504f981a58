/// \file flash_file.hpp
/// A reader's memory in a file, with what it left the factory with.
///
///   "CTRD" | format 1 (1) | length of the factory (4) | factory | the regions, one after the other
///   factory: serial behind its length | package key (16) | update key (64) |
///            credentials, logic, software: each behind its length (4)
#pragma once

#include <filesystem>
#include <optional>

#include "control/device.hpp"

namespace control {

/// Every write is on the disk when it returns, and the file is replaced as a whole: whoever is
/// killed leaves the memory before or after a write, never inside. A write that the disk refuses
/// throws base::FileError and has not happened.
class FlashFile final : public Flash {
public:
    static constexpr std::size_t MostFactory = 65'536;

    /// The file of a fresh reader. Throws std::invalid_argument for a factory that is too long.
    [[nodiscard]] static base::Bytes content(const Factory& factory);
    /// What content() made, and the regions behind it; nothing when it is neither.
    struct Parsed {
        Factory factory{};
        base::Bytes regions{};
    };
    [[nodiscard]] static std::optional<Parsed> parse(base::ByteView content);

    /// Throws base::FileError when `path` is no reader's memory.
    explicit FlashFile(std::filesystem::path path);

    [[nodiscard]] const Factory& factory() const noexcept { return factory_; }

    [[nodiscard]] base::Bytes read(Region region, std::size_t offset,
                                   std::size_t size) const override;
    void program(Region region, std::size_t offset, base::ByteView data) override;
    void erase(Region region) override;

private:
    /// Puts the regions into the file, and only then here.
    void keep(base::Bytes regions);

    std::filesystem::path path_;
    Factory factory_{};
    base::Bytes head_{};  ///< of the file, before the regions
    base::Bytes regions_{};
};

}  // namespace control
