// `cartouche os` as a user starts it: keys, package, element, a load that is cut and goes on.
#include <gtest/gtest.h>

#include <filesystem>

#include "process.hpp"

namespace {

using cli_test::Folder;
using cli_test::Result;
using cli_test::run;

TEST(Os, AnImageIsPackedLoadedCutAndGoesOn) {
    const Folder folder;
    const auto keys = folder / "keys.json";
    const auto card = folder / "card.se";
    cli_test::write(folder / "image", std::string(500, 'x'));
    ASSERT_EQ(run({"os", "keys", keys}).exit_code, 0);
    EXPECT_EQ(std::filesystem::status(keys).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    ASSERT_EQ(run({"os", "new", card, "--keys", keys}).exit_code, 0);
    const auto pack = [&](const std::string& name, const std::string& security) {
        return run({"os", "package", folder / "image", folder / name, "--keys", keys, "--version",
                    "0x01020003", "--security-version", security});
    };
    const Result packed = pack("a.pkg", "7");
    EXPECT_EQ(packed.exit_code, 0) << packed.err;
    EXPECT_NE(packed.out.find("3 blocks"), std::string::npos) << packed.out;
    EXPECT_EQ(pack("a.pkg", "7").exit_code, 2) << "it is there already";

    const Result before = run({"os", "status", card});
    EXPECT_NE(before.out.find("no OS; chip 1234"), std::string::npos) << before.out << before.err;
    const Result cut =
        run({"os", "load", card, folder / "a.pkg", "--keys", keys, "--stop-after", "2"});
    EXPECT_EQ(cut.exit_code, 0) << cut.err;
    EXPECT_NE(cut.out.find("power has gone"), std::string::npos) << cut.out;
    const Result between = run({"os", "status", card});
    EXPECT_NE(between.out.find("update interrupted"), std::string::npos) << between.out;
    EXPECT_NE(between.out.find("next block 2"), std::string::npos) << between.out;
    const Result rest = run({"os", "load", card, folder / "a.pkg", "--keys", keys});
    EXPECT_EQ(rest.exit_code, 0) << rest.err;
    EXPECT_EQ(rest.out.find("block 2 of 3"), std::string::npos) << rest.out;
    EXPECT_NE(rest.out.find("OS runs: version 01020003, security version 7"), std::string::npos)
        << rest.out;

    ASSERT_EQ(pack("old.pkg", "6").exit_code, 0);
    const Result old = run({"os", "load", card, folder / "old.pkg", "--keys", keys});
    EXPECT_EQ(old.exit_code, 1);
    EXPECT_NE(old.err.find("roll-back"), std::string::npos) << old.err;
    EXPECT_NE(run({"os", "status", card}).out.find("OS runs"), std::string::npos)
        << "a refused package leaves the old OS at work";
    ASSERT_EQ(pack("new.pkg", "8").exit_code, 0);
    const Result updated = run({"os", "load", card, folder / "new.pkg", "--keys", keys});
    EXPECT_NE(updated.out.find("security version 8"), std::string::npos)
        << updated.out << updated.err;
}

TEST(Os, WrongFilesAreRefused) {
    const Folder folder;
    const auto keys = folder / "keys.json";
    ASSERT_EQ(run({"os", "keys", keys}).exit_code, 0);
    EXPECT_EQ(run({"os", "keys", keys}).exit_code, 2) << "never replaced";
    cli_test::write(folder / "nothing", "");
    cli_test::write(folder / "text", "no element at all");
    EXPECT_EQ(run({"os", "status", folder / "text"}).exit_code, 2);
    EXPECT_EQ(run({"os", "status", folder / "missing"}).exit_code, 2);
    EXPECT_EQ(run({"os", "package", folder / "nothing", folder / "p", "--keys", keys, "--version",
                   "1", "--security-version", "1"})
                  .exit_code,
              2);
    ASSERT_EQ(run({"os", "new", folder / "card", "--keys", keys}).exit_code, 0);
    EXPECT_EQ(run({"os", "new", folder / "card", "--keys", keys}).exit_code, 2);
    EXPECT_EQ(run({"os", "load", folder / "card", folder / "text", "--keys", keys}).exit_code, 2);
    EXPECT_EQ(run({"os"}).exit_code, 2);
}

}  // namespace
