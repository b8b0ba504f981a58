/// \file download.hpp
/// One download as the business platform sees it, whatever carries its commands: what to do next,
/// and what came of it (systems.md B2 to B4).
#pragma once

#include <optional>
#include <string>

#include "ota/data_processing_unit.hpp"
#include "ota/data_security_unit.hpp"
#include "ota/download_shelf.hpp"
#include "ota/module_commands.hpp"

namespace ota {

/// Asks the module first how far it is, so that a first attempt and one after a break are the same.
class Download {
public:
    struct Step {
        std::string name{};       ///< example: "BLOCK 3 of 9"
        apdu::Command command{};  ///< for the secure channel module, in clear
    };

    /// `element`: id of the secure element. `issuers` and `shelf` outlive it; nullptr: what is on
    /// its way is gone with the platform, and the package is fetched again.
    Download(std::string element, Kind kind, DataSecurityUnit security,
             const DataProcessingUnit& issuers, DownloadShelf* shelf = nullptr);

    /// After a break: what the module has is asked for again; the package is still the same.
    void resume();

    /// Nothing: the card is installed. The same step until its answer is taken.
    [[nodiscard]] const std::optional<Step>& next() const noexcept { return step_; }
    /// Nothing: the answer was lost, and nobody knows whether the command ran. Throws
    /// platform::Refusal when the download cannot go on; `resume` begins it again.
    void take(const std::optional<apdu::Response>& answer);

    /// Once the module has said it; the target card.
    [[nodiscard]] const std::optional<TargetCard>& target() const noexcept { return target_; }
    /// The answer to reset that the target card gave; empty when it was installed by an earlier
    /// attempt.
    [[nodiscard]] const base::Bytes& atr() const noexcept { return atr_; }
    /// Instance AID of what is installed.
    [[nodiscard]] const base::Bytes& instance() const noexcept { return instance_; }
    [[nodiscard]] Kind kind() const noexcept { return kind_; }

private:
    enum class Stage : std::uint8_t { Status, Determine, Begin, Block, Install, Done };
    /// Answers in a row that may be lost.
    static constexpr unsigned MostLost = 8;

    void go_to(Stage stage);
    void look_at_shelf(const Request& request);
    [[nodiscard]] bool came_from_here(const TargetCard& target) const;
    void asked(const DownloadStatus& status);
    void determined(base::ByteView sealed);
    void installed(base::ByteView answer);

    std::string element_;
    Kind kind_;
    DataSecurityUnit security_;
    const DataProcessingUnit* issuers_;
    DownloadShelf* shelf_;
    Stage stage_ = Stage::Status;
    unsigned lost_ = 0;
    std::size_t block_ = 0;
    std::optional<TargetCard> target_{};
    SealedPackage sealed_{};
    base::Bytes expected_{};  ///< instance AID of the package
    base::Bytes instance_{};
    base::Bytes atr_{};
    std::optional<Step> step_{};
};

}  // namespace ota
