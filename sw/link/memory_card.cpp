#include "link/memory_card.hpp"

#include <algorithm>

namespace hostlink {
namespace {

using apdu::Command;
using apdu::Response;
using apdu::StatusWord;
using apdu::Sw;

constexpr std::uint8_t InsLoadKey = 0x82;
constexpr std::uint8_t InsAuthenticate = 0x86;
constexpr std::uint8_t InsRead = 0xB0;
constexpr std::uint8_t InsWrite = 0xD6;

// What status words mean to these commands (PC/SC part 3, 3.2.2.1).
constexpr StatusWord NoReaderKeys = 0x6983;
constexpr StatusWord NoSecuredTransmission = 0x6985;
constexpr StatusWord WrongKeyNumber = 0x6988;
constexpr StatusWord WrongKeyLength = 0x6989;
constexpr StatusWord NoAuthentication = 0x6983;
constexpr StatusWord UnknownKeyType = 0x6986;

// P1 of LOAD KEY.
constexpr std::uint8_t ReaderKey = 0x80;
constexpr std::uint8_t Secured = 0x40;
constexpr std::uint8_t NonVolatile = 0x20;

constexpr std::size_t BlockBytes = 16;

unsigned blocks_of(std::uint8_t sak) {
    switch (sak) {
        case 0x09:
            return 20;
        case 0x08:
            return 64;
        case 0x18:
            return 256;
        default:
            return 0;
    }
}

}  // namespace

std::optional<Response> MemoryCard::run(const Command& command) {
    switch (command.ins) {
        case InsLoadKey:
            return load_key(command);
        case InsAuthenticate:
            return authenticate(command);
        case InsRead:
            return read(command);
        case InsWrite:
            return write(command);
        default:
            return Sw::InsNotSupported;
    }
}

Response MemoryCard::load_key(const Command& command) {
    if ((command.p1 & ReaderKey) != 0) return NoReaderKeys;
    if ((command.p1 & Secured) != 0) return NoSecuredTransmission;
    if ((command.p1 & ~NonVolatile) != 0) return Sw::WrongP1P2;
    if (command.p2 >= Keys) return WrongKeyNumber;
    std::array<std::uint8_t, 6> value{};
    if (command.data.size() != value.size()) return WrongKeyLength;
    std::copy(command.data.begin(), command.data.end(), value.begin());
    keys_[command.p2].emplace(value);
    base::wipe(value);
    return Sw::Ok;
}

MemoryCard::Answer MemoryCard::authenticate(const Command& command) {
    constexpr std::uint8_t Version = 0x01;
    if (command.p1p2() != 0) return Sw::WrongP1P2;
    if (command.data.size() != 5) return Sw::WrongLength;
    if (command.data[0] != Version) return Sw::WrongData;
    const auto block = static_cast<std::uint16_t>(command.data[1] << 8U | command.data[2]);
    const auto kind = static_cast<reader::KeyKind>(command.data[3]);
    const std::uint8_t number = command.data[4];
    if (blocks_of(card_.sak) == 0) return NoAuthentication;
    if (!has_block(block)) return Sw::FileNotFound;
    if (kind != reader::KeyKind::A && kind != reader::KeyKind::B) return UnknownKeyType;
    if (number >= Keys || !keys_[number]) return WrongKeyNumber;
    const auto status = reader_->authenticate(kind, static_cast<std::uint8_t>(block),
                                              *keys_[number], card_.auth_uid());
    if (status != reader::Status::Ok) return refused(Sw::SecurityNotSatisfied);
    return Sw::Ok;
}

MemoryCard::Answer MemoryCard::read(const Command& command) {
    if (!command.data.empty() || !command.ne) return Sw::WrongLength;
    if (!has_block(command.p1p2())) return Sw::FileNotFound;
    reader::Read answer = reader_->read(command.p2);
    if (answer.status != reader::Status::Ok) {
        return refused(answer.status == reader::Status::Nak ? Sw::SecurityNotSatisfied
                                                            : Sw::ExecutionError);
    }
    const bool whole = *command.ne == apdu::MostShortNe;
    if (!whole && *command.ne > BlockBytes) return Response{answer.data, Sw::EndOfFile};
    if (!whole) answer.data.resize(*command.ne);
    return Response{answer.data, Sw::Ok};
}

MemoryCard::Answer MemoryCard::write(const Command& command) {
    if (command.data.size() != BlockBytes) return Sw::WrongLength;
    if (!has_block(command.p1p2())) return Sw::FileNotFound;
    const reader::Done done = reader_->write(command.p2, command.data);
    if (done.status == reader::Status::Ok) return Sw::Ok;
    return refused(done.status == reader::Status::Nak ? Sw::SecurityNotSatisfied
                                                      : Sw::MemoryFailure);
}

MemoryCard::Answer MemoryCard::refused(StatusWord sw) {
    const auto found = reader_->activate_known(card_.uid);
    if (found.status != reader::Status::Ok) return std::nullopt;
    return sw;
}

bool MemoryCard::has_block(std::uint16_t block) const noexcept {
    return block < blocks_of(card_.sak);
}

}  // namespace hostlink
