#include "cardos/purse.hpp"

#include <algorithm>

#include "base/key.hpp"
#include "cardos/pin.hpp"

namespace cardos {
namespace {

using apdu::Command;
using apdu::Response;
using apdu::Sw;

// Status words of purses.
constexpr apdu::StatusWord MacWrong = 0x9302;
constexpr apdu::StatusWord Locked = 0x9303;
constexpr apdu::StatusWord AmountDoesNotFit = 0x9401;
constexpr apdu::StatusWord CounterAtItsEnd = 0x9402;
constexpr apdu::StatusWord NoSuchKey = 0x9403;

constexpr std::size_t AmountBytes = 4;
constexpr std::size_t TerminalBytes = 6;
constexpr std::size_t InitializeBytes = 1 + AmountBytes + TerminalBytes;
constexpr std::size_t TimeBytes = 4 + 3;
constexpr std::size_t MacBytes = 4;
constexpr std::size_t CreditBytes = TimeBytes + MacBytes;
constexpr std::size_t TerminalSerialBytes = 4;
constexpr std::size_t DebitBytes = TerminalSerialBytes + TimeBytes + MacBytes;
constexpr std::size_t RandomBytes = 4;
constexpr std::uint16_t LastSerial = 0xFFFF;
constexpr std::uint16_t LoadTail = 0x8000;
constexpr std::uint8_t NoOverdraft[3] = {0, 0, 0};

void append(base::Bytes& out, base::ByteView part) {
    out.insert(out.end(), part.begin(), part.end());
}

base::Bytes joined(std::initializer_list<base::ByteView> parts) {
    base::Bytes all;
    for (const base::ByteView part : parts) append(all, part);
    return all;
}

base::Bytes bytes_of(std::uint64_t value, unsigned count) {
    base::Bytes bytes;
    put_number(bytes, value, count);
    return bytes;
}

std::optional<PurseKind> kind_of(std::uint8_t p2) {
    if (p2 != 1 && p2 != 2) return std::nullopt;
    return static_cast<PurseKind>(p2);
}

/// Judges the MAC of a second step. The try is counted in the memory before the MAC is looked at.
apdu::StatusWord judge(Context& context, PurseBook& book, const Mac& right, base::ByteView given) {
    const auto tries = static_cast<std::uint8_t>(book.wrong_macs() + 1);
    book.set_wrong_macs(tries);
    if (tries >= PurseBook::MostWrongMacs) book.set_lock(PurseBook::Lock::Forever);
    if (!context.keep_now()) return Sw::MemoryFailure;
    if (!base::equal_in_constant_time(right, given)) return MacWrong;
    book.set_wrong_macs(0);
    if (tries >= PurseBook::MostWrongMacs) book.set_lock(PurseBook::Lock::Open);
    return Sw::Ok;
}

}  // namespace

apdu::StatusWord Purse::install(Context& context, base::ByteView parameters) {
    return PurseBook{context}.personalise(parameters);
}

Response Purse::personalise(Context& context, const Command& command) {
    return PurseBook{context}.personalise(command.data);
}

Response Purse::select(Context& context) {
    *this = Purse{};
    return PurseBook{context}.lock() == PurseBook::Lock::Open ? Sw::Ok : Sw::Deactivated;
}

Response Purse::process(Context& context, const Command& command) {
    const auto transaction = std::exchange(transaction_, std::nullopt);
    const auto challenge = std::exchange(challenge_, {});
    const auto cla = command.cla & 0xFC;
    const auto is = [&](std::uint8_t wanted, std::uint8_t ins) {
        return cla == wanted && command.ins == ins;
    };
    if (is(0x80, 0x50)) return initialize(context, command);
    if (is(0x80, 0x52)) return credit(context, command, transaction);
    if (is(0x80, 0x54)) return debit(context, command, transaction);
    if (is(0x80, 0xDC)) return cache_record(context, command, transaction);
    if (is(0x80, 0x5C)) return balance(context, command);
    if (is(0x80, 0x5A)) return prove(context, command);
    if (is(0x00, 0x84)) return this->challenge(context, command);
    if (is(0x84, 0x1E) || is(0x84, 0x18)) return block(context, command, challenge);
    if (is(0x00, 0x20)) {
        const auto sw = Pin{context, PurseBook::PinNumber}.verify(command.data);
        verified_ = sw == Sw::Ok;
        return sw;
    }
    if (cla == 0x00 || cla == 0x04) return files(context, command, challenge);
    return cla == 0x80 || cla == 0x84 ? Sw::InsNotSupported : Sw::ClaNotSupported;
}

std::uint8_t Purse::type_of(const Transaction& transaction) {
    const bool purse = transaction.kind == PurseKind::Purse;
    switch (transaction.step) {
        case Step::Load:
            return purse ? 0x02 : 0x01;
        case Step::Purchase:
            return purse ? 0x06 : 0x05;
        case Step::Cash:
            return 0x04;
        case Step::Compound:
            break;
    }
    return 0x09;
}

Response Purse::initialize(Context& context, const Command& command) {
    PurseBook book{context};
    if (book.lock() != PurseBook::Lock::Open) return Locked;
    const auto kind = kind_of(command.p2);
    if (!kind) return Sw::WrongP1P2;
    if (command.p1 > static_cast<std::uint8_t>(Step::Compound)) return Sw::FunctionNotSupported;
    const auto step = static_cast<Step>(command.p1);
    if ((step == Step::Cash && kind != PurseKind::Deposit) ||
        (step == Step::Compound && kind != PurseKind::Purse))
        return Sw::WrongP1P2;
    if (command.data.size() != InitializeBytes) return Sw::WrongLength;
    const auto account = book.account(*kind);
    if (!account) return Sw::FileNotFound;
    if (kind == PurseKind::Deposit && !verified_) return Sw::SecurityNotSatisfied;

    const bool load = step == Step::Load;
    const base::ByteView data{command.data};
    const auto key = book.key(load ? PurseKeyType::Load : PurseKeyType::Purchase, data[0]);
    if (!key || !book.key(PurseKeyType::Tac, 0)) return NoSuchKey;
    const std::uint16_t serial = load ? account->online : account->offline;
    if (serial == LastSerial) return CounterAtItsEnd;
    const auto amount = data.subspan(1, AmountBytes);
    const std::uint32_t value = get_number(amount);
    const bool fits =
        load ? account->balance <= account->ceiling && value <= account->ceiling - account->balance
             : value <= account->balance;
    if (!fits) return AmountDoesNotFit;

    Transaction made{step, *kind, {amount.begin(), amount.end()}, {}, {}, *key, {}};
    const auto terminal = data.subspan(1 + AmountBytes);
    made.terminal.assign(terminal.begin(), terminal.end());
    made.random.resize(RandomBytes);
    context.random().fill(made.random);

    base::Bytes answer = joined({bytes_of(account->balance, 4), bytes_of(serial, 2)});
    if (!load) append(answer, NoOverdraft);
    append(answer, base::Bytes{key->version, key->algorithm});
    append(answer, made.random);
    if (load) {
        PurseCrypto crypto{context};
        const auto session = crypto.session_key(key->value, made.random, serial, LoadTail);
        append(answer, crypto.mac(session, joined({bytes_of(account->balance, 4), amount,
                                                   base::Bytes{type_of(made)}, terminal})));
    }
    transaction_ = std::move(made);
    return {std::move(answer), Sw::Ok};
}

Response Purse::credit(Context& context, const Command& command,
                       const std::optional<Transaction>& transaction) {
    if (!transaction || transaction->step != Step::Load) return Sw::NotAccepted;
    if (command.p1p2() != 0) return Sw::WrongP1P2;
    if (command.data.size() != CreditBytes) return Sw::WrongLength;
    PurseBook book{context};
    PurseCrypto crypto{context};
    Account account = book.account(transaction->kind).value();
    const base::ByteView data{command.data};
    const auto time = data.first(TimeBytes);
    const base::Bytes type{type_of(*transaction)};

    const auto session =
        crypto.session_key(transaction->key.value, transaction->random, account.online, LoadTail);
    const Mac right =
        crypto.mac(session, joined({transaction->amount, type, transaction->terminal, time}));
    const auto given = data.subspan(TimeBytes);
    if (const auto sw = judge(context, book, right, given); sw != Sw::Ok) return sw;

    account.balance += get_number(transaction->amount);
    const auto tac_key = PurseCrypto::tac_key(book.key(PurseKeyType::Tac, 0).value().value);
    const Mac tac =
        crypto.mac(tac_key, joined({bytes_of(account.balance, 4), bytes_of(account.online, 2),
                                    transaction->amount, type, transaction->terminal, time}));
    ++account.online;
    book.save(transaction->kind, account);
    book.keep(transaction->kind, true, {type[0], account.online, right, tac});
    const auto sw = book.files().append(
        PurseBook::LogFile, joined({bytes_of(account.online, 2), NoOverdraft, transaction->amount,
                                    type, transaction->terminal, time}));
    if (sw != Sw::Ok) return sw;
    return {{tac.begin(), tac.end()}, Sw::Ok};
}

Response Purse::debit(Context& context, const Command& command,
                      const std::optional<Transaction>& transaction) {
    if (!transaction || transaction->step == Step::Load) return Sw::NotAccepted;
    if (command.p1p2() != 0x0100) return Sw::WrongP1P2;
    if (command.data.size() != DebitBytes) return Sw::WrongLength;
    PurseBook book{context};
    PurseCrypto crypto{context};
    Account account = book.account(transaction->kind).value();
    const base::ByteView data{command.data};
    const auto terminal_serial = data.first(TerminalSerialBytes);
    const auto time = data.subspan(TerminalSerialBytes, TimeBytes);
    const base::Bytes type{type_of(*transaction)};

    const auto session =
        crypto.session_key(transaction->key.value, transaction->random, account.offline,
                           static_cast<std::uint16_t>(get_number(terminal_serial.subspan(2))));
    const Mac right =
        crypto.mac(session, joined({transaction->amount, type, transaction->terminal, time}));
    const auto given = data.subspan(TerminalSerialBytes + TimeBytes);
    if (const auto sw = judge(context, book, right, given); sw != Sw::Ok) return sw;

    account.balance -= get_number(transaction->amount);
    ++account.offline;
    const Mac mac = crypto.mac(session, transaction->amount);
    const auto tac_key = PurseCrypto::tac_key(book.key(PurseKeyType::Tac, 0).value().value);
    const Mac tac = crypto.mac(
        tac_key, joined({transaction->amount, type, transaction->terminal, terminal_serial, time}));
    book.save(transaction->kind, account);
    book.keep(transaction->kind, false, {type[0], account.offline, mac, tac});
    auto sw = book.files().append(
        PurseBook::LogFile, joined({bytes_of(account.offline, 2), NoOverdraft, transaction->amount,
                                    type, transaction->terminal, time}));
    if (sw == Sw::Ok && transaction->record)
        sw = book.files().update_record(transaction->record->file, transaction->record->number,
                                        transaction->record->data);
    if (sw != Sw::Ok) return sw;
    return {joined({tac, mac}), Sw::Ok};
}

}  // namespace cardos
