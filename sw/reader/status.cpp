#include "reader/status.hpp"

namespace reader {

std::string_view to_string(Status status) noexcept {
    switch (status) {
        case Status::Ok:
            return "ok";
        case Status::Silent:
            return "no answer";
        case Status::Parity:
            return "parity is wrong";
        case Status::Crc:
            return "CRC is wrong";
        case Status::Collision:
            return "several cards answered";
        case Status::Framing:
            return "answer fits no frame";
        case Status::Overflow:
            return "answer is too long";
        case Status::UidCheck:
            return "UID check byte is wrong";
        case Status::Nak:
            return "card refused";
        case Status::NotHalted:
            return "card did not halt";
        case Status::AuthFailed:
            return "authentication failed";
        case Status::Protocol:
            return "card broke the protocol";
    }
    return "unknown";
}

Status judge(const port::Answer& answer) noexcept {
    if (answer.silent) return Status::Silent;
    if (answer.errors.overflow) return Status::Overflow;
    if (answer.errors.collision) return Status::Collision;
    if (answer.errors.framing) return Status::Framing;
    if (answer.errors.parity) return Status::Parity;
    if (answer.errors.crc) return Status::Crc;
    return Status::Ok;
}

}  // namespace reader
