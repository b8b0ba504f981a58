/// \file stored_downloads.hpp
/// The business platform's downloads in its database.
#pragma once

#include "ota/download_shelf.hpp"
#include "services/money_office.hpp"

namespace services {

class StoredDownloads final : public ota::DownloadShelf {
public:
    /// `office` outlives it.
    explicit StoredDownloads(MoneyOffice& office) : office_{office} {}

    void keep(const ota::ShelvedDownload& download) override;
    [[nodiscard]] std::optional<ota::ShelvedDownload> find(const std::string& element) override;

private:
    MoneyOffice& office_;
};

}  // namespace services
