#include "flows/reader_profile.hpp"

#include "base/hex.hpp"
#include "flows/flow.hpp"

namespace flows {

WayProfile measured(ReaderScene& scene, control::Way way) {
    const Tick before = scene.hardware().now();
    const auto answer = scene.device().control().run(
        "sector-read", {{"sector", std::uint64_t{ReaderScene::Sector}}}, way);
    WayProfile profile;
    profile.way = way;
    profile.took = scene.hardware().now() - before;
    profile.answer = base::to_hex(std::get<base::Bytes>(answer.at("data")));
    profile.enabled = scene.hardware().ticks();
    profile.toggles = scene.hardware().toggles();
    require(scene.all_off(), "a module is still on");
    require(profile.answer == scene.sector(), "the answer is not what the card holds");
    return profile;
}

std::vector<WayProfile> reader_profile(Level level) {
    std::vector<WayProfile> profile;
    for (const auto way : {control::Way::Together, control::Way::OneByOne}) {
        ReaderScene scene{level, true};
        profile.push_back(measured(scene, way));
        scene.finish();
    }
    require(profile[0].answer == profile[1].answer, "the two ways give different answers");
    return profile;
}

}  // namespace flows
