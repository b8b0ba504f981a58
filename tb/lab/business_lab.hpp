/// \file business_lab.hpp
/// The business platform of system B and its line to one mobile terminal, in one process: a real
/// HTTPS server on 127.0.0.1, or the same without sockets for runs by the thousand.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "ota/business_platform.hpp"
#include "platform/https.hpp"
#include "platform/remote.hpp"

namespace lab {

struct BusinessLabOptions {
    bool https = true;
    /// Puts something between the terminal and its wire.
    std::function<std::unique_ptr<platform::Wire>(std::unique_ptr<platform::Wire>)> between{};
    ota::DownloadShelf* shelf = nullptr;  ///< outlives it; nullptr: downloads die with the platform
};

class BusinessLab {
public:
    /// Id of the terminal's secure element.
    static constexpr const char* Element = "C0FFEE00112233445566";

    explicit BusinessLab(BusinessLabOptions options = {});
    ~BusinessLab();
    BusinessLab(const BusinessLab&) = delete;
    BusinessLab& operator=(const BusinessLab&) = delete;

    /// Where issuers are connected; stays when the platform is restarted.
    [[nodiscard]] ota::DataProcessingUnit& issuers() noexcept { return issuers_; }
    [[nodiscard]] ota::BusinessPlatform& business();
    /// The terminal's line to the platform.
    [[nodiscard]] platform::Remote& line();
    /// The keys of the element, as its factory and the platform have them.
    [[nodiscard]] static ota::ElementKeys keys();

    /// The platform is killed and started again: what it had in memory is gone.
    void restart();

private:
    struct Parts;
    void start();

    BusinessLabOptions options_;
    std::filesystem::path folder_;
    ota::DataProcessingUnit issuers_{};
    std::unique_ptr<Parts> parts_;
};

}  // namespace lab
