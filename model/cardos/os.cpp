#include "cardos/os.hpp"

#include <utility>

#include "apdu/tlv.hpp"

namespace cardos {
namespace {

using apdu::Command;
using apdu::Response;
using apdu::Sw;

constexpr std::uint8_t InsManageChannel = 0x70;
constexpr std::uint8_t InsSelect = 0xA4;
constexpr std::uint8_t InsGetResponse = 0xC0;
constexpr std::uint8_t SelectByName = 0x04;
constexpr std::uint8_t NextOccurrence = 0x02;
constexpr std::uint8_t ResponseForm = 0x0C;  ///< b4 b3 of P2: which template comes back
constexpr std::uint8_t ChainBit = 0x10;
constexpr std::size_t LongestName = 16;

bool kept(apdu::StatusWord sw) { return sw == Sw::Ok || apdu::is_warning(sw); }

/// Data only where the case of the command and the status allow them, and never more than Ne: the
/// rest waits for GET RESPONSE. Hosts forget the Le that an R-MAC needs: such a command has one.
/// The R-MAC of an error in SCP02 is the only thing that an error brings along.
Response fitted(Response response, const Command& command, Channel& channel, bool managed) {
    constexpr std::uint8_t SecureMessaging = 0x04;
    constexpr std::uint8_t RMac = 0x10;
    const bool r_mac = channel.session.authenticated() && (channel.session.level() & RMac) != 0;
    const bool protects = r_mac && (command.cla & SecureMessaging) != 0;
    const std::size_t ne = command.ne.value_or(protects ? apdu::MostShortNe : 0);
    // A host of GlobalPlatform may leave Le out and fetch what waits.
    const bool fetches = managed && !command.data.empty();
    if ((apdu::is_error(response.sw) && !r_mac) || (ne == 0 && !fetches)) response.data.clear();
    if (response.data.size() <= ne) return response;
    const auto cut = response.data.begin() + static_cast<std::ptrdiff_t>(ne);
    Response first{{response.data.begin(), cut}, Sw::MoreBytes};
    channel.remainder = Response{{cut, response.data.end()}, response.sw};
    const std::size_t rest = channel.remainder->data.size();
    if (rest < 0x100) first.sw = static_cast<apdu::StatusWord>(first.sw + rest);
    return first;
}

}  // namespace

Os::Os(store::Objects& objects, Sectors& sectors, port::CryptoPort& crypto, const Options& options)
    : objects_{objects},
      options_{options},
      random_{~options.random_seed},
      installed_{Context::Card{objects, sectors, crypto, random_},
                 [this](domain::Slot slot) { return selected_elsewhere(slot); }},
      open_{objects, crypto, installed_, domain::Open::Options{options.random_seed}} {}

Os::Os(const Os& other, store::Objects& objects, Sectors& sectors, port::CryptoPort& crypto)
    : objects_{objects},
      options_{other.options_},
      random_{other.random_},
      installed_{Context::Card{objects, sectors, crypto, random_},
                 [this](domain::Slot slot) { return selected_elsewhere(slot); }},
      open_{other.open_, objects, crypto, installed_} {}

void Os::personalise(const domain::Factory& factory) {
    store::Work work;
    open_.personalise(factory, work);
}

void Os::reset(Via via) {
    for (Channel& channel : channels_[static_cast<std::size_t>(via)]) channel.close();
    installed_.forget([this](domain::Slot slot) { return selected_elsewhere(slot); });
}

void Os::power_lost() {
    channels_ = {};
    messages_.clear();
    installed_.forget([](domain::Slot) { return false; });
    objects_.abort();
    state_ = State::Off;
}

bool Os::ready(store::Work& work) {
    if (state_ == State::Off) {
        state_ = objects_.mount() ? State::Running : State::Dead;
        if (state_ == State::Running) {
            open_.power_up();
            auto* loader = installed_.card().loader;
            if (loader != nullptr) work.now = loader->confirm(work.now);
        }
    }
    return state_ == State::Running;
}

base::Bytes Os::run(Via via, base::ByteView bytes, store::Work& work) {
    const auto command = apdu::parse(bytes);
    if (!ready(work)) return Response{Sw::MemoryFailure}.bytes();
    if (!command) return Response{Sw::WrongLength}.bytes();
    const auto cla = apdu::read_class(command->cla);
    if (!cla) return Response{Sw::ClaNotSupported}.bytes();
    Channels& channels = channels_[static_cast<std::size_t>(via)];
    if (cla->channel >= Channel::Count || (cla->channel != 0 && !channels[cla->channel].open))
        return Response{Sw::ChannelNotSupported}.bytes();
    if (!cla->proprietary && cla->secure > 1)
        return Response{Sw::SecureMessagingNotSupported}.bytes();

    Channel& channel = channels[cla->channel];
    const Channel* before = std::exchange(at_work_, &channel);
    Response response = answer(via, *command, work);
    at_work_ = before;
    const domain::Entry* selected = open_.registry().at(channel.selected);
    const bool managed = command->ins == InsSelect ||
                         (selected != nullptr && selected->kind == domain::Entry::Kind::Domain);
    return fitted(std::move(response), *command, channel, managed).bytes();
}

Response Os::answer(Via via, const Command& given, store::Work& work) {
    const auto cla = *apdu::read_class(given.cla);
    Channels& channels = channels_[static_cast<std::size_t>(via)];
    Channel& channel = channels[cla.channel];
    const bool plain = !cla.proprietary && cla.secure == 0;

    if (plain && given.ins == InsGetResponse && channel.remainder) return get_response(channel);
    channel.remainder.reset();

    Command command = given;
    if (auto early = chained(channel, cla, command)) return std::move(*early);
    if (plain && command.ins == InsManageChannel) return manage_channel(channels, command);
    if (!cla.proprietary && command.ins == InsSelect && command.p1 == SelectByName) {
        if (!plain) return Sw::SecureMessagingNotSupported;
        return select(via, channel, command, work);
    }
    if (via == Via::Air || via == Via::Contacts)
        if (auto done = toolkit(command, work)) return std::move(*done);
    return dispatch(via, channel, command, work);
}

// ISO/IEC 7816-4, 5.3.3: same header apart from b5 of CLA; nothing is done before the last.
std::optional<Response> Os::chained(Channel& channel, const apdu::ClassByte& cla,
                                    Command& command) {
    if (!channel.chain && !cla.chained) return std::nullopt;
    if (channel.chain) {
        Command& chain = *channel.chain;
        const auto header = static_cast<std::uint8_t>(command.cla & ~ChainBit);
        if (chain.cla != header || chain.ins != command.ins || chain.p1p2() != command.p1p2()) {
            channel.chain.reset();
            return Sw::LastOfChainExpected;
        }
        if (command.data.size() > apdu::MostNc - chain.data.size()) {
            channel.chain.reset();
            return Sw::WrongLength;
        }
        chain.data.insert(chain.data.end(), command.data.begin(), command.data.end());
    } else {
        channel.chain = command;
        channel.chain->cla = static_cast<std::uint8_t>(command.cla & ~ChainBit);
    }
    if (cla.chained) return Response{Sw::Ok};
    command.data = std::move(channel.chain->data);
    channel.chain.reset();
    return std::nullopt;
}

Response Os::get_response(Channel& channel) {
    Response rest = std::move(*channel.remainder);
    channel.remainder.reset();
    return rest;
}

Response Os::manage_channel(Channels& channels, const Command& command) {
    if (open_.card_state() == domain::State::Terminated) return Sw::ConditionsNotSatisfied;
    if (!command.data.empty()) return Sw::WrongLength;
    if (command.p1 == 0x80) {
        if (command.p2 == 0 || command.p2 >= Channel::Count) return Sw::FunctionNotSupported;
        Channel& channel = channels[command.p2];
        if (!channel.open) return Response{Sw::Warning};
        channel.close();
        return Sw::Ok;
    }
    if (command.p1 != 0) return Sw::WrongP1P2;
    if (command.p2 != 0) {
        if (command.p2 >= Channel::Count || channels[command.p2].open)
            return Sw::FunctionNotSupported;
        channels[command.p2].open = true;
        return Sw::Ok;
    }
    if (!command.ne) return Sw::WrongLength;
    for (std::uint8_t number = 1; number < Channel::Count; ++number) {
        if (channels[number].open) continue;
        channels[number].open = true;
        return {{number}, Sw::Ok};
    }
    return Sw::FunctionNotSupported;
}

Response Os::select(Via via, Channel& channel, const Command& command, store::Work& work) {
    // Whatever comes of it, a secure channel ends here.
    channel.session.close();
    channel.secured = false;
    const auto occurrence = static_cast<std::uint8_t>(command.p2 & ~ResponseForm);
    if (occurrence != 0 && occurrence != NextOccurrence) return Sw::WrongP1P2;
    if (command.data.size() > LongestName) return Sw::WrongData;
    const bool next = occurrence == NextOccurrence && channel.aid.starts_with(command.data);
    const domain::Entry* entry =
        open_.select(command.data, next && !channel.aid.empty() ? &channel.aid : nullptr);
    if (entry == nullptr) return Sw::FileNotFound;
    return select_entry(via, channel, *entry, work);
}

Response Os::select_entry(Via via, Channel& channel, const domain::Entry& entry,
                          store::Work& work) {
    if (entry.kind == domain::Entry::Kind::Domain) {
        base::Bytes fci = open_.fci(entry);
        channel.select(entry.slot, entry.aid);
        return {std::move(fci), open_.select_status()};
    }
    if (selected_elsewhere(entry.slot)) return Sw::ConditionsNotSatisfied;
    Application* application = installed_.at(open_.instance(entry));
    if (application == nullptr) return Sw::SelectFailed;
    const domain::Aid aid = entry.aid;
    const domain::Slot slot = entry.slot;
    const Response answer = in_transaction(work, [&] {
        Context context = context_of(via, channel, slot, work);
        return application->select(context);
    });
    if (!kept(answer.sw)) return answer.sw;
    channel.select(slot, aid);
    const base::Bytes own = apdu::tlv(0xA5, answer.data);
    base::Bytes fci = apdu::tlv(0x84, aid.bytes());
    fci.insert(fci.end(), own.begin(), own.end());
    return {apdu::tlv(0x6F, fci), answer.sw};
}

Response Os::dispatch(Via via, Channel& channel, const Command& command, store::Work& work) {
    const domain::Entry* entry = open_.registry().at(channel.selected);
    if (entry == nullptr || entry->aid != channel.aid) {
        channel.session.close();
        const domain::Entry& first = open_.default_application();
        const Response selected = select_entry(via, channel, first, work);
        if (!kept(selected.sw)) return selected.sw;
        entry = open_.registry().at(channel.selected);
    }
    if (entry->kind == domain::Entry::Kind::Domain) {
        const domain::Aid aid = entry->aid;
        Response response = open_.process(command, channel.session, aid, work);
        // STORE DATA may have given it another name.
        const domain::Entry* after = open_.registry().at(channel.selected);
        if (after != nullptr) channel.aid = after->aid;
        return response;
    }
    const std::uint8_t state = open_.card_state();
    const bool last = entry->privileges.has(domain::Privilege::FinalApplication);
    if (!entry->selectable() || state == domain::State::Terminated ||
        (state == domain::State::CardLocked && !last))
        return Sw::ConditionsNotSatisfied;
    return run_application(via, channel, *entry, command, work);
}

Response Os::run_application(Via via, Channel& channel, const domain::Entry& entry,
                             const Command& given, store::Work& work) {
    Application* application = installed_.at(open_.instance(entry));
    if (application == nullptr) return Sw::ConditionsNotSatisfied;
    const domain::Slot slot = entry.slot;
    const bool secure = application->has_secure_channel();
    if (secure && domain::Open::is_channel_command(given)) {
        const domain::Aid aid = entry.aid;
        Response response = open_.process(given, channel.session, aid, work);
        channel.secured = channel.session.authenticated();
        return response;
    }
    Command command = given;
    const bool wrapped = secure && channel.session.authenticated();
    // A channel that broke stays so until it begins anew.
    if (channel.secured && !wrapped) return Sw::SecurityNotSatisfied;
    if (wrapped) {
        auto plain = open_.unwrap(given, channel.session, work);
        if (!plain.command) return plain.sw;
        command = std::move(*plain.command);
    }
    Response response = in_transaction(work, [&] {
        Context context = context_of(via, channel, slot, work);
        if (application->manages_cards()) context.bay = this;
        return application->process(context, command);
    });
    installed_.card().sectors.written_by(work.now);
    if (wrapped) open_.wrap(response, channel.session, work);
    return response;
}

Context Os::context_of(Via via, const Channel& channel, domain::Slot slot, store::Work& work) {
    Context context{installed_.card(), slot, work};
    context.cards = this;
    context.via = via;
    context.waiting_ticks = options_.waiting_ticks[static_cast<std::size_t>(via)];
    context.security_level = channel.session.level();
    return context;
}

template <typename Call>
Response Os::in_transaction(store::Work& work, Call call) {
    objects_.begin();
    Response response = call();
    if (!kept(response.sw)) {
        objects_.abort();
    } else if (!objects_.commit(work)) {
        return Sw::MemoryFailure;
    }
    return response;
}

bool Os::selected_elsewhere(domain::Slot slot) const {
    for (const Channels& channels : channels_)
        for (const Channel& channel : channels)
            if (&channel != at_work_ && channel.selected == slot) return true;
    return false;
}

}  // namespace cardos
