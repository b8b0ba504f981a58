#include "platform/section.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/hex.hpp"

namespace platform {
namespace {

constexpr std::size_t LongestConfig = 1U << 20U;

}  // namespace

Section Section::read(const std::filesystem::path& path) {
    const auto content = base::read_file(path, LongestConfig);
    auto json = nlohmann::json::parse(content.begin(), content.end(), nullptr, false, true);
    if (json.is_discarded()) throw base::FileError{path.string(), "content", "is not JSON"};
    return {path, std::move(json), ""};
}

Section::Section(const std::filesystem::path& file, nlohmann::json json, std::string where)
    : file_{file}, json_(std::move(json)), where_{std::move(where)} {
    if (!json_.is_object()) fail("", "expected an object");
}

void Section::fail(const std::string& name, const std::string& reason) const {
    const std::string dot = where_.empty() || name.empty() ? "" : ".";
    throw base::FileError{file_.string(), '"' + where_ + dot + name + '"', reason};
}

void Section::knows(std::initializer_list<const char*> names) const {
    for (const auto& [name, value] : json_.items()) {
        bool known = false;
        for (const char* one : names) known = known || name == one;
        if (!known) fail(name, "nobody knows what this is for");
    }
}

std::string Section::text(const char* name) const {
    const auto found = json_.find(name);
    if (found == json_.end()) fail(name, "is missing");
    if (!found->is_string() || found->get_ref<const std::string&>().empty())
        fail(name, "expected a text");
    return found->get<std::string>();
}

long long Section::number(const char* name, long long otherwise, long long from,
                          long long to) const {
    if (!has(name)) return otherwise;
    const auto& value = json_.at(name);
    if (!value.is_number_integer() || value.get<long long>() < from || value.get<long long>() > to)
        fail(name, fmt::format("expected a whole number from {} to {}", from, to));
    return value.get<long long>();
}

std::uint8_t Section::byte(const char* name, std::uint8_t otherwise) const {
    if (!has(name)) return otherwise;
    const auto bytes = base::from_hex(text(name));
    if (!bytes || bytes->size() != 1) fail(name, "expected two hexadecimal digits");
    return bytes->front();
}

std::string Section::hex(const char* name) const {
    const auto bytes = base::from_hex(text(name));
    if (!bytes) fail(name, "expected hexadecimal digits");
    return base::to_hex(*bytes);
}

std::set<std::string> Section::names(const char* name) const {
    const auto& all = json_.at(name);
    if (!all.is_array()) fail(name, "expected a list of names");
    std::set<std::string> made;
    for (const auto& one : all) {
        if (!one.is_string()) fail(name, "expected a list of names");
        made.insert(one.get<std::string>());
    }
    return made;
}

std::string Section::database(const char* name) const {
    constexpr std::string_view Sqlite = "sqlite:";
    const std::string connection = text(name);
    if (!connection.starts_with(Sqlite)) return connection;
    return std::string{Sqlite} + (file_.parent_path() / connection.substr(Sqlite.size())).string();
}

std::pair<std::string, int> Section::host_and_port(const char* name) const {
    const std::string address = text(name);
    const auto colon = address.rfind(':');
    int port = -1;
    if (colon != std::string::npos && colon + 1 < address.size() && address.size() - colon <= 6 &&
        address.find_first_not_of("0123456789", colon + 1) == std::string::npos)
        port = std::stoi(address.substr(colon + 1));
    if (colon == 0 || port < 0 || port > 65535) fail(name, "expected HOST:PORT");
    return {address.substr(0, colon), port};
}

Section Section::object(const char* name) const {
    if (!has(name)) fail(name, "is missing");
    return {file_, json_.at(name), where_.empty() ? name : where_ + '.' + name};
}

Identity Section::identity() const { return {path("certificate"), path("key"), path("authority")}; }

Address Section::address() const {
    knows({"address", "certificate"});
    const auto [host, port] = host_and_port("address");
    return {host, port, path("certificate")};
}

}  // namespace platform
