// An image on disk is replaced as a whole or not at all.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "base/file.hpp"
#include "dump/card_image.hpp"

namespace {

namespace fs = std::filesystem;

class Replace : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "replace.XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { fs::remove_all(folder_); }
    std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator{folder_}, fs::directory_iterator{}));
    }
    fs::path folder_;
};

TEST_F(Replace, NewContentOldPermissions) {
    const fs::path path = folder_ / "card.bin";
    base::replace_file(path, base::Bytes{1, 2, 3});
    EXPECT_EQ(base::read_file(path, 10), (base::Bytes{1, 2, 3}));
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
    base::replace_file(path, base::Bytes{4});
    EXPECT_EQ(base::read_file(path, 10), base::Bytes{4});
    EXPECT_EQ(fs::status(path).permissions(),
              fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
    EXPECT_EQ(files(), 1U);
}

TEST_F(Replace, FollowsALink) {
    base::replace_file(folder_ / "card.bin", base::Bytes{1});
    fs::create_symlink("card.bin", folder_ / "link.bin");
    base::replace_file(folder_ / "link.bin", base::Bytes{2});
    EXPECT_TRUE(fs::is_symlink(folder_ / "link.bin"));
    EXPECT_EQ(base::read_file(folder_ / "card.bin", 10), base::Bytes{2});
}

TEST_F(Replace, AFailedWriteLeavesTheOldContentAndNoLitter) {
    const fs::path path = folder_ / "card.bin";
    base::replace_file(path, base::Bytes(1024, 0x11));
    // The disk is "full" after 1000 bytes.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit little{1000, limit.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &little), 0);
    std::string reason;
    try {
        base::replace_file(path, base::Bytes(1024, 0x22));
    } catch (const base::FileError& error) {
        reason = error.what();
    }
    ::setrlimit(RLIMIT_FSIZE, &limit);
    EXPECT_EQ(reason, path.string() + ": File too large");
    EXPECT_EQ(base::read_file(path, 2000), base::Bytes(1024, 0x11));
    EXPECT_EQ(files(), 1U);
}

TEST_F(Replace, MissingFolderIsAnError) {
    EXPECT_THROW(base::replace_file(folder_ / "no" / "card.bin", base::Bytes{1}), base::FileError);
    EXPECT_THROW((void)base::read_file(folder_ / "none", 10), base::FileError);
    EXPECT_THROW((void)base::read_file(folder_, 10), base::FileError);
}

TEST_F(Replace, AFileOverTheBoundIsRefused) {
    base::replace_file(folder_ / "long", base::Bytes(11, 0));
    EXPECT_EQ(base::read_file(folder_ / "long", 11).size(), 11U);
    EXPECT_THROW((void)base::read_file(folder_ / "long", 10), base::FileError);
}

TEST_F(Replace, SaveKeepsTheFormatItWasLoadedIn) {
    dump::CardImage image = dump::fresh(port::CardKind::Mini, {0x10, 0xE2, 0xF0, 0xA1}, {4, 9});
    for (const auto format :
         {dump::Format::Raw, dump::Format::Eml, dump::Format::Proxmark, dump::Format::Flipper}) {
        // The name says nothing: only the content does.
        const fs::path path = folder_ / "card";
        image.format = format;
        dump::save(image, path);
        dump::CardImage loaded = dump::load(path);
        EXPECT_EQ(loaded.format, format);
        loaded.blocks[5].fill(0x5A);
        dump::save(loaded, path);
        EXPECT_EQ(dump::load(path).format, format);
        EXPECT_EQ(dump::load(path).blocks[5], loaded.blocks[5]);
    }
}

}  // namespace
