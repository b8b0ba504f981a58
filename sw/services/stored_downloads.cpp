#include "services/stored_downloads.hpp"

#include <spdlog/spdlog.h>

#include <stdexcept>

#include "base/hex.hpp"
#include "services/message.hpp"

namespace services {
namespace {

base::Bytes bytes_of(const nlohmann::json& digits) {
    auto bytes = base::from_hex(digits.get<std::string>());
    if (!bytes) throw std::invalid_argument{"expected hexadecimal digits"};
    return std::move(*bytes);
}

std::string to_text(const ota::ShelvedDownload& download) {
    const auto& target = download.target;
    auto blocks = nlohmann::json::array();
    for (const auto& block : download.sealed.blocks) blocks.push_back(base::to_hex(block));
    return nlohmann::json{{"kind", static_cast<unsigned>(target.kind)},
                          {"card", target.number},
                          {"request", base::to_hex(target.request)},
                          {"installed", target.installed},
                          {"version", target.version},
                          {"header", base::to_hex(download.sealed.header)},
                          {"blocks", std::move(blocks)},
                          {"instance", base::to_hex(download.instance)}}
        .dump();
}

ota::ShelvedDownload from_json(const std::string& element, const nlohmann::json& json) {
    ota::ShelvedDownload made;
    const auto kind = ota::kind_from(json.at("kind").get<std::uint8_t>());
    if (!kind) throw std::invalid_argument{"a kind that nobody knows"};
    made.target.kind = *kind;
    made.target.number = json.at("card").get<unsigned>();
    made.target.request = array_in<8>(json, "request");
    made.target.element = element;
    made.target.installed = json.at("installed").get<std::string>();
    made.target.version = json.at("version").get<std::uint32_t>();
    made.sealed.header = bytes_of(json.at("header"));
    for (const auto& block : json.at("blocks")) made.sealed.blocks.push_back(bytes_of(block));
    made.instance = bytes_of(json.at("instance"));
    return made;
}

}  // namespace

void StoredDownloads::keep(const ota::ShelvedDownload& download) {
    const auto sealed = to_text(download);
    const long long at = office_.options().clock();
    office_.database.transaction([&](soci::session& sql) {
        sql << "DELETE FROM downloads WHERE element = :e", soci::use(download.target.element);
        sql << "INSERT INTO downloads VALUES (:e, :s, :at)", soci::use(download.target.element),
            soci::use(sealed), soci::use(at);
    });
}

std::optional<ota::ShelvedDownload> StoredDownloads::find(const std::string& element) {
    const auto sealed = office_.database.transaction([&](soci::session& sql) {
        std::string text;
        sql << "SELECT sealed FROM downloads WHERE element = :e", soci::into(text),
            soci::use(element);
        return text;
    });
    if (sealed.empty()) return {};
    try {
        return from_json(element, nlohmann::json::parse(sealed));
    } catch (const std::exception& error) {
        // The package is fetched anew, as if there were none.
        spdlog::error("the download of {} is not as it was stored: {}", element, error.what());
        return {};
    }
}

}  // namespace services
