#include "control/service_interface.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <string_view>

#include "base/hex.hpp"
#include "control/refusal.hpp"

namespace control {
namespace {

[[noreturn]] void malformed(const std::string& what) { throw Refusal{Reason::BadRequest, what}; }

/// The next word; blanks inside quotes count.
std::string_view next_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    std::size_t end = 0;
    for (bool inside = false; end < text.size() && (inside || text[end] != ' '); ++end)
        if (text[end] == '"') inside = !inside;
    const auto word = text.substr(0, end);
    text.remove_prefix(end);
    return word;
}

Value value_from(const Input& input, std::string_view text) {
    if (input.type == Type::Number) {
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || end != text.data() + text.size())
            malformed(fmt::format("'{}': a number is expected", input.name));
        return number;
    }
    if (input.type == Type::Text) {
        if (text.size() < 2 || text.front() != '"' || text.back() != '"')
            malformed(fmt::format("'{}': a text in quotes is expected", input.name));
        return std::string{text.substr(1, text.size() - 2)};
    }
    auto bytes = base::from_hex(text);
    if (!bytes) malformed(fmt::format("'{}': hexadecimal digits are expected", input.name));
    return std::move(*bytes);
}

std::string to_text(const Value& value) {
    switch (type_of(value)) {
        case Type::Number:
            return std::to_string(std::get<std::uint64_t>(value));
        case Type::Text:
            return fmt::format("\"{}\"", std::get<std::string>(value));
        case Type::Bytes:
            return base::to_hex(std::get<base::Bytes>(value));
        case Type::Key:
            break;
    }
    throw std::logic_error{"a key in an answer"};
}

Value call(MainControl& control, port::Module module, std::string_view name, std::string field,
           Value value) {
    const Operation& operation = *find_operation(module, name);
    if (const auto wrong = judge(operation.fields[0], value); !wrong.empty()) malformed(wrong);
    return control.call(operation, {{std::move(field), std::move(value)}});
}

}  // namespace

// ---- Preset services ----

base::Bytes PresetInterface::serve(base::ByteView request) {
    constexpr std::size_t Most = 2048;
    if (request.size() > Most) malformed("a call of more than 2048 characters");
    const std::string all{request.begin(), request.end()};
    std::string_view rest = all;
    const std::string name{next_word(rest)};
    const auto& library = control_.library();
    const auto logic = std::find_if(library.begin(), library.end(),
                                    [&](const Logic& one) { return one.name == name; });
    if (logic == library.end()) malformed("no such service");
    Values inputs;
    for (auto word = next_word(rest); !word.empty(); word = next_word(rest)) {
        const auto equals = word.find('=');
        const auto input =
            std::find_if(logic->inputs.begin(), logic->inputs.end(), [&](const Input& one) {
                return equals != std::string_view::npos && one.name == word.substr(0, equals);
            });
        if (input == logic->inputs.end()) malformed("no such input");
        if (!inputs.emplace(input->name, value_from(*input, word.substr(equals + 1))).second)
            malformed(fmt::format("'{}' is given twice", input->name));
    }
    std::string answer;
    for (const auto& [key, value] : control_.run(name, inputs))
        answer += fmt::format("{}{}={}", answer.empty() ? "" : " ", key, to_text(value));
    return {answer.begin(), answer.end()};
}

// ---- Cards as PC/SC sees them ----

base::Bytes CardInterface::serve(base::ByteView request) {
    enum Control : std::uint8_t { PowerOff = 0, PowerOn = 1, Reset = 2, Atr = 4 };
    if (request.empty()) malformed("neither control nor APDU");
    const bool control = request.size() == 1;
    const bool powers = control && (request[0] == PowerOn || request[0] == Reset);
    if (control && request[0] == PowerOff) {
        close();
        return {};
    }
    if (control && request[0] == Atr) return atr_;
    if (control && !powers) malformed("no such control");
    if (card_ == nullptr && !powers) throw Refusal{Reason::OutOfOrder, "the card is not powered"};
    if (card_ == nullptr) {
        card_ = control_.hold(module_).card();
        if (card_ == nullptr) {
            control_.release(module_);
            throw Refusal{Reason::ServiceFailed, "the slot is empty"};
        }
    }
    if (powers) {
        atr_ = atr_.empty() || request[0] == PowerOn ? card_->power_on() : card_->reset();
        auto atr = atr_;
        if (atr.empty()) close();
        return atr;
    }
    auto answer = card_->transmit(request);
    if (answer.empty()) {
        close();
        throw Refusal{Reason::ServiceFailed, "the card is gone"};
    }
    return answer;
}

void CardInterface::close() noexcept {
    if (card_ != nullptr) {
        card_->power_off();
        control_.release(module_);
    }
    card_ = nullptr;
    atr_.clear();
}

// ---- PN532 ----

base::Bytes Pn532Interface::serve(base::ByteView request) {
    if (request.empty()) {
        close();
        return {};
    }
    if (!chip_) {
        auto* reader = control_.hold(port::Module::Contactless).type_a();
        if (reader == nullptr) {
            control_.release(port::Module::Contactless);
            throw Refusal{Reason::ServiceFailed, "no reader of type A"};
        }
        hostlink::Hooks counted;
        counted.cancelled = [this] { return ++polls_ > MostPolls; };
        chip_.emplace(*reader, hooks_.value_or(counted));
    }
    return execute(request);
}

void Pn532Interface::use(std::optional<hostlink::Hooks> hooks) {
    close();
    hooks_ = std::move(hooks);
}

base::Bytes Pn532Interface::execute(base::ByteView command) {
    polls_ = 0;
    running_ = true;
    std::optional<base::Bytes> frame;
    std::exception_ptr failure;
    try {
        frame = chip_->execute(command);
    } catch (...) {
        failure = std::current_exception();
    }
    running_ = false;
    if (closing_) close();
    if (failure) std::rethrow_exception(failure);
    return frame.value_or(base::Bytes{});
}

void Pn532Interface::close() noexcept {
    closing_ = running_;
    if (running_) return;
    if (chip_) control_.release(port::Module::Contactless);
    chip_.reset();
}

// ---- Secure access, display ----

base::Bytes SecureInterface::serve(base::ByteView request) {
    return std::get<base::Bytes>(call(control_, port::Module::Secure, "mac", "data",
                                      base::Bytes{request.begin(), request.end()}));
}

base::Bytes DisplayInterface::serve(base::ByteView request) {
    if (request.empty() || request[0] > 1) malformed("00 or 01 is expected");
    const bool asks = request[0] == 1;
    const Value typed = call(control_, port::Module::Display, asks ? "ask" : "show", "line",
                             std::string{request.begin() + 1, request.end()});
    if (!asks) return {};
    const auto& text = std::get<std::string>(typed);
    return {text.begin(), text.end()};
}

}  // namespace control
