#include "platform/config.hpp"

#include <fmt/format.h>

#include "platform/scp10_files.hpp"
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

Scp10Terms terms_of(const Section& in) {
    Scp10Terms terms;
    const auto option = in.text("option", "key-agreement");
    if (option != "key-agreement" && option != "key-transport")
        in.fail("option", "expected key-agreement or key-transport");
    if (option == "key-transport") terms.option = reader::Scp10Option::KeyTransport;
    terms.key_version = in.byte("key_version", terms.key_version);
    return terms;
}

KnownProvider provider_of(const Section& in, bool has_trust_point) {
    in.knows({"domains", "transport", "scp10"});
    KnownProvider made;
    made.aids = in.hex("domains");
    if (in.has("scp10")) {
        if (!in.json().at("scp10").is_boolean()) in.fail("scp10", "expected true or false");
        made.scp10 = in.json().at("scp10").get<bool>();
    }
    if (made.scp10 && !has_trust_point)
        in.fail("scp10", "this platform has no trust point: \"scp10\" is missing");
    made.transport = made.scp10 ? in.text("transport", "") : in.text("transport");
    return made;
}

}  // namespace

PlatformConfig read_platform_config(const std::filesystem::path& path) {
    return platform_of(Section::read(path));
}

IssuerConfig read_issuer_config(const std::filesystem::path& path) {
    const Section in = Section::read(path);
    in.knows({Shared[0], Shared[1], Shared[2], Shared[3], Shared[4], Shared[5], Shared[6],
              Shared[7], "providers", "issuer_level", "domains", "scp10"});
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
    if (in.has("scp10")) {
        const Section scp10 = in.object("scp10");
        scp10.knows({"trust_point", "own", "option", "key_version"});
        made.scp10.emplace(Scp10Issuing{read_trust_point(scp10.path("trust_point")),
                                        read_scp10_host(scp10.path("own")), terms_of(scp10)});
    }
    if (!in.has("providers")) return made;
    const Section providers = in.object("providers");
    for (const auto& [name, ignored] : providers.json().items()) {
        made.providers[name] = provider_of(providers.object(name.c_str()), made.scp10.has_value());
    }
    return made;
}

ProviderConfig read_provider_config(const std::filesystem::path& path) {
    const Section in = Section::read(path);
    in.knows({Shared[0], Shared[1], Shared[2], Shared[3], Shared[4], Shared[5], Shared[6],
              Shared[7], "issuer", "transport", "scp10"});
    ProviderConfig made;
    made.platform = platform_of(in);
    made.issuer = in.object("issuer").address();
    if (in.has("scp10")) {
        const Section scp10 = in.object("scp10");
        scp10.knows({"own", "option", "key_version"});
        made.scp10.emplace(Scp10Access{read_scp10_host(scp10.path("own")), terms_of(scp10)});
    }
    made.transport = made.scp10 ? in.text("transport", "") : in.text("transport");
    return made;
}

TerminalConfig read_terminal_config(const std::filesystem::path& path) {
    const Section in = Section::read(path);
    in.knows({"certificate", "key", "authority", "platform"});
    return {in.identity(), in.object("platform").address()};
}

}  // namespace platform
