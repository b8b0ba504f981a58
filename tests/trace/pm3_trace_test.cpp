#include "trace/pm3_trace.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <sstream>

#include "base/file.hpp"
#include "session.hpp"
#include "trace/list.hpp"
#include "trace/octets.hpp"

namespace {

using port::AirFrame;
using trace::read_pm3_trace;

/// A trace of the collection in $CARTOUCHE_DATA (its README.md says what each holds); empty when
/// not there.
base::Bytes recorded(const std::string& name) {
    const char* data = std::getenv("CARTOUCHE_DATA");
    if (data == nullptr) return {};
    return base::read_file(std::filesystem::path{data} / "traces_pm3" / name, 1U << 20U);
}

#define NEEDS(bytes) \
    if ((bytes).empty()) GTEST_SKIP() << "CARTOUCHE_DATA is not set"

TEST(Pm3Trace, ActivationOfAFourByteCard) {
    const base::Bytes file = recorded("hf_14a_reader_4b.trace");
    NEEDS(file);
    const auto frames = read_pm3_trace(file, "t");
    ASSERT_EQ(frames.size(), 6U);
    EXPECT_EQ(frames[0],
              (AirFrame{AirFrame::Source::Pcd, 0, trace_test::air_bits("52/7"), 6993, 7985}));
    EXPECT_EQ(frames[1].source, AirFrame::Source::Picc);
    EXPECT_EQ(frames[1].bits, trace_test::air_bits("04 00"));
    EXPECT_EQ(frames[2].bits, trace_test::air_bits("93 20"));
    EXPECT_EQ(frames[3].bits, trace_test::air_bits("B0 BB 89 04 86"));
    EXPECT_EQ(frames[5].bits, trace_test::air_bits("08 B6 DD"));
}

TEST(Pm3Trace, EveryParityBitOfAnEncryptedSessionDecrypts) {
    // "auth a0a1a2a3a4a5 blk 0, nested auth 3b7e4fd575ad blk 8 and 12, reads; all 206 parity bits
    // and 20 CRCs verified" (README.md of the collection).
    const base::Bytes file = recorded("hf_mf_hid_sio_sim.trace");
    NEEDS(file);
    trace::Analyser analyser{{base::SectorKey{{0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5}},
                              base::SectorKey{{0x3B, 0x7E, 0x4F, 0xD5, 0x75, 0xAD}}}};
    std::size_t decrypted = 0;
    std::size_t sums = 0;
    std::vector<std::string> authentications;
    for (const AirFrame& frame : read_pm3_trace(file, "t")) {
        const trace::Item item = analyser.frame(frame);
        if (!item.plain) continue;
        ++decrypted;
        EXPECT_FALSE(item.plain->octets.any_parity_wrong()) << frame.start;
        EXPECT_NE(item.plain->crc, trace::Crc::Bad) << frame.start;
        sums += item.plain->crc == trace::Crc::Ok ? 1 : 0;
        if (item.plain->annotation.starts_with("AUTH"))
            authentications.push_back(item.plain->annotation);
    }
    EXPECT_GE(decrypted, 20U);
    EXPECT_GE(sums, 14U);
    EXPECT_EQ(authentications, (std::vector<std::string>{"AUTH-A(8)", "AUTH-A(12)"}));
}

TEST(Pm3Trace, WrittenTraceReadsBackTheSame) {
    std::vector<AirFrame> frames{trace_test::pcd("26/7", 100), trace_test::picc("04 00", 3000),
                                 trace_test::pcd("A1 E4! 58 CE! 6E EA! 41 E0!", 9000),
                                 trace_test::picc("5C! AD F4 39!", 30'000),
                                 trace_test::picc("05/4", 50'000)};
    const base::Bytes file = trace::write_pm3_trace(frames);
    EXPECT_EQ(read_pm3_trace(file, "t"), frames);
}

TEST(Pm3Trace, ClockThatWrapsGoesOn) {
    const std::vector<AirFrame> frames{trace_test::pcd("26/7", 0xFFFFFF00),
                                       trace_test::pcd("26/7", 0x100000200)};
    const auto back = read_pm3_trace(trace::write_pm3_trace(frames), "t");
    EXPECT_EQ(back, frames);
}

TEST(Pm3Trace, CutFileNamesFileOffsetAndReason) {
    const base::Bytes file =
        trace::write_pm3_trace({trace_test::pcd("26/7"), trace_test::pcd("93 20")});
    ASSERT_EQ(file.size(), 10U + 11U);
    const auto message = [&file](std::size_t size) -> std::string {
        try {
            (void)read_pm3_trace({file.data(), size}, "cut.trace");
        } catch (const base::FileError& error) {
            return error.what();
        }
        return {};
    };
    EXPECT_EQ(message(10), "");
    EXPECT_EQ(message(15), "cut.trace: offset 10: 5 bytes left, a record header needs 8");
    EXPECT_EQ(message(19),
              "cut.trace: offset 18: frame of 2 bytes and 1 of parity, but 1 are left");
}

TEST(Pm3Trace, AnyBytesAreReadOrRefused) {
    constexpr unsigned Seed = 4711;
    std::mt19937 random{Seed};
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    for (int i = 0; i < 2000; ++i) {
        base::Bytes file(random() % 64);
        for (auto& byte : file)
            byte = static_cast<std::uint8_t>(random() % 8 == 0 ? random() : random() % 4);
        try {
            std::ostringstream out;
            trace::List list{out};
            for (const AirFrame& frame : read_pm3_trace(file, "t")) list.on_frame(frame);
        } catch (const base::FileError&) {
        }
    }
}

}  // namespace
