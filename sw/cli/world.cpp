#include "cli/world.hpp"

#include "base/file.hpp"
#include "cli/failure.hpp"
#include "field/tlm_world.hpp"
#include "lockstep/lockstep_world.hpp"
#include "trace/wave_view.hpp"
#include "verilated/rtl_world.hpp"

namespace cli {

void add_fst(CLI::App& app, WorldOptions& options) {
    app.add_option("--fst", options.fst,
                   "write a waveform of both RTL sides and FILE.gtkw, its view");
}

std::unique_ptr<port::World> make_world(const WorldOptions& options) {
    if (options.level == Level::Tlm && !options.fst.empty())
        throw Failure{WrongUse, "--fst needs --level rtl or both: the model has no waveform"};
    if (!options.fst.empty()) {
        const std::string view = trace::gtkwave_view(options.fst);
        base::replace_file(options.fst + ".gtkw", base::Bytes{view.begin(), view.end()});
    }
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
        throw Failure{JobFailed, "assertions of the RTL failed"};
}

}  // namespace cli
