// Downloads over short messages that get lost, come twice and out of order (systems.md B5).
#include "download_bench.hpp"
#include "lab/sms_line.hpp"

namespace {

using ota::SmsNetwork;
using ota_test::DownloadBench;
using ota_test::Kind;

/// Platform and terminal at the ends of a network.
struct SmsBench : DownloadBench {
    explicit SmsBench(std::uint64_t seed, const ota::SmsFaults& faults = {})
        : network{seed, faults} {}

    void run(Kind kind) {
        ota::SmsDownload download{lab.business().download(lab::BusinessLab::Element, kind),
                                  lab::BusinessLab::keys().packets, [this] { return ++counter; }};
        lab::SmsLine{network, card}.run(download);
    }

    SmsNetwork network;
    std::uint64_t counter = 0;
};

TEST(SmsDownload, InstallsACard) {
    SmsBench bench{1};
    bench.run(Kind::OneCard);
    EXPECT_EQ(bench.balance(bench.issuer.package.instance), 1000U);
    EXPECT_EQ(bench.managed(1)->business, "City A transit");
    EXPECT_EQ(bench.network.faults(), 0U);
}

TEST(SmsDownload, ThroughLossRepetitionAndReordering) {
    std::uint64_t faults = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        SmsBench bench{seed, {.lost = 40, .repeated = 40, .delayed = 60}};
        bench.run(Kind::OneCard);
        EXPECT_EQ(bench.balance(bench.issuer.package.instance), 1000U);
        EXPECT_EQ(bench.managed(1)->purse, 1000U);
        faults += bench.network.faults();
    }
    EXPECT_GT(faults, 400U);
}

TEST(SmsDownload, AnElementThatIsGoneIsGivenUp) {
    SmsBench bench{1, {.lost = 256}};
    EXPECT_THROW(bench.run(Kind::OneCard), platform::Refusal);
}

}  // namespace
