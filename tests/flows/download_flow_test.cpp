// System B, first half: rows FLOW-07 to FLOW-09, and the flows B1 to B5 as `cartouche flow` runs
// them.
#include <iostream>

#include "../ota/module_host.hpp"
#include "../ota/packet_vectors.hpp"
#include "base/hex.hpp"
#include "flow_run.hpp"
#include "flows/campaign.hpp"
#include "flows/download_campaign.hpp"
#include "flows/element_factory.hpp"
#include "ota/secured_packet.hpp"
#include "ota/short_message.hpp"

namespace {

using flow_test::expect_done;
using flows::Level;
using flows::Via;
using ota::Kind;

class Flow : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(, Flow, flow_test::EveryLevel, flow_test::level_name);

flows::StageOptions at(Level level) {
    flows::StageOptions options;
    options.level = level;
    return options;
}

std::vector<std::string> registry(flows::Stage& stage) {
    std::vector<std::string> names;
    for (const auto& entry : stage.chip().open().registry().entries())
        names.push_back(base::to_hex(entry.aid.bytes()));
    return names;
}

TEST_P(Flow, FLOW_07_AnIncompletePackageIsNeverInstalled) {
    flows::Stage stage{at(GetParam()),
                       flows::secure_element(lab::BusinessLab::Element, lab::BusinessLab::keys())};
    ota_test::ModuleHost host{stage.card(Via::Contacts)};
    const auto package = flows::purse_package(Kind::OneCard, 1, 1000, "City A transit");
    const auto before = registry(stage);
    const auto expect_never_installed = [&](const std::vector<std::size_t>& order) {
        const auto sealed = host.sealed(package);
        ASSERT_GE(sealed.blocks.size(), 4U);
        ASSERT_EQ(host.sw(ota::begin_download(sealed.header)), 0x9000);
        for (const std::size_t i : order) (void)host.sw(ota::download_block(i, sealed.blocks[i]));
        EXPECT_EQ(host.sw(ota::install_download()), 0x6985);
        EXPECT_EQ(registry(stage), before) << "the target card has changed";
    };
    expect_never_installed({0, 2, 3});        // one missing
    expect_never_installed({0, 1, 1, 2, 3});  // one doubled
    expect_never_installed({0, 2, 1, 3});     // two swapped
    EXPECT_EQ(host.install(host.sealed(package)), 0x9000) << "whole and in order";
    stage.finish();
}

/// An element whose issuer's domain has the keys of the sheet, version 2, and its contacts.
struct PacketBench {
    PacketBench() : stage{at(Level::Tlm), options()} {
        EXPECT_FALSE(stage.card(Via::Contacts).power_on().empty());
    }
    static cardos::ChipOptions options() {
        const auto key = [](std::string_view hex) {
            return domain::Secret{base::from_hex(hex).value()};
        };
        cardos::ChipOptions made;
        made.factory.keys.push_back({2, true, key(packet_vectors::AesKic),
                                     key(packet_vectors::AesKid), key(packet_vectors::AesKid), 0});
        return made;
    }
    static ota::PacketKeys keys() {
        const auto key = [](std::string_view hex) {
            return reader::ScpKey{base::from_hex(hex).value()};
        };
        return {2,
                ota::PacketCipher::Aes,
                key(packet_vectors::AesKic),
                key(packet_vectors::AesKid),
                {}};
    }
    apdu::Response send(const apdu::Command& command) {
        return stage.exchange(Via::Contacts, command);
    }
    apdu::Response deliver(base::ByteView user_data) {
        return send(ota::envelope(
            ota::deliver(user_data, "1234", {0x42, 0x10, 0x15, 0x01, 0x03, 0x00, 0x00})));
    }
    /// The proof that the card wants to send, for a packet with this counter; nothing: none.
    std::optional<ota::Proof> proof(apdu::StatusWord sw, std::uint64_t counter) {
        if (sw >> 8 != 0x91) return std::nullopt;
        const auto fetched = send({0x80, 0x12, 0x00, 0x00, {}, 256});
        EXPECT_EQ(fetched.data.size(), std::size_t{sw} & 0xFF);
        (void)send({0x80, 0x14, 0x00, 0x00, base::Bytes(12), {}});
        ota::CommandPacket sent;
        sent.kic = sent.kid = 0x22;
        sent.counter = counter;
        const auto submit = ota::submit_of(fetched.data);
        const auto data = submit ? ota::user_data_of_submit(*submit) : std::nullopt;
        return data ? ota::open_proof(*data, sent, keys()) : std::nullopt;
    }
    flows::Stage stage;
};

TEST(MessageFlow, FLOW_08_TwoMessagesOutOfOrderAreOnePacketThatRunsOnce) {
    PacketBench bench;
    const auto part1 = base::from_hex(packet_vectors::Part1).value();
    const auto part2 = base::from_hex(packet_vectors::Part2).value();
    EXPECT_EQ(bench.deliver(part2).sw, 0x9000) << "waits for the first";
    const auto whole = bench.deliver(part1);
    const auto proof = bench.proof(whole.sw, 1);
    ASSERT_TRUE(proof) << "the packet was not executed";
    EXPECT_TRUE(proof->authentic);
    EXPECT_EQ(proof->status, 0x00);
    EXPECT_EQ(bench.deliver(part1).sw, 0x9000) << "a part of another packet, it seems";
    const auto again = bench.proof(bench.deliver(part2).sw, 1);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->status, 0x02) << "not a second time";
    bench.stage.finish();
}

