#include "control/operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace control {
namespace {

using port::Module;

constexpr Field Uid{"uid", Type::Bytes, 4, 10};
constexpr Field Sector{"sector", Type::Number, 0, 15};
constexpr Field SectorKey{"key", Type::Key};
constexpr Field Command{"command", Type::Bytes, 4, 261};

constexpr std::array Read{Uid, Sector, SectorKey};
constexpr std::array Write{Uid, Field{"block", Type::Number, 1, 62}, SectorKey,
                           Field{"data", Type::Bytes, 16, 16}};
constexpr std::array Apdu{Command};
constexpr std::array Derive{Uid, Sector};
constexpr std::array Mac{Field{"data", Type::Bytes, 0, 1024}};
constexpr std::array Show{Field{"line", Type::Text, 0, 40}};
constexpr std::array ShowBytes{Field{"data", Type::Bytes, 0, 64}};
constexpr std::array Ask{Field{"line", Type::Text, 0, 40}};

const std::array All{
    Operation{Module::Contactless, "identify", {}, Type::Bytes},
    Operation{Module::Contactless, "read", Read, Type::Bytes},
    Operation{Module::Contactless, "write", Write, {}},
    Operation{Module::Contactless, "apdu", Apdu, Type::Bytes},
    Operation{Module::Secure, "sector-key", Derive, Type::Key},
    Operation{Module::Secure, "mac", Mac, Type::Bytes},
    Operation{Module::Contact, "reset", {}, Type::Bytes},
    Operation{Module::Contact, "apdu", Apdu, Type::Bytes},
    Operation{Module::Display, "show", Show, {}},
    Operation{Module::Display, "show-bytes", ShowBytes, {}},
    Operation{Module::Display, "ask", Ask, Type::Text},
};

constexpr std::array<std::string_view, 4> Names{"contactless", "secure", "contact", "display"};

}  // namespace

const char* to_string(Type type) noexcept {
    constexpr std::array TypeNames{"number", "text", "bytes", "key"};
    return TypeNames[static_cast<std::size_t>(type)];
}

std::string_view to_string(port::Module module) noexcept {
    return Names[static_cast<std::size_t>(module)];
}

std::optional<port::Module> module_named(std::string_view name) noexcept {
    const auto found = std::find(Names.begin(), Names.end(), name);
    if (found == Names.end()) return {};
    return static_cast<port::Module>(found - Names.begin());
}

std::span<const Operation> operations() noexcept { return All; }

const Operation* find_operation(port::Module module, std::string_view name) noexcept {
    const auto found = std::find_if(All.begin(), All.end(), [&](const Operation& one) {
        return one.module == module && one.name == name;
    });
    return found == All.end() ? nullptr : &*found;
}

std::string judge(const Field& field, const Value& value) {
    if (type_of(value) != field.type)
        return fmt::format("type {} is expected, not {}", to_string(field.type),
                           to_string(type_of(value)));
    if (field.type == Type::Key) return {};
    if (field.type == Type::Number) {
        const auto number = std::get<std::uint64_t>(value);
        if (number >= field.least && number <= field.most) return {};
        return fmt::format("{} is not {} to {}", number, field.least, field.most);
    }
    const auto size = field.type == Type::Text ? std::get<std::string>(value).size()
                                               : std::get<base::Bytes>(value).size();
    if (size >= field.least && size <= field.most) return {};
    return fmt::format("a length of {} is not {} to {}", size, field.least, field.most);
}

}  // namespace control
