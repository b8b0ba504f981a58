#include "platform/config.hpp"

#include <fmt/format.h>

#include <initializer_list>

#include "base/file.hpp"
#include "base/hex.hpp"

namespace platform {
namespace {

constexpr std::size_t LongestConfig = 1U << 20U;
constexpr long long DaySeconds = 24LL * 3600;

/// One object of the file; knows its place for messages.
class Section {
public:
    Section(const std::filesystem::path& file, nlohmann::json json, std::string where)
        : file_{file}, json_(std::move(json)), where_{std::move(where)} {
        if (!json_.is_object()) fail("", "expected an object");
    }

    [[noreturn]] void fail(const std::string& name, const std::string& reason) const {
        const std::string dot = where_.empty() || name.empty() ? "" : ".";
        throw base::FileError{file_.string(), '"' + where_ + dot + name + '"', reason};
    }
    void knows(std::initializer_list<const char*> names) const {
        for (const auto& [name, value] : json_.items()) {
            bool known = false;
            for (const char* one : names) known = known || name == one;
            if (!known) fail(name, "nobody knows what this is for");
        }
    }
    [[nodiscard]] bool has(const char* name) const { return json_.contains(name); }

    [[nodiscard]] std::string text(const char* name) const {
        const auto found = json_.find(name);
        if (found == json_.end()) fail(name, "is missing");
        if (!found->is_string() || found->get_ref<const std::string&>().empty())
            fail(name, "expected a text");
        return found->get<std::string>();
    }
    [[nodiscard]] std::string text(const char* name, const std::string& otherwise) const {
        return has(name) ? text(name) : otherwise;
    }
    [[nodiscard]] long long number(const char* name, long long otherwise, long long from,
                                   long long to) const {
        if (!has(name)) return otherwise;
        const auto& value = json_.at(name);
        if (!value.is_number_integer() || value.get<long long>() < from ||
            value.get<long long>() > to)
            fail(name, fmt::format("expected a whole number from {} to {}", from, to));
        return value.get<long long>();
    }
    /// One byte as two hexadecimal digits.
    [[nodiscard]] std::uint8_t byte(const char* name, std::uint8_t otherwise) const {
        if (!has(name)) return otherwise;
        const auto bytes = base::from_hex(text(name));
        if (!bytes || bytes->size() != 1) fail(name, "expected two hexadecimal digits");
        return bytes->front();
    }
    [[nodiscard]] std::string hex(const char* name) const {
        const auto bytes = base::from_hex(text(name));
        if (!bytes) fail(name, "expected hexadecimal digits");
        return base::to_hex(*bytes);
    }
    [[nodiscard]] std::filesystem::path path(const char* name) const {
        return file_.parent_path() / text(name);
    }
    [[nodiscard]] Section object(const char* name) const {
        if (!has(name)) fail(name, "is missing");
        return {file_, json_.at(name), where_.empty() ? name : where_ + '.' + name};
    }
    [[nodiscard]] const nlohmann::json& json() const noexcept { return json_; }
    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

private:
    std::filesystem::path file_;
    nlohmann::json json_;
    std::string where_;
};

Section read(const std::filesystem::path& path) {
    const auto content = base::read_file(path, LongestConfig);
    auto json = nlohmann::json::parse(content.begin(), content.end(), nullptr, false, true);
    if (json.is_discarded()) throw base::FileError{path.string(), "content", "is not JSON"};
    return {path, std::move(json), ""};
}

Identity identity_of(const Section& in) {
    return {in.path("certificate"), in.path("key"), in.path("authority")};
}

/// HOST:PORT
std::pair<std::string, int> host_and_port(const Section& in, const char* name) {
    const std::string text = in.text(name);
    const auto colon = text.rfind(':');
    int port = -1;
    if (colon != std::string::npos && colon + 1 < text.size() && text.size() - colon <= 6 &&
        text.find_first_not_of("0123456789", colon + 1) == std::string::npos)
        port = std::stoi(text.substr(colon + 1));
    if (colon == 0 || port < 0 || port > 65535) in.fail(name, "expected HOST:PORT");
    return {text.substr(0, colon), port};
}

Address address_of(const Section& in) {
    in.knows({"address", "certificate"});
    const auto [host, port] = host_and_port(in, "address");
    return {host, port, in.path("certificate")};
}

KeyPolicy policy_of(const Section& in) {
    in.knows({"type", "bytes", "first_version", "last_version", "lifetime_days", "uses", "level"});
    KeyPolicy policy;
    const std::string type = in.text("type", "aes");
    if (type != "aes" && type != "des") in.fail("type", "expected aes or des");
    policy.type = type == "des" ? reader::KeyType::Des : reader::KeyType::Aes;
    const bool des = policy.type == reader::KeyType::Des;
    policy.bytes = static_cast<std::size_t>(in.number("bytes", 16, 16, 32));
    if (policy.bytes != 16 && (des || (policy.bytes != 24 && policy.bytes != 32)))
        in.fail("bytes", des ? "DES keys have 16" : "AES keys have 16, 24 or 32");
    policy.first_version = in.byte("first_version", des ? 0x20 : 0x30);
    policy.last_version = in.byte("last_version", des ? 0x2F : 0x3F);
    if (policy.first_version == 0 || policy.last_version > 0x7F ||
        policy.first_version > policy.last_version)
        in.fail("last_version", "expected versions from 01 to 7F, the first one first");
    policy.lifetime.seconds = in.number("lifetime_days", 0, 0, 36'500) * DaySeconds;
    policy.lifetime.uses = in.number("uses", 0, 0, 1'000'000'000);
    policy.level = in.byte("level", 0x33);
    return policy;
}

constexpr const char* Shared[] = {"listen",   "certificate", "key",       "authority",
                                  "database", "master_key",  "terminals", "keys"};

PlatformConfig platform_of(const Section& in) {
    PlatformConfig made;
    made.identity = identity_of(in);
    std::tie(made.host, made.port) = host_and_port(in, "listen");
    made.master_key = in.path("master_key");
    const std::string database = in.text("database");
    constexpr std::string_view Sqlite = "sqlite:";
    made.office.database =
        database.starts_with(Sqlite)
            ? std::string{Sqlite} +
                  (in.file().parent_path() / database.substr(Sqlite.size())).string()
            : database;
    if (in.has("keys")) made.office.policy = policy_of(in.object("keys"));
    if (in.has("terminals")) {
        const auto& names = in.json().at("terminals");
        if (!names.is_array()) in.fail("terminals", "expected a list of names");
        for (const auto& name : names) {
            if (!name.is_string()) in.fail("terminals", "expected a list of names");
            made.terminals.insert(name.get<std::string>());
        }
    }
    return made;
}

}  // namespace

PlatformConfig read_platform_config(const std::filesystem::path& path) {
    return platform_of(read(path));
}

IssuerConfig read_issuer_config(const std::filesystem::path& path) {
    const Section in = read(path);
    in.knows({Shared[0], Shared[1], Shared[2], Shared[3], Shared[4], Shared[5], Shared[6],
              Shared[7], "providers", "issuer_level", "domains"});
    IssuerConfig made;
    made.platform = platform_of(in);
    made.issuer_level = in.byte("issuer_level", made.issuer_level);
    if (in.has("domains")) {
        const Section domains = in.object("domains");
        domains.knows({"package", "module", "privileges"});
        if (domains.has("package")) made.made_of.package = domains.hex("package");
        if (domains.has("module")) made.made_of.module = domains.hex("module");
        if (domains.has("privileges")) made.made_of.privileges = domains.hex("privileges");
    }
    if (!in.has("providers")) return made;
    const Section providers = in.object("providers");
    for (const auto& [name, ignored] : providers.json().items()) {
        const Section one = providers.object(name.c_str());
        one.knows({"domains", "transport"});
        made.providers[name] = {one.hex("domains"), one.text("transport")};
    }
    return made;
}

ProviderConfig read_provider_config(const std::filesystem::path& path) {
    const Section in = read(path);
    in.knows({Shared[0], Shared[1], Shared[2], Shared[3], Shared[4], Shared[5], Shared[6],
              Shared[7], "issuer", "transport"});
    return {platform_of(in), address_of(in.object("issuer")), in.text("transport")};
}

TerminalConfig read_terminal_config(const std::filesystem::path& path) {
    const Section in = read(path);
    in.knows({"certificate", "key", "authority", "platform"});
    return {identity_of(in), address_of(in.object("platform"))};
}

}  // namespace platform
