#include "domain/store_data.hpp"

#include "apdu/tlv.hpp"
#include "domain/data_objects.hpp"

namespace domain {

namespace {

constexpr std::uint8_t LastBlock = 0x80;
constexpr std::uint8_t FormatMask = 0x18;
constexpr std::uint8_t DataGroupings = 0x08;
constexpr std::uint8_t DataObjects = 0x10;
constexpr std::size_t MostBytes = 4096;

apdu::Response store(Context& context, const Store& store) {
    switch (store.format) {
        case DataGroupings:
            return store_groupings(context, store.target, store.bytes);
        case DataObjects:
            return store_objects(context, store.target, store.bytes);
        default:
            return apdu::Sw::WrongData;
    }
}

/// A domain changes its own name.
apdu::StatusWord rename(Context& context, Slot domain, base::ByteView name) {
    const auto aid = Aid::from(name);
    if (!aid) return apdu::Sw::WrongData;
    const auto* holder = context.card.registry.find(*aid);
    if (holder != nullptr && holder->slot != domain) return apdu::Sw::ConditionsNotSatisfied;
    auto entry = *context.card.registry.at(domain);
    entry.aid = *aid;
    context.card.registry.put(entry);
    return apdu::Sw::Ok;
}

}  // namespace

apdu::StatusWord store_objects(Context& context, Slot domain, base::ByteView bytes) {
    const auto objects = apdu::read_all(bytes);
    if (!objects || objects->empty()) return apdu::Sw::WrongData;
    for (const auto& object : *objects) {
        if (object.tag == AidTag) {
            const auto sw = rename(context, domain, object.value);
            if (sw != apdu::Sw::Ok) return sw;
        } else if (can_be_stored(object.tag)) {
            set_data_object(context.card, domain, object.tag, object.value);
        } else {
            return apdu::Sw::WrongData;
        }
    }
    return apdu::Sw::Ok;
}

apdu::Response store_data(Context& context, const apdu::Command& command) {
    auto& session = context.session;
    if (command.p2 == 0) {
        session.store = Store{session.personalise.value_or(context.domain),
                              0,
                              static_cast<std::uint8_t>(command.p1 & FormatMask),
                              {}};
    }
    if (!session.store || command.p2 != session.store->next_block) {
        session.store.reset();
        session.personalise.reset();
        return apdu::Sw::WrongP1P2;
    }
    Store present = std::move(*session.store);
    session.store.reset();
    const bool last = (command.p1 & LastBlock) != 0;

    const auto* target = context.card.registry.at(present.target);
    apdu::Response response;
    if (target == nullptr) {
        response = apdu::Sw::ConditionsNotSatisfied;
    } else if (target->kind == Entry::Kind::Application) {
        const auto* file = context.card.registry.at(target->load_file);
        context.card.ledger.open();
        response = context.card.applications->personalise(
            {target->slot, file == nullptr ? Aid{} : file->aid, target->module, target->aid,
             target->privileges},
            command, context.work);
    } else if ((command.p1 & FormatMask) != present.format) {
        response = apdu::Sw::WrongP1P2;
    } else if (present.bytes.size() + command.data.size() > MostBytes) {
        response = apdu::Sw::NotEnoughMemory;
    } else {
        present.bytes.insert(present.bytes.end(), command.data.begin(), command.data.end());
        if (last) response = store(context, present);
    }
    const bool refused = apdu::is_error(response.sw);
    if (last || refused || present.next_block == 0xFF) {
        session.personalise.reset();
    } else {
        ++present.next_block;
        session.store = std::move(present);
    }
    return response;
}

}  // namespace domain
