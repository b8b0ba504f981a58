#include "flows/world.hpp"

#include <stdexcept>

#include "field/tlm_world.hpp"
#include "lockstep/lockstep_world.hpp"
#include "verilated/rtl_world.hpp"

namespace flows {

std::unique_ptr<port::World> make_world(const WorldOptions& options) {
    if (options.level == Level::Tlm && !options.fst.empty())
        throw std::invalid_argument{"the model has no waveform"};
    if (options.level == Level::Tlm) return field::make_tlm_world(options.air);
    if (options.level == Level::Both) {
        tb::LockstepOptions both;
        both.cards = options.slots;
        both.live_fst = options.fst;
        return tb::make_lockstep_world(options.air, both);
    }
    tb::RtlOptions rtl;
    rtl.cards = options.slots;
    rtl.fst = options.fst;
    return tb::make_rtl_world(options.air, rtl);
}

void finish(port::World& world) {
    if (auto* both = dynamic_cast<tb::LockstepWorld*>(&world)) both->finish();
    if (auto* rtl = dynamic_cast<tb::RtlWorld*>(&world); rtl != nullptr && rtl->errors() != 0)
        throw std::runtime_error{"assertions of the RTL failed"};
}

}  // namespace flows
