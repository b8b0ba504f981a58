#include "services/message.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "platform/refusal.hpp"

namespace services {
namespace {

constexpr std::size_t LongestName = 64;
constexpr std::size_t TransactionBytes = 16;

[[noreturn]] void refuse(const char* name, const char* expected) {
    throw platform::Refusal{"request", fmt::format("\"{}\": expected {}", name, expected)};
}

}  // namespace

const nlohmann::json& member(const nlohmann::json& in, const char* name) {
    if (!in.is_object()) refuse(name, "a member of an object");
    const auto found = in.find(name);
    if (found == in.end()) refuse(name, "to be there");
    return *found;
}

long long number_in(const nlohmann::json& in, const char* name, long long least, long long most) {
    const auto& value = member(in, name);
    if (!value.is_number_integer()) refuse(name, "a whole number");
    // An unsigned one above the range of signed ones is out of ours as well.
    if (value.is_number_unsigned() &&
        value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::max(most, 0LL)))
        refuse(name, "a smaller number");
    const auto number = value.get<long long>();
    if (number < least || number > most) refuse(name, "a number in its range");
    return number;
}

Fen fen_in(const nlohmann::json& in, const char* name) { return number_in(in, name, 0, MostFen); }

std::string name_in(const nlohmann::json& in, const char* name) {
    const auto& value = member(in, name);
    if (!value.is_string()) refuse(name, "a name");
    const auto& text = value.get_ref<const std::string&>();
    const auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    };
    if (text.empty() || text.size() > LongestName || !std::all_of(text.begin(), text.end(), good))
        refuse(name, "a name of small letters and digits");
    return text;
}

std::string optional_name_in(const nlohmann::json& in, const char* name) {
    return in.is_object() && in.contains(name) ? name_in(in, name) : std::string{};
}

base::Bytes bytes_in(const nlohmann::json& in, const char* name, std::size_t size) {
    const auto& value = member(in, name);
    if (!value.is_string()) refuse(name, "hexadecimal digits");
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() != 2 * size) refuse(name, "another number of hexadecimal digits");
    auto bytes = base::from_hex(text);
    if (!bytes || bytes->size() != size) refuse(name, "hexadecimal digits");
    return std::move(*bytes);
}

std::string transaction_in(const nlohmann::json& in) {
    return base::to_hex(bytes_in(in, "transaction", TransactionBytes));
}

nlohmann::json to_json(const Offer& offer, PurseStep step) {
    nlohmann::json made{{"balance", offer.balance},
                        {"serial", offer.serial},
                        {"version", offer.version},
                        {"algorithm", offer.algorithm},
                        {"random", base::to_hex(offer.random)}};
    if (step == PurseStep::Load) made["mac"] = base::to_hex(offer.mac);
    return made;
}

Offer offer_in(const nlohmann::json& in, PurseStep step) {
    Offer offer;
    offer.balance = fen_in(in, "balance");
    offer.serial = static_cast<std::uint16_t>(number_in(in, "serial", 0, 0xFFFF));
    offer.version = static_cast<std::uint8_t>(number_in(in, "version", 0, 0xFF));
    offer.algorithm = static_cast<std::uint8_t>(number_in(in, "algorithm", 0, 0xFF));
    offer.random = array_in<4>(in, "random");
    if (step == PurseStep::Load) offer.mac = array_in<4>(in, "mac");
    return offer;
}

}  // namespace services
