#include "platform/scp10_files.hpp"

#include "base/file.hpp"
#include "base/hex.hpp"
#include "platform/private_file.hpp"

namespace platform {
namespace {

namespace fs = std::filesystem;

base::Bytes bytes_of(const nlohmann::json& in, const char* name) {
    auto bytes = base::from_hex(in.at(name).get<std::string>());
    if (!bytes) throw std::invalid_argument{std::string{name} + ": expected hexadecimal digits"};
    return std::move(*bytes);
}

nlohmann::json public_part(const reader::RsaPublicKey& key) {
    return {{"modulus", base::to_hex(key.modulus())}, {"exponent", base::to_hex(key.exponent())}};
}

reader::RsaPublicKey public_key(const nlohmann::json& in) {
    return {bytes_of(in, "modulus"), bytes_of(in, "exponent")};
}

/// `more` and the pair; what is written is wiped.
void write_pair(const fs::path& path, const reader::RsaPrivateKey& key, nlohmann::json more) {
    more.update(public_part(key.public_key()));
    auto d = key.expose();
    auto digits = base::to_hex(d);
    base::wipe(d);
    auto text = more.dump();
    text.insert(text.size() - 1, ",\"d\":\"" + digits + '"');
    const auto forget = [](std::string& secret) {
        base::wipe({reinterpret_cast<std::uint8_t*>(secret.data()), secret.size()});
    };
    forget(digits);
    write_private_file(path, text);
    forget(text);
}

reader::RsaPrivateKey pair_of(nlohmann::json& in) {
    auto d = bytes_of(in, "d");
    auto& text = in.at("d").get_ref<std::string&>();
    base::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    reader::RsaPrivateKey key{bytes_of(in, "modulus"), bytes_of(in, "exponent"), d};
    base::wipe(d);
    return key;
}

template <typename Job>
auto read_pair(const fs::path& path, Job job) {
    auto json = read_private_json(path);
    try {
        return job(json);
    } catch (const nlohmann::json::exception&) {
        throw base::FileError{path.string(), "content", "is no key pair for SCP10"};
    } catch (const std::invalid_argument& error) {
        throw base::FileError{path.string(), "content", error.what()};
    }
}

}  // namespace

void make_scp10_files(const fs::path& folder, const std::vector<std::string>& names) {
    std::error_code ignored;
    fs::create_directories(folder, ignored);
    const auto trust_key = reader::RsaPrivateKey::draw();
    const TrustPoint trust_point{trust_key};
    write_pair(folder / "trust-point.scp10", trust_key, nlohmann::json::object());
    reader::Serial serial{};
    for (const auto& name : names) {
        ++serial.back();
        const auto key = reader::RsaPrivateKey::draw();
        write_pair(
            folder / (name + ".scp10"), key,
            {{"serial", base::to_hex(serial)},
             {"certificate", base::to_hex(trust_point.certify_platform(serial, key.public_key()))},
             {"trust_point", public_part(trust_point.public_key())}});
    }
}

TrustPoint read_trust_point(const fs::path& path) {
    return read_pair(path, [](nlohmann::json& json) { return TrustPoint{pair_of(json)}; });
}

reader::Scp10Host read_scp10_host(const fs::path& path) {
    return read_pair(path, [](nlohmann::json& json) {
        reader::Serial serial{};
        const auto number = bytes_of(json, "serial");
        if (number.size() != serial.size())
            throw std::invalid_argument{"serial: another number of digits is expected"};
        std::copy(number.begin(), number.end(), serial.begin());
        return reader::Scp10Host{serial,
                                 pair_of(json),
                                 {bytes_of(json, "certificate")},
                                 public_key(json.at("trust_point"))};
    });
}

}  // namespace platform
