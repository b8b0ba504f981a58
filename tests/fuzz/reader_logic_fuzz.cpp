// Service logic: any text. What is read keeps its bounds, and no key can get out.
#include "control/logic.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    try {
        for (const auto& logic : control::parse_logic(text)) {
            fuzz::require(!logic.steps.empty() && logic.steps.size() <= control::Logic::MostSteps,
                          "a service with too few or too many steps");
            for (const auto& step : logic.steps) {
                fuzz::require(step.arguments.size() == step.operation->fields.size(),
                              "a field too few or too many");
                for (const auto& argument : step.arguments)
                    if (argument.variable.empty())
                        fuzz::require(control::judge(*argument.field, argument.value).empty(),
                                      "a literal out of its bounds");
                for (const auto& name : logic.answer)
                    fuzz::require(
                        name != step.result || step.operation->result != control::Type::Key,
                        "a key in an answer");
            }
        }
    } catch (const control::LogicError& error) {
        fuzz::require(error.line() <= size + 1, "a line that is not there");
    }
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    const auto seed = [](std::string_view text) { return base::Bytes{text.begin(), text.end()}; };
    return {
        seed("service sector-read\n  way one-by-one\n  input sector number 0 15\n"
             "  contactless identify -> uid\n  secure sector-key uid=$uid sector=$sector -> key\n"
             "  contactless read uid=$uid sector=$sector key=$key -> data\n"
             "  display show line=\"sector is read\"\n  answer uid data\nend\n"),
        seed("service write\n  input data bytes 16\n  contactless identify -> uid\n"
             "  secure sector-key uid=$uid sector=1 -> k\n"
             "  contactless write uid=$uid block=5 key=$k data=$data\nend\n"),
        seed("# contacts\nservice c\n  way together\n  contact reset -> atr\n"
             "  contact apdu command=00A4040000 -> sw\n  answer atr sw\nend\n"),
        seed("service a\n  display ask line=\"PIN?\" -> pin\n  answer pin\nend\n"
             "service b\n  secure mac data=0102 -> mac\n  display show-bytes data=$mac\nend\n"),
    };
}
