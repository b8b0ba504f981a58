/// \file flow_run.hpp
/// Flows as tests: Flows.A1_.../tlm, /rtl and /both.
#pragma once

#include <gtest/gtest.h>

#include "flows/flow.hpp"

namespace flow_test {

/// Runs the flow of this name; each step must be done. Returns what went through.
inline std::vector<flows::Exchange> expect_done(const std::string& name,
                                                const flows::FlowOptions& options) {
    for (const auto& flow : flows::all_flows()) {
        if (flow.name != name) continue;
        flows::Report report;
        try {
            flows::check(flow, options);
            flow.run(options, report);
        } catch (const std::exception& error) {
            ADD_FAILURE() << name << ": " << error.what();
        }
        EXPECT_FALSE(report.steps().empty());
        std::vector<flows::Exchange> exchanges;
        for (const auto& step : report.steps())
            exchanges.insert(exchanges.end(), step.exchanges.begin(), step.exchanges.end());
        return exchanges;
    }
    ADD_FAILURE() << "no flow " << name;
    return {};
}

inline void expect_done(const std::string& name, flows::Level level,
                        flows::Via via = flows::Via::Contacts) {
    (void)expect_done(name, flows::FlowOptions{.level = level, .via = via});
}

inline std::string level_name(const testing::TestParamInfo<flows::Level>& info) {
    return to_string(info.param);
}
inline const auto EveryLevel =
    testing::Values(flows::Level::Tlm, flows::Level::Rtl, flows::Level::Both);

}  // namespace flow_test
