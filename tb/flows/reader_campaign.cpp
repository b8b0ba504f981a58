#include "flows/reader_campaign.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <random>

#include "control/refusal.hpp"
#include "flows/flow.hpp"
#include "flows/reader_scene.hpp"

namespace flows {
namespace {

using control::Frame;
using control::FrameType;
using control::UpdateKind;
using State = control::InterfaceModule::State;

constexpr unsigned Sessions = 6;        ///< of a run
constexpr unsigned FaultOneIn = 12;     ///< frames
constexpr std::uint64_t CutWithin = 8;  ///< writes

/// A frame or its answer never came.
class LineLost : public std::runtime_error {
public:
    LineLost() : std::runtime_error{"the line is lost"} {}
};

class Run {
public:
    Run(std::uint64_t seed, Level level, WrongReader wrong)
        : random_{seed},
          wrong_{wrong},
          scene_{level},
          client_{[this](const Frame& frame) { return carry(frame); }, "desk",
                  ReaderScene::factory().credentials.clients[0].key},
          remote_{scene_.cloud(), client_} {
        for (const auto kind : control::UpdateKinds)
            known_[kind][1] = text_of(scene_.device().updates().active(kind));
        keys_.push_back(ReaderScene::factory().credentials.reader);
        last_calls_ = scene_.device().control().calls();
    }

    Tally play() {
        for (unsigned i = 0; i < Sessions; ++i) {
            try {
                session();
            } catch (const control::Refusal&) {
                drop();
            } catch (const LineLost&) {
                drop();
            } catch (const control::PowerCut&) {
                power_cycle();
            }
            look("after a session");
        }
        recover();
        scene_.finish();
        return std::move(tally_);
    }

private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    void judge(bool holds, std::string what) {
        if (!holds) tally_.violations.push_back(std::move(what));
    }

    static std::string text_of(const control::UpdateStore::Content& content) {
        return {content.bytes.begin(), content.bytes.end()};
    }

    // ---- What the parties do ----

    void session() {
        enter();
        for (unsigned i = 0; i < 4; ++i) act();
        client_.disconnect();
    }

    void enter() {
        client_.connect(++counter_, ReaderScene::Serial);
        login();
    }

    /// The platform does not know which of its updates got through: it tries the reader's keys, the
    /// newest first, after the one that was right last.
    void login() {
        for (auto key = keys_.rbegin(); key != keys_.rend(); ++key) {
            try {
                (void)client_.login(scene_.cloud());
                return;
            } catch (const control::Refusal& refusal) {
                if (refusal.reason() != control::Reason::Unauthentic) throw;
                scene_.cloud().set_key(ReaderScene::Serial, *key);
            }
        }
        (void)client_.login(scene_.cloud());
    }

    void act() {
        switch (below(4)) {
            case 0: {
                const auto answer = client_.call("sector-read sector=1");
                judge(!clean_ || answer.find(scene_.sector()) != std::string::npos,
                      "a service gave another sector: " + answer);
                break;
            }
            case 1:
                (void)client_.call(control::Service::Secure, base::Bytes{1, 2});
                break;
            case 2:
                update(control::UpdateKinds.at(below(control::UpdateKinds.size())));
                break;
            default:
                remote_.restart();
                client_.connect(++counter_, ReaderScene::Serial);
                login();
        }
    }

    /// What an update of this version holds.
    std::string content(UpdateKind kind, std::uint32_t version) {
        if (kind == UpdateKind::Software)
            return fmt::format("version {} {}", version, std::string(below(900), '.'));
        if (kind == UpdateKind::Logic)
            return fmt::format("{}service v{}\n  display show line=\"a\"\nend\n",
                               ReaderScene::Logic, version);
        auto credentials = ReaderScene::factory().credentials;
        std::array<std::uint8_t, 16> value{};
        for (auto& byte : value) byte = static_cast<std::uint8_t>(random_());
        credentials.reader = control::AesKey{value};
        keys_.push_back(credentials.reader);
        const auto bytes = credentials.bytes();
        return {bytes.begin(), bytes.end()};
    }

