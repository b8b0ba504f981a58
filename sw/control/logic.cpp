#include "control/logic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/hex.hpp"

namespace control {
namespace {

constexpr std::size_t MostName = 32;
constexpr std::size_t MostWords = 32;

struct Line {
    std::size_t number = 0;
    std::vector<std::string> words{};

    [[noreturn]] void refuse(std::string_view reason, std::string_view field = {}) const {
        throw LogicError{number, field, reason};
    }
};

/// Words of a line; inside quotes blanks count. A # outside quotes ends the line.
Line split(std::string_view text, std::size_t number) {
    Line line{number, {}};
    std::string word;
    bool inside = false;
    bool begun = false;
    const auto finish = [&] {
        if (begun) line.words.push_back(std::move(word));
        word.clear();
        begun = false;
    };
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (code < 0x20 && c != '\t' && c != '\r') line.refuse("a control character");
        if (c == '"') inside = !inside;
        if (!inside && c == '#') break;
        if (!inside && (c == ' ' || c == '\t' || c == '\r')) {
            finish();
            continue;
        }
        word.push_back(c);
        begun = true;
    }
    if (inside) line.refuse("a quote is not closed");
    finish();
    if (line.words.size() > MostWords) line.refuse("more than 32 words");
    return line;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= MostName &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

std::optional<std::uint64_t> number_from(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

/// Reads one service, line by line.
class ServiceParser {
public:
    explicit ServiceParser(const Line& line) {
        if (line.words.size() != 2) line.refuse("'service NAME' is expected");
        if (!is_name(line.words[1])) line.refuse("a name of a-z, 0-9 and - is expected", "service");
        logic_.name = line.words[1];
    }

    void take(const Line& line) {
        const auto& word = line.words[0];
        if (!logic_.answer.empty()) line.refuse("'end' is expected after 'answer'");
        if (word == "way") return take_way(line);
        if (word == "input") return take_input(line);
        if (word == "answer") return take_answer(line);
        if (const auto module = module_named(word)) return take_step(line, *module);
        line.refuse(fmt::format("'{}' is neither way, input, answer, end nor a module", word));
    }

    [[nodiscard]] Logic finish(const Line& line) {
        if (line.words.size() != 1) line.refuse("nothing may follow 'end'");
        if (logic_.steps.empty()) line.refuse(fmt::format("'{}' has no steps", logic_.name));
        return std::move(logic_);
    }

private:
    void take_way(const Line& line) {
        if (way_known_) line.refuse("given twice", "way");
        way_known_ = true;
        if (line.words.size() == 2)
            for (const Way way : {Way::Together, Way::OneByOne})
                if (line.words[1] == to_string(way)) {
                    logic_.way = way;
                    return;
                }
        line.refuse("together or one-by-one is expected", "way");
    }

    void take_input(const Line& line) {
        const auto& words = line.words;
        if (!logic_.steps.empty()) line.refuse("an input after a step");
        if (words.size() < 3) line.refuse("'input NAME number FROM TO' or '.. bytes|text MOST'");
        Input input;
        input.name = words[1];
        if (words[2] == "number") {
            if (words.size() != 5) line.refuse("FROM and TO are expected", input.name);
            input.least = bound(line, words[3]);
            input.most = bound(line, words[4]);
            if (input.least > input.most) line.refuse("FROM is above TO", input.name);
        } else if (words[2] == "text" || words[2] == "bytes") {
            if (words.size() != 4) line.refuse("MOST is expected", input.name);
            input.type = words[2] == "text" ? Type::Text : Type::Bytes;
            input.most = bound(line, words[3]);
        } else {
            line.refuse(fmt::format("'{}' is neither number, text nor bytes", words[2]),
                        input.name);
        }
        define(line, input.name, input.type);
        logic_.inputs.push_back(std::move(input));
    }

    void take_answer(const Line& line) {
        if (line.words.size() < 2) line.refuse("a variable is expected", "answer");
        for (std::size_t i = 1; i < line.words.size(); ++i) {
            const auto& name = line.words[i];
            const auto known = types_.find(name);
            if (known == types_.end()) line.refuse("no such variable", name);
            if (known->second == Type::Key) line.refuse("a key never leaves the reader", name);
            logic_.answer.push_back(name);
        }
    }

    void take_step(const Line& line, port::Module module) {
        const auto& words = line.words;
        if (logic_.steps.size() == Logic::MostSteps) line.refuse("more than 64 steps");
        if (words.size() < 2) line.refuse("an operation is expected", words[0]);
        LogicStep step;
        step.line = line.number;
        step.operation = find_operation(module, words[1]);
        if (step.operation == nullptr) line.refuse(fmt::format("cannot '{}'", words[1]), words[0]);
        std::size_t i = 2;
        for (; i < words.size() && words[i] != "->"; ++i)
            step.arguments.push_back(argument(line, *step.operation, words[i]));
        for (const Field& field : step.operation->fields) {
            const auto given =
                std::count_if(step.arguments.begin(), step.arguments.end(),
                              [&](const Argument& one) { return one.field->name == field.name; });
            if (given == 0) line.refuse("is missing", field.name);
            if (given > 1) line.refuse("given twice", field.name);
        }
        if (i < words.size()) {
            if (i + 2 != words.size()) line.refuse("one variable is expected after '->'");
            if (!step.operation->result) line.refuse("gives no result", words[1]);
            step.result = words[i + 1];
            define(line, step.result, *step.operation->result);
        }
        logic_.steps.push_back(std::move(step));
    }

    Argument argument(const Line& line, const Operation& operation, std::string_view word) const {
        const auto equals = word.find('=');
        if (equals == std::string_view::npos) line.refuse("'field=value' is expected", word);
        const auto name = word.substr(0, equals);
        const auto text = word.substr(equals + 1);
        const auto field = std::find_if(operation.fields.begin(), operation.fields.end(),
                                        [&](const Field& one) { return one.name == name; });
        if (field == operation.fields.end())
            line.refuse(fmt::format("'{}' has no such field", operation.name), name);
        Argument argument;
        argument.field = &*field;
        if (text.starts_with('$')) {
            argument.variable = text.substr(1);
            const auto known = types_.find(argument.variable);
            if (known == types_.end())
                line.refuse(fmt::format("no variable '{}' yet", argument.variable), name);
            if (known->second != field->type)
                line.refuse(
                    fmt::format("type {} is expected, '{}' has type {}", to_string(field->type),
                                argument.variable, to_string(known->second)),
                    name);
            return argument;
        }
        argument.value = literal(line, *field, text);
        if (const auto wrong = judge(*field, argument.value); !wrong.empty())
            line.refuse(wrong, name);
        return argument;
    }

    static Value literal(const Line& line, const Field& field, std::string_view text) {
        switch (field.type) {
            case Type::Number:
                if (const auto value = number_from(text)) return *value;
                line.refuse("a number is expected", field.name);
            case Type::Text:
                if (text.size() >= 2 && text.front() == '"' && text.back() == '"' &&
                    text.find('"', 1) == text.size() - 1)
                    return std::string{text.substr(1, text.size() - 2)};
                line.refuse("a text in quotes is expected", field.name);
            case Type::Bytes:
                if (auto bytes = base::from_hex(text)) return std::move(*bytes);
                line.refuse("hexadecimal digits are expected", field.name);
            case Type::Key:
                break;
        }
        line.refuse("keys do not stand in logic: a variable is expected", field.name);
    }

    static std::uint64_t bound(const Line& line, std::string_view text) {
        constexpr std::uint64_t Most = 1'000'000;
        const auto value = number_from(text);
        if (!value || *value > Most) line.refuse("a number up to 1000000 is expected", text);
        return *value;
    }

    void define(const Line& line, const std::string& name, Type type) {
        if (!is_name(name)) line.refuse("a name of a-z, 0-9 and - is expected", name);
        if (!types_.emplace(name, type).second) line.refuse("this variable is there already", name);
    }

    Logic logic_{};
    bool way_known_ = false;
    std::map<std::string, Type> types_{};
};

}  // namespace

LogicError::LogicError(std::size_t line, std::string_view field, std::string_view reason)
    : std::runtime_error{field.empty()
                             ? fmt::format("line {}: {}", line, reason)
                             : fmt::format("line {}: field '{}': {}", line, field, reason)},
      line_{line},
      field_{field} {}

std::string_view to_string(Way way) noexcept {
    return way == Way::Together ? "together" : "one-by-one";
}

std::vector<Logic> parse_logic(std::string_view text) {
    if (text.size() > Logic::MostText) throw LogicError{1, {}, "longer than 16000 characters"};
    std::vector<Logic> library;
    std::optional<ServiceParser> service;
    std::size_t number = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const Line line = split(text.substr(0, end), ++number);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.words.empty()) continue;
        if (!service) {
            if (line.words[0] != "service") line.refuse("'service NAME' is expected");
            service.emplace(line);
        } else if (line.words[0] == "end") {
            library.push_back(service->finish(line));
            service.reset();
            const auto& name = library.back().name;
            if (std::any_of(library.begin(), library.end() - 1,
                            [&](const Logic& other) { return other.name == name; }))
                line.refuse(fmt::format("a second service '{}'", name));
        } else {
            service->take(line);
        }
    }
    if (service) throw LogicError{number, {}, "'end' is missing"};
    if (library.empty()) throw LogicError{number, {}, "no service"};
    return library;
}

}  // namespace control
