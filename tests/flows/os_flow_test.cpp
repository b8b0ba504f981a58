// System D on every level: the rows FLOW-17 to FLOW-20, and the flows D1 to D6 as `cartouche flow`
// runs them.
#include "base/hex.hpp"
#include "flow_run.hpp"
#include "flows/os_scene.hpp"

namespace {

using flow_test::expect_done;
using flows::Level;
using flows::OsScene;
using flows::Via;
using End = ota::LoadResult::End;

class Flow : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(, Flow, flow_test::EveryLevel, flow_test::level_name);

TEST_P(Flow, FLOW_17_AnElementWithoutOsSaysSoAndTheCardNamesItsMode) {
    OsScene scene{GetParam()};
    for (const Via via : {Via::Contacts, Via::Air}) {
        scene.choose(via, OsScene::Empty);
        const auto select = scene.send(via, "00A4040000");
        EXPECT_TRUE(select == "6D00" || select == "6E00") << select;
        EXPECT_EQ(scene.send(via, "80F0000000").substr(0, 2), "00");
        EXPECT_EQ(to_string(scene.pocket().mode()),
                  via == Via::Contacts ? "contact" : "contactless, NFC");
        scene.card(via).power_off();
    }
    scene.stage().finish();
}

/// The worked package with another header, signed anew.
ota::OsPackage with(const std::function<void(ota::OsTerms&)>& change) {
    auto terms = OsScene::terms();
    change(terms);
    return OsScene::package(terms, OsScene::image());
}

TEST(OsFlow, FLOW_18_ForgedOlderAndForeignImagesAreRefusedAndNothingIsErased) {
    OsScene scene{Level::Tlm};
    constexpr Via Way = Via::Contacts;
    scene.choose(Way, OsScene::WithOs);
    scene.enter_loader(Way);
    scene.choose(Way, OsScene::WithOs);
    ASSERT_EQ(scene.host(Way).load(OsScene::package()).end, End::Loaded);
    scene.choose(Way, OsScene::WithOs);
    ASSERT_EQ(scene.os_image(Way).substr(8, 8), "00000007") << "7 is stored";
    scene.enter_loader(Way);
    scene.choose(Way, OsScene::WithOs);
    const auto refused = [&](const ota::OsPackage& package) {
        const auto result = scene.host(Way).load(package);
        EXPECT_EQ(result.end, End::Refused);
        return result.sw;
    };
    EXPECT_EQ(refused(with([](auto& terms) { terms.security_version = 6; })), 0x63F0);
    auto wrong = OsScene::package();
    wrong.head.back() ^= 0x01;
    EXPECT_EQ(refused(wrong), 0x6982);
    EXPECT_EQ(refused(with([](auto& terms) { terms.chip_type = 0x1235; })), 0x6985);
    auto& vault = scene.pocket().element(OsScene::WithOs).vault();
    EXPECT_EQ(vault.image(0, 40, scene.stage().now()), OsScene::image());
    EXPECT_EQ(base::to_hex(scene.host(Way).image_hash().value()), OsScene::image_hash());
    scene.stage().finish();
}

TEST_P(Flow, FLOW_19_ALoadThatWasCutGoesOnWhereItWas) {
    OsScene scene{GetParam()};
    constexpr Via Way = Via::Contacts;
    scene.choose(Way, OsScene::Empty);
    const auto first = scene.host(Way).load(OsScene::package(), [&](std::size_t done, std::size_t) {
        if (done == 2) scene.cut(Way, scene.stage().now());  // block 1 was acknowledged
    });
    EXPECT_EQ(first.end, End::Lost);
    scene.choose(Way, OsScene::Empty);
    const auto status = scene.send(Way, "80F0000000");
    EXPECT_EQ(status.substr(0, 2), "02");
    EXPECT_EQ(status.substr(48), "00029000");
    const auto second = scene.host(Way).load(OsScene::package());
    EXPECT_EQ(second.end, End::Loaded);
    EXPECT_EQ(second.sent, 1U);
    EXPECT_EQ(scene.send(Way, "80F0000100"),
              "0873681BD0F82F74733BD4B4639467130C6FF71A09281210ED60C3DC95D6AA909000");
    (void)scene.card(Way).reset();
    EXPECT_EQ(scene.os_image(Way), "0102000300000007" + OsScene::image_hash());
    scene.stage().finish();
}

TEST(OsFlow, FLOW_20_ApdusComeOverBluetoothInFragments) {
    /// What came in, and 9000.
    struct Listener final : port::ApduPort {
        void reset(base::Tick) override {}
        Taken take(base::ByteView piece, bool, base::Tick at) override {
            heard.push_back(base::to_hex(piece));
            return {at, {0x90, 0x00}};
        }
        std::vector<std::string> heard{};
    } listener;
    ble::Peripheral controller{listener, {}};
    ble::Central phone{controller, {}};
    phone.connect(0);
    const auto write = [&](std::string_view fragment) {
        std::string said;
        for (const auto& value : phone.write(base::from_hex(fragment).value()))
            said += base::to_hex(value.value);
        return said;
    };
    EXPECT_EQ(write("83002D80E8000028000102030405060708090A0B"), "");
    EXPECT_EQ(write("000C0D0E0F101112131415161718191A1B1C1D1E"), "");
    EXPECT_EQ(write("011F2021222324252627"), "8300029000");
    ASSERT_EQ(listener.heard.size(), 1U);
    EXPECT_EQ(listener.heard[0],
              "80E8000028000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212223"
              "24252627");
    EXPECT_EQ(write("83002D80E8000028000102030405060708090A0B"), "");
    EXPECT_EQ(write("011F2021222324252627"), "BF000104") << "01 before 00";
    EXPECT_EQ(write("000C0D0E0F101112131415161718191A1B1C1D1E"), "BF000104");
    EXPECT_EQ(listener.heard.size(), 1U);
}

class Flows : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(, Flows, flow_test::EveryLevel, flow_test::level_name);

TEST_P(Flows, D1_AnElementLooksForItsOs) { expect_done("D1", GetParam()); }
TEST_P(Flows, D2_AnOsThatIsThereTalksToTheTerminal) { expect_done("D2", GetParam()); }
TEST_P(Flows, D3_WithoutOsTheCardDeterminesItsMode) { expect_done("D3", GetParam()); }
TEST_P(Flows, D4_AnOsComesInContactless) { expect_done("D4", GetParam()); }
TEST_P(Flows, D5_AnOsComesInOverContacts) { expect_done("D5", GetParam()); }
TEST_P(Flows, D6_OnlyAuthenticImagesAndNoPartialOs) {
    expect_done("D6", GetParam());
    expect_done("D6", GetParam(), Via::Air);
}

}  // namespace
