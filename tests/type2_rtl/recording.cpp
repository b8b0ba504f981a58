#include "recording.hpp"

#include <cstdlib>
#include <filesystem>

#include "base/file.hpp"
#include "trace/pm3_trace.hpp"

namespace type2_rtl {

std::vector<Recorded> recorded(const std::string& name) {
    const char* const data = std::getenv("CARTOUCHE_DATA");
    if (data == nullptr) return {};
    const auto path = std::filesystem::path{data} / "traces_pm3" / name;
    std::vector<Recorded> frames;
    for (const auto& frame : trace::read_pm3_trace(base::read_file(path, 1U << 20U), name)) {
        frames.push_back({frame.source == port::AirFrame::Source::Picc,
                          picc_rtl::Bits(frame.bits.begin(), frame.bits.end())});
    }
    return frames;
}

}  // namespace type2_rtl
