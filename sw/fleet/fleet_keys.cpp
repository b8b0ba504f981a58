#include "fleet/fleet_keys.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "control/octets.hpp"
#include "platform/private_file.hpp"
#include "platform/source.hpp"
#include "reader/scp_crypto.hpp"

namespace fleet {
namespace {

enum Purpose : std::uint8_t { PackageKey = 2, AccessKey = 3, ClientsKey = 4 };

template <std::size_t Size>
base::Key<Size> key_from(const nlohmann::json& json, const std::filesystem::path& path,
                         const char* name) {
    const auto found = json.find(name);
    auto bytes = found != json.end() && found->is_string()
                     ? base::from_hex(found->get<std::string>())
                     : std::nullopt;
    if (!bytes || bytes->size() != Size)
        throw base::FileError{path.string(), name,
                              "expected " + std::to_string(Size) + " bytes in hexadecimal"};
    std::array<std::uint8_t, Size> value{};
    std::copy(bytes->begin(), bytes->end(), value.begin());
    base::wipe(*bytes);
    const base::Key<Size> key{value};
    base::wipe(value);
    return key;
}

std::string text_from(const nlohmann::json& json, const std::filesystem::path& path,
                      const char* name) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_string() || found->get<std::string>().empty())
        throw base::FileError{path.string(), name, "expected a text"};
    return found->get<std::string>();
}

base::Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

}  // namespace

void FleetKeys::make(const std::filesystem::path& path) {
    auto master = platform::system_random(16);
    auto signer = platform::system_random(32);
    signer[0] &= 0x7F;  // below the order of the curve
    platform::write_private_file(
        path,
        nlohmann::json{{"master", base::to_hex(master)}, {"signer", base::to_hex(signer)}}.dump(2) +
            '\n');
    base::wipe(master);
    base::wipe(signer);
}

FleetKeys FleetKeys::read(const std::filesystem::path& path) {
    const auto json = platform::read_private_json(path);
    return {key_from<16>(json, path, "master"), key_from<32>(json, path, "signer")};
}

control::AesKey FleetKeys::derive(std::uint8_t purpose, base::ByteView input) const {
    base::Bytes message{purpose};
    control::put(message, input);
    return control::AesKey{reader::cmac(reader::ScpKey{master_.expose()}, message)};
}

control::AesKey FleetKeys::package_key(const std::string& serial) const {
    return derive(PackageKey, bytes_of(serial));
}

control::AesKey FleetKeys::client_key(const std::string& serial, const std::string& id) const {
    base::Bytes input;
    control::put_short(input, serial);
    control::put(input, std::string_view{id});
    return derive(ClientsKey, input);
}

control::Credentials FleetKeys::credentials(const std::string& serial,
                                            const std::vector<ClientGrant>& clients) const {
    control::Credentials made;
    made.reader = control::reader_key(master_, serial);
    made.access = derive(AccessKey, bytes_of(serial));
    for (const auto& client : clients)
        made.clients.push_back({client.id, client_key(serial, client.id), client.services});
    return made;
}

control::UpdateSigner FleetKeys::signer() const { return control::UpdateSigner{signer_}; }

control::Factory FleetKeys::factory(const std::string& serial,
                                    const std::vector<ClientGrant>& clients, std::string logic,
                                    std::string software) const {
    if (serial.empty() || serial.size() > control::UpdateHeader::MostSerial)
        throw std::invalid_argument{"a serial number has 1 to 16 characters"};
    control::Factory made;
    made.identity = {serial, package_key(serial), signer().public_key()};
    made.credentials = credentials(serial, clients);
    made.logic = std::move(logic);
    made.software = std::move(software);
    return made;
}

void ClientKey::write(const std::filesystem::path& path) const {
    platform::write_private_file(
        path,
        nlohmann::json{{"serial", serial}, {"id", id}, {"key", base::to_hex(key.expose())}}.dump(
            2) +
            '\n');
}

ClientKey ClientKey::read(const std::filesystem::path& path) {
    const auto json = platform::read_private_json(path);
    return {text_from(json, path, "serial"), text_from(json, path, "id"),
            key_from<16>(json, path, "key")};
}

}  // namespace fleet
