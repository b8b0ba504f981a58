// Power fails at any step of the memory during a load: the element stays loadable, never runs part
// of an OS, and never falls back behind what ran.
#include <set>

#include "bench.hpp"

namespace {

using namespace loader_test;

/// Loads again until it is done; how many attempts it took.
unsigned finish(Bench& bench, const ota::OsPackage& made) {
    for (unsigned attempt = 1; attempt < 10; ++attempt) {
        bench.card.power_on();
        const auto result = bench.host.load(made);
        if (result.end == End::Loaded || result.end == End::NoLoader) return attempt;
        EXPECT_EQ(result.end, End::Lost) << result.why;
    }
    return 10;
}

/// Ticks at which a load without a cut is at work.
std::vector<Tick> moments(Tick begin, Tick end, unsigned count) {
    std::vector<Tick> all;
    for (unsigned i = 1; i <= count; ++i) all.push_back(begin + (end - begin) * i / (count + 1));
    return all;
}

TEST(LoaderInterrupted, ResumesAtTheBlockThatWasDue) {
    Bench bench;
    const auto made = package();
    std::size_t done = 0;
    bench.card.power_on();
    const auto first = bench.host.load(made, [&](std::size_t n, std::size_t) {
        done = n;
        if (n == 2) bench.card.cut = bench.card.now;
    });
    EXPECT_EQ(first.end, End::Lost);
    EXPECT_EQ(first.sent, 2U);
    bench.card.power_on();
    EXPECT_EQ(base::to_hex(bench.element.loader_bytes()), "4C445202010034");
    const auto status = bench.host.status();
    ASSERT_TRUE(status);
    EXPECT_EQ(status->state, ota::LoaderState::Interrupted);
    EXPECT_EQ(status->next_block, 2);
    const auto second = bench.host.load(made);
    EXPECT_EQ(second.end, End::Loaded);
    EXPECT_EQ(second.sent, 1U);
    bench.card.reset();
    EXPECT_EQ(bench.select(), "9000");
}

TEST(LoaderInterrupted, AnotherPackageBeginsAnew) {
    Bench bench;
    bench.card.power_on();
    (void)bench.host.load(package(), [&](std::size_t n, std::size_t) {
        if (n == 2) bench.card.cut = bench.card.now;
    });
    bench.card.power_on();
    auto terms = worked_terms();
    terms.version = 2;
    const auto result = bench.host.load(package(terms));
    EXPECT_EQ(result.end, End::Loaded);
    EXPECT_EQ(result.sent, 3U);
}

/// What a cut at `at` of the first load leaves, then again cuts at `next` of the way to the end.
void cut_and_finish(Tick at, bool with_os) {
    SCOPED_TRACE(testing::Message() << "cut at " << at << (with_os ? " of an update" : ""));
    Bench bench;
    const auto made = package();
    if (with_os) {
        auto terms = worked_terms();
        terms.version = 1;
        ASSERT_EQ(bench.host.load(package(terms, image(300))).end, End::Loaded);
        bench.card.reset();
        ASSERT_EQ(ota::enter_loader(bench.card, host_keys(), base::Bytes(8, 9)), 0x9000);
    }
    bench.card.power_on();
    bench.card.cut = bench.card.now + at;
    const auto first = bench.host.load(made);
    bench.card.cut.reset();
    if (first.end == End::Loaded) {
        // The cut falls into the first start of the OS.
        bench.card.cut = bench.card.now + 1;
        bench.card.reset();
        (void)bench.card.send("00A4040000");
    }
    bench.card.power_on();
    const auto select = bench.select();
    if (select == "9000") {
        const auto image = bench.element.vault().image(0, 40, bench.card.now);
        EXPECT_EQ(image, loader_test::image()) << "an OS runs that is not whole";
    }
    EXPECT_LE(finish(bench, made), 2U);
    bench.card.reset();
    EXPECT_EQ(bench.select(), "9000");
    EXPECT_EQ(bench.card.send("00A4040008D276000118AA500100").substr(0, 2), "6F");
    EXPECT_EQ(bench.card.send("80CA00C100"),
              "01020003"
              "00000007" +
                  WorkedHash + "9000");
    EXPECT_EQ(bench.element.vault().counters(bench.card.now).security_version, 7U);
}

TEST(LoaderInterrupted, ACutAtAnyMomentLeavesALoadableElement) {
    for (const bool with_os : {false, true}) {
        Tick length = 0;
        {
            Bench bench;
            bench.card.power_on();
            const Tick begin = bench.card.now;
            ASSERT_EQ(bench.host.load(package()).end, End::Loaded);
            length = bench.card.now - begin;
        }
        for (const Tick at : moments(0, length, 120)) cut_and_finish(at, with_os);
    }
}

TEST(LoaderInterrupted, ACutAtEveryStepOfTheMemoryDuringOneBlock) {
    const auto made = package();
    std::set<std::string> left;
    for (unsigned step = 0; step < 40; ++step) {
        SCOPED_TRACE(step);
        Bench bench;
        bench.card.power_on();
        const Tick before = loader::Vault::TransactionTicks;
        (void)bench.host.load(made, [&](std::size_t n, std::size_t) {
            if (n == 1) bench.card.cut = bench.card.now + 1000 + before * step / 16;
        });
        bench.card.power_on();
        const auto status = bench.host.status();
        if (status) left.insert(std::to_string(status->next_block));
        EXPECT_LE(finish(bench, made), 2U);
        bench.card.reset();
        EXPECT_EQ(bench.select(), "9000");
    }
    EXPECT_TRUE(left.contains("1"));
    EXPECT_TRUE(left.contains("2"));
}

TEST(LoaderInterrupted, ErasingGoesOnAfterACut) {
    // The old image is longer than the new one: nothing of it may stay behind.
    auto terms = worked_terms();
    terms.version = 1;
    terms.block_bytes = 192;
    const auto old = package(terms, image(4000));
    for (unsigned part = 1; part < 12; ++part) {
        SCOPED_TRACE(part);
        Bench bench;
        ASSERT_EQ(bench.host.load(old).end, End::Loaded);
        bench.card.reset();
        ASSERT_EQ(ota::enter_loader(bench.card, host_keys(), base::Bytes(8, 9)), 0x9000);
        bench.card.power_on();
        const Tick erasing = 64 * loader::Vault::ErasePageTicks;
        bench.card.cut = bench.card.now + 2 * 4'194'304 + 300'000 + erasing * part / 4;
        (void)bench.host.load(package());
        bench.card.cut.reset();
        finish(bench, package());
        const auto rest = bench.element.vault().image(40, 4056, bench.card.now);
        EXPECT_EQ(rest, base::Bytes(4056));
    }
}

}  // namespace
