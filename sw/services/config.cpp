#include "services/config.hpp"

#include "base/file.hpp"
#include "base/hex.hpp"

namespace services {
namespace {

using platform::Section;

constexpr Fen MostOpening = 1'000'000'000'000;
constexpr std::size_t CardDigits = 20;

SiteConfig site_of(const Section& in) {
    SiteConfig made;
    made.identity = in.identity();
    std::tie(made.host, made.port) = in.host_and_port("listen");
    made.database = in.database("database");
    made.master_key = in.path("master_key");
    if (in.has("peers")) made.peers = in.names("peers");
    return made;
}

std::map<std::string, Fen> amounts(const Section& in, const char* name) {
    std::map<std::string, Fen> made;
    if (!in.has(name)) return made;
    const Section all = in.object(name);
    for (const auto& [one, ignored] : all.json().items())
        made[one] = all.number(one.c_str(), 0, 0, MostOpening);
    return made;
}

template <std::size_t Size>
std::array<std::uint8_t, Size> bytes_of(const Section& in, const char* name) {
    const auto bytes = base::from_hex(in.hex(name)).value();
    if (bytes.size() != Size) in.fail(name, "another number of digits is expected");
    std::array<std::uint8_t, Size> made{};
    std::copy(bytes.begin(), bytes.end(), made.begin());
    return made;
}

std::string element_of(const Section& in, const char* name) {
    constexpr std::size_t ElementBytes = 10;
    const auto id = base::from_hex(in.hex(name)).value();
    if (id.size() != ElementBytes) in.fail(name, "a secure element's id has twenty digits");
    return base::to_hex(id);
}

DownloadConfig downloads_of(const Section& in,
                            const std::map<std::string, platform::Address>& issuers) {
    in.knows({"masters", "terminals", "gateways", "packages"});
    DownloadConfig made;
    const Section masters = in.object("masters");
    masters.knows({"issuer", "module", "packets"});
    made.issuer = masters.path("issuer");
    made.module = masters.path("module");
    made.packets = masters.path("packets");
    const Section terminals = in.object("terminals");
    for (const auto& [name, ignored] : terminals.json().items())
        made.terminals[name] = element_of(terminals, name.c_str());
    if (in.has("gateways")) made.gateways = in.names("gateways");
    const Section packages = in.object("packages");
    for (const auto& [name, ignored] : packages.json().items()) {
        const auto kind = ota::kind_named(name);
        if (!kind) packages.fail(name, "expected one-card, bank or merchant");
        made.packages[*kind] = packages.text(name.c_str());
        if (!issuers.contains(made.packages[*kind])) packages.fail(name, "is none of the issuers");
    }
    return made;
}

CardPlan plan_of(const Section& in, PurseRole role) {
    in.knows({"package", "numbers", "ceiling"});
    CardPlan plan;
    const auto file = in.path("package");
    const auto package =
        ota::ApplicationPackage::parse(base::read_file(file, ota::ApplicationPackage::MostBytes));
    if (!package) throw base::FileError{file.string(), "content", "is no application package"};
    plan.package = *package;
    constexpr std::array Kinds{ota::Kind::OneCard, ota::Kind::Bank, ota::Kind::Merchant};
    if (plan.package.kind != Kinds.at(static_cast<std::size_t>(role)))
        in.fail("package", "is of another kind");
    plan.numbers = bytes_of<6>(in, "numbers");
    plan.ceiling = in.number("ceiling", plan.ceiling, 0, MostFen);
    return plan;
}

}  // namespace

SiteConfig read_site_config(const std::filesystem::path& path) {
    return site_of(Section::read(path));
}

PurseServerConfig read_purse_server_config(const std::filesystem::path& path, PurseRole role) {
    const Section in = Section::read(path);
    in.knows({"listen", "certificate", "key", "authority", "database", "master_key", "peers",
              "masters", "accounts", "prices", "cards", "new_cards"});
    PurseServerConfig made;
    made.site = site_of(in);
    const Section masters = in.object("masters");
    masters.knows({"load", "purchase", "tac"});
    made.load = masters.path("load");
    made.purchase = masters.path("purchase");
    made.tac = masters.path("tac");
    made.cards = amounts(in, "cards");
    for (const auto& [number, balance] : made.cards)
        if (number.size() != CardDigits || !base::from_hex(number))
            in.fail("cards", "expected numbers of twenty digits");
    made.options.peers = made.site.peers;
    made.options.prices = amounts(in, "prices");
    if (role == PurseRole::Merchant) {
        made.options.loads = false;
        if (made.options.prices.empty()) in.fail("prices", "a merchant has some");
    } else if (in.has("prices")) {
        in.fail("prices", "only a merchant has some");
    }
    made.options.accounts = role == PurseRole::Bank;
    if (in.has("accounts") && role != PurseRole::Bank) in.fail("accounts", "only a bank has some");
    made.site.accounts = amounts(in, "accounts");
    if (in.has("new_cards")) made.options.cards = plan_of(in.object("new_cards"), role);
    return made;
}

SiteConfig read_payment_config(const std::filesystem::path& path) {
    const Section in = Section::read(path);
    in.knows({"listen", "certificate", "key", "authority", "database", "master_key", "peers",
              "accounts"});
    SiteConfig made = site_of(in);
    made.accounts = amounts(in, "accounts");
    return made;
}

BusinessConfig read_business_config(const std::filesystem::path& path) {
    const Section in = Section::read(path);
    in.knows({"listen", "certificate", "key", "authority", "database", "master_key", "peers",
              "issuers", "payment", "reconcile_seconds", "downloads"});
    BusinessConfig made;
    made.site = site_of(in);
    const Section issuers = in.object("issuers");
    for (const auto& [name, ignored] : issuers.json().items())
        made.issuers[name] = issuers.object(name.c_str()).address();
    if (in.has("payment")) made.payment = in.object("payment").address();
    made.reconcile_seconds = in.number("reconcile_seconds", made.reconcile_seconds, 1, 86'400);
    if (in.has("downloads")) made.downloads = downloads_of(in.object("downloads"), made.issuers);
    return made;
}

TerminalConfig read_terminal_config(const std::filesystem::path& path) {
    const Section in = Section::read(path);
    in.knows({"certificate", "key", "authority", "server", "issuer", "journal", "number", "element",
              "gateway"});
    TerminalConfig made;
    made.identity = in.identity();
    made.server = in.object("server").address();
    made.issuer = in.text("issuer", "");
    made.journal = in.database("journal");
    made.number = bytes_of<6>(in, "number");
    if (in.has("element")) made.element = element_of(in, "element");
    if (in.has("gateway")) made.gateway = in.object("gateway").address();
    return made;
}

GatewayConfig read_gateway_config(const std::filesystem::path& path) {
    const Section in = Section::read(path);
    in.knows({"certificate", "key", "authority", "server", "listen", "peers", "faults"});
    GatewayConfig made;
    made.options.phones = in.names("peers");
    if (in.has("faults")) {
        const Section faults = in.object("faults");
        faults.knows({"lost", "repeated", "delayed", "seed"});
        const auto share = [&](const char* name) {
            return static_cast<unsigned>(faults.number(name, 0, 0, 255));
        };
        made.options.faults.lost = share("lost");
        made.options.faults.repeated = share("repeated");
        made.options.faults.delayed = share("delayed");
        made.options.seed = static_cast<std::uint64_t>(faults.number("seed", 1, 0, MostOpening));
    }
    made.identity = in.identity();
    made.server = in.object("server").address();
    std::tie(made.host, made.port) = in.host_and_port("listen");
    return made;
}

}  // namespace services
