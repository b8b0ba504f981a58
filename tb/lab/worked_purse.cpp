#include "lab/worked_purse.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"

namespace lab {
namespace {

base::Bytes hex(const std::string& digits) { return base::from_hex(digits).value(); }

std::string key(const char* type, const char* index, const char* value) {
    return fmt::format("8114{}{}0100{}", type, index, value);
}

}  // namespace

base::Bytes worked_purse(services::Fen on_card) {
    return hex(key("3F", "01", "3CC71C829687C2C2C4B65509F2E70873") +
               key("3E", "01", "64835FFB0E61363A1B34A6F5D0419A55") +
               key("34", "00", "798A4F2B936AFAD15981E0F980674FEA") +
               fmt::format("820D02{:08X}000186A00007002A", on_card) + "831F15" +
               std::string(20, '0') + WorkedCard + "20240101" + "20341231" + "0000");
}

base::Bytes worked_manager() {
    return hex(
        "4F08D276000118AA3001"
        "800101"
        "810400000001"
        "86045472616D");
}

services::PurseMasters worked_masters() {
    const auto master = [](const char* digits) { return reader::ScpKey{hex(digits)}; };
    return {master("11111111222222223333333344444444"), master("0F1E2D3C4B5A69788796A5B4C3D2E1F0"),
            master("A1A2A3A4A5A6A7A8B1B2B3B4B5B6B7B8")};
}

}  // namespace lab
