#include "platform/handover.hpp"

#include <fmt/format.h>

#include "platform/master_key.hpp"
#include "platform/refusal.hpp"

namespace platform {
namespace {

std::string identity(const Place& place, unsigned version, unsigned type) {
    return fmt::format("hand-over/{}/{}/{}/{}", place.card, place.domain, version, type);
}

}  // namespace

nlohmann::json hand_over(const reader::ScpKey& transport, const Place& place, const KeySet& set,
                         const Random& random) {
    const auto type = static_cast<unsigned>(set.type);
    base::Bytes plain = set.expose();
    const std::string wrapped = wrap(transport, plain, identity(place, set.version, type), random);
    base::wipe(plain);
    return {{"version", set.version},
            {"type", type},
            {"checks", check_values(set)},
            {"wrapped", wrapped}};
}

KeySet take_over(const reader::ScpKey& transport, const Place& place,
                 const nlohmann::json& handed) {
    const auto version = handed.at("version").get<unsigned>();
    const auto type = handed.at("type").get<unsigned>();
    auto plain =
        unwrap(transport, handed.at("wrapped").get<std::string>(), identity(place, version, type));
    if (!plain) throw Refusal{"hand-over", "the keys handed over are not to be believed"};
    const auto set = KeySet::from(static_cast<std::uint8_t>(version),
                                  static_cast<reader::KeyType>(type), *plain);
    base::wipe(*plain);
    if (handed.at("checks") != check_values(set))
        throw Refusal{"hand-over", "the check values of the keys handed over do not fit"};
    return set;
}

}  // namespace platform
