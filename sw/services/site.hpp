/// \file site.hpp
/// A server of the money side as a process runs it: its certificate, its database, its lines.
#pragma once

#include <condition_variable>
#include <memory>
#include <thread>

#include "platform/https.hpp"
#include "services/business.hpp"
#include "services/config.hpp"
#include "services/payment_server.hpp"
#include "services/remote_line.hpp"

namespace services {

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
    [[nodiscard]] platform::Service& service() noexcept { return *service_; }

private:
    SiteConfig config_;
    platform::Credential own_;
    MoneyOffice office_;
    std::unique_ptr<platform::Service> service_{};
    std::unique_ptr<platform::Gate> gate_{};
    std::mutex mutex_{};
    bool stopped_ = false;
    std::unique_ptr<platform::HttpsServer> server_{};
};

class PurseSite final : public Site {
public:
    explicit PurseSite(const PurseServerConfig& config);
};

class PaymentSite final : public Site {
public:
    explicit PaymentSite(const SiteConfig& config);
};

/// Looks after what is not over as long as it runs.
class BusinessSite final : public Site {
public:
    explicit BusinessSite(const BusinessConfig& config);
    ~BusinessSite() override;

    int start() override;
    void wait() override;

private:
    /// One on the line to another server.
    struct Peer {
        Peer(const platform::Address& address, const platform::Credential& own,
             const std::filesystem::path& authority);
        platform::HttpsWire wire;
        platform::Remote remote;
        RemoteLine line;
    };

    void look_after();
    void end_looking();

    platform::Seconds every_;
    std::map<std::string, std::unique_ptr<Peer>> peers_{};
    std::mutex mutex_{};
    std::condition_variable changed_{};
    bool over_ = false;
    std::thread looking_{};
};

}  // namespace services
