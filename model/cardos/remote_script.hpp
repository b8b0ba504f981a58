/// \file remote_script.hpp
/// The payload of a secured packet as commands, and their answers as its response: compact and
/// expanded format (ETSI TS 102 226; ota-sms.md, section 4; docs/choices.md, Short messages).
#pragma once

#include <cstdint>
#include <functional>

#include "apdu/command.hpp"

namespace cardos {

/// Longest response: what fits into a proof of one short message.
inline constexpr std::size_t MostScriptResponse = 107;

/// Runs the commands of `payload` up to the first that fails, and says what came of them. A payload
/// that begins AA or AE 80 is in the expanded format. Nothing runs of one that breaks the format.
[[nodiscard]] base::Bytes run_script(
    base::ByteView payload, const std::function<apdu::Response(const apdu::Command&)>& run);

}  // namespace cardos
