/// \file business_platform.hpp
/// The business platform as main control units see it: rights to talk to a secure element, and
/// downloads (systems.md B1 to B4; docs/services.md).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "ota/download.hpp"
#include "ota/element_keys.hpp"
#include "platform/service.hpp"

namespace ota {

/// Requests:
///   - {"do": "right", "element", "challenge", "offer"}: `offer` is the element's answer to
///     INITIALIZE UPDATE. Answer: {"enc", "mac", "rmac"}, keys of this session of SCP03.
///   - {"do": "download", "element", "kind"} and {"do": "answer", "element", "step", "response"}
///     (no response: the answer was lost) are answered by {"step", "name", "apdu"} or {"done":
///     true, "card", "instance", "atr"}.
/// Bytes are hexadecimal. A terminal gets at its own secure element only.
class BusinessPlatform final : public platform::Service {
public:
    /// `keys` knows the elements, `terminals` which element is in which terminal (by the name in
    /// its certificate). `issuers` outlives it.
    BusinessPlatform(KeyRing keys, std::map<std::string, std::string> terminals,
                     const DataProcessingUnit& issuers)
        : keys_{std::move(keys)}, terminals_{std::move(terminals)}, issuers_{issuers} {}

    nlohmann::json handle(const std::string& peer, const nlohmann::json& request) override;

    /// The download of an element, for a carrier that is no terminal's line (short messages). The
    /// same one until it is done, so that it resumes. Throws platform::Refusal.
    [[nodiscard]] std::shared_ptr<Download> download(const std::string& element, Kind kind);

private:
    struct Live {
        std::mutex mutex{};
        std::shared_ptr<Download> download{};
        unsigned long step = 0;
    };

    [[nodiscard]] ElementKeys keys_of(const std::string& element) const;
    [[nodiscard]] nlohmann::json right(const std::string& element, const nlohmann::json& request);
    [[nodiscard]] nlohmann::json answer(const std::string& element, const nlohmann::json& request);
    [[nodiscard]] static nlohmann::json told(Live& live);
    [[nodiscard]] std::shared_ptr<Live> live(const std::string& element);

    KeyRing keys_;
    std::map<std::string, std::string> terminals_;
    const DataProcessingUnit& issuers_;
    std::mutex mutex_{};
    std::map<std::string, std::shared_ptr<Live>> downloads_{};
};

}  // namespace ota
