// serve_pcsc.cpp - the card at pcscd's virtual reader, by contacts or through the air.

#include <fmt/format.h>

#include <atomic>

#include "cli/apdu_log.hpp"
#include "cli/contact_bay.hpp"
#include "cli/failure.hpp"
#include "cli/field_cards.hpp"
#include "cli/serve.hpp"
#include "cli/served_reader.hpp"
#include "cli/stop_signal.hpp"
#include "control/local_link.hpp"
#include "link/vpcd.hpp"

namespace cli {
namespace {

hostlink::VpcdAddress address_of(const ServeOptions& options) {
    try {
        return hostlink::VpcdAddress::parse(*options.pcsc);
    } catch (const std::invalid_argument& error) {
        throw Failure{WrongUse, fmt::format("--pcsc {}", error.what())};
    }
}

/// The card at the daemon until a signal comes, whatever is behind it.
class Insertion {
public:
    Insertion(const ServeOptions& options, hostlink::SmartCard& card)
        : options_{options},
          log_{options.apdus.empty() ? nullptr : std::make_unique<ApduLog>(card, options.apdus)},
          address_{address_of(options)},
          vpcd_{log_ ? *log_ : card, address_} {}

    void stop() noexcept { vpcd_.stop(); }

    /// What a run threw comes back, so that the caller can save first.
    std::exception_ptr run(const ControlServer::Handler& handler,
                           const std::function<void()>& save_when_settled) {
        const auto post = [this](std::function<void()> job) { vpcd_.post(std::move(job)); };
        const auto control =
            open_control(options_.control, post, [&](const nlohmann::json& request) {
                nlohmann::json answer = handler(request);
                if (request.value("command", "") != "state") vpcd_.card_changed();
                return answer;
            });
        const Ticker autosave{[&] { post(save_when_settled); }};
        print_level(options_);
        fmt::print("the card is inserted at pcscd's vpcd driver, {}, {}\n", address_.text(),
                   options_.contactless ? "through the air" : "by its contacts");
        print_ready(control ? control->path() : std::string{});
        try {
            vpcd_.run();
        } catch (...) {
            return std::current_exception();
        }
        return {};
    }

private:
    const ServeOptions& options_;
    std::unique_ptr<ApduLog> log_;
    hostlink::VpcdAddress address_;
    hostlink::Vpcd vpcd_;
};

/// Ctrl-C ends the insertion, also one that is made after the signal came.
class Stopper {
public:
    void watch(Insertion& insertion) {
        insertion_ = &insertion;
        if (stopped_) insertion.stop();
    }
    void forget() { insertion_ = nullptr; }

private:
    std::atomic<Insertion*> insertion_{nullptr};
    std::atomic<bool> stopped_{false};
    // Signals first: no other thread may take them.
    StopSignal signal_{[this] {
        stopped_ = true;
        if (auto* insertion = insertion_.load()) insertion->stop();
    }};
};

void serve_through_the_air(const ServeOptions& options) {
    Stopper stopper;
    FieldCards cards{options.world, options.card_options};
    if (options.card.empty())
        cards.place(0, std::make_unique<CardSlot>(chip_profile(), cards.options()));
    else
        cards.place(0, options.card);
    Sinks sinks{options.sinks, cards.world()};
    ServedReader reader{control::Service::ContactlessCard, &cards.world(), nullptr, options.policy};
    control::LinkedCard card{reader.device(), control::Service::ContactlessCard};
    Insertion insertion{options, card};
    stopper.watch(insertion);
    const std::exception_ptr failure = insertion.run(
        [&](const nlohmann::json& request) {
            nlohmann::json answer = reader.handle(request) ? cards.state() : cards.control(request);
            answer["exchanges"] = sinks.frames();
            return answer;
        },
        [&] { cards.save_when_settled(); });
    stopper.forget();
    // Whatever ended the run, what the card holds is kept.
    cards.save();
    sinks.finish();
    if (failure) std::rethrow_exception(failure);
    cards.finish();
}

void serve_by_contacts(const ServeOptions& options) {
    Stopper stopper;
    CardOptions card_options = options.card_options;
    card_options.rtl_engine = options.world.level != Level::Tlm;
    ContactBay bay{card_options};
    if (options.card.empty())
        bay.place(std::make_unique<CardSlot>(chip_profile(), card_options));
    else
        bay.place(options.card);
    ServedReader reader{control::Service::ContactCard, nullptr, &bay, options.policy};
    control::LinkedCard card{reader.device(), control::Service::ContactCard};
    Insertion insertion{options, card};
    stopper.watch(insertion);
    const std::exception_ptr failure = insertion.run(
        [&](const nlohmann::json& request) {
            return reader.handle(request) ? bay.state() : bay.control(request);
        },
        [&] { bay.save_when_settled(); });
    stopper.forget();
    bay.power_off();
    bay.save();
    if (failure) std::rethrow_exception(failure);
    bay.finish();
}

}  // namespace

void serve_pcsc(const ServeOptions& options) {
    if (options.contactless) return serve_through_the_air(options);
    const SinkOptions& sinks = options.sinks;
    if (!sinks.list.empty() || !sinks.pcapng.empty() || !sinks.trace.empty() ||
        !options.world.fst.empty())
        throw Failure{WrongUse,
                      "--list, --pcapng, --trace and --fst show the air: they need "
                      "--contactless"};
    serve_by_contacts(options);
}

}  // namespace cli
