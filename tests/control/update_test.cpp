// E6: software, authentication information and service logic are updated; FLOW-23.
#include <gtest/gtest.h>

#include "bench.hpp"

namespace {

using control::Reason;
using control::UpdateKind;
using control_test::Bench;
using control_test::refused;
using control_test::signer;
using Package = control::UpdateSigner::Package;

const std::string OldSoftware = "reader software 1";
std::string text_of(const control::UpdateStore::Content& content) {
    return {content.bytes.begin(), content.bytes.end()};
}

std::string new_software(std::uint32_t version) {
    return "reader software " + std::to_string(version) + std::string(1000, '.');
}

Package package(UpdateKind kind, std::uint32_t version, const std::string& content,
                const control::UpdateSigner& by = signer(),
                const char* serial = control_test::Serial) {
    return by.make(kind, version, serial, control_test::factory().identity.package_key,
                   base::Bytes{content.begin(), content.end()});
}
Package software(std::uint32_t version) {
    return package(UpdateKind::Software, version, new_software(version));
}

void enter(Bench& bench) {
    bench.connect();
    bench.login();
}

TEST(Flow, FLOW_23_OnlyANewerSignedUpdateIsTakenAndACutLeavesTheOldSoftware) {
    Bench bench;
    enter(bench);
    EXPECT_EQ(refused([&] { bench.remote().load(software(1)); }), Reason::Outdated);
    EXPECT_EQ(
        refused([&] { bench.remote().load(package(UpdateKind::Software, 2, "x", signer(8))); }),
        Reason::Forged);
    const auto good = software(2);
    std::size_t writes = 0;
    {
        Bench counted;
        enter(counted);
        const auto before = counted.flash.writes();
        counted.remote().load(good);
        writes = counted.flash.writes() - before;
    }
    ASSERT_GT(writes, 2 * good.blocks.size());
    // A cut in every write: the header's, each block's, each mark's.
    for (std::size_t cut = 0; cut < writes; ++cut) {
        SCOPED_TRACE(testing::Message() << "cut in write " << cut);
        Bench torn;
        enter(torn);
        torn.flash.cut_in(cut);
        EXPECT_THROW(torn.remote().load(good), control::PowerCut);
        torn.flash.power_up();
        torn.device.start();
        EXPECT_EQ(text_of(torn.device.software()), OldSoftware);
        EXPECT_TRUE(torn.all_off());
        enter(torn);
        const auto wanted = torn.remote().status()[0].wanted;
        torn.remote().load(good);
        EXPECT_EQ(text_of(torn.device.software()), OldSoftware) << "until the restart";
        torn.remote().restart();
        EXPECT_EQ(text_of(torn.device.software()), new_software(2));
        if (cut > 4) {
            EXPECT_GT(wanted, 0U) << "it goes on, not anew";
        }
    }
    // A cut between any two blocks.
    for (std::size_t blocks = 0; blocks <= good.blocks.size(); ++blocks) {
        Bench cut;
        enter(cut);
        (void)cut.remote().begin(good.header);
        for (std::size_t i = 0; i < blocks; ++i)
            cut.remote().block(UpdateKind::Software, i, good.blocks[i]);
        cut.device.start();
        EXPECT_EQ(text_of(cut.device.software()), OldSoftware);
        enter(cut);
        EXPECT_EQ(cut.remote().begin(good.header), blocks);
        for (std::size_t i = blocks; i < good.blocks.size(); ++i)
            cut.remote().block(UpdateKind::Software, i, good.blocks[i]);
        cut.remote().commit(UpdateKind::Software);
        cut.device.start();
        EXPECT_EQ(text_of(cut.device.software()), new_software(2));
    }
}

TEST(Update, RollbackIsRefusedAfterAnUpdateToo) {
    Bench bench;
    enter(bench);
    bench.remote().load(software(7));
    EXPECT_EQ(refused([&] { bench.remote().load(software(7)); }), Reason::Outdated);
    EXPECT_EQ(refused([&] { bench.remote().load(software(6)); }), Reason::Outdated);
    bench.device.start();
    enter(bench);
    EXPECT_EQ(refused([&] { bench.remote().load(software(6)); }), Reason::Outdated);
    bench.remote().load(software(8));
    bench.remote().restart();
    EXPECT_EQ(text_of(bench.device.software()), new_software(8));
}

TEST(Update, EveryBitOfThePackageIsProtected) {
    const auto good = software(2);
    for (std::size_t bit = 0; bit < good.header.size() * 8; bit += 3) {
        Bench bench;
        enter(bench);
        auto wrong = good;
        wrong.header[bit / 8] = static_cast<std::uint8_t>(wrong.header[bit / 8] ^ (1U << bit % 8));
        const auto writes = bench.flash.writes();
        const auto why = refused([&] { (void)bench.remote().begin(wrong.header); });
        EXPECT_TRUE(why == Reason::Forged || why == Reason::BadRequest) << bit;
        EXPECT_EQ(bench.flash.writes(), writes) << "nothing was touched";
    }
    Bench bench;
    enter(bench);
    (void)bench.remote().begin(good.header);
    const auto writes = bench.flash.writes();
    for (std::size_t bit = 0; bit < 256 * 8; bit += 5) {
        auto wrong = good.blocks[0];
        wrong.data[bit / 8] = static_cast<std::uint8_t>(wrong.data[bit / 8] ^ (1U << bit % 8));
        EXPECT_EQ(refused([&] { bench.remote().block(UpdateKind::Software, 0, wrong); }),
                  Reason::Forged);
    }
    auto other = good.blocks[0];
    other.next[5] ^= 1U;
    EXPECT_EQ(refused([&] { bench.remote().block(UpdateKind::Software, 0, other); }),
              Reason::Forged);
    EXPECT_EQ(refused([&] { bench.remote().block(UpdateKind::Software, 1, good.blocks[1]); }),
              Reason::OutOfOrder);
    EXPECT_EQ(refused([&] { bench.remote().commit(UpdateKind::Software); }), Reason::OutOfOrder);
    EXPECT_EQ(bench.flash.writes(), writes);
}

TEST(Update, APackageForAnotherReaderIsRefused) {
    Bench bench;
    enter(bench);
    EXPECT_EQ(
        refused([&] {
            bench.remote().load(package(UpdateKind::Software, 2, "x", signer(), "RDR-000043"));
        }),
        Reason::Forged);
}

TEST(Update, NewLogicCountsAtOnceAndWrongLogicNever) {
    Bench bench;
    enter(bench);
    EXPECT_EQ(refused([&] { (void)bench.client.call("twice"); }), Reason::BadRequest);
    bench.remote().load(package(UpdateKind::Logic, 2,
                                "service twice\n  display show line=\"a\"\n  display show "
                                "line=\"b\"\nend\n"));
    EXPECT_EQ(bench.client.call("twice"), "");
    EXPECT_EQ(bench.device.display().lines(), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(refused([&] { (void)bench.client.call("hello name=\"x\""); }), Reason::BadRequest)
        << "the library was replaced";
    try {
        bench.remote().load(
            package(UpdateKind::Logic, 3, "service x\n  contactless read sector=99\nend\n"));
        FAIL();
    } catch (const control::Refusal& refusal) {
        EXPECT_EQ(refusal.reason(), Reason::BadRequest);
        EXPECT_STREQ(refusal.what(), "line 2: field 'sector': 99 is not 0 to 15");
    }
    EXPECT_EQ(bench.client.call("twice"), "") << "the old one still counts";
    EXPECT_EQ(bench.remote().status()[2].version, 2U);
}

TEST(Update, NewAuthenticationInformationCountsFromTheNextLoginOn) {
    Bench bench;
    enter(bench);
    auto next = control_test::factory().credentials;
    next.reader = control_test::key("0F0E0D0C0B0A09080706050403020100");
    next.clients.resize(1);
    next.clients[0].key = control_test::key("606162636465666768696A6B6C6D6E6F");
    const auto bytes = next.bytes();
    bench.remote().load(package(UpdateKind::Credentials, 2, {bytes.begin(), bytes.end()}));
    EXPECT_EQ(bench.remote().status()[1].version, 2U) << "the session goes on";
    bench.device.connection_lost();
    EXPECT_EQ(refused([&] { bench.connect(); }), Reason::Unauthentic) << "its old key";
    control::Client renewed{[&](const control::Frame& one) { return bench.device.handle(one); },
                            "desk", next.clients[0].key};
    renewed.connect(99, control_test::Serial);
    EXPECT_EQ(refused([&] { renewed.login(bench.cloud); }), Reason::Unauthentic);
    bench.cloud.set_key(control_test::Serial, next.reader);
    EXPECT_EQ(renewed.login(bench.cloud), control::AllServices);
}

}  // namespace
