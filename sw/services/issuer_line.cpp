#include "services/issuer_line.hpp"

#include "base/hex.hpp"
#include "base/key.hpp"
#include "platform/refusal.hpp"

namespace services {

ota::ApplicationPackage IssuerLine::fetch(const ota::CardRequest& request) {
    auto answer =
        server_.call({{"do", "package"}, {"kind", std::string{ota::to_string(request.kind)}}});
    auto digits = answer.value("package", std::string{});
    auto bytes = base::from_hex(digits);
    auto package = bytes ? ota::ApplicationPackage::parse(*bytes) : std::nullopt;
    // It holds the card's keys.
    if (bytes) base::wipe(*bytes);
    if (!package) throw platform::Refusal{"issuer", "the issuer gave no package"};
    return std::move(*package);
}

}  // namespace services
