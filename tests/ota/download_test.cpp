// A virtual card by download, over IP (systems.md B1 to B4).
#include "download_bench.hpp"

namespace {

using ota_test::DownloadBench;
using ota_test::Kind;
using ota_test::transit;

TEST(Download, InstallsAVirtualCardAndItsManager) {
    DownloadBench bench;
    const auto done = bench.unit().download(Kind::OneCard);
    EXPECT_EQ(done.at("instance"), "D276000118AB0101");
    EXPECT_EQ(done.at("atr").get<std::string>().substr(0, 16), "3B84800143564301");
    EXPECT_EQ(bench.balance(bench.issuer.package.instance), 1000U);
    const auto managed = bench.managed(1);
    ASSERT_TRUE(managed);
    EXPECT_EQ(managed->business, "City A transit");
    EXPECT_EQ(managed->aid, bench.issuer.package.instance);
    EXPECT_EQ(managed->purse, 1000U);
    EXPECT_EQ(managed->deposit, 1000U);
}

TEST(Download, TheModuleTellsNothingInTheClear) {
    DownloadBench bench;
    bench.send(ota::select_module());
    for (const auto& command :
         {ota::determine_target(Kind::OneCard), ota::download_status(), ota::install_download()})
        EXPECT_EQ(bench.send(command).sw, 0x6982);
}

}  // namespace
