#include "platform/provider.hpp"

#include "base/hex.hpp"
#include "platform/handover.hpp"
#include "platform/refusal.hpp"

namespace platform {
namespace {

/// States of a domain.
constexpr const char* Asked = "asked";    ///< the issuer is at it
constexpr const char* Handed = "handed";  ///< its initial keys are here; the issuer knows not
constexpr const char* Own = "own";        ///< and the issuer has given them up

std::string state_of(soci::session& sql, const Place& place) {
    std::string state;
    sql << "SELECT state FROM domains WHERE card = :c AND domain = :d", soci::into(state),
        soci::use(place.card), soci::use(place.domain);
    return sql.got_data() ? state : std::string{};
}

void set_state(soci::session& sql, const Place& place, const std::string& state) {
    sql << "UPDATE domains SET state = :s WHERE card = :c AND domain = :d", soci::use(state),
        soci::use(place.card), soci::use(place.domain);
}

}  // namespace

/// C2 from the provider's side.
class Download final : public Session {
public:
    Download(Provider& provider, Job job, std::string state)
        : provider_{provider}, job_{std::move(job)}, state_{std::move(state)} {}

    nlohmann::json begin() override {
        if (state_ != Asked) return take_control();
        return relay(provider_.issuer_.call(request("begin", {{"job", "supply"}})));
    }

    nlohmann::json answer(base::ByteView response) override {
        if (own_) return own_->answer(response);
        office().database.transaction(
            [&](soci::session& sql) { office().jobs.answered(sql, job_.number, step_, response); });
        return relay(provider_.issuer_.call(
            {{"do", "answer"}, {"session", session_}, {"response", base::to_hex(response)}}));
    }

private:
    [[nodiscard]] Office& office() const { return provider_.office(); }
    [[nodiscard]] nlohmann::json request(const char* what, nlohmann::json more = {}) const {
        nlohmann::json made{{"do", what}, {"card", job_.place.card}, {"domain", job_.place.domain}};
        if (more.is_object()) made.update(more);
        return made;
    }

    /// What the issuer platform says: a step for the card, or that the domain is ours.
    nlohmann::json relay(const nlohmann::json& said) {
        if (said.value("done", false)) {
            take_over_keys(said.at("handed"));
            return take_control();
        }
        session_ = said.at("session").get<std::string>();
        const nlohmann::json step{
            {"step", said.at("step")}, {"domain", said.at("domain")}, {"apdu", said.at("apdu")}};
        office().database.transaction([&](soci::session& sql) {
            step_ = office().jobs.sent(sql, job_.number,
                                       "issuer: " + said.at("step").get<std::string>(),
                                       said.at("domain").get<std::string>());
        });
        return step;
    }

    /// No keys come with a domain that has a key pair: the first set is ours already.
    void take_over_pair(const nlohmann::json& handed) {
        if (handed.value("scp10", 0U) != provider_.options_.scp10->terms.key_version)
            throw Refusal{"hand-over", "the domain's key pair is not the one agreed on"};
        office().database.transaction([&](soci::session& sql) {
            office().draw(sql, job_.place, nullptr);
            set_state(sql, job_.place, Handed);
            office().note(sql, "issuer", "domain with a key pair taken over", job_.place);
        });
        state_ = Handed;
    }

    void take_over_keys(const nlohmann::json& handed) {
        if (provider_.options_.scp10) return take_over_pair(handed);
        office().database.transaction([&](soci::session& sql) {
            const auto initial = take_over(office().keys.named(sql, provider_.options_.transport),
                                           job_.place, handed);
            const auto generation = office().keys.add(sql, job_.place, initial);
            office().keys.activate(sql, job_.place, generation);
            office().draw(sql, job_.place, &initial);
            set_state(sql, job_.place, Handed);
            office().note(sql, "issuer", "initial keys taken over", job_.place,
                          check_values(initial));
        });
        state_ = Handed;
    }

    /// The initial keys are on our disk: the issuer may forget them, and they are replaced.
    nlohmann::json take_control() {
        if (state_ == Handed) {
            provider_.issuer_.call(request("taken"));
            office().database.transaction(
                [&](soci::session& sql) { set_state(sql, job_.place, Own); });
            state_ = Own;
        }
        auto plan = office().database.transaction(
            [&](soci::session& sql) { return office().plan(sql, job_.place); });
        if (const auto& scp10 = provider_.options_.scp10) {
            plan.opener = open_scp10(scp10->host, scp10->terms);
            // Whom the issuer's trust point certifies could enter as long as the pair is there.
            plan.dropped = scp10->terms.key_version;
        }
        own_ = std::make_unique<ErrandSession>(office(), job_, std::move(plan), [](soci::session&) {
            return nlohmann::json{{"result", "the domain has the provider's keys"}};
        });
        return own_->begin();
    }

    Provider& provider_;
    Job job_;
    std::string state_;
    std::string session_{};  ///< with the issuer platform
    long long step_ = 0;
    std::unique_ptr<ErrandSession> own_{};
};

Provider::Provider(Office& office, ProviderOptions options, Remote& issuer)
    : Desk{office, options.terminals}, options_{std::move(options)}, issuer_{issuer} {}

std::unique_ptr<Session> Provider::open(const std::string& peer, const std::string& kind,
                                        const Place& place) {
    require_terminal(peer);
    if (kind == "update") return update(peer, place);
    if (kind != "download") throw Refusal{"request", "the provider's jobs are download and update"};
    return office().database.transaction([&](soci::session& sql) -> std::unique_ptr<Session> {
        std::string state = state_of(sql, place);
        if (state == Own && !office().jobs.is_open(sql, place))
            return std::make_unique<NothingToDo>(
                nlohmann::json{{"done", true},
                               {"result", "the domain has the provider's keys"},
                               {"checks", office().keys.active_checks(sql, place)}});
        if (state.empty()) {
            state = Asked;
            sql << "INSERT INTO domains VALUES (:c, :d, :m, :s)", soci::use(place.card),
                soci::use(place.domain), soci::use(office().options().name), soci::use(state);
            office().note(sql, peer, "domain asked for", place);
        }
        return std::make_unique<Download>(*this, office().jobs.begin(sql, "download", place, peer),
                                          state);
    });
}

}  // namespace platform
