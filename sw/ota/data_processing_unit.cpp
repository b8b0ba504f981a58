#include "ota/data_processing_unit.hpp"

#include "platform/refusal.hpp"

namespace ota {

ApplicationPackage DataProcessingUnit::fetch(const CardRequest& request) const {
    const auto found = issuers_.find(request.kind);
    if (found == issuers_.end())
        throw platform::Refusal{"no-issuer", "no issuer of this kind of card is connected"};
    auto package = found->second->fetch(request);
    if (package.kind != request.kind)
        throw platform::Refusal{"issuer", "the issuer gave a package of another kind"};
    return package;
}

}  // namespace ota
