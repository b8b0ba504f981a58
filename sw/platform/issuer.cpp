#include "platform/issuer.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "base/hex.hpp"
#include "platform/handover.hpp"
#include "platform/refusal.hpp"

namespace platform {
namespace {

/// States of a domain that was made for a provider; one of the issuer's own is always "own".
constexpr const char* Own = "own";
constexpr const char* Supplying = "supplying";  ///< not yet with its initial keys
constexpr const char* Supplied = "supplied";    ///< with them, and the provider may fetch them
constexpr const char* Taken = "taken";

struct DomainRow {
    std::string manager{};
    std::string state{};
};

std::optional<DomainRow> find_domain(soci::session& sql, const Place& place) {
    DomainRow row;
    sql << "SELECT manager, state FROM domains WHERE card = :c AND domain = :d",
        soci::into(row.manager), soci::into(row.state), soci::use(place.card),
        soci::use(place.domain);
    if (!sql.got_data()) return {};
    return row;
}

void add_domain(soci::session& sql, const Place& place, const std::string& manager,
                const std::string& state) {
    sql << "INSERT INTO domains VALUES (:c, :d, :m, :s)", soci::use(place.card),
        soci::use(place.domain), soci::use(manager), soci::use(state);
}

void set_state(soci::session& sql, const Place& place, const std::string& state) {
    sql << "UPDATE domains SET state = :s WHERE card = :c AND domain = :d", soci::use(state),
        soci::use(place.card), soci::use(place.domain);
}

KeySet issuer_keys(soci::session& sql, const KeyStore& keys, const IssuedCard& card) {
    if (const auto method = method_from(card.method))
        return diversify(*method, keys.named(sql, card.master), *base::from_hex(card.card),
                         card.version);
    const auto sets = keys.usable(sql, {card.card, card.issuer});
    if (sets.empty()) throw Refusal{"card", fmt::format("there are no keys of card {}", card.card)};
    return sets.back().set;
}

}  // namespace

Issuer::Issuer(Office& office, IssuerOptions options)
    : Desk{office, options.terminals}, options_{std::move(options)} {
    for (const auto& [name, provider] : options_.providers)
        if (provider.scp10 && !options_.scp10)
            throw std::invalid_argument{"there is no trust point for SCP10"};
}

void Issuer::register_card(const IssuedCard& card, const KeySet* stored) {
    if (!method_from(card.method) && (card.method != "stored" || stored == nullptr))
        throw Refusal{"card", fmt::format("card {}: unknown method {}", card.card, card.method)};
    const Place place{card.card, card.issuer};
    office().database.transaction([&](soci::session& sql) {
        if (stored == nullptr) (void)office().keys.named(sql, card.master);
        int there = 0;
        sql << "SELECT COUNT(*) FROM cards WHERE card = :c", soci::into(there),
            soci::use(card.card);
        if (there != 0)
            throw Refusal{"card", fmt::format("card {} is registered already", card.card)};
        if (stored != nullptr)
            office().keys.activate(sql, place, office().keys.add(sql, place, *stored));
        const long long version = card.version;
        sql << "INSERT INTO cards VALUES (:c, :i, :m, :method, :v)", soci::use(card.card),
            soci::use(card.issuer), soci::use(card.master), soci::use(card.method),
            soci::use(version);
        office().note(sql, "operator", "card registered", place,
                      office().keys.active_checks(sql, place));
    });
}

std::unique_ptr<Session> Issuer::open(const std::string& peer, const std::string& kind,
                                      const Place& place) {
    if (kind == "supply") return supply(peer, place);
    require_terminal(peer);
    if (kind == "create") return create(peer, place);
    if (kind == "update") return update(peer, place);
    throw Refusal{"request", "the issuer's jobs are create, update and supply"};
}

nlohmann::json Issuer::other(const std::string& peer, const nlohmann::json& request) {
    if (request.value("do", "") != "taken") return Desk::other(peer, request);
    taken(peer, place_of(request));
    return {{"result", "taken"}};
}

Plan Issuer::issuing_plan(soci::session& sql, const Place& place) {
    IssuedCard card;
    card.card = place.card;
    long long version = 0;
    sql << "SELECT issuer, master, method, version FROM cards WHERE card = :c",
        soci::into(card.issuer), soci::into(card.master), soci::into(card.method),
        soci::into(version), soci::use(place.card);
    if (!sql.got_data())
        throw Refusal{"card", fmt::format("card {} is not one of ours", place.card)};
    card.version = static_cast<std::uint8_t>(version);
    Plan plan = office().plan(sql, place);
    plan.issuer = card.issuer;
    plan.issuer_keys = issuer_keys(sql, office().keys, card);
    plan.issuer_level = options_.issuer_level;
    plan.made_of = options_.made_of;
    return plan;
}

Plan Issuer::pairing_plan(soci::session& sql, const Place& place,
                          const reader::RsaPrivateKey& key) {
    const Scp10Issuing& issuing = *options_.scp10;
    Plan plan = issuing_plan(sql, place);
    plan.opener = open_scp10(issuing.own, issuing.terms);
    plan.made_of.also_speaks = fmt::format("10{:02X}", static_cast<unsigned>(issuing.terms.option));
    plan.first_keys =
        [domain = Scp10Domain{issuing.terms.key_version, key,
                              issuing.trust_point.certify_domain(place.card, key.public_key()),
                              issuing.trust_point.public_key()}](const Channel& channel) {
            return store_scp10(channel, domain);
        };
    return plan;
}

std::unique_ptr<Session> Issuer::create(const std::string& peer, const Place& place) {
    return office().database.transaction([&](soci::session& sql) -> std::unique_ptr<Session> {
        const auto domain = find_domain(sql, place);
        if (domain && domain->manager != office().options().name)
            throw Refusal{"domain", "the domain is another's"};
        (void)issuing_plan(sql, place);  // refuses before anything is written
        if (domain && !office().jobs.is_open(sql, place)) {
            const std::string checks = office().keys.active_checks(sql, place);
            if (!checks.empty())
                return std::make_unique<NothingToDo>(
                    nlohmann::json{{"done", true},
                                   {"result", "the domain has the issuer's keys"},
                                   {"checks", checks}});
        }
        if (!domain) {
            add_domain(sql, place, office().options().name, Own);
            // The domain is made with the first, which the second replaces.
            office().draw(sql, place, nullptr);
            const auto initial = office().keys.usable(sql, place);
            office().draw(sql, place, &initial.front().set);
        }
        auto job = office().jobs.begin(sql, "create", place, peer);
        return std::make_unique<ErrandSession>(
            office(), std::move(job), issuing_plan(sql, place), [](soci::session&) {
                return nlohmann::json{{"result", "the domain has the issuer's keys"}};
            });
    });
}

std::unique_ptr<Session> Issuer::supply(const std::string& peer, const Place& place) {
    const auto provider = options_.providers.find(peer);
    if (provider == options_.providers.end())
        throw Refusal{"peer", fmt::format("{} is no application provider of ours", peer)};
    if (!place.domain.starts_with(provider->second.aids))
        throw Refusal{"domain", fmt::format("{} may not have a domain of this name", peer)};
    const bool pairs = provider->second.scp10;
    // Takes its time, so before the transaction. Not kept: a job that begins again brings another.
    std::optional<reader::RsaPrivateKey> key;
    if (pairs) key = options_.scp10->draw();
    return office().database.transaction([&](soci::session& sql) -> std::unique_ptr<Session> {
        const auto handed = [this, place, pairs, transport = provider->second.transport](
                                soci::session& in) -> nlohmann::json {
            if (pairs)
                return {{"result", "the domain has its key pair"},
                        {"handed", {{"scp10", options_.scp10->terms.key_version}}}};
            const auto sets = office().keys.usable(in, place);
            return {{"result", "the domain has its initial keys"},
                    {"handed", hand_over(office().keys.named(in, transport), place,
                                         sets.front().set, office().keys.random())}};
        };
        const auto domain = find_domain(sql, place);
        if (domain && domain->manager != peer) throw Refusal{"domain", "the domain is another's"};
        if (domain && domain->state == Taken)
            throw Refusal{"taken", "the domain was handed over: the issuer has no keys of it"};
        if (domain && domain->state == Supplied) {
            auto result = handed(sql);
            result["done"] = true;
            return std::make_unique<NothingToDo>(std::move(result));
        }
        (void)issuing_plan(sql, place);
        if (!domain) {
            add_domain(sql, place, peer, Supplying);
            if (!pairs) office().draw(sql, place, nullptr);
        }
        auto job = office().jobs.begin(sql, "supply", place, peer);
        auto plan = pairs ? pairing_plan(sql, place, *key) : issuing_plan(sql, place);
        return std::make_unique<ErrandSession>(office(), std::move(job), std::move(plan),
                                               [place, handed](soci::session& in) {
                                                   set_state(in, place, Supplied);
                                                   return handed(in);
                                               });
    });
}

void Issuer::taken(const std::string& peer, const Place& place) {
    office().database.transaction([&](soci::session& sql) {
        const auto domain = find_domain(sql, place);
        if (!domain || domain->manager != peer || domain->state == Supplying)
            throw Refusal{"domain", "the domain was not handed over to you"};
        if (domain->state == Taken) return;  // the confirmation got lost
        const std::string checks = office().keys.active_checks(sql, place);
        office().keys.give_up(sql, place);
        set_state(sql, place, Taken);
        office().note(sql, peer, "domain handed over", place, checks);
    });
}

}  // namespace platform
