#include "flows/reader_flows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/hex.hpp"
#include "control/refusal.hpp"
#include "flows/hex.hpp"
#include "flows/reader_profile.hpp"
#include "flows/reader_scene.hpp"

namespace flows {
namespace {

using control::Reason;
using control::Service;
using control::UpdateKind;
using State = control::InterfaceModule::State;

/// Throws FlowFailure unless `action` is refused for this reason. The reason in words.
template <typename Action>
std::string require_refused(Reason reason, Action action) {
    try {
        action();
    } catch (const control::Refusal& refusal) {
        require(refusal.reason() == reason,
                fmt::format("refused for another reason: {}", refusal.what()));
        return fmt::format("refused, {}: {}", to_string(reason), refusal.what());
    }
    throw FlowFailure{fmt::format("not refused, but should be: {}", to_string(reason))};
}

void require_off(const ReaderScene& scene) { require(scene.all_off(), "a module is still on"); }

/// A step that is told what it did by what it adds to `outcome`, which levels must agree in.
class Runner {
public:
    Runner(ReaderScene& scene, Report& report, std::string& outcome)
        : scene_{scene}, report_{report}, outcome_{outcome} {}

    void step(const char* id, std::string title, const std::function<std::string()>& action) {
        report_.step(id, std::move(title), scene_.clock(), [&] {
            auto result = action();
            outcome_ += result + '\n';
            return result;
        });
    }
    void note(std::string line) { report_.note(std::move(line)); }
    [[nodiscard]] ReaderScene& scene() noexcept { return scene_; }

private:
    ReaderScene& scene_;
    Report& report_;
    std::string& outcome_;
};

void enter(Runner& run) {
    run.step("E5", "the client connects, the platform logs in through it", [&] {
        run.scene().enter();
        return std::string{"the client's services are enabled"};
    });
}

void e1(Runner& run) {
    auto& scene = run.scene();
    enter(run);
    run.step("E1", "the client asks for sector 1", [&] {
        const auto answer = scene.client().call("sector-read sector=1");
        require(answer == "data=" + scene.sector() + " uid=10E2F0A1", "the answer: " + answer);
        require_off(scene);
        for (const auto module :
             {port::Module::Contactless, port::Module::Secure, port::Module::Display})
            require(scene.hardware().ticks()[static_cast<std::size_t>(module)] > 0,
                    "a module that is needed had no clock");
        require(scene.hardware().ticks()[static_cast<std::size_t>(port::Module::Contact)] == 0,
                "the contacts had a clock");
        return "it has the sector: " + answer;
    });
    run.step("E1", "and for a change of it", [&] {
        (void)scene.client().call(
            "sector-write sector=1 block=5 data=39393939393939393939393939393939");
        const auto answer = scene.client().call("sector-read sector=1");
        require(answer.find("39393939") != std::string::npos, "the sector is as it was");
        require_off(scene);
        return "the card holds it: " + answer;
    });
    run.step("E1", "a service that the reader does not have", [&] {
        return require_refused(Reason::BadRequest, [&] { (void)scene.client().call("open-door"); });
    });
}

void e2(Runner& run) {
    auto& scene = run.scene();
    auto& client = scene.client();
    enter(run);
    run.step("E2", "the contactless card as PC/SC sees it", [&] {
        const auto atr = client.call(Service::ContactlessCard, hex("01"));
        const auto uid = client.call(Service::ContactlessCard, hex("FFCA000000"));
        require(uid == hex("10E2F0A19000"), "UID");
        (void)client.call(Service::ContactlessCard, hex("00"));
        require_off(scene);
        return fmt::format("ATR {}, UID {}", base::to_hex(atr), base::to_hex(uid));
    });
    run.step("E2", "the card in the slot", [&] {
        const auto atr = client.call(Service::ContactCard, hex("01"));
        require(atr == hex("3BD495008031FE4543534D3127"), "ATR");
        const auto answer = client.call(Service::ContactCard, hex("00A4040000"));
        require(answer.size() >= 2, "no answer");
        (void)client.call(Service::ContactCard, hex("00"));
        require_off(scene);
        return fmt::format("SELECT: {}", base::to_hex(answer));
    });
    run.step("E2", "a PN532, as tools for it expect", [&] {
        const auto found = client.call(Service::Pn532, hex("4A0100"));
        const auto text = base::to_hex(found);
        require(text.find("10E2F0A1") != std::string::npos, "no target: " + text);
        (void)client.call(Service::Pn532, {});
        require_off(scene);
        return "InListPassiveTarget: " + text;
    });
    run.step("E2", "a MAC of the secure-access module", [&] {
        const auto mac = client.call(Service::Secure, hex("0102"));
        // CMAC(303132..3F, 020102), as OpenSSL has it.
        require(mac == hex("69E3B489E212A73A606F74B7677FFECB"), "MAC");
        return base::to_hex(mac);
    });
    run.step("E2", "a line on the display", [&] {
        (void)client.call(Service::Display, hex("0048454C4C4F"));
        require(scene.device().display().lines().back() == "HELLO", "the display");
        require_off(scene);
        return std::string{"HELLO"};
    });
    run.step("E2", "one user of a module at a time", [&] {
        (void)client.call(Service::ContactlessCard, hex("01"));
        auto refused =
            require_refused(Reason::OutOfOrder, [&] { (void)client.call("sector-read sector=1"); });
        client.disconnect();
        require_off(scene);
        return refused + "; the module goes with its client";
    });
}

void e4(Runner& run) {
    auto& scene = run.scene();
    run.step("E4", "nothing but a connection request is taken", [&] {
        return require_refused(Reason::NotConnected,
                               [&] { (void)scene.client().call("sector-read sector=1"); });
    });
    run.step("E4", "a client with a wrong first authentication", [&] {
        auto stranger = scene.stranger();
        auto refused =
            require_refused(Reason::Unauthentic, [&] { stranger.connect(1, ReaderScene::Serial); });
        require(scene.device().interface().state() == State::Disabled, "something is enabled");
        require_off(scene);
        return refused;
    });
    run.step("E4", "the right one enables the platform's login, no service", [&] {
        scene.connect();
        require(scene.device().interface().state() == State::Connected, "not connected");
        return require_refused(Reason::NotLoggedIn,
                               [&] { (void)scene.client().call("sector-read sector=1"); });
    });
    run.step("E4", "a second connection request",
             [&] { return require_refused(Reason::OutOfOrder, [&] { scene.connect(); }); });
}

void e5(Runner& run) {
    auto& scene = run.scene();
    auto& device = scene.device();
    const auto login = [&] {
        const auto nonce = scene.cloud().begin();
        return device.handle({static_cast<std::uint8_t>(control::FrameType::Login),
                              1,
                              {nonce.begin(), nonce.end()}});
    };
    const auto prove = [&](base::Bytes proof) {
        const auto answer = device.handle(
            {static_cast<std::uint8_t>(control::FrameType::LoginProof), 2, std::move(proof)});
        require(answer.type == control::RefusalType &&
                    answer.payload.at(0) == static_cast<std::uint8_t>(Reason::Unauthentic),
                "not refused");
        require(device.interface().enabled() == 0, "a service is enabled");
    };
    run.step("E4", "the client connects", [&] {
        scene.connect();
        return std::string{"connected"};
    });
    run.step("E5", "the reader's own proof comes back to it", [&] {
        const auto answer = login().payload;
        prove({answer.end() - 16, answer.end()});
        return std::string{"refused, no service is enabled"};
    });
    run.step("E5", "a platform that does not know the reader's key", [&] {
        (void)login();
        prove(base::Bytes(16, 0x55));
        return std::string{"refused, no service is enabled"};
    });
    run.step("E5", "the platform, through the client", [&] {
        const auto enabled = scene.client().login(scene.cloud());
        require(enabled == device.interface().enabled() && enabled == control::AllServices,
                "services");
        return fmt::format("both are proved, services {:02X} are enabled", enabled);
    });
    run.step("E5", "an altered message of the session", [&] {
        auto message = scene.cloud().say(base::Bytes{1});
        message.back() ^= 1U;
        auto refused =
            require_refused(Reason::Unauthentic, [&] { (void)scene.client().relay(message); });
        require(device.interface().state() == State::Disabled, "something is enabled");
        return refused + "; all is disabled";
    });
}

void e6(Runner& run) {
    auto& scene = run.scene();
    const std::string newer = "cartouche reader, version 2 " + std::string(900, '.');
    const auto package = scene.package(UpdateKind::Software, 2, newer);
    enter(run);
    run.step("E6", "an update that is not newer", [&] {
        return require_refused(Reason::Outdated, [&] {
            scene.remote().load(scene.package(UpdateKind::Software, 1, newer));
        });
    });
    run.step("E6", "an update that somebody else has signed", [&] {
        return require_refused(Reason::Forged, [&] {
            scene.remote().load(scene.forged(UpdateKind::Software, 2, newer));
        });
    });
    run.step("E6", "the power goes in the middle of an update", [&] {
        scene.flash().cut_in(6);
        try {
            scene.remote().load(package);
            throw FlowFailure{"the power did not go"};
        } catch (const control::PowerCut&) {
            scene.flash().power_up();
        }
        scene.device().start();
        require(scene.software() == ReaderScene::Software, "not the old software");
        require(scene.device().interface().state() == State::Disabled, "something is enabled");
        return std::string{"the old software runs"};
    });
    run.step("E6", "the update goes on where it was", [&] {
        scene.enter();
        const auto from = scene.remote().status()[0].wanted;
        scene.remote().load(package);
        scene.remote().restart();
        require(scene.software() == newer, "not the new software");
        return fmt::format("from block {} on; the new software runs", from);
    });
    run.step("E6", "new service logic", [&] {
        scene.enter();
        auto wrong = scene.package(UpdateKind::Logic, 2, "service x\n  display print\nend\n");
        run.note(require_refused(Reason::BadRequest, [&] { scene.remote().load(wrong); }));
        scene.remote().load(
            scene.package(UpdateKind::Logic, 2,
                          "service greet\n  input name text 20\n  display show line=$name\nend\n"));
        (void)scene.client().call("greet name=\"Ann\"");
        require(scene.device().display().lines().back() == "Ann", "the display");
        return std::string{"a new service is there at once"};
    });
    run.step("E6", "new authentication information", [&] {
        auto next = ReaderScene::factory().credentials;
        next.reader = control::session_key(next.reader, {});  // any other
        const auto bytes = next.bytes();
        scene.remote().load(
            scene.package(UpdateKind::Credentials, 2, {bytes.begin(), bytes.end()}));
        auto refused =
            require_refused(Reason::Unauthentic, [&] { scene.client().login(scene.cloud()); });
        scene.cloud().set_key(ReaderScene::Serial, next.reader);
        scene.client().login(scene.cloud());
        return "the old key: " + refused + "; the new one logs in";
    });
}

void e3(const FlowOptions& options, Report& report) {
    const auto of = [](const WayProfile& way, port::Module module) {
        return way.enabled[static_cast<std::size_t>(module)];
    };
    std::string answer;
    for (const Level level : {Level::Tlm, Level::Rtl}) {
        if (options.level != Level::Both && options.level != level) continue;
        Tick together = 0;  // that secure access had a clock
        for (const auto way : {control::Way::Together, control::Way::OneByOne}) {
            const std::string name{to_string(way)};
            ReaderScene scene = options.watch == nullptr ? ReaderScene{level, true}
                                                         : ReaderScene{level, options.watch, name};
            report.step(
                "E3", fmt::format("sector 1, its modules {}, level {}", name, to_string(level)),
                scene.clock(), [&] {
                    const auto profile = measured(scene, way);
                    for (const auto module : port::Modules) {
                        const auto i = static_cast<std::size_t>(module);
                        report.note(fmt::format(
                            "{:<11} {:>8} ticks{}", control::to_string(module), profile.enabled[i],
                            profile.toggles ? fmt::format(" {:>10} toggles", (*profile.toggles)[i])
                                            : ""));
                    }
                    require(answer.empty() || answer == profile.answer,
                            "the ways or the levels differ");
                    answer = profile.answer;
                    require(of(profile, port::Module::Contact) == 0,
                            "a module that is not needed had a clock");
                    const Tick secure = of(profile, port::Module::Secure);
                    const auto result = fmt::format("secure access has a clock for {} ticks of {}",
                                                    secure, profile.took);
                    if (way == control::Way::Together) {
                        together = secure;
                        return result;
                    }
                    require(secure < together, "one by one saves nothing");
                    return "the same answer; " + result;
                });
            scene.finish();
        }
    }
}

Flow flow(std::string name, std::string title,
          std::function<void(const FlowOptions&, Report&)> run) {
    return {std::move(name), std::move(title), std::move(run), "the reader has a way to each card",
            "the card in the reader's field is of type A"};
}

Flow flow(std::string name, std::string title, void (*body)(Runner&)) {
    return flow(std::move(name), std::move(title),
                [body](const FlowOptions& options, Report& report) {
                    std::string outcomes[2];
                    for (const Level level : {Level::Tlm, Level::Rtl}) {
                        if (options.level != Level::Both && options.level != level) continue;
                        ReaderScene scene{level, options.watch, {}};
                        Runner run{scene, report, outcomes[level == Level::Rtl ? 1 : 0]};
                        body(run);
                        scene.finish();
                    }
                    require(options.level != Level::Both || outcomes[0] == outcomes[1],
                            "the levels differ");
                });
}

}  // namespace

std::vector<Flow> reader_flows() {
    return {flow("E1", "a client asks the reader for a service", e1),
            flow("E2", "one interface for each service", e2),
            flow("E3", "a service in both ways of switching its modules",
                 std::function<void(const FlowOptions&, Report&)>{e3}),
            flow("E4", "a client proves itself before anything else", e4),
            flow("E5", "a platform logs in through the client", e5),
            flow("E6", "the platform updates the reader", e6)};
}

}  // namespace flows
