#include "control/modules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aes/modes.hpp"
#include "base/hex.hpp"
#include "base/sector.hpp"
#include "control/octets.hpp"
#include "control/refusal.hpp"

namespace control {
namespace {

[[noreturn]] void fail(const std::string& what) { throw Refusal{Reason::ServiceFailed, what}; }

void check(reader::Status status, const char* what) {
    if (status != reader::Status::Ok) fail(fmt::format("{}: {}", what, to_string(status)));
}

const base::Bytes& bytes_of(const Values& fields, const char* name) {
    return std::get<base::Bytes>(fields.at(name));
}

std::uint8_t number_of(const Values& fields, const char* name) {
    return static_cast<std::uint8_t>(std::get<std::uint64_t>(fields.at(name)));
}

constexpr std::uint8_t SectorBlocks = 4;

}  // namespace

// ---- Contactless ----

void ContactlessModule::switched_on() {
    reader_.emplace(port_, policy_);
    // What is random goes on: a reader that is switched on again does not repeat itself.
    ++policy_.seed;
    card_.emplace(*reader_);
    channel_open_ = false;
    selected_.reset();
}

void ContactlessModule::switching_off() {
    if (reader_) reader_->field_off();
    selected_.reset();
    card_.reset();
    reader_.reset();
}

hostlink::SmartCard* ContactlessModule::card() noexcept { return card_ ? &*card_ : nullptr; }

// The card that was found last is still selected, unless the field went in between.
void ContactlessModule::select(base::ByteView uid) {
    if (selected_ &&
        std::equal(uid.begin(), uid.end(), selected_->uid.begin(), selected_->uid.end()))
        return;
    const auto found = reader_->activate_known(uid);
    check(found.status, "select");
    selected_ = found.card;
}

void ContactlessModule::open(const Values& fields, std::uint8_t block) {
    select(bytes_of(fields, "uid"));
    const auto status =
        reader_->authenticate(reader::KeyKind::A, block,
                              std::get<base::SectorKey>(fields.at("key")), selected_->auth_uid());
    if (status != reader::Status::Ok) selected_.reset();
    check(status, "authenticate");
}

Value ContactlessModule::call(const Operation& operation, const Values& fields) {
    reader_->field_on();
    if (operation.name == "apdu") {
        selected_.reset();
        if (!channel_open_ && card_->power_on().empty()) fail("no card with APDUs is in the field");
        auto answer = card_->transmit(bytes_of(fields, "command"));
        channel_open_ = !answer.empty();
        if (!channel_open_) fail("the card is gone");
        return answer;
    }
    channel_open_ = false;
    if (operation.name == "identify") {
        const auto found = reader_->activate(reader::Wake::All);
        check(found.status, "identify");
        selected_ = found.card;
        return found.card.uid;
    }
    if (operation.name == "write") {
        const auto block = number_of(fields, "block");
        if (base::is_trailer(block)) fail("keys are not written by a service");
        open(fields, block);
        check(reader_->write(block, bytes_of(fields, "data")).status, "write");
        return std::uint64_t{0};
    }
    const auto first = static_cast<std::uint8_t>(SectorBlocks * number_of(fields, "sector"));
    open(fields, first);
    base::Bytes sector;
    for (std::uint8_t i = 0; i + 1 < SectorBlocks; ++i) {
        const auto block = reader_->read(static_cast<std::uint8_t>(first + i));
        check(block.status, "read");
        put(sector, block.data);
    }
    return sector;
}

// ---- Secure access ----

Value SecureModule::call(const Operation& operation, const Values& fields) {
    const AesKey key = key_();
    base::Bytes message;
    if (operation.name == "sector-key") {
        put(message, 0x01, 1);
        put(message, bytes_of(fields, "uid"));
        put(message, number_of(fields, "sector"), 1);
        put(message, 'A', 1);
    } else {
        put(message, 0x02, 1);
        put(message, bytes_of(fields, "data"));
    }
    auto mac = aes::cmac(engine_, key.expose(), message).block;
    engine_.wipe();
    if (operation.name != "sector-key") return base::Bytes{mac.begin(), mac.end()};
    std::array<std::uint8_t, 6> sector_key{};
    std::copy_n(mac.begin(), sector_key.size(), sector_key.begin());
    const base::SectorKey made{sector_key};
    base::wipe(mac);
    base::wipe(sector_key);
    return made;
}

// ---- Contacts ----

void ContactModule::switching_off() {
    if (powered_ && card_ != nullptr) card_->power_off();
    powered_ = false;
}

Value ContactModule::call(const Operation& operation, const Values& fields) {
    if (card_ == nullptr) fail("the slot is empty");
    if (operation.name == "reset" || !powered_) {
        auto atr = powered_ ? card_->reset() : card_->power_on();
        powered_ = !atr.empty();
        if (!powered_) fail("no answer to reset");
        if (operation.name == "reset") return atr;
    }
    auto answer = card_->transmit(bytes_of(fields, "command"));
    if (answer.empty()) fail("the card is gone");
    return answer;
}

// ---- Display and keypad ----

void DisplayModule::show(std::string line) {
    constexpr std::size_t Most = 64;
    power_.spend(CharacterTicks * line.size());
    if (lines_.size() == Most) lines_.erase(lines_.begin());
    lines_.push_back(std::move(line));
}

Value DisplayModule::call(const Operation& operation, const Values& fields) {
    if (operation.name == "show-bytes") {
        show(base::to_hex(bytes_of(fields, "data")));
        return std::uint64_t{0};
    }
    const auto& line = std::get<std::string>(fields.at("line"));
    show(line);
    if (operation.name == "show") return std::uint64_t{0};
    return keypad_(line);
}

}  // namespace control
