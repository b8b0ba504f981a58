#include "recordings.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "base/tick.hpp"
#include "recording/recording_decoder.hpp"
#include "trace/octets.hpp"
#include "trace/recorded.hpp"
#include "trace/sniffer_log.hpp"

namespace recording_test {
namespace {

constexpr double Tolerance = 2.0;  // us

double us(base::Tick tick) {
    return static_cast<double>(tick) * 1e6 / static_cast<double>(base::CarrierHz);
}

port::BitRate rate_of(const std::string& text) {
    if (text == "fc/64") return port::BitRate::Fc64;
    if (text == "fc/32") return port::BitRate::Fc32;
    if (text == "fc/16") return port::BitRate::Fc16;
    return port::BitRate::Fc128;
}

bool odd_parity_holds(const trace::Octets& octets, std::size_t byte) {
    const auto ones = std::popcount(static_cast<unsigned>(octets.data[byte]));
    return (static_cast<unsigned>(ones) + octets.parity[byte]) % 2 == 1;
}

void expect_one(const port::AirFrame& frame, const Annotated& expected) {
    SCOPED_TRACE(testing::Message() << "frame at " << expected.start_us << " us");
    const auto octets = trace::octets_of(frame);
    EXPECT_EQ(frame.source, expected.source);
    EXPECT_EQ(frame.technology, expected.technology);
    EXPECT_EQ(frame.rate, expected.rate);
    EXPECT_EQ(base::to_hex(octets.data, " "), base::to_hex(expected.data, " "));
    EXPECT_EQ(frame.bits.size() - octets.parity.size(), expected.bits);
    EXPECT_EQ(octets.parity.size(), expected.parity_ok.size());
    for (std::size_t i = 0; i < std::min(octets.parity.size(), expected.parity_ok.size()); ++i)
        EXPECT_EQ(odd_parity_holds(octets, i), expected.parity_ok[i]) << "byte " << i;
    EXPECT_NEAR(us(frame.start), expected.start_us, Tolerance);
    EXPECT_GT(frame.end, frame.start);
}

}  // namespace

std::filesystem::path data() {
    const char* const set = std::getenv("CARTOUCHE_DATA");
    const std::filesystem::path folder{set != nullptr ? set : "../shared/data"};
    return std::filesystem::exists(folder / "rf_nfclab") ? folder : std::filesystem::path{};
}

trace::Recording recording(const std::string& path) {
    const auto full = data() / path;
    auto recorded =
        trace::read_recorded(base::read_file(full, trace::RecordingLimit), full.string());
    auto* const level = std::get_if<trace::Recording>(&recorded);
    EXPECT_NE(level, nullptr) << path;
    return level != nullptr ? std::move(*level) : trace::Recording{};
}

std::vector<trace::Event> heard(const trace::Recording& recording) {
    trace::SnifferLog log;
    for (const std::uint64_t word :
         tb::RecordingDecoder::decode(recording.samples, recording.sample_rate))
        log.word(word);
    EXPECT_FALSE(log.lost());
    return log.events();
}

std::vector<port::AirFrame> frames(const std::vector<trace::Event>& events) {
    std::vector<port::AirFrame> found;
    for (const trace::Event& event : events)
        if (const auto* frame = std::get_if<port::AirFrame>(&event)) found.push_back(*frame);
    return found;
}

std::vector<trace::Foreign> foreign(const std::vector<trace::Event>& events) {
    std::vector<trace::Foreign> found;
    for (const trace::Event& event : events)
        if (const auto* burst = std::get_if<trace::Foreign>(&event)) found.push_back(*burst);
    return found;
}

std::vector<Annotated> annotated(const std::string& path) {
    auto full = data() / path;
    full.replace_extension(".indep.json");
    std::ifstream file{full};
    const auto json = nlohmann::json::parse(file);
    const double rate = json.at("sample_rate").get<double>();
    std::vector<Annotated> list;
    for (const auto& entry : json.at("frames")) {
        Annotated frame;
        frame.source =
            entry.at("dir") == "PCD" ? port::AirFrame::Source::Pcd : port::AirFrame::Source::Picc;
        // The annotations of graph buffers name no technology: they are of type B, fc/128.
        frame.technology =
            entry.value("tech", "B") == "A" ? port::Technology::A : port::Technology::B;
        frame.rate = rate_of(entry.value("rate", "fc/128"));
        frame.start_us = entry.at("start").get<double>() / rate * 1e6;
        frame.data = base::from_hex(entry.at("data").get<std::string>()).value();
        frame.bits = entry.value("bits", 8 * frame.data.size());
        if (entry.contains("parity_ok"))
            for (const auto& parity : entry.at("parity_ok"))
                frame.parity_ok.push_back(parity.get<int>() != 0);
        list.push_back(frame);
    }
    return list;
}

void expect_annotated(const std::vector<port::AirFrame>& heard,
                      const std::vector<Annotated>& expected,
                      const std::vector<std::string>& more) {
    ASSERT_FALSE(expected.empty());
    std::vector<std::string> others;
    std::size_t next = 0;
    for (const port::AirFrame& frame : heard) {
        const double start = us(frame.start);
        if (next < expected.size() && start > expected[next].start_us - 10 * Tolerance) {
            expect_one(frame, expected[next]);
            ++next;
        } else {
            others.push_back(base::to_hex(trace::octets_of(frame).data, " "));
        }
    }
    EXPECT_EQ(next, expected.size()) << "frames are missing at the end";
    EXPECT_EQ(others, more);
}

}  // namespace recording_test
