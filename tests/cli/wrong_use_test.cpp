#include <gtest/gtest.h>

#include <algorithm>

#include "process.hpp"

namespace {

using cli_test::Folder;
using cli_test::Result;
using cli_test::run;

/// Wrong use ends with 2 and one line on standard error that holds `part`.
void expect_refused(const std::vector<std::string>& arguments, const std::string& part) {
    const Result result = run(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_EQ(result.err.rfind("cartouche: ", 0), 0U) << result.err;
    EXPECT_NE(result.err.find(part), std::string::npos) << result.err;
    EXPECT_EQ(result.out, "");
}

TEST(Cli, VersionAndHelpEndWell) {
    const Result version = run({"--version"});
    EXPECT_EQ(version.exit_code, 0);
    EXPECT_EQ(version.out.rfind("cartouche ", 0), 0U);
    for (const char* command : {"demo", "serve", "control", "new", "package", "replay", "decode"})
        EXPECT_EQ(run({command, "--help"}).exit_code, 0) << command;
}

TEST(Cli, UnknownCommandsAndOptionsAreRefused) {
    expect_refused({}, "subcommand");
    expect_refused({"fly"}, "fly");
    expect_refused({"serve", "--wings"}, "--wings");
    expect_refused({"demo", "--level", "best"}, "--level");
}

TEST(Cli, ValuesOutOfRangeAreRefused) {
    expect_refused({"serve", "--pause", "10"}, "--pause");
    expect_refused({"serve", "--write-ticks", "129"}, "128");
    expect_refused({"serve", "--prng-seed", "0"}, "--prng-seed");
    expect_refused({"serve", "--nonce-seed", "0"}, "--nonce-seed");
    expect_refused({"serve", "--gap", "1000"}, "--gap");
    expect_refused({"serve", "--slots", "3"}, "--slots");
    expect_refused({"serve", "--level", "tlm", "--fst", "x.fst"}, "--fst");
}

TEST(Cli, BrokenImageNamesFileAndPlace) {
    const Folder folder;
    const std::string image = folder / "broken.eml";
    cli_test::write(image, "00112233445566778899AABBCCDDEEFF\nxyz\n");
    expect_refused({"serve", "--level", "tlm", "--card", image}, image + ": line 2: ");
}

TEST(Cli, FileThatIsNotThereIsRefused) {
    expect_refused({"serve", "--card", "/nowhere/card.mfd"}, "/nowhere/card.mfd");
    expect_refused({"replay", "/nowhere/a.trace"}, "/nowhere/a.trace");
}

TEST(Cli, BoardThatIsNotThereIsRefused) {
    expect_refused({"board"}, "--spi");
    expect_refused({"board", "--sim", "--spi", "/dev/null"}, "--spi");
    expect_refused({"board", "--spi", "/nowhere/spi"}, "/nowhere/spi");
    expect_refused({"board", "--spi", "/dev/null"}, "/dev/null: is no SPI device");
    expect_refused({"board", "--sim", "--nvm", "/nowhere/card"}, "/nowhere/card");
    expect_refused({"board", "--spi", "/dev/null", "--hertz", "9000000"}, "--hertz");
    const Folder folder;
    const std::string image = folder / "sectors.mfd";
    ASSERT_EQ(run({"new", image, "--uid", "01020304"}).exit_code, 0);
    expect_refused({"board", "--sim", "--nvm", image}, "no card OS");
}

TEST(Cli, OutputThatCannotBeWrittenIsRefused) {
    const Folder folder;
    expect_refused({"demo", "--level", "tlm", "--list", folder / "no/such/folder"},
                   "no/such/folder");
}

TEST(Cli, BrokenKeyFileNamesItsLine) {
    const Folder folder;
    const std::string keys = folder / "keys";
    cli_test::write(keys, "# ours\nFFFFFFFFFFFF\nA0A1A2A3A4\n");
    expect_refused({"demo", "--level", "tlm", "--list", "-", "--keys", keys}, keys + ": line 3: ");
}

TEST(Cli, BrokenTraceNamesFileAndOffset) {
    const Folder folder;
    const std::string trace = folder / "broken.trace";
    cli_test::write(trace, "abcde");
    expect_refused({"replay", trace}, trace + ": offset 0: ");
}

TEST(Cli, ControlWithoutServeFails) {
    const Folder folder;
    const Result result = run({"control", "--socket", folder / "none", "state"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.err.find("no serve"), std::string::npos) << result.err;
}

}  // namespace
