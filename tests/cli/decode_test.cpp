// `cartouche decode`: what it makes of files, and what it refuses.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "process.hpp"
#include "trace/pm3_trace.hpp"
#include "trace/session.hpp"

namespace {

using cli_test::Folder;
using cli_test::Result;
using cli_test::run;

const std::string SessionKey = "FFFFFFFFFFFF";

std::string text_of(const base::Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

/// Session B of mifare-classic.md as a proxmark3 trace.
std::string session_file(const Folder& folder) {
    const std::string path = folder / "b.trace";
    cli_test::write(path, text_of(trace::write_pm3_trace(trace_test::session_b())));
    return path;
}

void put(std::string& file, unsigned value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) file += static_cast<char>(value >> (8 * i) & 0xFF);
}

/// An envelope of one sample a tick in which pauses begin at `starts`, from 5000 on.
std::string pauses_wav(const std::string& path, const std::vector<std::size_t>& starts,
                       unsigned ticks = 34) {
    constexpr unsigned Rate = 13'560'000;
    std::vector<unsigned> samples(8000 + starts.back(), 20'000);
    for (const std::size_t start : starts)
        std::fill_n(samples.begin() + 5000 + static_cast<std::ptrdiff_t>(start), ticks, 0U);
    std::string file = "RIFF";
    put(file, static_cast<unsigned>(36 + 2 * samples.size()), 4);
    file += "WAVEfmt ";
    put(file, 16, 4);
    put(file, 1, 2);  // PCM, one channel
    put(file, 1, 2);
    put(file, Rate, 4);
    put(file, 2 * Rate, 4);
    put(file, 2, 2);
    put(file, 16, 2);
    file += "data";
    put(file, static_cast<unsigned>(2 * samples.size()), 4);
    for (const unsigned sample : samples) put(file, sample, 2);
    cli_test::write(path, file);
    return path;
}

/// A reader says REQA: its pauses are those of iso14443.md, 1.2.
std::string reqa_wav(const Folder& folder) {
    return pauses_wav(folder / "reqa.wav", {0, 128, 320, 448, 640, 832, 1024});
}

TEST(Decode, AnEnvelopeGoesThroughTheReceivers) {
    const Folder folder;
    const Result list = run({"decode", reqa_wav(folder)});
    EXPECT_EQ(list.exit_code, 0) << list.err;
    EXPECT_NE(list.out.find("26(7)"), std::string::npos) << list.out;
    EXPECT_NE(list.out.find("REQA"), std::string::npos) << list.out;

    const Result result = run({"decode", reqa_wav(folder), "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto frames = nlohmann::json::parse(result.out);
    ASSERT_EQ(frames.size(), 1U) << result.out;
    EXPECT_EQ(frames[0].at("source"), "pcd");
    EXPECT_EQ(frames[0].at("tech"), "A");
    EXPECT_EQ(frames[0].at("rate"), 106);
    EXPECT_EQ(frames[0].at("bits"), 7);
    EXPECT_NEAR(frames[0].at("start_us").get<double>(), 5000 / 13.56, 2.0);

    // Half as fast its pauses are twice as far apart: no frame.
    const Result slow = run({"decode", reqa_wav(folder), "--rate", "6780000", "--json"});
    ASSERT_EQ(slow.exit_code, 0) << slow.err;
    EXPECT_EQ(slow.out, "[]\n");
}

/// Forty pauses of 128 ticks, 512 apart, as ISO/IEC 15693 has them.
TEST(Decode, WhatNobodyOfOursSpeaksIsForeign) {
    const Folder folder;
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < 40; ++i) starts.push_back(512 * i);
    const auto file = pauses_wav(folder / "foreign.wav", starts, 128);
    const Result list = run({"decode", file, "--pcapng", folder / "foreign.pcapng"});
    EXPECT_EQ(list.exit_code, 0) << list.err;
    EXPECT_NE(list.out.find("| foreign: "), std::string::npos) << list.out;
    const Result json = run({"decode", file, "--json"});
    ASSERT_EQ(json.exit_code, 0) << json.err;
    const auto events = nlohmann::json::parse(json.out);
    EXPECT_FALSE(events.empty());
    for (const auto& event : events) EXPECT_EQ(event.at("tech"), "foreign") << event;
    // It has no place in a capture, which has its heads only.
    EXPECT_LT(cli_test::read(folder / "foreign.pcapng").size(), 300U);
}

TEST(Decode, ATraceBecomesJson) {
    const Folder folder;
    const Result result = run({"decode", session_file(folder), "--json", folder / "b.json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_TRUE(result.out.empty()) << result.out;
    const auto frames = nlohmann::json::parse(cli_test::read(folder / "b.json"));
    ASSERT_EQ(frames.size(), trace_test::session_b().size());
    EXPECT_EQ(frames[3].at("source"), "picc");
    EXPECT_EQ(frames[3].at("data"), "9C599B326C");
    for (const auto& frame : frames) EXPECT_FALSE(frame.contains("plain")) << frame;
}

TEST(Decode, AKnownKeyShowsThePlaintextAndIsNotShownItself) {
    const Folder folder;
    const std::string file = session_file(folder);
    cli_test::write(folder / "keys.dic", "# of the tests\n" + SessionKey + "\n");
    for (const auto& keys : {std::vector<std::string>{"--key", SessionKey},
                             std::vector<std::string>{"--keys", folder / "keys.dic"}}) {
        SCOPED_TRACE(keys.front());
        std::vector<std::string> arguments{"decode", file, "--pcapng", folder / "b.pcapng"};
        arguments.insert(arguments.end(), keys.begin(), keys.end());
        const Result result = run(arguments);
        ASSERT_EQ(result.exit_code, 0) << result.err;
        // The nested authentication of the session.
        const std::string capture = cli_test::read(folder / "b.pcapng");
        EXPECT_NE(capture.find("decrypted, AUTH-A("), std::string::npos);
        EXPECT_NE(capture.find("on the air 8E 0E 5D B9"), std::string::npos);
        for (const std::string& shown : {result.out, result.err, capture})
            EXPECT_EQ(shown.find(SessionKey), std::string::npos);
    }
    // The list has a row more for each frame that could be read, the JSON a member.
    const auto rows = [](const std::string& list) {
        std::size_t found = 0;
        for (auto at = list.find("|  *  |"); at != std::string::npos;
             at = list.find("|  *  |", at + 1))
            ++found;
        return found;
    };
    EXPECT_EQ(rows(run({"decode", file}).out), 0U);
    const Result list = run({"decode", file, "--key", SessionKey});
    EXPECT_GT(rows(list.out), 0U) << list.out;
    const Result json = run({"decode", file, "--key", SessionKey, "--json", "-"});
    ASSERT_EQ(json.exit_code, 0) << json.err;
    std::size_t plain = 0;
    for (const auto& frame : nlohmann::json::parse(json.out)) plain += frame.contains("plain");
    EXPECT_EQ(plain, rows(list.out));
    // Keys of both options count, and each of several.
    for (const auto& more :
         {std::vector<std::string>{"--key", "010203040506", "--keys", folder / "keys.dic"},
          std::vector<std::string>{"--key", "010203040506", "--key", SessionKey}}) {
        std::vector<std::string> arguments{"decode", file};
        arguments.insert(arguments.end(), more.begin(), more.end());
        EXPECT_EQ(rows(run(arguments).out), rows(list.out)) << more[2];
    }
    const Result wrong = run({"decode", file, "--key", "010203040506", "--json"});
    ASSERT_EQ(wrong.exit_code, 0) << wrong.err;
    for (const auto& frame : nlohmann::json::parse(wrong.out))
        EXPECT_FALSE(frame.contains("plain")) << frame;
}

TEST(Decode, BadInputIsOneLineAndExitCode2) {
    const Folder folder;
    const std::string file = session_file(folder);
    cli_test::write(folder / "empty", "");
    cli_test::write(folder / "text", "nothing that was ever recorded\n");
    cli_test::write(folder / "cut.wav", cli_test::read(reqa_wav(folder)).substr(0, 30));
    cli_test::write(folder / "cut.npy", "\x93NUMPY\x01");
    cli_test::write(folder / "keys.dic", "FFFFFF\n");
    struct Case {
        std::vector<std::string> arguments;
        std::string told;  ///< a part of the complaint
    };
    for (const auto& [arguments, told] : {
             Case{{}, "FILE"},
             Case{{folder / "none"}, "none"},
             Case{{folder / "empty"}, "empty"},
             Case{{folder / "text"}, "text"},
             Case{{folder / "cut.wav"}, "cut.wav"},
             Case{{folder / "cut.npy"}, "cut.npy"},
             Case{{file, "--key", "FFFF"}, "twelve hex digits"},
             Case{{file, "--key", "01020304050G"}, "twelve hex digits"},
             Case{{file, "--keys", folder / "keys.dic"}, "line 1"},
             Case{{file, "--rate", "7"}, "--rate"},
             Case{{file, "--rate", "1e12"}, "--rate"},
             Case{{file, "--json", folder / "none/a.json"}, "a.json"},
             Case{{file, "--pcapng", folder / "none/a.pcapng"}, "a.pcapng"},
         }) {
        SCOPED_TRACE(told);
        std::vector<std::string> all{"decode"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        const Result result = run(all);
        EXPECT_EQ(result.exit_code, 2);
        EXPECT_TRUE(result.out.empty()) << result.out;
        EXPECT_NE(result.err.find(told), std::string::npos) << result.err;
        EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << result.err;
        EXPECT_EQ(result.err.find("01020304050G"), std::string::npos) << result.err;
    }
}

}  // namespace
