#include "trace/pcapng.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/hex.hpp"
#include "session.hpp"

namespace {

using trace_test::pcd;
using trace_test::picc;

std::string capture() {
    std::ostringstream out;
    trace::Pcapng pcapng{out};
    pcapng.on_field(true, 0);
    pcapng.on_frame(pcd("26/7", 13'560'000));
    pcapng.on_frame(picc("04 00", 27'120'000));
    pcapng.on_frame(pcd("93 20", 40'680'000));
    pcapng.on_frame(picc("10 E2 F0 A1 A3", 54'240'000));
    pcapng.on_frame(pcd("A1 E4! 58 CE!", 54'240'339));
    pcapng.on_field(false, 67'800'000);
    return out.str();
}

TEST(Pcapng, BlocksFollowEachOtherToTheEnd) {
    const std::string file = capture();
    std::vector<std::uint32_t> types;
    const auto u32 = [&file](std::size_t at) {
        std::uint32_t value = 0;
        for (unsigned i = 0; i < 4; ++i)
            value |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(file.at(at + i)))
                     << (8 * i);
        return value;
    };
    std::size_t at = 0;
    while (at < file.size()) {
        const std::uint32_t length = u32(at + 4);
        ASSERT_GE(length, 12U);
        ASSERT_EQ(length % 4, 0U);
        ASSERT_LE(at + length, file.size());
        EXPECT_EQ(u32(at + length - 4), length);
        types.push_back(u32(at));
        at += length;
    }
    EXPECT_EQ(types, (std::vector<std::uint32_t>{0x0A0D0D0A, 1, 6, 6, 6, 6, 6, 6, 6}));
}

TEST(Pcapng, WiresharkNamesTheFrames) {
    if (std::system("tshark --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no tshark";
    const auto path = std::filesystem::temp_directory_path() / "cartouche_pcapng_test.pcapng";
    std::ofstream{path, std::ios::binary} << capture();
    const std::string command = "tshark -r " + path.string() +
                                " -T fields -e frame.time_epoch -e _ws.col.Info -e iso14443.event "
                                "-e frame.comment 2>/dev/null";
    std::string text;
    FILE* pipe = ::popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::array<char, 256> chunk{};
    while (std::fgets(chunk.data(), chunk.size(), pipe) != nullptr) text += chunk.data();
    EXPECT_EQ(::pclose(pipe), 0);
    std::filesystem::remove(path);
    // 13 560 000 ticks are a second.
    EXPECT_NE(text.find("0.000000000\tField on\t0xfc"), std::string::npos) << text;
    EXPECT_NE(text.find("1.000000000\tREQA\t0xfe\t7 bits"), std::string::npos) << text;
    EXPECT_NE(text.find("2.000000000\tATQA\t0xff"), std::string::npos) << text;
    EXPECT_NE(text.find("3.000000000\tAnticollision\t0xfe"), std::string::npos) << text;
    EXPECT_NE(text.find("4.000000000\tUID\t0xff"), std::string::npos) << text;
    EXPECT_NE(text.find("4.000025000\t"), std::string::npos) << text;
    EXPECT_NE(text.find("parity bits 0001"), std::string::npos) << text;
    EXPECT_NE(text.find("5.000000000\tField off\t0xfd"), std::string::npos) << text;
}

// Session B of mifare-classic.md, its key FF x 6: the AUTH command of a nested authentication and
// the nonce in clear.
TEST(Pcapng, PlaintextStandsInThePacketWhereTheKeyIsKnown) {
    std::ostringstream out;
    trace::Pcapng pcapng{out, {base::SectorKey{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}}}};
    for (const auto& frame :
         {pcd("93 70 9C 59 9B 32 6C 6B 30"), picc("08 B6 DD"), pcd("60 00 F5 7B"),
          picc("82 A4 16 6C"), pcd("A1 E4! 58 CE! 6E EA! 41 E0!"), picc("5C! AD F4 39!"),
          pcd("8E 0E! 5D! B9")})
        pcapng.on_frame(frame);
    const std::string file = out.str();
    EXPECT_NE(file.find("decrypted, AUTH-A("), std::string::npos);
    EXPECT_NE(file.find("on the air 8E 0E 5D B9"), std::string::npos);
    // A sector's key is nowhere, in whatever form.
    EXPECT_EQ(file.find("\xFF\xFF\xFF\xFF\xFF\xFF", 48), std::string::npos);
    EXPECT_EQ(file.find("FFFFFFFFFFFF"), std::string::npos);
}

// The real capture of the sheet (iso14443, 9).
TEST(Pcapng, WiresharkNamesFramesOfTypeB) {
    if (std::system("tshark --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no tshark";
    std::ostringstream out;
    trace::Pcapng pcapng{out};
    base::Tick at = 0;
    bool card = false;
    for (const char* const hex :
         {"05000071FF", "50566473F200000000808171C8AD", "1D566473F200050101D4DA", "01F1E1"}) {
        port::AirFrame frame;
        frame.technology = port::Technology::B;
        frame.source = card ? port::AirFrame::Source::Picc : port::AirFrame::Source::Pcd;
        const base::Bytes data = base::from_hex(hex).value_or(base::Bytes{});
        for (const std::uint8_t byte : data)
            for (unsigned i = 0; i < 8; ++i)
                frame.bits.push_back(static_cast<std::uint8_t>(byte >> i & 1U));
        frame.start = at += 13'560;
        pcapng.on_frame(frame);
        card = !card;
    }
    const auto path = std::filesystem::temp_directory_path() / "cartouche_pcapng_b_test.pcapng";
    std::ofstream{path, std::ios::binary} << out.str();
    const std::string command =
        "tshark -r " + path.string() + " -T fields -e _ws.col.Info 2>/dev/null";
    std::string text;
    FILE* pipe = ::popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::array<char, 256> chunk{};
    while (std::fgets(chunk.data(), chunk.size(), pipe) != nullptr) text += chunk.data();
    EXPECT_EQ(::pclose(pipe), 0);
    std::filesystem::remove(path);
    EXPECT_EQ(text, "REQB\nATQB\nAttrib\nResponse to Attrib\n");
}

}  // namespace
