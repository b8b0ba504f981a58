#include "fleet/caretaker.hpp"

#include <fmt/format.h>

#include "control/refusal.hpp"

namespace fleet {

std::optional<base::Bytes> Caretaker::next(std::optional<base::ByteView> answer) {
    if (at_ == At::End) return {};
    if (at_ == At::Start) {
        at_ = At::Status;
        return control::status_body();
    }
    try {
        take(control::accepted(answer.value_or(base::ByteView{})));
    } catch (const control::Refusal& refusal) {
        if (todo_.empty()) throw;
        note(fmt::format("refused, {}: {}", to_string(refusal.reason()), refusal.what()));
        todo_.pop_front();
        return next_package();
    }
    if (at_ == At::Block) return block_or_commit();
    return next_package();
}

/// What the answer to the last body means.
void Caretaker::take(base::ByteView accepted) {
    switch (at_) {
        case At::Status:
            plan(accepted);
            break;
        case At::Begin:
            block_ = control::wanted_from(accepted);
            if (block_ > todo_.front().second.blocks.size())
                throw control::Refusal{control::Reason::BadRequest, "a block that there is not"};
            if (block_ > 0) note(fmt::format("goes on with block {}", block_));
            at_ = At::Block;
            break;
        case At::Block:
            ++block_;
            break;
        case At::Commit: {
            const auto& [kind, package] = todo_.front();
            const auto header = control::UpdateHeader::parse(
                base::ByteView{package.header}.first(control::UpdateHeader::Bytes));
            note(fmt::format("version {}", header ? header->version : 0));
            restart_ = restart_ || kind == control::UpdateKind::Software;
            todo_.pop_front();
            break;
        }
        default:
            break;
    }
}

void Caretaker::plan(base::ByteView accepted) {
    for (auto& one : maker_(control::states_from(accepted))) todo_.push_back(std::move(one));
}

std::optional<base::Bytes> Caretaker::next_package() {
    if (!todo_.empty()) {
        at_ = At::Begin;
        return control::begin_body(todo_.front().second.header);
    }
    const bool restarts = restart_ && at_ != At::Restart;
    at_ = restarts ? At::Restart : At::End;
    if (!restarts) return {};
    report_.emplace_back("restarted");
    return control::restart_body();
}

base::Bytes Caretaker::block_or_commit() {
    const auto& [kind, package] = todo_.front();
    if (block_ < package.blocks.size())
        return control::block_body(kind, block_, package.blocks[block_]);
    at_ = At::Commit;
    return control::commit_body(kind);
}

void Caretaker::note(const std::string& what) {
    report_.push_back(fmt::format("{}: {}", to_string(todo_.front().first), what));
}

}  // namespace fleet