    void update(UpdateKind kind) {
        auto& begun = begun_[kind];
        const auto running = scene_.device().updates().active(kind).version;
        // One that was begun is gone on with.
        if (!begun || begun->version <= running) {
            const std::uint32_t version = known_[kind].rbegin()->first + 1;
            const auto text = content(kind, version);
            known_[kind][version] = text;
            begun = Begun{version, scene_.package(kind, version, text)};
        }
        if (below(6) == 0) return forged(kind);
        if (below(6) == 0) return older(kind, running);
        remote_.load(begun->package);
    }

    /// What the platform itself gave out once must not come back.
    void older(UpdateKind kind, std::uint32_t running) {
        const auto once = known_[kind].upper_bound(static_cast<std::uint32_t>(below(running + 1)));
        const auto& [version, text] = *(once == known_[kind].begin() ? once : std::prev(once));
        if (version > running) return;
        try {
            remote_.load(scene_.package(kind, version, text));
            judge(false, "an older update was taken");
        } catch (const control::Refusal&) {
            judge(scene_.device().updates().active(kind).version == running,
                  "an older update changed something");
            if (!scene_.cloud().in_session()) throw;
        }
    }

    void forged(UpdateKind kind) {
        const auto before = text_of(scene_.device().updates().active(kind));
        try {
            remote_.load(scene_.forged(kind, 1'000'000, "service x\n  display show\nend\n"));
            judge(false, "a forged update was taken");
        } catch (const control::Refusal&) {
            judge(text_of(scene_.device().updates().active(kind)) == before,
                  "a forged update changed something");
            if (!scene_.cloud().in_session()) throw;
        }
    }

    // ---- The line and its faults ----

    Frame carry(const Frame& request) {
        clean_ = true;
        if (calm_ || below(FaultOneIn) != 0) return deliver(request, true);
        ++tally_.faults;
        clean_ = false;
        switch (below(8)) {
            case 0:
                throw LineLost{};
            case 1:
                (void)deliver(request, true);
                throw LineLost{};
            case 2:
                return deliver(altered(request), false);
            case 3: {
                auto answer = altered(deliver(request, true));
                return answer;
            }
            case 4:
                (void)deliver(request, true);
                return deliver(request, false);
            case 5:
                if (!seen_.empty()) {
                    const Frame again = seen_[below(seen_.size())];
                    (void)deliver(again, false);
                }
                return deliver(request, true);
            case 6:
                scene_.flash().cut_in(below(CutWithin));
                return deliver(request, true);
            default:
                drop();
                return deliver(request, true);
        }
    }

    Frame altered(Frame frame) {
        if (frame.payload.empty()) {
            frame.type ^= static_cast<std::uint8_t>(1U << below(8));
        } else {
            frame.payload[below(frame.payload.size())] ^= static_cast<std::uint8_t>(1U << below(8));
        }
        return frame;
    }

    /// `genuine`: as the client meant it, for the first time.
    Frame deliver(const Frame& request, bool genuine) {
        if (seen_.size() < 200) seen_.push_back(request);
        const State before = scene_.device().interface().state();
        const auto answer = scene_.device().handle(request);
        if (wrong_ == WrongReader::LeakedKey && below(20) == 0) thief();
        const auto calls = scene_.device().control().calls();
        judge(calls <= last_calls_ || (before == State::LoggedIn && proved_),
              "a module was called without a login");
        last_calls_ = calls;
        const bool in = scene_.device().interface().state() == State::LoggedIn;
        const bool proof =
            genuine && request.type == static_cast<std::uint8_t>(FrameType::LoginProof);
        proved_ = in && (proved_ || proof);
        look("after a frame");
        return answer;
    }

    /// Somebody on the line who has the platform's key.
    void thief() {
        auto cloud = ReaderScene::make_cloud(control::system_nonces());
        const auto nonce = cloud.begin();
        const auto said = scene_.device().handle(
            {static_cast<std::uint8_t>(FrameType::Login), 0, {nonce.begin(), nonce.end()}});
        if (const auto proof = cloud.prove(said.payload))
            (void)scene_.device().handle({static_cast<std::uint8_t>(FrameType::LoginProof),
                                          0,
                                          {proof->begin(), proof->end()}});
    }

