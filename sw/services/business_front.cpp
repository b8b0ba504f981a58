#include "services/business_front.hpp"

#include "services/message.hpp"

namespace services {

nlohmann::json BusinessFront::handle(const std::string& peer, const nlohmann::json& request) {
    if (cards_ != nullptr && ota::BusinessPlatform::does(name_in(request, "do")))
        return cards_->handle(peer, request);
    return money_.handle(peer, request);
}

}  // namespace services
