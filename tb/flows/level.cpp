#include "flows/level.hpp"

namespace flows {

std::string to_string(Level level) {
    switch (level) {
        case Level::Tlm:
            return "tlm";
        case Level::Rtl:
            return "rtl";
        case Level::Both:
            break;
    }
    return "both";
}

}  // namespace flows
