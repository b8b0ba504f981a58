/// \file application.hpp
/// What stands behind the contacts in these tests: the plan's test application, a SELECT that
/// answers an FCI, and a STORE DATA as slow as a test wants.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "port/apdu_port.hpp"

namespace contact_test {

using base::Bytes;
using base::Tick;

/// FCI of an ISD with SCP03, 66 bytes (GlobalPlatform sheet, section 3).
inline const Bytes Fci = base::from_hex(
                             "6F 40 84 08 A000000151000000 A5 34 73 2E 06 07 2A864886FC6B01"
                             "60 0B 06 09 2A864886FC6B020203 63 09 06 07 2A864886FC6B03"
                             "64 0B 06 09 2A864886FC6B040370 9F65 01 FF")
                             .value();

class Application final : public port::ApduPort {
public:
    /// SLOW's waiting time: BWT of BWI 4 at 3.5712 MHz, 11 etu of 32 cycles and 2^4 x 960 x 372.
    Tick waiting_time = (11 * 32 + 16 * 960 * 372) * std::uint64_t{2825} / 744;
    Tick store_data_ticks = 0;

    std::vector<Bytes> commands{};  ///< whole APDUs that ran
    std::vector<Tick> resets{};
    std::uint8_t count = 0;

    void reset(Tick at) override { resets.push_back(at); }

    Taken take(base::ByteView piece, bool more, Tick at) override {
        pieces_.insert(pieces_.end(), piece.begin(), piece.end());
        if (more) return {at, {}};
        const Bytes command = std::move(pieces_);
        pieces_.clear();
        if (command.empty()) return {at, {}};
        commands.push_back(command);
        return {at + ticks(command), answer(command)};
    }

private:
    [[nodiscard]] Tick ticks(const Bytes& command) const {
        if (command.size() < 4) return 256;
        if (command[1] == 0x02) return waiting_time * command[3];
        return command[1] == 0xE2 ? store_data_ticks : 256;
    }
    Bytes answer(const Bytes& command) {
        if (command.size() < 4) return {0x67, 0x00};
        switch (command[1]) {
            case 0x01: {  // LONG
                Bytes data(static_cast<std::size_t>(command[2] << 8U | command[3]));
                for (std::size_t i = 0; i < data.size(); ++i)
                    data[i] = static_cast<std::uint8_t>(i);
                return done(data);
            }
            case 0x02:  // SLOW
            case 0xE2:  // STORE DATA
                return done({});
            case 0xB0: {  // READ BINARY of a card OS that keeps what is beyond Ne
                Bytes data(256);
                for (std::size_t i = 0; i < data.size(); ++i)
                    data[i] = static_cast<std::uint8_t>(i);
                rest_ = {0x00, 0x01};
                data.insert(data.end(), {0x61, 0x02});
                return data;
            }
            case 0xC0:  // GET RESPONSE
                if (rest_.empty()) return {0x6D, 0x00};
                return done(std::exchange(rest_, {}));
            case 0x03:  // COUNT
                return done({++count});
            case 0x04:  // ECHO
                return done(data_of(command));
            case 0xA4:  // SELECT
                return done(Fci);
            default:
                return {0x6D, 0x00};
        }
    }
    /// Data of a command that has some, short or extended.
    static Bytes data_of(const Bytes& command) {
        if (command.size() < 6) return {};
        const bool extended = command[4] == 0;
        const std::size_t from = extended ? 7 : 5;
        const std::size_t length =
            extended ? static_cast<std::size_t>(command[5] << 8U | command[6]) : command[4];
        if (command.size() < from + length) return {};
        const auto begin = command.begin() + static_cast<std::ptrdiff_t>(from);
        return {begin, begin + static_cast<std::ptrdiff_t>(length)};
    }
    static Bytes done(Bytes data) {
        data.insert(data.end(), {0x90, 0x00});
        return data;
    }

    Bytes pieces_{};
    Bytes rest_{};
};

/// 00 01 02 ... as LONG answers it, in hexadecimal.
[[nodiscard]] inline std::string counting(unsigned from, unsigned to) {
    Bytes data;
    for (unsigned i = from; i < to; ++i) data.push_back(static_cast<std::uint8_t>(i));
    return base::to_hex(data, " ");
}

[[nodiscard]] inline Bytes bytes(std::string_view hex) { return base::from_hex(hex).value(); }
[[nodiscard]] inline std::string text(base::ByteView data) { return base::to_hex(data, " "); }

}  // namespace contact_test
