#include "flows/log.hpp"

#include <algorithm>

#include "apdu/command.hpp"
#include "base/hex.hpp"
#include "base/key.hpp"

namespace flows {
namespace {

/// VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER.
bool carries_pin(const apdu::Command& command) {
    const bool interindustry = (command.cla & 0xF0) == 0;
    return interindustry && (command.ins == 0x20 || command.ins == 0x24 || command.ins == 0x2C);
}

}  // namespace

std::string_view to_string(Via via) noexcept {
    switch (via) {
        case Via::Contacts:
            return "contacts";
        case Via::Air:
            return "air";
        case Via::Bluetooth:
            return "ble";
        case Via::Display:
            return "display";
        case Via::Gate:
            break;
    }
    return "gate";
}

Log::~Log() {
    for (auto& secret : secrets_) base::wipe(secret);
}

void Log::hide(base::ByteView secret) {
    if (!secret.empty()) secrets_.emplace_back(secret.begin(), secret.end());
}

void Log::add(Exchange exchange) {
    exchanges_.push_back(std::move(exchange));
    if (listener_) listener_(exchanges_.back());
}

std::string Log::text(base::ByteView bytes) const {
    return text(bytes, std::vector<bool>(bytes.size()));
}

std::string Log::command_text(base::ByteView apdu) const {
    std::vector<bool> hidden(apdu.size());
    const auto command = apdu::parse(apdu);
    if (command && carries_pin(*command)) {
        // Lc takes one byte, or three.
        const std::size_t at = apdu::HeaderBytes + (command->extended ? 3 : 1);
        for (std::size_t i = 0; i < command->data.size(); ++i) hidden[at + i] = true;
    }
    return text(apdu, std::move(hidden));
}

std::string Log::text(base::ByteView bytes, std::vector<bool> hidden) const {
    for (const auto& secret : secrets_) {
        auto from = bytes.begin();
        while (true) {
            const auto found = std::search(from, bytes.end(), secret.begin(), secret.end());
            if (found == bytes.end()) break;
            const auto at = found - bytes.begin();
            std::fill_n(hidden.begin() + at, secret.size(), true);
            from = found + 1;
        }
    }
    std::string shown;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i != 0) shown += ' ';
        shown += hidden[i] ? "**" : base::to_hex(bytes.subspan(i, 1));
    }
    return shown;
}

}  // namespace flows
