#include "domain/dispatch.hpp"

#include "domain/content.hpp"
#include "domain/data_objects.hpp"
#include "domain/key_data.hpp"
#include "domain/scp10_opening.hpp"
#include "domain/status.hpp"
#include "domain/store_data.hpp"

namespace domain {

namespace {

constexpr std::uint8_t SecureMessaging = 0x04;
constexpr std::uint8_t MoreParts = 0x80;  // b8 of P1
constexpr std::size_t MostChainBytes = 2048;

bool is_known(std::uint8_t ins) {
    switch (ins) {
        case Ins::EndRMac:
        case Ins::BeginRMac:
        case Ins::GetData:
        case Ins::PutKey:
        case Ins::StoreData:
        case Ins::Delete:
        case Ins::Install:
        case Ins::Load:
        case Ins::SetStatus:
        case Ins::GetStatus:
            return true;
        default:
            return false;
    }
}

bool can_be_chained(std::uint8_t ins) {
    return ins == Ins::Delete || ins == Ins::Install || ins == Ins::PutKey;
}

/// What goes on while the card is locked.
bool runs_on_locked_card(std::uint8_t ins) {
    return ins == Ins::GetData || ins == Ins::GetStatus || ins == Ins::SetStatus ||
           ins == Ins::BeginRMac || ins == Ins::EndRMac;
}

/// Parts of one command become one: the whole, or what to answer for the time being.
struct Assembled {
    std::optional<apdu::Command> whole{};
    apdu::Response answer{};
};

Assembled assemble(SessionState& session, const apdu::Command& command) {
    const bool chained = can_be_chained(command.ins);
    const bool more = chained && (command.p1 & MoreParts) != 0;
    if (session.chain) {
        auto chain = std::move(*session.chain);
        session.chain.reset();
        const auto p1 = static_cast<std::uint8_t>(command.p1 & ~MoreParts);
        if (command.cla != chain.cla || command.ins != chain.ins || p1 != chain.p1 ||
            command.p2 != chain.p2) {
            return {std::nullopt, apdu::Sw::ConditionsNotSatisfied};
        }
        if (chain.data.size() + command.data.size() > MostChainBytes) {
            return {std::nullopt, apdu::Sw::WrongP1P2};
        }
        chain.data.insert(chain.data.end(), command.data.begin(), command.data.end());
        chain.ne = command.ne;
        if (!more) return {std::move(chain), {}};
        session.chain = std::move(chain);
        return {};
    }
    if (!more) return {command, {}};
    if (!session.open) return {std::nullopt, apdu::Sw::SecurityNotSatisfied};
    session.chain = command;
    session.chain->p1 = static_cast<std::uint8_t>(command.p1 & ~MoreParts);
    return {};
}

/// What belongs to a sequence of commands is forgotten when another command comes between.
void leave_sequences(SessionState& session, std::uint8_t ins) {
    if (ins != Ins::GetStatus) session.listing.reset();
    const bool goes_on = ins == Ins::Install && session.load && session.load->loaded;
    if (ins != Ins::Load && !goes_on) session.load.reset();
    if (ins != Ins::StoreData) {
        session.store.reset();
        session.personalise.reset();
    }
}

apdu::Response run(Context& context, const apdu::Command& plain) {
    leave_sequences(context.session, plain.ins);
    switch (plain.ins) {
        case Ins::GetData:
            return get_data(context, plain);
        case Ins::GetStatus:
            return get_status(context, plain);
        case Ins::SetStatus:
            return set_status(context, plain);
        case Ins::PutKey:
            return put_key(context, plain);
        case Ins::StoreData:
            return store_data(context, plain);
        case Ins::Delete:
            return delete_content(context, plain);
        case Ins::Install:
            return install(context, plain);
        case Ins::Load:
            return load(context, plain);
        case Ins::BeginRMac:
            return begin_r_mac(context, plain);
        default:
            return end_r_mac(context, plain);
    }
}

/// Keeps what the command changed, or nothing of it.
void settle(Context& context, apdu::Response& response) {
    auto& ledger = context.card.ledger;
    if (!ledger.changed()) return;
    if (!apdu::is_error(response.sw)) {
        const bool room = ledger.free_bytes() != 0;
        if (ledger.commit(context.work)) return;
        response = room ? apdu::Sw::MemoryFailure : apdu::Sw::NotEnoughMemory;
    } else {
        ledger.drop();
    }
    context.session.load.reset();
    context.session.last_answer = false;
    context.card.registry.reload();
}

/// The answers of BEGIN and END R-MAC SESSION stand at the edge of the session.
void protect(Context& context, std::uint8_t ins, apdu::Response& response) {
    auto* scp03 = std::get_if<Scp03>(&context.session.protocol);
    if (response.ok() && ins == Ins::BeginRMac) return;
    if (response.ok() && ins == Ins::EndRMac && scp03 == nullptr) return;
    wrap(context, response);
    if (response.ok() && ins == Ins::EndRMac) scp03->end_r_mac();
}

apdu::Response manage(Context& context, const apdu::Command& command) {
    auto assembled = assemble(context.session, command);
    if (!assembled.whole) return assembled.answer;
    const auto plain = unwrap(context, *assembled.whole);
    if (!plain) return apdu::Sw::SecurityNotSatisfied;
    if (!is_known(plain->ins)) {
        apdu::Response refusal = apdu::Sw::InsNotSupported;
        wrap(context, refusal);
        return refusal;
    }
    if (plain->ins != Ins::GetData && !context.session.open) {
        return apdu::Sw::SecurityNotSatisfied;
    }
    apdu::Response response;
    if (context.card_locked() && !runs_on_locked_card(plain->ins)) {
        response = apdu::Sw::ConditionsNotSatisfied;
    } else {
        response = run(context, *plain);
    }
    settle(context, response);
    protect(context, plain->ins, response);
    if (context.session.last_answer) context.session.break_off();
    return response;
}

}  // namespace

apdu::Response dispatch(Context& context, const apdu::Command& command) {
    auto& session = context.session;
    const bool interindustry = (command.cla & 0xFC) == 0x00;
    const bool proprietary = (command.cla & 0xF8) == 0x80;
    const bool protected_10 = (command.cla & 0xFC) == 0x8C && speaks_scp10(context);
    const bool opens_10 = interindustry && is_scp10_command(command.ins) && speaks_scp10(context);
    if (!proprietary && !protected_10 && !opens_10 &&
        !(interindustry && command.ins == Ins::GetData)) {
        return apdu::Sw::ClaNotSupported;
    }
    if (session.domain != NoSlot && session.domain != context.domain) session.break_off();
    if (context.self().locked()) {
        session.break_off();
        return apdu::Sw::ConditionsNotSatisfied;
    }
    if (context.card.registry.issuer().state == State::Terminated &&
        !(command.ins == Ins::GetData && context.has(Privilege::FinalApplication))) {
        session.break_off();
        return apdu::Sw::ConditionsNotSatisfied;
    }
    if (opens_10) return scp10_command(context, command);
    if (command.ins != Ins::GetData && session.opening) session.break_off();
    switch (command.ins) {
        case Ins::InitializeUpdate:
            if ((command.cla & SecureMessaging) != 0) return apdu::Sw::ClaNotSupported;
            return initialize_update(context, command);
        case Ins::ExternalAuthenticate:
            return external_authenticate(context, command);
        default:
            return manage(context, command);
    }
}

}  // namespace domain
