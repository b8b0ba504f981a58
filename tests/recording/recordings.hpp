/// \file recordings.hpp
/// Public recordings ($CARTOUCHE_DATA, default ../shared/data) and what others found in them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "trace/recorder.hpp"
#include "trace/recording.hpp"

namespace recording_test {

/// The folder, or an empty path where it is absent: then tests skip.
[[nodiscard]] std::filesystem::path data();

/// A recording of `data()`, by its path there. Fails the test when it holds frames, not a level.
[[nodiscard]] trace::Recording recording(const std::string& path);

/// What the RTL receivers make of it.
[[nodiscard]] std::vector<trace::Event> heard(const trace::Recording& recording);
[[nodiscard]] std::vector<port::AirFrame> frames(const std::vector<trace::Event>& events);
[[nodiscard]] std::vector<trace::Foreign> foreign(const std::vector<trace::Event>& events);

/// One frame of an independent decode (`*.indep.json`).
struct Annotated {
    port::AirFrame::Source source = port::AirFrame::Source::Pcd;
    port::Technology technology = port::Technology::A;
    port::BitRate rate = port::BitRate::Fc128;
    double start_us = 0.0;
    base::Bytes data{};
    std::size_t bits = 0;           ///< without parity
    std::vector<bool> parity_ok{};  ///< of each byte; odd parity, also where even parity is right
};
[[nodiscard]] std::vector<Annotated> annotated(const std::string& path);

/// Every annotated frame with equal bytes, parity, technology and rate, its start within 2 us; and
/// nothing else but `more`, bytes in hex of frames that the annotations leave out.
void expect_annotated(const std::vector<port::AirFrame>& heard,
                      const std::vector<Annotated>& expected,
                      const std::vector<std::string>& more = {});

}  // namespace recording_test
