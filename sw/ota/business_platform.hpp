/// \file business_platform.hpp
/// The business platform as main control units see it: rights to talk to a secure element, and
/// downloads (systems.md B1 to B5; docs/download.md).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "ota/element_keys.hpp"
#include "ota/sms_sender.hpp"
#include "platform/service.hpp"

namespace ota {

struct BusinessPlatformOptions {
    KeyRing keys{};  ///< knows the elements
    /// Which element is in which terminal, by the name in its certificate.
    std::map<std::string, std::string> terminals{};
    /// Who carries short messages: names in certificates.
    std::set<std::string> gateways{};
    /// Of an element's secured packets; survives the platform.
    std::function<std::uint64_t(const std::string& element)> counter{};
    /// Outlives the platform; nullptr: what is on its way is gone with it.
    DownloadShelf* shelf = nullptr;
};

/// Requests of terminals, each about the secure element that is in it:
///   - {"do": "right", "element", "challenge", "offer"}: `offer` is the element's answer to
///     INITIALIZE UPDATE. Answer: {"enc", "mac", "rmac"}, keys of this session of SCP03.
///   - {"do": "download", "element", "kind"} and {"do": "answer", "element", "step", "response"}
///     (no response: the answer was lost) are answered by {"step", "name", "apdu"} or {"done":
///     true, "card", "instance", "atr"}.
/// Requests of gateways, who carry short messages:
///   - {"do": "sms-download", "element", "kind"}, {"do": "sms-answer", "element", "message"} with
///   an
///     SMS-SUBMIT of the element, and {"do": "sms-silence", "element"} when nothing came for long,
///     are answered by {"messages", "done"}: SMS-DELIVER for the element.
/// Bytes are hexadecimal. An element has one download at a time, by either way.
class BusinessPlatform final : public platform::Service {
public:
    /// `issuers` outlives it.
    BusinessPlatform(BusinessPlatformOptions options, const DataProcessingUnit& issuers)
        : options_{std::move(options)}, issuers_{issuers} {}

    nlohmann::json handle(const std::string& peer, const nlohmann::json& request) override;
    /// Whether requests with this "do" are for it.
    [[nodiscard]] static bool does(const std::string& action);

    /// The download of an element, for a carrier that is no terminal's line (short messages). The
    /// same one until it is done, so that it resumes. Throws platform::Refusal.
    [[nodiscard]] std::shared_ptr<Download> download(const std::string& element, Kind kind);

private:
    struct Live {
        std::mutex mutex{};
        std::shared_ptr<Download> download{};
        unsigned long step = 0;
        std::optional<SmsDownload> sms{};  ///< when short messages carry it
    };

    [[nodiscard]] ElementKeys keys_of(const std::string& element) const;
    [[nodiscard]] nlohmann::json right(const std::string& element, const nlohmann::json& request);
    [[nodiscard]] nlohmann::json answer(const std::string& element, const nlohmann::json& request);
    [[nodiscard]] nlohmann::json by_sms(const std::string& action, const std::string& element,
                                        const nlohmann::json& request);
    [[nodiscard]] static nlohmann::json told(Live& live);
    [[nodiscard]] std::shared_ptr<Live> live(const std::string& element);
    void begin(Live& live, const std::string& element, Kind kind);

    BusinessPlatformOptions options_;
    const DataProcessingUnit& issuers_;
    std::mutex mutex_{};
    std::map<std::string, std::shared_ptr<Live>> downloads_{};
};

}  // namespace ota
