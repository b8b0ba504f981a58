#include "platform/ceremony.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "platform/private_file.hpp"
#include "platform/refusal.hpp"

namespace platform {
namespace {

std::string_view name_of(reader::KeyType type) {
    return type == reader::KeyType::Des ? "des" : "aes";
}

/// JSON of one line around a secret; nlohmann's own copies are not wiped, so it is put together
/// by hand from text that needs no escaping.
void write_secret(const std::filesystem::path& path, std::string_view what,
                  const reader::ScpKey& key, reader::KeyType type, const std::string& custodian) {
    std::string text =
        fmt::format(R"({{"{}": "{}", "check": "{}", "type": "{}")", what,
                    base::to_hex(key.expose()), check_value(type, key), name_of(type));
    if (!custodian.empty()) text += ", \"custodian\": " + nlohmann::json(custodian).dump();
    text += "}\n";
    write_private_file(path, text);
    base::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
}

}  // namespace

std::string make_component(const std::filesystem::path& path, const std::string& custodian,
                           reader::KeyType type, std::size_t size, const Random& random) {
    if (type == reader::KeyType::Des && size != 16)
        throw std::invalid_argument{"a DES key has 16 bytes"};
    base::Bytes value = random(size);
    const reader::ScpKey key{value};
    base::wipe(value);
    write_secret(path, "component", key, type, custodian);
    return check_value(type, key);
}

Component read_component(const std::filesystem::path& path) {
    const auto json = read_private_json(path);
    try {
        Component made;
        made.type = json.at("type") == "des" ? reader::KeyType::Des : reader::KeyType::Aes;
        auto value = base::from_hex(json.at("component").get<std::string>());
        if (!value) throw std::invalid_argument{"expected hexadecimal digits"};
        made.value = reader::ScpKey{*value};
        base::wipe(*value);
        made.custodian = json.value("custodian", "");
        made.folder = std::filesystem::weakly_canonical(path).parent_path();
        if (json.at("check") != check_value(made.type, made.value))
            throw base::FileError{path.string(), "check",
                                  "the check value does not fit the component"};
        return made;
    } catch (const nlohmann::json::exception&) {
        throw base::FileError{path.string(), "content",
                              R"(expected "component", "check" and "type")"};
    } catch (const std::invalid_argument& error) {
        throw base::FileError{path.string(), "component", error.what()};
    }
}

CeremonyResult combine(const std::vector<Component>& components) {
    if (components.size() != 2 && components.size() != 3)
        throw Refusal{"components", "a key has two or three components"};
    const auto& first = components.front();
    CeremonyResult result;
    result.type = first.type;
    base::Bytes sum(first.value.size(), 0);
    nlohmann::json parts = nlohmann::json::array();
    for (std::size_t i = 0; i < components.size(); ++i) {
        const auto& one = components[i];
        if (one.type != first.type || one.value.size() != first.value.size())
            throw Refusal{"components", "components of different types or lengths"};
        for (std::size_t k = 0; k < i; ++k) {
            if (base::equal_in_constant_time(one.value.expose(), components[k].value.expose()))
                throw Refusal{"components", "two components are the same"};
            if (one.folder == components[k].folder)
                throw Refusal{"components",
                              "components are never stored together: expected a folder for each"};
        }
        for (std::size_t k = 0; k < sum.size(); ++k)
            sum[k] = static_cast<std::uint8_t>(sum[k] ^ one.value.expose()[k]);
        parts.push_back(
            {{"custodian", one.custodian}, {"check", check_value(one.type, one.value)}});
    }
    result.key = reader::ScpKey{sum};
    base::wipe(sum);
    result.record = {{"algorithm", name_of(result.type)},
                     {"bits", 8 * result.key.size()},
                     {"check", check_value(result.type, result.key)},
                     {"components", parts}};
    return result;
}

void write_key_file(const std::filesystem::path& path, const CeremonyResult& result) {
    write_secret(path, "key", result.key, result.type, "");
}

}  // namespace platform
