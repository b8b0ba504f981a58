// E5 and E6 with the platform behind HTTPS and mutual TLS: the reader's client carries messages
// between two processes' worth of parties and learns no secret.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "control/bench.hpp"
#include "fleet/desk.hpp"
#include "fleet/remote_platform.hpp"
#include "platform/certificates.hpp"
#include "platform/https.hpp"
#include "platform/refusal.hpp"

namespace {

using control::Reason;
using control::UpdateKind;
using control_test::counting_nonces;
using control_test::hex;
using control_test::refused;
using Report = std::vector<std::string>;

fleet::FleetKeys keys(const control::AesKey& master = control_test::Master, std::uint8_t last = 7) {
    std::array<std::uint8_t, 32> scalar{};
    scalar.back() = last;
    return {master, base::Key<32>{scalar}};
}

control::Factory factory(const fleet::FleetKeys& from = keys()) {
    return from.factory(control_test::Serial, {{"desk", control::AllServices}}, control_test::Logic,
                        "reader software 1");
}

base::Bytes bytes(const std::string& text) { return {text.begin(), text.end()}; }

const char* NewLogic = "service typed\n  display ask line=\"PIN?\" -> typed\n  answer typed\nend\n";

fleet::Offer offer() {
    fleet::Offer made;
    made.software = {2, bytes(std::string(700, 's'))};
    made.logic = {3, bytes(NewLogic)};
    made.credentials = fleet::Offer::Rights{2, {{"desk", control::AllServices}, {"door", 0x20}}};
    return made;
}

/// Certificates of two authorities, for one run of the program.
class Papers {
public:
    Papers() {
        platform::make_certificates(folder_ / "ours", {"cloud", "phone", "guest"});
        platform::make_certificates(folder_ / "theirs", {"phone", "cloud"});
    }
    ~Papers() { std::filesystem::remove_all(folder_); }
    Papers(const Papers&) = delete;
    Papers& operator=(const Papers&) = delete;

    [[nodiscard]] platform::Credential of(const std::string& name,
                                          const std::string& whose = "ours") const {
        const auto at = folder_ / whose;
        return {at / (name + ".crt"), at / (name + ".key")};
    }
    [[nodiscard]] std::filesystem::path authority(const std::string& whose = "ours") const {
        return folder_ / whose / "authority.crt";
    }

private:
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("cartouche_fleet_" + std::to_string(getpid()));
};

/// Loses one message: the one before which, or after which, nothing goes any more.
class CutWire final : public platform::Wire {
public:
    CutWire(platform::Wire& inner, std::size_t at, bool arrives)
        : inner_{inner}, left_{at}, arrives_{arrives} {}
    std::string post(const std::string& path, const std::string& body) override {
        if (dead_) throw platform::LineLost{"cut"};
        if (left_-- != 0) return inner_.post(path, body);
        dead_ = true;
        if (arrives_) (void)inner_.post(path, body);
        throw platform::LineLost{"cut"};
    }
    [[nodiscard]] bool cut() const noexcept { return dead_; }

private:
    platform::Wire& inner_;
    std::size_t left_;
    bool arrives_;
    bool dead_ = false;
};

/// A platform at a port, a reader, its client on a device with a certificate.
struct Scene {
    explicit Scene(const fleet::FleetKeys& platform_keys = keys(), fleet::Offer given = {})
        : desk{platform_keys, std::move(given), {"phone"}, counting_nonces(0xA0)} {}

    Papers papers{};
    platform::Credential cloud = papers.of("cloud");
    platform::Credential phone = papers.of("phone");
    fleet::Desk desk;
    platform::Gate gate{cloud, desk};
    platform::HttpsServer server{gate, cloud, papers.authority(), "127.0.0.1", 0};
    platform::HttpsWire wire{"127.0.0.1", server.port(), phone, papers.authority()};
    platform::Remote remote{wire, phone, cloud.certificate()};
    fleet::RemotePlatform line{remote};

    control_test::Bench reader{factory()};
    control::Client client{
        [this](const control::Frame& frame) { return reader.device.handle(frame); }, "desk",
        keys().client_key(control_test::Serial, "desk")};
    std::uint64_t counter = 0;