    /// The client dies.
    void drop() {
        scene_.device().connection_lost();
        proved_ = false;
    }

    void power_cycle() {
        if (wrong_ == WrongReader::ForgetfulMemory) scene_.flash() = control::MemoryFlash{};
        scene_.flash().power_up();
        scene_.device().start();
        proved_ = false;
        last_calls_ = scene_.device().control().calls();
    }

    // ---- What must hold ----

    void look(const char* when) {
        const auto& interface = scene_.device().interface();
        judge(interface.state() != State::LoggedIn || proved_,
              fmt::format("logged in without a platform's proof, {}", when));
        judge(interface.state() == State::LoggedIn || interface.enabled() == 0,
              fmt::format("a service is enabled without a login, {}", when));
        judge(scene_.all_off(), fmt::format("a module is on, {}", when));
        for (const auto kind : control::UpdateKinds) whole(kind, when);
    }

    void whole(UpdateKind kind, const char* when) {
        const auto& active = scene_.device().updates().active(kind);
        const auto known = known_[kind].find(active.version);
        judge(known != known_[kind].end() && known->second == text_of(active),
              fmt::format("a half update of the {}, {}", to_string(kind), when));
        judge(active.version >= highest_[kind],
              fmt::format("an older version of the {}, {}", to_string(kind), when));
        highest_[kind] = active.version;
        if (kind != UpdateKind::Software) return;
        const auto& runs = scene_.device().software();
        judge(known_[kind].contains(runs.version) && known_[kind][runs.version] == text_of(runs),
              fmt::format("a half software runs, {}", when));
    }

    /// The faults are over: everything goes on from what is there.
    void recover() {
        calm_ = true;
        drop();
        power_cycle();
        scene_.device().security().unlock();
        try {
            enter();
            for (const auto kind : control::UpdateKinds) {
                if (begun_[kind] &&
                    begun_[kind]->version > scene_.device().updates().active(kind).version)
                    remote_.load(begun_[kind]->package);
                look("at the end");
            }
            remote_.restart();
            enter();
            (void)client_.call("sector-read sector=1");
            for (const auto kind : control::UpdateKinds)
                judge(!begun_[kind] ||
                          scene_.device().updates().active(kind).version == begun_[kind]->version,
                      "an update was not taken after all");
        } catch (const std::exception& error) {
            judge(false, fmt::format("the reader does not recover: {}", error.what()));
        }
    }

    struct Begun {
        std::uint32_t version = 0;
        control::UpdateSigner::Package package{};
    };

    std::mt19937_64 random_;
    WrongReader wrong_;
    ReaderScene scene_;
    control::Client client_;
    control::RemoteReader remote_;
    Tally tally_{};
    std::uint64_t counter_ = 0;
    std::uint64_t last_calls_ = 0;
    bool proved_ = false;  ///< the platform's own proof went to the reader in this connection
    bool clean_ = true;    ///< the last exchange had no fault
    bool calm_ = false;
    std::vector<Frame> seen_{};
    std::vector<control::AesKey> keys_{};  ///< that the platform has given the reader
    std::map<UpdateKind, std::map<std::uint32_t, std::string>> known_{};  ///< version, content
    std::map<UpdateKind, std::uint32_t> highest_{};
    std::map<UpdateKind, std::optional<Begun>> begun_{};
};

}  // namespace

Campaign reader_campaign(WrongReader wrong) {
    return {"reader",
            "reader, client and platform: frames lost, altered, repeated, power cut in any write; "
            "no service without login, no half or older update",
            [wrong](std::uint64_t seed) {
                return Run{seed, Level::Tlm, wrong}.play();
            },
            [wrong](std::uint64_t seed) {
                return Run{seed, Level::Rtl, wrong}.play();
            }};
}

}  // namespace flows
