/// \file message.hpp
/// Requests in the words of the API (docs/services.md), read with bounds.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/hex.hpp"
#include "services/purse_security.hpp"

namespace services {

/// Throw platform::Refusal "request" when a member is missing or not of its form.
[[nodiscard]] const nlohmann::json& member(const nlohmann::json& in, const char* name);
[[nodiscard]] long long number_in(const nlohmann::json& in, const char* name, long long least,
                                  long long most);
/// 1 to 64 characters: small letters, digits, `-`, `_`, `.`.
[[nodiscard]] std::string name_in(const nlohmann::json& in, const char* name);
/// The same; empty when it is not there.
[[nodiscard]] std::string optional_name_in(const nlohmann::json& in, const char* name);
/// A transaction's identifier: 32 hexadecimal digits.
[[nodiscard]] std::string transaction_in(const nlohmann::json& in);
[[nodiscard]] base::Bytes bytes_in(const nlohmann::json& in, const char* name, std::size_t size);

template <std::size_t Size>
[[nodiscard]] std::array<std::uint8_t, Size> array_in(const nlohmann::json& in, const char* name) {
    std::array<std::uint8_t, Size> made{};
    const auto bytes = bytes_in(in, name, Size);
    std::copy(bytes.begin(), bytes.end(), made.begin());
    return made;
}

/// 0 to MostFen.
[[nodiscard]] Fen fen_in(const nlohmann::json& in, const char* name);

/// {"balance", "serial", "version", "algorithm", "random", "mac" of a load}.
[[nodiscard]] nlohmann::json to_json(const Offer& offer, PurseStep step);
[[nodiscard]] Offer offer_in(const nlohmann::json& in, PurseStep step);

/// What keys of cards follow from: upper-case hexadecimal digits back to bytes.
template <std::size_t Size>
[[nodiscard]] std::array<std::uint8_t, Size> from_text(const std::string& digits) {
    return array_in<Size>(nlohmann::json{{"digits", digits}}, "digits");
}

}  // namespace services