    void connect() { client.connect(++counter, control_test::Serial); }
    [[nodiscard]] control::Services enabled() const { return reader.device.interface().enabled(); }
    [[nodiscard]] std::uint32_t version(UpdateKind kind) const {
        return reader.device.updates().active(kind).version;
    }
};

TEST(FleetKeys, AreDerivedAsTheHeaderSays) {
    // `openssl mac -cipher AES-128-CBC -macopt hexkey:000102..0F CMAC` over 02 | "RDR-000042",
    // 03 | "RDR-000042", 04 | 0A | "RDR-000042" | "desk".
    EXPECT_EQ(base::to_hex(keys().package_key("RDR-000042").expose()),
              "B4DA46096EF662C6BD0C3F9FC26AC541");
    EXPECT_EQ(base::to_hex(keys().credentials("RDR-000042", {}).access.expose()),
              "64772794126F01EF6A1B29D62B1741E2");
    EXPECT_EQ(base::to_hex(keys().client_key("RDR-000042", "desk").expose()),
              "5D9EF645188DECD1CE19AAE2BCA6967F");
}

TEST(Fleet, E5_PlatformLogsInOverMutualTls) {
    Scene scene;
    scene.connect();
    EXPECT_EQ(scene.enabled(), 0U);
    EXPECT_EQ(scene.client.login(scene.line), control::AllServices);
    EXPECT_EQ(scene.enabled(), control::AllServices);
    EXPECT_EQ(scene.line.serve(scene.client), Report{}) << "nothing is newer";
    EXPECT_EQ(scene.client.call("typed"), "typed=\"1234\"");
}

TEST(Fleet, E5_PlatformThatDoesNotKnowTheReaderEnablesNothing) {
    Scene scene{keys(control_test::ClientKey)};
    scene.connect();
    EXPECT_EQ(refused([&] { (void)scene.client.login(scene.line); }), Reason::Unauthentic);
    EXPECT_EQ(scene.enabled(), 0U);
}

TEST(Fleet, E5_OnlyCertificatesOfTheAuthorityComeIn) {
    Scene scene;
    scene.connect();
    const auto stranger = scene.papers.of("phone", "theirs");
    platform::HttpsWire wire{"127.0.0.1", scene.server.port(), stranger, scene.papers.authority()};
    platform::Remote remote{wire, stranger, scene.cloud.certificate()};
    fleet::RemotePlatform line{remote};
    EXPECT_THROW((void)scene.client.login(line), platform::LineLost);
    EXPECT_EQ(scene.enabled(), 0U);

    // And the client believes no other authority's server.
    platform::HttpsWire doubting{"127.0.0.1", scene.server.port(), scene.phone,
                                 scene.papers.authority("theirs")};
    platform::Remote other{doubting, scene.phone, scene.cloud.certificate()};
    fleet::RemotePlatform far{other};
    EXPECT_THROW((void)scene.client.login(far), platform::LineLost);
    EXPECT_EQ(scene.enabled(), 0U);
}

TEST(Fleet, E5_ClientThatIsNotListedIsRefused) {
    Scene scene;
    scene.connect();
    const auto guest = scene.papers.of("guest");
    platform::HttpsWire wire{"127.0.0.1", scene.server.port(), guest, scene.papers.authority()};
    platform::Remote remote{wire, guest, scene.cloud.certificate()};
    fleet::RemotePlatform line{remote};
    EXPECT_THROW((void)scene.client.login(line), platform::Refusal);
    EXPECT_EQ(scene.enabled(), 0U);
}

TEST(Fleet, E5_RequestsOutOfOrderAreRefused) {
    fleet::Desk desk{keys(), {}, {"phone"}, counting_nonces(1)};
    const auto refuses = [&](const nlohmann::json& request) {
        try {
            (void)desk.handle("phone", request);
        } catch (const platform::Refusal& refusal) {
            return refusal.code();
        }
        return std::string{"done"};
    };
    EXPECT_EQ(refuses({{"do", "next"}}), "no-login");
    EXPECT_EQ(refuses({{"do", "prove"}, {"answer", "00"}}), "no-login");
    EXPECT_EQ(refuses({{"do", "begin"}}), "done");
    EXPECT_EQ(refuses({{"do", "next"}}), "no-login");
    EXPECT_EQ(refuses({{"do", "prove"}}), "bad-request");
    EXPECT_EQ(refuses({{"do", "prove"}, {"answer", "no hex"}}), "bad-request");
    EXPECT_EQ(refuses({{"do", "prove"}, {"answer", 7}}), "bad-request");
    EXPECT_EQ(refuses({{"do", "prove"}, {"answer", "00"}}), "unknown-reader");
    EXPECT_EQ(refuses({{"do", "next"}, {"answer", "00"}}), "no-login");
    EXPECT_EQ(refuses({{"do", "dance"}}), "bad-request");
}

TEST(Fleet, E6_UpdatesComeOverTheLineOnce) {
    Scene scene{keys(), offer()};
    scene.connect();
    scene.client.login(scene.line);
    EXPECT_EQ(
        scene.line.serve(scene.client),
        (Report{"software: version 2", "credentials: version 2", "logic: version 3", "restarted"}));
    EXPECT_EQ(scene.enabled(), 0U) << "a restart disables everything";
    EXPECT_EQ(scene.version(UpdateKind::Software), 2U);
    EXPECT_EQ(scene.reader.device.software().bytes, base::Bytes(700, 's'));
    EXPECT_EQ(scene.version(UpdateKind::Credentials), 2U);
    EXPECT_EQ(scene.version(UpdateKind::Logic), 3U);

    scene.connect();
    scene.client.login(scene.line);
    EXPECT_EQ(scene.line.serve(scene.client), Report{});
    EXPECT_EQ(refused([&] { (void)scene.client.call("hello name=\"x\""); }), Reason::BadRequest);
    EXPECT_EQ(scene.client.call("typed"), "typed=\"1234\"");
}

TEST(Fleet, E6_UpdatesOfAnotherSignerAreRefusedAndNothingChanges) {
    Scene scene{keys(control_test::Master, 8), offer()};
    scene.connect();
    scene.client.login(scene.line);
    const auto report = scene.line.serve(scene.client);
    ASSERT_EQ(report.size(), 3U);
    for (const auto& line : report)
        EXPECT_NE(line.find("refused, forged"), std::string::npos) << line;
    for (const auto kind : control::UpdateKinds) EXPECT_EQ(scene.version(kind), 1U);
}

TEST(Fleet, E6_ClientThatAltersAMessageEndsTheSession) {
    Scene scene{keys(), offer()};
    scene.connect();
    scene.client.login(scene.line);
    unsigned carried = 0;
    control::Client bad{[&](const control::Frame& frame) {
                            auto sent = frame;
                            if (++carried == 3) sent.payload.back() ^= 1U;
                            return scene.reader.device.handle(sent);
                        },
                        "desk", keys().client_key(control_test::Serial, "desk")};
    EXPECT_EQ(refused([&] { (void)scene.line.serve(bad); }), Reason::Unauthentic);
    EXPECT_EQ(scene.enabled(), 0U);
    EXPECT_EQ(scene.version(UpdateKind::Software), 1U);
}

/// The line dies at message `at`, with or without that message's arriving; then all is done again.
/// False: there are no more messages.
bool survives(std::size_t at, bool arrives) {
    Scene scene{keys(), offer()};
    CutWire cut{scene.wire, at, arrives};
    platform::Remote remote{cut, scene.phone, scene.cloud.certificate()};
    fleet::RemotePlatform line{remote};
    scene.connect();
    try {
        scene.client.login(line);
        (void)line.serve(scene.client);
    } catch (const platform::LineLost&) {
        scene.reader.device.connection_lost();
    }
    for (const auto kind : control::UpdateKinds) {
        const auto version = scene.version(kind);
        EXPECT_TRUE(version == 1 || version == (kind == UpdateKind::Logic ? 3U : 2U));
    }
    if (!cut.cut()) return false;
    if (scene.reader.state() != control::InterfaceModule::State::Disabled)
        scene.reader.device.connection_lost();
    scene.connect();
    scene.client.login(scene.line);
    (void)scene.line.serve(scene.client);
    EXPECT_EQ(scene.version(UpdateKind::Software), 2U);
    EXPECT_EQ(scene.version(UpdateKind::Credentials), 2U);
    EXPECT_EQ(scene.version(UpdateKind::Logic), 3U);
    return true;
}

TEST(Fleet, E6_LineMayDieAtEachMessage) {
    std::size_t cuts = 0;
    for (const bool arrives : {false, true}) {
        std::size_t at = 0;
        while (survives(at, arrives) && !HasFailure()) ++at;
        EXPECT_GT(at, 10U);
        cuts += at;
    }
    RecordProperty("cuts", static_cast<int>(cuts));
    std::printf("%zu cuts\n", cuts);
}

}  // namespace
