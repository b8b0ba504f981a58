#include "cli/apdu_log.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "apdu/shown.hpp"
#include "base/hex.hpp"
#include "cli/failure.hpp"

namespace cli {

ApduLog::ApduLog(hostlink::SmartCard& card, const std::string& path)
    : card_{&card}, out_{path == "-" ? &std::cout : &file_} {
    if (path == "-") return;
    errno = 0;
    file_.open(path, std::ios::trunc);
    if (!file_) throw Failure{WrongUse, fmt::format("{}: {}", path, std::strerror(errno))};
}

void ApduLog::note(std::string_view what, std::string_view text) {
    *out_ << what;
    if (!text.empty()) *out_ << ' ' << text;
    *out_ << '\n' << std::flush;
}

base::Bytes ApduLog::power_on() {
    base::Bytes atr = card_->power_on();
    note("on", base::to_hex(atr, " "));
    return atr;
}

base::Bytes ApduLog::reset() {
    base::Bytes atr = card_->reset();
    note("reset", base::to_hex(atr, " "));
    return atr;
}

void ApduLog::power_off() {
    card_->power_off();
    note("off", "");
}

base::Bytes ApduLog::transmit(base::ByteView command) {
    note(">", apdu::shown(command));
    base::Bytes answer = card_->transmit(command);
    note("<", base::to_hex(answer, " "));
    return answer;
}

}  // namespace cli
