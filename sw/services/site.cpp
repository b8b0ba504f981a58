#include "services/site.hpp"

#include <spdlog/spdlog.h>

#include "base/file.hpp"
#include "platform/master_key.hpp"

namespace services {
namespace {

MoneyOfficeOptions office_options(const SiteConfig& config, const std::string& name) {
    MoneyOfficeOptions options;
    options.name = name;
    options.database = config.database;
    return options;
}

constexpr platform::Seconds Settled = 5;  ///< a terminal may still be at work on younger ones

}  // namespace

Site::Site(const SiteConfig& config)
    : config_{config},
      own_{config.identity.certificate, config.identity.key},
      office_{office_options(config, own_.name()), platform::read_key_file(config.master_key)} {
    for (const auto& [name, opening] : config.accounts)
        office_.open_account(customer_account(name), opening);
}

int Site::start() {
    gate_ = std::make_unique<platform::Gate>(own_, *service_);
    const std::scoped_lock lock{mutex_};
    server_ = std::make_unique<platform::HttpsServer>(*gate_, own_, config_.identity.authority,
                                                      config_.host, config_.port);
    if (stopped_) server_->stop();
    return server_->port();
}

void Site::stop() {
    const std::scoped_lock lock{mutex_};
    stopped_ = true;
    if (server_) server_->stop();
}

void Site::wait() { server_->wait(); }

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

BusinessSite::Peer::Peer(const platform::Address& address, const platform::Credential& own,
                         const std::filesystem::path& authority)
    : wire{address.host, address.port, own, authority},
      remote{wire, own, platform::read_certificate(address.certificate)},
      line{remote} {}

BusinessSite::BusinessSite(const BusinessConfig& config)
    : Site{config.site}, every_{config.reconcile_seconds} {
    BusinessOptions options;
    options.terminals = config.site.peers;
    const auto connect = [&](const std::string& name, const platform::Address& address) {
        peers_[name] = std::make_unique<Peer>(address, own(), config.site.identity.authority);
        return &peers_[name]->line;
    };
    for (const auto& [name, address] : config.issuers)
        options.issuers[name] = connect(name, address);
    if (config.payment) options.payment = connect("payment", *config.payment);
    serve(std::make_unique<Business>(office(), std::move(options)));
}

BusinessSite::~BusinessSite() {
    stop();
    end_looking();
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
    auto& business = dynamic_cast<Business&>(service());
    std::unique_lock lock{mutex_};
    while (!over_) {
        lock.unlock();
        try {
            const auto done = business.reconcile(Settled);
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
