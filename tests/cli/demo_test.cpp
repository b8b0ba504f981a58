#include <gtest/gtest.h>

#include <sstream>

#include "process.hpp"

namespace {

using cli_test::Folder;
using cli_test::Result;
using cli_test::run;

class Demo : public testing::TestWithParam<const char*> {};

TEST_P(Demo, SectorIsReadChangedAndReadBack) {
    const Result result = run({"demo", "--level", GetParam()});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    for (const char* part :
         {"UID 10 E2 F0 A1, SAK 08", "holds 16 zero bytes", "holds \"Hello from RTL!\"",
          "refused, as it must be", "block 4 is there"})
        EXPECT_NE(result.out.find(part), std::string::npos) << part << '\n' << result.out;
}

INSTANTIATE_TEST_SUITE_P(Levels, Demo, testing::Values("tlm", "rtl", "both"),
                         [](const auto& level) { return std::string{level.param}; });

TEST_P(Demo, AllRunsTheFlowsOfTheFiveSystems) {
    const Result tour = run({"demo", "--all", "--level", GetParam()});
    EXPECT_EQ(tour.exit_code, 0) << tour.err;
    std::istringstream flows{run({"flow", "--list"}).out};
    unsigned count = 0;
    for (std::string line; std::getline(flows, line); ++count) {
        const std::string name = line.substr(0, line.find(' '));
        EXPECT_NE(tour.out.find("\n  " + name + ' '), std::string::npos) << name;
    }
    EXPECT_NE(tour.out.find(std::to_string(count) + " flows, "), std::string::npos) << tour.out;
    for (const char* system : {"\nA. ", "\nB. ", "\nC. ", "\nD. ", "\nE. "})
        EXPECT_NE(tour.out.find(system), std::string::npos) << system;
}

/// The rows of the summary: step, result, ticks and frames; not the wall clock.
std::string rows_of(const std::string& text) {
    std::istringstream lines{text};
    std::string rows;
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("  ")) rows += line + '\n';
    return rows;
}

TEST(Demo, FLOW_24_SameSummaryAndSameCardOnBothLevels) {
    const Folder folder;
    const Result rtl = run({"demo", "--level", "rtl", "--keep", folder / "rtl.mfd"});
    const Result tlm = run({"demo", "--level", "tlm", "--keep", folder / "tlm.mfd"});
    EXPECT_EQ(rtl.exit_code, 0) << rtl.err;
    EXPECT_EQ(tlm.exit_code, 0) << tlm.err;
    EXPECT_NE(rows_of(rtl.out), "");
    EXPECT_EQ(rows_of(rtl.out), rows_of(tlm.out));
    const std::string card = cli_test::read(folder / "rtl.mfd");
    EXPECT_EQ(card.size(), 1024U);
    EXPECT_EQ(card, cli_test::read(folder / "tlm.mfd"));
    EXPECT_EQ(card.substr(64, 15), "Hello from RTL!");
}

TEST(Demo, LevelsGiveTheSameFramesAtTheSameTicks) {
    const Folder folder;
    ASSERT_EQ(run({"demo", "--level", "tlm", "--list", folder / "tlm"}).exit_code, 0);
    ASSERT_EQ(run({"demo", "--level", "rtl", "--list", folder / "rtl"}).exit_code, 0);
    EXPECT_EQ(cli_test::read(folder / "tlm"), cli_test::read(folder / "rtl"));
}

TEST(Demo, WaveformHasEverySignalOfItsView) {
    if (std::system("command -v fst2vcd >/dev/null") != 0)
        GTEST_SKIP() << "no fst2vcd (package gtkwave)";
    const Folder folder;
    ASSERT_EQ(run({"demo", "--level", "rtl", "--fst", folder / "demo.fst"}).exit_code, 0);
    const std::string convert = "fst2vcd " + folder / "demo.fst" +
                                " 2>/dev/null | sed '/enddefinitions/q' > " + folder / "header.vcd";
    ASSERT_EQ(std::system(convert.c_str()), 0);
    std::istringstream header{cli_test::read(folder / "header.vcd")};
    std::string scope;
    std::string names = "\n";
    for (std::string line; std::getline(header, line);) {
        std::istringstream words{line};
        std::string kind, a, b, c, name, range;
        words >> kind >> a >> b >> c >> name >> range;
        if (kind == "$scope") scope += b + '.';
        if (kind == "$upscope") scope.erase(scope.rfind('.', scope.size() - 2) + 1);
        if (kind == "$var") names += scope + name + (range == "$end" ? "" : range) + '\n';
    }
    std::istringstream view{cli_test::read(folder / "demo.fst.gtkw")};
    unsigned shown = 0;
    for (std::string line; std::getline(view, line);) {
        if (line[0] == '@' || line[0] == '-' || line[0] == '[') continue;
        ++shown;
        EXPECT_NE(names.find('\n' + line + '\n'), std::string::npos) << line;
    }
    EXPECT_GE(shown, 20U);
}

}  // namespace
