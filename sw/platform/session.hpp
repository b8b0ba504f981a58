/// \file session.hpp
/// A job while a terminal is at it: answers of the card in, what to do next out.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "platform/office.hpp"

namespace platform {

/// Says what is next, in the words of the API (docs/platform.md): {"step", "domain", "apdu"}, or
/// {"done": true, ...}. Throws Refusal when the job has failed or cannot go on now.
class Session {
public:
    virtual ~Session() = default;
    virtual nlohmann::json begin() = 0;
    virtual nlohmann::json answer(base::ByteView response) = 0;
};

/// A job that is over as it begins: no card is needed for its result.
class NothingToDo final : public Session {
public:
    // Not with braces: that would be an array around it.
    explicit NothingToDo(nlohmann::json result) : result_(std::move(result)) {}
    nlohmann::json begin() override { return result_; }
    nlohmann::json answer(base::ByteView response) override;

private:
    nlohmann::json result_;
};

/// A job that is one errand.
class ErrandSession final : public Session {
public:
    /// What the job's end means to its platform, inside the transaction that ends it; the result
    /// goes to the other side.
    using Finish = std::function<nlohmann::json(soci::session&)>;

    ErrandSession(Office& office, Job job, Plan plan, Finish finish);

    nlohmann::json begin() override;
    nlohmann::json answer(base::ByteView response) override;

private:
    nlohmann::json go_on(soci::session& sql);
    void fail(soci::session& sql);

    Office& office_;
    Job job_;
    Errand errand_;
    Finish finish_;
    long long step_ = 0;  ///< number of the step that is out
};

/// The step as the API has it.
[[nodiscard]] nlohmann::json to_json(const Step& step);

}  // namespace platform
