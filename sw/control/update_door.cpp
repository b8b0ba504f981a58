#include "control/update_door.hpp"

#include <algorithm>

#include "control/octets.hpp"
#include "control/refusal.hpp"

namespace control {
namespace {

UpdateKind take_kind(Taker& taker) {
    const auto kind = taker.number(1);
    if (kind < 1 || kind > UpdateKinds.size())
        throw Refusal{Reason::BadRequest, "no such kind of update"};
    return static_cast<UpdateKind>(kind);
}

void require(bool whole) {
    if (!whole) throw Refusal{Reason::BadRequest, "a command of another length is expected"};
}

}  // namespace

base::Bytes UpdateDoor::status() const {
    base::Bytes out;
    for (const UpdateKind kind : UpdateKinds) {
        put(out, store_.active(kind).version, 4);
        put(out, store_.wanted(kind).value_or(NoBlock), 2);
    }
    return out;
}

base::Bytes UpdateDoor::handle(base::ByteView body) {
    Taker taker{body};
    const auto command = static_cast<PlatformCommand>(taker.number(1));
    switch (command) {
        case PlatformCommand::Status:
            require(taker.whole());
            return status();
        case PlatformCommand::Begin: {
            base::Bytes out;
            put(out, store_.begin(taker.rest()), 2);
            return out;
        }
        case PlatformCommand::Block: {
            const auto kind = take_kind(taker);
            const auto index = taker.number(2);
            const auto next = taker.bytes(std::tuple_size_v<Digest>);
            const auto data = taker.rest();
            require(taker.whole());
            Digest digest{};
            std::copy(next.begin(), next.end(), digest.begin());
            store_.block(kind, index, data, digest);
            return {};
        }
        case PlatformCommand::Commit: {
            const auto kind = take_kind(taker);
            require(taker.whole());
            store_.commit(kind);
            changed_(kind);
            return {};
        }
        case PlatformCommand::Restart:
            require(taker.whole());
            restart_();
            return {};
    }
    throw Refusal{Reason::BadRequest, "no such command"};
}

}  // namespace control
