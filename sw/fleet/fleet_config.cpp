#include "fleet/fleet_config.hpp"

#include <charconv>
#include <stdexcept>

#include "base/file.hpp"
#include "control/logic.hpp"

namespace fleet {
namespace {

constexpr std::size_t MostContent =
    control::UpdateHeader::MostBlocks * control::UpdateHeader::BlockBytes - 1;

std::uint32_t version_in(const platform::Section& in) {
    const auto version = in.number("version", 0, 0, 0xFFFF'FFFFLL);
    // The factory's contents have version 1.
    if (version < 2) in.fail("version", "expected a number above 1");
    return static_cast<std::uint32_t>(version);
}

Offer::Content content_in(const platform::Section& in) {
    in.knows({"version", "file"});
    return {version_in(in), base::read_file(in.path("file"), MostContent)};
}

Offer offer_in(const platform::Section& in) {
    in.knows({"software", "logic", "credentials"});
    Offer made;
    if (in.has("software")) made.software = content_in(in.object("software"));
    if (in.has("logic")) {
        made.logic = content_in(in.object("logic"));
        try {
            (void)control::parse_logic(
                std::string{made.logic->bytes.begin(), made.logic->bytes.end()});
        } catch (const control::LogicError& error) {
            in.fail("logic", error.what());
        }
    }
    if (!in.has("credentials")) return made;
    const auto rights = in.object("credentials");
    rights.knows({"version", "clients"});
    made.credentials = Offer::Rights{version_in(rights), {}};
    for (const auto& text : rights.names("clients")) {
        try {
            made.credentials->clients.push_back(grant_from(text));
        } catch (const std::invalid_argument& error) {
            rights.fail("clients", error.what());
        }
    }
    if (made.credentials->clients.size() > control::Credentials::MostClients)
        rights.fail("clients", "more than 16");
    return made;
}

}  // namespace

ClientGrant grant_from(const std::string& text) {
    const auto equals = text.find('=');
    ClientGrant made;
    made.id = text.substr(0, equals);
    if (made.id.empty() || made.id.size() > control::Credentials::MostId)
        throw std::invalid_argument{"a client's id has 1 to 16 characters"};
    if (equals == std::string::npos) return made;
    const char* first = text.data() + equals + 1;
    const char* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(first, last, made.services, 16);
    if (error != std::errc{} || end != last || (made.services & ~control::AllServices) != 0)
        throw std::invalid_argument{"services are hexadecimal digits, at most 3F"};
    return made;
}

FleetConfig read_fleet_config(const std::filesystem::path& path) {
    const auto in = platform::Section::read(path);
    in.knows({"listen", "certificate", "key", "authority", "fleet", "clients", "updates"});
    FleetConfig made;
    made.identity = in.identity();
    std::tie(made.host, made.port) = in.host_and_port("listen");
    made.keys = in.path("fleet");
    made.clients = in.names("clients");
    if (in.has("updates")) made.offer = offer_in(in.object("updates"));
    return made;
}

}  // namespace fleet
