/// \file site.hpp
/// A server of the money side as a process runs it: its certificate, its database, its lines.
#pragma once

#include <condition_variable>
#include <memory>
#include <thread>

#include "platform/https.hpp"
#include "services/business_front.hpp"
#include "services/config.hpp"
#include "services/issuer_line.hpp"
#include "services/line_pool.hpp"
#include "services/payment_server.hpp"
#include "services/stored_downloads.hpp"

namespace services {

/// A service behind HTTPS that can be stopped before it has begun.
class HttpsDoor {
public:
    /// Listens; the port.
    int open(platform::Service& service, const platform::Credential& own,
             const std::filesystem::path& authority, const std::string& host, int port);
    void stop();
    void wait();

private:
    std::unique_ptr<platform::Gate> gate_{};
    std::mutex mutex_{};
    bool stopped_ = false;
    std::unique_ptr<platform::HttpsServer> server_{};
};

/// Throws base::FileError when a file, the database or the port cannot be had.
class Site {
public:
    explicit Site(const SiteConfig& config);
    virtual ~Site() = default;
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    /// Listens; the port. Threads begin here.
    virtual int start();
    /// Ends wait(); also from another thread.
    virtual void stop();
    virtual void wait();

    [[nodiscard]] const std::string& name() const noexcept { return own_.name(); }

protected:
    [[nodiscard]] const platform::Credential& own() const noexcept { return own_; }
    [[nodiscard]] MoneyOffice& office() noexcept { return office_; }
    void serve(std::unique_ptr<platform::Service> service) { service_ = std::move(service); }

private:
    SiteConfig config_;
    platform::Credential own_;
    MoneyOffice office_;
    std::unique_ptr<platform::Service> service_{};
    HttpsDoor door_{};
};

class PurseSite final : public Site {
public:
    explicit PurseSite(const PurseServerConfig& config);
};

class PaymentSite final : public Site {
public:
    explicit PaymentSite(const SiteConfig& config);
};

/// Carries short messages; what is under way is in memory only, as on the air.
class GatewaySite final {
public:
    explicit GatewaySite(const GatewayConfig& config);
    ~GatewaySite();

    /// As Site's.
    int start();
    void stop();
    void wait();
    [[nodiscard]] const std::string& name() const noexcept { return own_.name(); }

private:
    GatewayConfig config_;
    platform::Credential own_;
    LinePool business_;
    SmsGateway gateway_;
    HttpsDoor door_;
};

/// Money and, where its file says so, cards by download. Looks after what is not over as long as it
/// runs.
class BusinessSite final : public Site {
public:
    explicit BusinessSite(const BusinessConfig& config);
    ~BusinessSite() override;

    int start() override;
    void wait() override;

private:
    /// The side of cards.
    struct Cards {
        Cards(MoneyOffice& office, const DownloadConfig& config,
              std::map<std::string, std::unique_ptr<LinePool>>& lines);
        StoredDownloads shelf;
        std::vector<std::unique_ptr<IssuerLine>> issuers{};
        ota::DataProcessingUnit unit{};
        ota::BusinessPlatform platform;
    };

    void look_after();
    void end_looking();

    platform::Seconds every_;
    std::map<std::string, std::unique_ptr<LinePool>> lines_{};
    std::unique_ptr<Business> business_{};
    std::unique_ptr<Cards> cards_{};
    std::mutex mutex_{};
    std::condition_variable changed_{};
    bool over_ = false;
    std::thread looking_{};
};

}  // namespace services
