// The campaigns `reader` and `loading` see a system that is wrong, and hold on the RTL.
#include <gtest/gtest.h>

#include "flows/os_campaign.hpp"
#include "flows/reader_campaign.hpp"

namespace {

using flows::WrongLoading;
using flows::WrongReader;

/// Whether a violation has these words in it.
testing::AssertionResult sees(const flows::Campaign& campaign, const std::string& words) {
    const auto tally = flows::run_campaign(campaign, {1, 15, {}, flows::Level::Tlm});
    for (const auto& violation : tally.violations)
        if (violation.find(words) != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << tally.violations.size() << " violations, the first: "
           << (tally.violations.empty() ? "none" : tally.violations.front());
}

TEST(WrongReader, E6_MemoryThatForgetsIsSeen) {
    EXPECT_TRUE(sees(flows::reader_campaign(WrongReader::ForgetfulMemory), "an older version"));
}

TEST(WrongReader, E5_LoginOfSomebodyElseIsSeen) {
    EXPECT_TRUE(sees(flows::reader_campaign(WrongReader::LeakedKey),
                     "logged in without a platform's proof"));
}

TEST(WrongLoading, D6_ForgedPackageThatIsTakenIsSeen) {
    EXPECT_TRUE(
        sees(flows::os_campaign(WrongLoading::LeakedSigner), "a forged package was not refused"));
}

TEST(WrongLoading, D6_ImageThatNobodyMeantIsSeen) {
    EXPECT_TRUE(sees(flows::os_campaign(WrongLoading::OtherPackage),
                     "an OS runs that is not the one that was loaded"));
}

TEST(WrongLoading, D6_LoadThatIsGivenUpIsSeen) {
    EXPECT_TRUE(sees(flows::os_campaign(WrongLoading::LoadedOnceOnly), "never loaded"));
}

/// A few runs on the RTL: without a violation, and with faults in them.
void holds_on_the_rtl(const flows::Campaign& campaign, std::uint64_t runs) {
    const auto tally = flows::run_campaign(campaign, {1, runs, {}, flows::Level::Rtl});
    EXPECT_EQ(tally.runs, runs);
    EXPECT_GT(tally.faults, 0U);
    for (const auto& violation : tally.violations) ADD_FAILURE() << violation;
}

TEST(CampaignRtl, E4_E5_E6_ReaderHolds) { holds_on_the_rtl(flows::reader_campaign(), 3); }
TEST(CampaignRtl, D6_LoadingHolds) { holds_on_the_rtl(flows::os_campaign(), 3); }

}  // namespace
