#include "link/pn532.hpp"

#include <utility>

#include "link/hsu_frame.hpp"

namespace hostlink {

std::uint8_t status_byte(reader::Status status) noexcept {
    switch (status) {
        case reader::Status::Ok:
            return 0x00;
        case reader::Status::Silent:
            return 0x01;
        case reader::Status::Crc:
            return 0x02;
        case reader::Status::Parity:
            return 0x03;
        case reader::Status::Framing:
            return 0x05;
        case reader::Status::Collision:
            return 0x06;
        case reader::Status::Overflow:
            return 0x09;
        case reader::Status::NotHalted:
        case reader::Status::Protocol:
            return 0x0B;
        case reader::Status::Nak:
            return 0x13;
        case reader::Status::AuthFailed:
            return 0x14;
        case reader::Status::UidCheck:
            return 0x23;
    }
    return 0x0B;
}

Pn532::Pn532(reader::Reader& reader, Hooks hooks)
    : reader_{reader}, hooks_{std::move(hooks)}, timeout_{reader.policy().timeout} {}

std::optional<base::Bytes> Pn532::execute(base::ByteView command) {
    const std::uint8_t code = command[0];
    const Reply reply = dispatch(code, command.subspan(1));
    if (hooks_.cancelled()) return std::nullopt;
    if (!reply) return syntax_error_frame();
    base::Bytes payload{static_cast<std::uint8_t>(code + 1)};
    payload.insert(payload.end(), reply->begin(), reply->end());
    return to_frame(payload);
}

Pn532::Reply Pn532::dispatch(std::uint8_t code, base::ByteView data) {
    using base::Bytes;
    switch (code) {
        case 0x00:
            return diagnose(data);
        case 0x02:  // GetFirmwareVersion: PN532, 1.6, type A, type B and ISO/IEC 18092
            return Bytes{0x32, 0x01, 0x06, 0x07};
        case 0x04:
            return general_status();
        case 0x06:
            return read_registers(data);
        case 0x08:
            return write_registers(data);
        case 0x0C:  // ReadGPIO: P3, P7, I0I1
            return Bytes{0x00, 0x00, 0x00};
        case 0x0E:  // WriteGPIO
        case 0x10:  // SetSerialBaudRate: a pseudo-terminal has none
        case 0x14:  // SAMConfiguration
            return Bytes{};
        case 0x12:
            if (data.size() != 1) return std::nullopt;
            parameters_ = data[0];
            return Bytes{};
        case 0x16:
            return power_down();
        case 0x32:
            return rf_configuration(data);
        case 0x40:
            return data_exchange(data);
        case 0x42:
            return communicate_thru(data);
        case 0x44:
            return deselect(data, false);
        case 0x46:  // InJumpForPSL
        case 0x50:  // InATR
        case 0x56:  // InJumpForDEP: nobody here speaks ISO/IEC 18092
            return Bytes{0x01};
        case 0x4A:
            return list_passive_target(data);
        case 0x4E:
            return parameter_selection(data);
        case 0x52:
            return deselect(data, true);
        case 0x54:
            return select(data);
        case 0x60:
            return auto_poll(data);
        case 0x8C:
            return wait_for_initiator();
        case 0x86:  // TgGetData
        case 0x88:  // TgGetInitiatorCommand
        case 0x8E:  // TgSetData
        case 0x90:  // TgResponseToInitiator: never activated as a target
            return Bytes{0x25};
        case 0x8A:  // TgGetTargetStatus: released
            return Bytes{0x00, 0x00};
        default:
            return std::nullopt;
    }
}

}  // namespace hostlink
