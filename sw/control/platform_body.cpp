#include "control/platform_body.hpp"

#include "control/octets.hpp"
#include "control/refusal.hpp"

namespace control {
namespace {

base::Bytes body(PlatformCommand command) { return {static_cast<std::uint8_t>(command)}; }

void require(bool whole) {
    if (!whole) throw Refusal{Reason::BadRequest, "the reader gave another answer"};
}

}  // namespace

base::Bytes status_body() { return body(PlatformCommand::Status); }
base::Bytes restart_body() { return body(PlatformCommand::Restart); }

base::Bytes begin_body(base::ByteView signed_header) {
    auto made = body(PlatformCommand::Begin);
    put(made, signed_header);
    return made;
}

base::Bytes block_body(UpdateKind kind, std::size_t index,
                       const UpdateSigner::Package::Block& block) {
    auto made = body(PlatformCommand::Block);
    put(made, static_cast<std::uint64_t>(kind), 1);
    put(made, index, 2);
    put(made, block.next);
    put(made, block.data);
    return made;
}

base::Bytes commit_body(UpdateKind kind) {
    auto made = body(PlatformCommand::Commit);
    put(made, static_cast<std::uint64_t>(kind), 1);
    return made;
}

void throw_refusal(base::ByteView payload) {
    if (payload.empty() || payload[0] < 1 || payload[0] > static_cast<int>(Reason::Forged))
        throw Refusal{Reason::BadRequest, "the reader gave no answer"};
    throw Refusal{static_cast<Reason>(payload[0]), {payload.begin() + 1, payload.end()}};
}

base::Bytes accepted(base::ByteView answer) {
    if (answer.empty()) throw Refusal{Reason::BadRequest, "the reader gave no answer"};
    if (answer[0] != 0) throw_refusal(answer);
    return {answer.begin() + 1, answer.end()};
}

UpdateStates states_from(base::ByteView accepted) {
    Taker taker{accepted};
    UpdateStates all{};
    for (auto& one : all) {
        one.version = static_cast<std::uint32_t>(taker.number(4));
        one.wanted = taker.number(2);
    }
    require(taker.whole());
    return all;
}

std::size_t wanted_from(base::ByteView accepted) {
    Taker taker{accepted};
    const auto wanted = taker.number(2);
    require(taker.whole());
    return wanted;
}

}  // namespace control
