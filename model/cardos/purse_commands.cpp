// The commands of the e-purse beside its transactions.
#include "base/key.hpp"
#include "cardos/purse.hpp"

namespace cardos {
namespace {

using apdu::Command;
using apdu::Response;
using apdu::Sw;

constexpr apdu::StatusWord NoSuchProof = 0x9406;
constexpr std::size_t MacBytes = 4;
constexpr std::uint8_t InsUnblock = 0x18;

/// The MAC at the end of a 04 or 84 command, by the line key over the challenge.
apdu::StatusWord judge_line(Context& context, const Command& command,
                            const base::Bytes& challenge) {
    if (command.data.size() < MacBytes) return Sw::SecureMessagingMissing;
    if (challenge.empty()) return Sw::ReferenceDataUnusable;
    const auto key = PurseBook{context}.key(PurseKeyType::Line, 0);
    if (!key) return Sw::ReferenceDataUnusable;
    const base::ByteView data{command.data};
    base::Bytes input{static_cast<std::uint8_t>(command.cla & ~0x03), command.ins, command.p1,
                      command.p2, static_cast<std::uint8_t>(command.data.size())};
    const auto plain = data.first(data.size() - MacBytes);
    input.insert(input.end(), plain.begin(), plain.end());
    const Mac right = PurseCrypto{context}.line_mac(key->value, challenge, input);
    return base::equal_in_constant_time(right, data.last(MacBytes)) ? Sw::Ok
                                                                    : Sw::SecureMessagingWrong;
}

}  // namespace

Response Purse::cache_record(Context& context, const Command& command,
                             std::optional<Transaction> transaction) {
    if (!transaction || transaction->step != Step::Compound) return Sw::NotAccepted;
    const auto file = static_cast<std::uint8_t>(command.p2 >> 3);
    const auto sw = PurseBook{context}.files().may_update(file, command.p1, command.data.size());
    if (sw != Sw::Ok) return sw;
    transaction->record = CachedRecord{file, command.p1, command.data};
    transaction_ = std::move(transaction);
    return Sw::Ok;
}

Response Purse::balance(Context& context, const Command& command) const {
    if (command.p1 != 0 || (command.p2 != 1 && command.p2 != 2)) return Sw::WrongP1P2;
    const auto kind = static_cast<PurseKind>(command.p2);
    const auto account = PurseBook{context}.account(kind);
    if (!account) return Sw::FileNotFound;
    if (kind == PurseKind::Deposit && !verified_) return Sw::SecurityNotSatisfied;
    base::Bytes answer;
    put_number(answer, account->balance, 4);
    return {std::move(answer), Sw::Ok};
}

Response Purse::prove(Context& context, const Command& command) {
    if (command.p1 != 0) return Sw::WrongP1P2;
    if (command.data.size() != 2) return Sw::WrongLength;
    const auto serial = static_cast<std::uint16_t>(get_number(command.data));
    const auto proof = PurseBook{context}.proof(command.p2, serial);
    if (!proof) return NoSuchProof;
    base::Bytes answer{proof->mac.begin(), proof->mac.end()};
    answer.insert(answer.end(), proof->tac.begin(), proof->tac.end());
    return {std::move(answer), Sw::Ok};
}

Response Purse::challenge(Context& context, const Command& command) {
    if (command.p1p2() != 0) return Sw::WrongP1P2;
    if (command.ne != 4U && command.ne != 8U) return Sw::WrongLength;
    challenge_.resize(*command.ne);
    context.random().fill(challenge_);
    return {challenge_, Sw::Ok};
}

Response Purse::block(Context& context, const Command& command, const base::Bytes& challenge) {
    PurseBook book{context};
    if (command.p1 != 0 || command.p2 > 1) return Sw::WrongP1P2;
    if (const auto sw = judge_line(context, command, challenge); sw != Sw::Ok) return sw;
    if (book.lock() == PurseBook::Lock::Forever) return Sw::ConditionsNotSatisfied;
    if (command.ins == InsUnblock)
        book.set_lock(PurseBook::Lock::Open);
    else
        book.set_lock(command.p2 == 0 ? PurseBook::Lock::Blocked : PurseBook::Lock::Forever);
    return Sw::Ok;
}

// Anybody may read; who changes a file proves that he knows the line key.
Response Purse::files(Context& context, const Command& command, const base::Bytes& challenge) {
    Files files = PurseBook{context}.files();
    const bool by_identifier = (command.p1 & 0x80) != 0;
    const auto binary_file =
        by_identifier ? static_cast<std::uint8_t>(command.p1 & 0x1F) : current_file_;
    const std::size_t offset = by_identifier ? command.p2 : command.p1p2();
    const auto record_file = static_cast<std::uint8_t>(command.p2 >> 3);
    const bool secured = (command.cla & 0x04) != 0;
    const auto plain = [&] {
        return base::ByteView{command.data}.first(command.data.size() - MacBytes);
    };
    switch (command.ins) {
        case 0xA4: {
            if (secured || command.p1p2() != 0) return Sw::FunctionNotSupported;
            if (command.data.size() != 2) return Sw::WrongLength;
            if (command.data[0] != 0 || !files.exists(command.data[1])) return Sw::FileNotFound;
            current_file_ = command.data[1];
            return Sw::Ok;
        }
        case 0xB0:
            if (secured) return Sw::SecureMessagingNotSupported;
            return files.read_binary(binary_file, offset, command.ne.value_or(0));
        case 0xB2:
            if (secured) return Sw::SecureMessagingNotSupported;
            if ((command.p2 & 7) != 4) return Sw::WrongP1P2;
            return files.read_record(record_file == 0 ? current_file_ : record_file, command.p1,
                                     command.ne.value_or(0));
        case 0xD6:
            if (!secured) return Sw::SecurityNotSatisfied;
            if (const auto sw = judge_line(context, command, challenge); sw != Sw::Ok) return sw;
            return files.update_binary(binary_file, offset, plain());
        case 0xDC:
            if (!secured) return Sw::SecurityNotSatisfied;
            if ((command.p2 & 7) != 4) return Sw::WrongP1P2;
            if (const auto sw = judge_line(context, command, challenge); sw != Sw::Ok) return sw;
            return files.update_record(record_file == 0 ? current_file_ : record_file, command.p1,
                                       plain());
        default:
            return Sw::InsNotSupported;
    }
}

}  // namespace cardos
