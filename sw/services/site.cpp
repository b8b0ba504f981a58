#include "services/site.hpp"

#include <spdlog/spdlog.h>

#include "base/file.hpp"
#include "platform/master_key.hpp"
#include "platform/remote.hpp"
#include "services/remote_line.hpp"

namespace services {
namespace {

MoneyOfficeOptions office_options(const SiteConfig& config, const std::string& name) {
    MoneyOfficeOptions options;
    options.name = name;
    options.database = config.database;
    return options;
}

constexpr platform::Seconds Settled = 5;  ///< a terminal may still be at work on younger ones
/// Lines to another server: fewer than the links that its gate lets one peer have, since one that
/// was lost leaves a link behind.
constexpr std::size_t MostLines = platform::Gate::MostLinks - 2;

/// One on the line to another server.
class Peer final : public Line {
public:
    Peer(const platform::Address& address, const platform::Credential& own,
         const std::filesystem::path& authority)
        : wire_{address.host, address.port, own, authority},
          remote_{wire_, own, platform::read_certificate(address.certificate)},
          line_{remote_} {}
    nlohmann::json call(const nlohmann::json& request) override { return line_.call(request); }

private:
    platform::HttpsWire wire_;
    platform::Remote remote_;
    RemoteLine line_;
};

/// Masters of all secure elements: out of the database, into which their files go once.
ota::KeyRing element_ring(MoneyOffice& office, const DownloadConfig& config) {
    const auto master = [&](const char* name, const std::filesystem::path& file) {
        return office.database.transaction([&](soci::session& sql) {
            if (!office.keys.has(sql, name))
                office.keys.keep(sql, name, reader::KeyType::Aes, platform::read_key_file(file));
            return office.keys.named(sql, name);
        });
    };
    try {
        return ota::diversified({master("element-issuer", config.issuer),
                                 master("element-module", config.module),
                                 master("element-packets", config.packets)});
    } catch (const std::invalid_argument& error) {
        throw base::FileError{config.issuer.string(), "downloads.masters", error.what()};
    }
}

}  // namespace

Site::Site(const SiteConfig& config)
    : config_{config},
      own_{config.identity.certificate, config.identity.key},
      office_{office_options(config, own_.name()), platform::read_key_file(config.master_key)} {
    for (const auto& [name, opening] : config.accounts)
        office_.open_account(customer_account(name), opening);
}

int HttpsDoor::open(platform::Service& service, const platform::Credential& own,
                    const std::filesystem::path& authority, const std::string& host, int port) {
    gate_ = std::make_unique<platform::Gate>(own, service);
    const std::scoped_lock lock{mutex_};
    server_ = std::make_unique<platform::HttpsServer>(*gate_, own, authority, host, port);
    if (stopped_) server_->stop();
    return server_->port();
}

void HttpsDoor::stop() {
    const std::scoped_lock lock{mutex_};
    stopped_ = true;
    if (server_) server_->stop();
}

void HttpsDoor::wait() {
    if (server_) server_->wait();
}

int Site::start() {
    return door_.open(*service_, own_, config_.identity.authority, config_.host, config_.port);
}

void Site::stop() { door_.stop(); }

void Site::wait() { door_.wait(); }

GatewaySite::GatewaySite(const GatewayConfig& config)
    : config_{config},
      own_{config.identity.certificate, config.identity.key},
      business_{[this] {
                    return std::make_unique<Peer>(config_.server, own_, config_.identity.authority);
                },
                1},
      gateway_{business_, config.options} {}

GatewaySite::~GatewaySite() {
    door_.stop();
    door_.wait();
}

int GatewaySite::start() {
    return door_.open(gateway_, own_, config_.identity.authority, config_.host, config_.port);
}

void GatewaySite::stop() { door_.stop(); }

void GatewaySite::wait() { door_.wait(); }

PurseSite::PurseSite(const PurseServerConfig& config) : Site{config.site} {
    if (!office().has_masters())
        office().import_masters({platform::read_key_file(config.load),
                                 platform::read_key_file(config.purchase),
                                 platform::read_key_file(config.tac)});
    auto made = std::make_unique<PurseServer>(office(), config.options);
    for (const auto& [number, balance] : config.cards) made->register_card(number, balance);
    serve(std::move(made));
}

PaymentSite::PaymentSite(const SiteConfig& config) : Site{config} {
    serve(std::make_unique<PaymentServer>(office(), config.peers));
}

BusinessSite::Cards::Cards(MoneyOffice& office, const DownloadConfig& config,
                           std::map<std::string, std::unique_ptr<LinePool>>& lines)
    : shelf{office},
      platform{{.keys = element_ring(office, config),
                .terminals = config.terminals,
                .gateways = config.gateways,
                .counter =
                    [&office](const std::string& element) {
                        return office.database.transaction([&](soci::session& sql) {
                            return office.book.next_serial(sql, "packets/" + element);
                        });
                    },
                .shelf = &shelf},
               unit} {
    for (const auto& [kind, name] : config.packages)
        unit.connect(kind, *issuers.emplace_back(std::make_unique<IssuerLine>(*lines.at(name))));
}

BusinessSite::BusinessSite(const BusinessConfig& config)
    : Site{config.site}, every_{config.reconcile_seconds} {
    BusinessOptions options;
    options.terminals = config.site.peers;
    const auto connect = [&](const std::string& name, const platform::Address& address) {
        const auto make = [this, address, authority = config.site.identity.authority] {
            return std::make_unique<Peer>(address, own(), authority);
        };
        lines_[name] = std::make_unique<LinePool>(make, MostLines);
        return lines_[name].get();
    };
    for (const auto& [name, address] : config.issuers)
        options.issuers[name] = connect(name, address);
    if (config.payment) options.payment = connect("payment", *config.payment);
    business_ = std::make_unique<Business>(office(), std::move(options));
    if (config.downloads) cards_ = std::make_unique<Cards>(office(), *config.downloads, lines_);
    serve(std::make_unique<BusinessFront>(*business_, cards_ ? &cards_->platform : nullptr));
}

BusinessSite::~BusinessSite() {
    stop();
    // No request is in what goes now.
    BusinessSite::wait();
}

int BusinessSite::start() {
    const int port = Site::start();
    looking_ = std::thread{[this] { look_after(); }};
    return port;
}

void BusinessSite::wait() {
    Site::wait();
    end_looking();
}

void BusinessSite::end_looking() {
    {
        const std::scoped_lock lock{mutex_};
        over_ = true;
    }
    changed_.notify_all();
    if (looking_.joinable()) looking_.join();
}

void BusinessSite::look_after() {
    std::unique_lock lock{mutex_};
    while (!over_) {
        lock.unlock();
        try {
            const auto done = business_->reconcile(Settled);
            if (done.booked + done.reversed != 0)
                spdlog::info("reconciled: {} booked, {} reversed, {} open", done.booked,
                             done.reversed, done.open);
        } catch (const std::exception& error) {
            spdlog::error("cannot reconcile: {}", error.what());
        }
        lock.lock();
        changed_.wait_for(lock, std::chrono::seconds{every_}, [this] { return over_; });
    }
}

}  // namespace services
