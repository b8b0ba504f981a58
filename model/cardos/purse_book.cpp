#include "cardos/purse_book.hpp"

#include <algorithm>

#include "apdu/tlv.hpp"
#include "cardos/pin.hpp"

namespace cardos {
namespace {

using apdu::Sw;

// Numbers of the application's data, beside files and PIN.
constexpr std::uint16_t LockNumber = 1;
constexpr std::uint16_t WrongMacsNumber = 3;
constexpr std::uint16_t AccountNumber = 0x10;
constexpr std::uint16_t ProofNumber = 0x20;
constexpr std::uint16_t KeyNumber = 0x8000;

constexpr std::size_t KeyBytes = 16;
constexpr std::size_t KeyObjectBytes = 4 + KeyBytes;
constexpr std::size_t AccountObjectBytes = 13;
constexpr std::size_t BalanceBytes = 4;  ///< how an account begins
constexpr std::size_t ProofBytes = 11;

std::uint16_t number_of(std::uint16_t base, PurseKind kind) {
    return static_cast<std::uint16_t>(base + static_cast<std::uint8_t>(kind));
}

std::uint16_t number_of(PurseKeyType type, std::uint8_t index) {
    return static_cast<std::uint16_t>(KeyNumber | static_cast<unsigned>(type) << 8 | index);
}

bool is_kind(std::uint8_t kind) { return kind == 1 || kind == 2; }

}  // namespace

void put_number(base::Bytes& out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = bytes; i > 0; --i)
        out.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
}

std::uint32_t get_number(base::ByteView bytes) {
    std::uint32_t value = 0;
    for (const std::uint8_t byte : bytes) value = value << 8 | byte;
    return value;
}

apdu::StatusWord PurseBook::personalise(base::ByteView objects) {
    if (!files_.exists(LogFile))
        files_.make_records(LogFile, Files::Kind::Cyclic, LogRecordBytes, LogRecords);
    const auto all = apdu::read_all(objects);
    if (!all) return Sw::WrongData;
    for (const apdu::Tlv& object : *all)
        if (const auto sw = personalise_one(object.tag, object.value); sw != Sw::Ok) return sw;
    return Sw::Ok;
}

apdu::StatusWord PurseBook::personalise_one(std::uint32_t tag, base::ByteView value) {
    AppData& data = context_.data();
    switch (tag) {
        case 0x81:
            if (value.size() != KeyObjectBytes) return Sw::WrongData;
            data.write(number_of(static_cast<PurseKeyType>(value[0] & 0x7F), value[1]),
                       value.subspan(2));
            return Sw::Ok;
        case 0x82:
            if (value.size() != AccountObjectBytes || !is_kind(value[0])) return Sw::WrongData;
            data.write(number_of(AccountNumber, static_cast<PurseKind>(value[0])),
                       value.subspan(1));
            data.publish(value[0], value.subspan(1, BalanceBytes));
            return Sw::Ok;
        case 0x83:
            if (value.empty() || value[0] == 0 || value[0] > Files::MostIdentifier)
                return Sw::WrongData;
            files_.make(value[0], value.subspan(1));
            return Sw::Ok;
        case 0x84:
            return Pin{context_, PinNumber}.set(value);
        case 0x85:
            if (value.size() != 4 || value[0] == 0 || value[0] > Files::MostIdentifier ||
                value[1] < 2 || value[1] > 3 || value[2] == 0)
                return Sw::WrongData;
            files_.make_records(value[0], static_cast<Files::Kind>(value[1]), value[2], value[3]);
            return Sw::Ok;
        default:
            return Sw::WrongData;
    }
}

std::optional<Account> PurseBook::account(PurseKind kind) const {
    const auto bytes = context_.data().read(number_of(AccountNumber, kind));
    if (!bytes || bytes->size() != AccountObjectBytes - 1) return std::nullopt;
    const base::ByteView view{*bytes};
    return Account{get_number(view.subspan(0, 4)), get_number(view.subspan(4, 4)),
                   static_cast<std::uint16_t>(get_number(view.subspan(8, 2))),
                   static_cast<std::uint16_t>(get_number(view.subspan(10, 2)))};
}

void PurseBook::save(PurseKind kind, const Account& account) {
    base::Bytes bytes;
    put_number(bytes, account.balance, 4);
    put_number(bytes, account.ceiling, 4);
    put_number(bytes, account.online, 2);
    put_number(bytes, account.offline, 2);
    context_.data().write(number_of(AccountNumber, kind), bytes);
    context_.data().publish(static_cast<std::uint8_t>(kind),
                            base::ByteView{bytes}.first(BalanceBytes));
}

std::optional<PurseKey> PurseBook::key(PurseKeyType type, std::uint8_t index) const {
    auto bytes = context_.data().read(number_of(type, index));
    if (!bytes || bytes->size() != KeyObjectBytes - 2) return std::nullopt;
    PurseKey key{(*bytes)[0], (*bytes)[1], domain::Secret{base::ByteView{*bytes}.subspan(2)}};
    base::wipe(*bytes);
    return key;
}

PurseBook::Lock PurseBook::lock() const {
    const auto bytes = context_.data().read(LockNumber);
    return bytes && bytes->size() == 1 ? static_cast<Lock>((*bytes)[0]) : Lock::Open;
}

void PurseBook::set_lock(Lock lock) {
    context_.data().write(LockNumber, base::Bytes{static_cast<std::uint8_t>(lock)});
}

std::uint8_t PurseBook::wrong_macs() const {
    const auto bytes = context_.data().read(WrongMacsNumber);
    return bytes && bytes->size() == 1 ? (*bytes)[0] : std::uint8_t{0};
}

void PurseBook::set_wrong_macs(std::uint8_t count) {
    context_.data().write(WrongMacsNumber, base::Bytes{count});
}

std::optional<Proof> PurseBook::proof(std::uint8_t type, std::uint16_t serial) const {
    // One of loads and one of debits, of each of the two accounts.
    for (std::uint16_t number = ProofNumber; number < ProofNumber + 6; ++number) {
        const auto bytes = context_.data().read(number);
        if (!bytes || bytes->size() != ProofBytes) continue;
        const base::ByteView view{*bytes};
        Proof proof{view[0], static_cast<std::uint16_t>(get_number(view.subspan(1, 2))), {}, {}};
        std::copy_n(view.begin() + 3, 4, proof.mac.begin());
        std::copy_n(view.begin() + 7, 4, proof.tac.begin());
        if (proof.type == type && proof.serial == serial) return proof;
    }
    return std::nullopt;
}

void PurseBook::keep(PurseKind kind, bool online, const Proof& proof) {
    base::Bytes bytes{proof.type};
    put_number(bytes, proof.serial, 2);
    bytes.insert(bytes.end(), proof.mac.begin(), proof.mac.end());
    bytes.insert(bytes.end(), proof.tac.begin(), proof.tac.end());
    const auto number = static_cast<std::uint16_t>(ProofNumber + (online ? 0 : 3));
    context_.data().write(number_of(number, kind), bytes);
}

}  // namespace cardos
