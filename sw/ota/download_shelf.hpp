/// \file download_shelf.hpp
/// What a business platform must still have of its downloads after it was killed, so that a
/// terminal goes on with the block that is missing.
#pragma once

#include <optional>
#include <string>

#include "ota/data_security_unit.hpp"

namespace ota {

/// A package that was sealed for one request of a secure element: nothing of it is in clear.
struct ShelvedDownload {
    TargetCard target{};
    SealedPackage sealed{};
    base::Bytes instance{};  ///< AID of what is installed by it
};

class DownloadShelf {
public:
    virtual ~DownloadShelf() = default;

    /// On the disk when this returns; takes the place of the element's earlier one.
    virtual void keep(const ShelvedDownload& download) = 0;
    /// The element's latest one.
    [[nodiscard]] virtual std::optional<ShelvedDownload> find(const std::string& element) = 0;
};

}  // namespace ota
