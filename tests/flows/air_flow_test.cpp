// Flows that go through ISO-DEP at higher rates and over type B, on every level.
#include "flow_run.hpp"

namespace {

using flows::Level;
using port::BitRate;
using port::Technology;

/// How the terminal's air is.
struct Air {
    const char* name;
    BitRate rate;
    Technology technology;
    const char* told;  ///< of the card that was powered
};
constexpr Air A424{"A424", BitRate::Fc32, Technology::A, ", 424 kbit/s"};
constexpr Air A848{"A848", BitRate::Fc16, Technology::A, ", 848 kbit/s"};
constexpr Air B106{"B106", BitRate::Fc128, Technology::B, ", type B"};
constexpr Air B424{"B424", BitRate::Fc32, Technology::B, ", type B, 424 kbit/s"};
constexpr Air B848{"B848", BitRate::Fc16, Technology::B, ", type B, 848 kbit/s"};

struct Case {
    const char* flow;
    Air air;
    Level level;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.flow << ' ' << one.air.name; }

/// The last part is the level, as everywhere.
std::string name_of(const testing::TestParamInfo<Case>& info) {
    return std::string{info.param.flow} + '_' + info.param.air.name + '_' +
           to_string(info.param.level);
}

std::vector<Case> all(std::initializer_list<const char*> names, std::initializer_list<Air> airs) {
    std::vector<Case> cases;
    for (const char* flow : names)
        for (const Air& air : airs)
            for (const Level level : {Level::Tlm, Level::Rtl, Level::Both})
                cases.push_back({flow, air, level});
    return cases;
}

class FlowsOverTheAir : public testing::TestWithParam<Case> {};

TEST_P(FlowsOverTheAir, AreDone) {
    const Case& one = GetParam();
    const auto exchanges = flow_test::expect_done(one.flow, {.level = one.level,
                                                             .via = flows::Via::Air,
                                                             .rate = one.air.rate,
                                                             .technology = one.air.technology});
    unsigned found = 0;
    for (const auto& exchange : exchanges) {
        const bool powered = exchange.via == flows::Via::Air && !exchange.answer.empty() &&
                             exchange.command.starts_with("power on");
        if (!powered) continue;
        EXPECT_EQ(exchange.command, std::string{"power on"} + one.air.told);
        ++found;
    }
    EXPECT_GT(found, 0U) << "nothing went through the air";
}

// A gate, which reads sectors, hears type A only.
INSTANTIATE_TEST_SUITE_P(Gates, FlowsOverTheAir, testing::ValuesIn(all({"A1", "A4"}, {A424, A848})),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Others, FlowsOverTheAir,
                         testing::ValuesIn(all({"A6", "B6", "B10", "C1", "C3", "C6"},
                                               {A424, A848, B106, B424, B848})),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Loading, FlowsOverTheAir,
                         testing::ValuesIn(all({"D2", "D6"}, {A848, B106, B848})), name_of);
// Its card says in the ATS that it has no OS, which an ATQB does not.
INSTANTIATE_TEST_SUITE_P(LoadingTypeA, FlowsOverTheAir,
                         testing::ValuesIn(all({"D4"}, {A424, A848})), name_of);

/// Whatever a user asks for comes to its end, or is refused before it begins.
class EveryFlow : public testing::TestWithParam<std::size_t> {};

TEST_P(EveryFlow, GoesOverTheAirOrSaysWhyNot) {
    const auto& flow = flows::all_flows().at(GetParam());
    // Those of B and C take their time: one technology is enough.
    const bool quick = flow.name[0] != 'B' && flow.name[0] != 'C';
    for (const Technology technology : {Technology::A, Technology::B}) {
        const flows::FlowOptions options{
            .level = Level::Tlm, .via = flows::Via::Air, .technology = technology};
        const bool refused =
            !flow.no_air.empty() || (technology == Technology::B && !flow.no_type_b.empty());
        if (refused) {
            EXPECT_THROW(flows::check(flow, options), std::invalid_argument);
        } else if (quick || technology == Technology::A) {
            (void)flow_test::expect_done(flow.name, options);
        }
        // At the contacts the card's technology is nothing to it, but a gate's is.
        auto contacts = options;
        contacts.via = flows::Via::Contacts;
        if (technology == Technology::B && !flow.no_type_b.empty())
            EXPECT_THROW(flows::check(flow, contacts), std::invalid_argument);
        else
            EXPECT_NO_THROW(flows::check(flow, contacts));
    }
}
INSTANTIATE_TEST_SUITE_P(, EveryFlow, testing::Range<std::size_t>(0, flows::all_flows().size()),
                         [](const auto& one) { return flows::all_flows().at(one.param).name; });

}  // namespace
