#include "platform/config.hpp"

#include <fmt/format.h>

#include "platform/section.hpp"

namespace platform {
namespace {

constexpr long long DaySeconds = 24LL * 3600;

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
    made.identity = in.identity();
    std::tie(made.host, made.port) = in.host_and_port("listen");
    made.master_key = in.path("master_key");
    made.office.database = in.database("database");
    if (in.has("keys")) made.office.policy = policy_of(in.object("keys"));
    if (in.has("terminals")) made.terminals = in.names("terminals");
    return made;
}

}  // namespace

PlatformConfig read_platform_config(const std::filesystem::path& path) {
    return platform_of(Section::read(path));
}

IssuerConfig read_issuer_config(const std::filesystem::path& path) {
    const Section in = Section::read(path);
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
    const Section in = Section::read(path);
    in.knows({Shared[0], Shared[1], Shared[2], Shared[3], Shared[4], Shared[5], Shared[6],
              Shared[7], "issuer", "transport"});
    return {platform_of(in), in.object("issuer").address(), in.text("transport")};
}

TerminalConfig read_terminal_config(const std::filesystem::path& path) {
    const Section in = Section::read(path);
    in.knows({"certificate", "key", "authority", "platform"});
    return {in.identity(), in.object("platform").address()};
}

}  // namespace platform
