#include "cli/world.hpp"

#include "cli/failure.hpp"
#if __has_include("field/tlm_world.hpp")
#include "field/tlm_world.hpp"
#define HAVE_TLM
#endif
#ifdef CARTOUCHE_HAVE_RTL
#include "verilated/rtl_world.hpp"
#endif
#ifdef CARTOUCHE_HAVE_BOTH
#include "lockstep/lockstep_world.hpp"
#endif

namespace cli {

std::unique_ptr<port::World> make_world(const WorldOptions& options) {
    if (options.level == Level::Tlm && !options.fst.empty())
        throw Failure{WrongUse, "--fst needs --level rtl or both: the model has no waveform"};
    switch (options.level) {
        case Level::Tlm:
            return field::make_tlm_world(options.air);
        case Level::Rtl:
#ifdef CARTOUCHE_HAVE_RTL
        {
            tb::RtlOptions rtl;
            rtl.cards = options.slots;
            rtl.fst = options.fst;
            return tb::make_rtl_world(options.air, rtl);
        }
#endif
        case Level::Both:
            break;
    }
#ifdef CARTOUCHE_HAVE_BOTH
    tb::RtlOptions rtl;
    rtl.cards = options.slots;
    rtl.fst = options.fst;
    return tb::make_lockstep_world(options.air, rtl);
#endif
    throw Failure{WrongUse, "level not built"};
}

}  // namespace cli
