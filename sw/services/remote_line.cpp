#include "services/remote_line.hpp"

#include "platform/refusal.hpp"

namespace services {

nlohmann::json RemoteLine::call(const nlohmann::json& request) {
    try {
        return remote_.call(request);
    } catch (const platform::Refusal& refusal) {
        // The server failed on the way (platform::Gate): what it had done by then is not known.
        if (refusal.code() == "line" || refusal.code() == "internal")
            throw platform::LineLost{refusal.what()};
        throw;
    }
}

}  // namespace services
