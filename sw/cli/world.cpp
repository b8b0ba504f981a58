#include "cli/world.hpp"

#include "base/file.hpp"
#include "cli/failure.hpp"
#include "trace/wave_view.hpp"

namespace cli {

void add_fst(CLI::App& app, WorldOptions& options) {
    app.add_option("--fst", options.fst,
                   "write a waveform of both RTL sides and FILE.gtkw, its view");
}

std::unique_ptr<port::World> open_world(const WorldOptions& options) {
    if (options.level == Level::Tlm && !options.fst.empty())
        throw Failure{WrongUse, "--fst needs --level rtl or both: the model has no waveform"};
    if (!options.fst.empty()) {
        const std::string view = trace::gtkwave_view(options.fst);
        base::replace_file(options.fst + ".gtkw", base::Bytes{view.begin(), view.end()});
    }
    return flows::make_world(options);
}

}  // namespace cli
