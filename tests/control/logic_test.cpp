// Service logic: what is refused, and in which words.
#include "control/logic.hpp"

#include <gtest/gtest.h>

namespace {

std::string refusal(const std::string& text) {
    try {
        (void)control::parse_logic(text);
    } catch (const control::LogicError& error) {
        return error.what();
    }
    return "";
}

std::string service(const std::string& lines) { return "service x\n" + lines + "\nend\n"; }

TEST(Logic, TheExampleOfTheHeaderIsRead) {
    const auto library = control::parse_logic(
        "# what a gate does\n"
        "service sector-read\n"
        "  way one-by-one\n"
        "  input sector number 0 15\n"
        "  contactless identify -> uid\n"
        "  secure sector-key uid=$uid sector=$sector -> key\n"
        "  contactless read uid=$uid sector=$sector key=$key -> data\n"
        "  display show line=\"sector # is read\"  # quotes keep it\n"
        "  answer uid data\n"
        "end\n");
    ASSERT_EQ(library.size(), 1U);
    EXPECT_EQ(library[0].name, "sector-read");
    EXPECT_EQ(library[0].way, control::Way::OneByOne);
    ASSERT_EQ(library[0].steps.size(), 4U);
    EXPECT_EQ(library[0].steps[1].operation->name, "sector-key");
    EXPECT_EQ(library[0].steps[1].arguments[0].variable, "uid");
    EXPECT_EQ(std::get<std::string>(library[0].steps[3].arguments[0].value), "sector # is read");
    EXPECT_EQ(library[0].answer, (std::vector<std::string>{"uid", "data"}));
}

struct Case {
    const char* name;
    std::string text;
    const char* reason;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class LogicRefusal : public testing::TestWithParam<Case> {};

TEST_P(LogicRefusal, NamesLineAndField) { EXPECT_EQ(refusal(GetParam().text), GetParam().reason); }

const std::string Show = "  display show line=\"a\"";

INSTANTIATE_TEST_SUITE_P(
    , LogicRefusal,
    testing::Values(
        Case{"Nothing", "", "line 0: no service"}, Case{"Comment", "# a\n\n", "line 2: no service"},
        Case{"NoEnd", "service x\n" + Show + "\n", "line 2: 'end' is missing"},
        Case{"NoSteps", service("  way together"), "line 3: 'x' has no steps"},
        Case{"NoService", "way together\n", "line 1: 'service NAME' is expected"},
        Case{"Name", "service X\n",
             "line 1: field 'service': a name of a-z, 0-9 and - is expected"},
        Case{"Twice", service(Show) + service(Show), "line 6: a second service 'x'"},
        Case{"Way", service("  way fast"),
             "line 2: field 'way': together or one-by-one is expected"},
        Case{"WayTwice", service("  way together\n  way together"),
             "line 3: field 'way': given twice"},
        Case{"Word", service("  printer print"),
             "line 2: 'printer' is neither way, input, answer, end nor a module"},
        Case{"Operation", service("  display print"), "line 2: field 'display': cannot 'print'"},
        Case{"Missing", service("  display show"), "line 2: field 'line': is missing"},
        Case{"GivenTwice", service("  display show line=\"a\" line=\"b\""),
             "line 2: field 'line': given twice"},
        Case{"NoSuchField", service("  display show text=\"a\""),
             "line 2: field 'text': 'show' has no such field"},
        Case{"NoValue", service("  display show line"),
             "line 2: field 'line': 'field=value' is expected"},
        Case{"Quote", service("  display show line=\"a"), "line 2: a quote is not closed"},
        Case{"NoText", service("  display show line=a"),
             "line 2: field 'line': a text in quotes is expected"},
        Case{"LongText", service("  display show line=\"" + std::string(41, 'a') + "\""),
             "line 2: field 'line': a length of 41 is not 0 to 40"},
        Case{"Range", service("  secure sector-key uid=01020304 sector=16"),
             "line 2: field 'sector': 16 is not 0 to 15"},
        Case{"Hex", service("  secure mac data=0x12"),
             "line 2: field 'data': hexadecimal digits are expected"},
        Case{"Unknown", service("  secure mac data=$uid"),
             "line 2: field 'data': no variable 'uid' yet"},
        Case{"OtherType", service("  input n number 0 9\n  secure mac data=$n"),
             "line 3: field 'data': type bytes is expected, 'n' has type number"},
        Case{"KeyInText", service("  contactless read uid=01020304 sector=1 key=FFFFFFFFFFFF"),
             "line 2: field 'key': keys do not stand in logic: a variable is expected"},
        Case{"KeyShown",
             service("  secure sector-key uid=01020304 sector=1 -> k\n"
                     "  display show-bytes data=$k"),
             "line 3: field 'data': type bytes is expected, 'k' has type key"},
        Case{"KeyAnswered", service("  secure sector-key uid=01020304 sector=1 -> k\n  answer k"),
             "line 3: field 'k': a key never leaves the reader"},
        Case{"NoResult", service(Show + " -> x"), "line 2: field 'show': gives no result"},
        Case{"Defined", service("  contact reset -> a\n  contact reset -> a"),
             "line 3: field 'a': this variable is there already"},
        Case{"AfterAnswer", service("  contact reset -> a\n  answer a\n" + Show),
             "line 4: 'end' is expected after 'answer'"},
        Case{"InputLate", service(Show + "\n  input n number 0 9"),
             "line 3: an input after a step"},
        Case{"Bounds", service("  input n number 9 0"), "line 2: field 'n': FROM is above TO"},
        Case{"Control", "service x\n\x01\n", "line 2: a control character"}),
    [](const auto& one) { return std::string{one.param.name}; });

}  // namespace
