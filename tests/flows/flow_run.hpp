/// \file flow_run.hpp
/// Flows as tests: Flows.A1_.../tlm, /rtl and /both.
#pragma once

#include <gtest/gtest.h>

#include "flows/flow.hpp"

namespace flow_test {

/// Runs the flow of this name; each step must be done.
inline void expect_done(const std::string& name, flows::Level level,
                        flows::Via via = flows::Via::Contacts) {
    for (const auto& flow : flows::all_flows()) {
        if (flow.name != name) continue;
        flows::Report report;
        try {
            flow.run({.level = level, .via = via}, report);
        } catch (const std::exception& error) {
            FAIL() << name << ": " << error.what();
        }
        EXPECT_FALSE(report.steps().empty());
        return;
    }
    FAIL() << "no flow " << name;
}

inline std::string level_name(const testing::TestParamInfo<flows::Level>& info) {
    return to_string(info.param);
}
inline const auto EveryLevel =
    testing::Values(flows::Level::Tlm, flows::Level::Rtl, flows::Level::Both);

}  // namespace flow_test