TEST(MessageFlow, FLOW_09_TheCounterRisesAndAWrongChecksumDoesNotMoveIt) {
    PacketBench bench;
    const auto worked = base::from_hex(packet_vectors::Packets[3].packet).value();
    ASSERT_EQ(packet_vectors::Packets[3].name, "Aes1639");
    const auto user_data = ota::to_user_data(worked, 0).front();
    auto proof = bench.proof(bench.deliver(user_data).sw, 5);
    ASSERT_TRUE(proof);
    EXPECT_EQ(proof->status, 0x00);
    EXPECT_EQ(base::to_hex(proof->data).substr(0, 10), "AB07800101") << "the script ran";
    proof = bench.proof(bench.deliver(user_data).sw, 5);
    ASSERT_TRUE(proof);
    EXPECT_EQ(proof->status, 0x02);

    ota::CommandPacket next;
    next.kic = next.kid = 0x22;
    next.counter = 6;
    next.data = base::from_hex(packet_vectors::Expanded).value();
    const auto right = ota::secure(next, PacketBench::keys());
    auto wrong = right;
    // Behind CNTR and PCNTR, in the first cipher block, so that the checksum's first bit turns.
    wrong[10 + 6] ^= 0x80;
    const auto refused = bench.deliver(ota::to_user_data(wrong, 0).front());
    EXPECT_EQ(refused.sw, 0x9000);
    EXPECT_EQ(base::to_hex(refused.data), "027100000B0A00000000000000000001") << "no MAC on it";
    proof = bench.proof(bench.deliver(ota::to_user_data(right, 0).front()).sw, 6);
    ASSERT_TRUE(proof) << "the counter has moved";
    EXPECT_EQ(proof->status, 0x00);
    bench.stage.finish();
}

class Flows : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(Download, Flows, flow_test::EveryLevel, flow_test::level_name);

TEST_P(Flows, B1_TheRightToTalkToTheElement) { expect_done("B1", GetParam()); }
TEST_P(Flows, B2_TheModuleChoosesTheTargetCard) { expect_done("B2", GetParam()); }
TEST_P(Flows, B3_PackagesComeThroughTheIssuersInterfaces) { expect_done("B3", GetParam()); }
TEST_P(Flows, B4_ACardByDownloadAndExchanged) { expect_done("B4", GetParam()); }
TEST_P(Flows, B5_ShortMessagesAndIp) { expect_done("B5", GetParam()); }
TEST(FlowsOverTheAir, B4_ACardByDownload) { expect_done("B4", Level::Tlm, Via::Air); }

TEST(Campaigns, Download) {
    for (const auto& campaign : flows::all_campaigns()) {
        if (campaign.name != "download") continue;
        const auto tally = flows::run_campaign(campaign, {.seed = 1, .runs = 40});
        EXPECT_EQ(tally.runs, 40U);
        EXPECT_GT(tally.faults, 40U);
        for (const auto& violation : tally.violations) ADD_FAILURE() << violation;
        return;
    }
    FAIL() << "no campaign";
}

/// The last part of the package never came, and it is installed all the same.
TEST(Campaigns, DownloadSeesAnInstallerThatInstallsPartOfAPackage) {
    const auto incomplete = [](ota::ApplicationPackage package) {
        constexpr std::size_t KeysAndPurse = 66 + 15;
        package.parameters.resize(KeysAndPurse);
        return package;
    };
    const auto tally =
        flows::run_campaign(flows::download_campaign(incomplete), {.seed = 1, .runs = 10});
    EXPECT_GE(tally.violations.size(), 10U);
    for (const auto& violation : tally.violations) std::cout << violation << '\n';
}

}  // namespace
