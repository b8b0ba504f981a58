// A reader's memory in a file: what it holds after the program has gone, and what is no memory.
#include "control/flash_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/file.hpp"
#include "bench.hpp"

namespace {

using control::Flash;
using control::FlashFile;
using control::Region;
using control::UpdateKind;
using control_test::counting_nonces;
using control_test::hex;

class Memory : public testing::Test {
protected:
    ~Memory() override { std::filesystem::remove(path_); }
    void make() { base::replace_file(path_, FlashFile::content(control_test::factory())); }

    std::filesystem::path path_ =
        std::filesystem::temp_directory_path() / ("cartouche_flash_" + std::to_string(getpid()));
};

TEST_F(Memory, HoldsTheFactoryAndErasedRegions) {
    make();
    const FlashFile flash{path_};
    const auto made = control_test::factory();
    EXPECT_EQ(flash.factory().identity.serial, control_test::Serial);
    EXPECT_EQ(flash.factory().identity.update_key, made.identity.update_key);
    EXPECT_EQ(flash.factory().credentials.bytes(), made.credentials.bytes());
    EXPECT_EQ(flash.factory().logic, made.logic);
    EXPECT_EQ(flash.factory().software, made.software);
    for (std::size_t region = 0; region < control::Regions; ++region)
        EXPECT_EQ(flash.read(static_cast<Region>(region), 0, Flash::RegionBytes),
                  base::Bytes(Flash::RegionBytes, Flash::Erased));
}

TEST_F(Memory, WhatIsWrittenIsThereForTheNextOne) {
    make();
    {
        FlashFile flash{path_};
        flash.program(Region::LogicB, Flash::RegionBytes - 2, hex("1234"));
        flash.program(Region::LogicB, 5, hex("F0"));
        flash.program(Region::LogicB, 5, hex("3C"));
        flash.program(Region::ClientsA, 0, hex("00"));
        flash.erase(Region::ClientsA);
        EXPECT_THROW(flash.program(Region::LogicB, Flash::RegionBytes - 1, hex("1234")),
                     std::out_of_range);
    }
    const FlashFile flash{path_};
    EXPECT_EQ(flash.read(Region::LogicB, Flash::RegionBytes - 2, 2), hex("1234"));
    EXPECT_EQ(flash.read(Region::LogicB, 5, 1), hex("30")) << "cells go from 1 to 0 only";
    EXPECT_EQ(flash.read(Region::ClientsA, 0, 1), hex("FF"));
    EXPECT_EQ(flash.read(Region::ClientsB, 0, 2), hex("FFFF")) << "the region behind is its own";
}

TEST_F(Memory, AReaderIsWhatItWasAfterThePowerWasOff) {
    make();
    control_test::Bench bench;
    const std::string logic = "service one\n  display show line=\"1\"\nend\n";
    {
        FlashFile flash{path_};
        control::Device device{bench.hardware, flash, flash.factory(), counting_nonces(1)};
        control::Client client{[&](const control::Frame& one) { return device.handle(one); },
                               "desk", control_test::ClientKey};
        client.connect(7, control_test::Serial);
        client.login(bench.cloud);
        control::RemoteReader{bench.cloud, client}.load(control_test::signer().make(
            UpdateKind::Logic, 5, control_test::Serial, flash.factory().identity.package_key,
            base::Bytes{logic.begin(), logic.end()}));
    }
    FlashFile flash{path_};
    control::Device device{bench.hardware, flash, flash.factory(), counting_nonces(1)};
    EXPECT_EQ(device.updates().active(UpdateKind::Logic).version, 5U);
    EXPECT_EQ(device.control().library()[0].name, "one");
    control::Client client{[&](const control::Frame& one) { return device.handle(one); }, "desk",
                           control_test::ClientKey};
    EXPECT_EQ(control_test::refused([&] { client.connect(7, control_test::Serial); }),
              control::Reason::Unauthentic)
        << "a connection request that was used before";
    client.connect(8, control_test::Serial);
}

TEST_F(Memory, AWriteThatTheDiskRefusesHasNotHappened) {
    // A folder that is gone refuses everybody, also root.
    const std::filesystem::path folder = path_.string() + "_folder";
    std::filesystem::create_directory(folder);
    base::replace_file(folder / "memory", FlashFile::content(control_test::factory()));
    FlashFile flash{folder / "memory"};
    std::filesystem::remove_all(folder);
    EXPECT_THROW(flash.program(Region::TriesA, 0, hex("00")), base::FileError);
    EXPECT_EQ(flash.read(Region::TriesA, 0, 1), hex("FF"));
}

TEST_F(Memory, OtherFilesAreRefused) {
    const auto good = FlashFile::content(control_test::factory());
    EXPECT_TRUE(FlashFile::parse(good));
    EXPECT_FALSE(FlashFile::parse({}));
    for (const std::size_t size : {3UL, 8UL, 9UL, 100UL, good.size() - 1})
        EXPECT_FALSE(FlashFile::parse(base::ByteView{good}.first(size))) << size;
    auto longer = good;
    longer.push_back(0xFF);
    EXPECT_FALSE(FlashFile::parse(longer));
    for (const std::size_t at : {0UL, 4UL, 5UL, 8UL, 9UL}) {
        auto wrong = good;
        wrong[at] ^= 0x40U;
        EXPECT_FALSE(FlashFile::parse(wrong)) << at;
    }
    std::ofstream{path_} << "no memory";
    EXPECT_THROW(FlashFile{path_}, base::FileError);
    std::filesystem::remove(path_);
    EXPECT_THROW(FlashFile{path_}, base::FileError);
}

}  // namespace
