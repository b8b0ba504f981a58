#include "lockstep/watched_store.hpp"

#include "base/hex.hpp"
#include "base/sector.hpp"

namespace tb {

bool StoreEvent::operator==(const StoreEvent& other) const {
    return kind == other.kind && block == other.block && data == other.data && ok == other.ok &&
           tick == other.tick && piece == other.piece && more == other.more &&
           taken.ready == other.taken.ready && taken.response == other.taken.response;
}

std::string describe(const StoreEvent& event) {
    const std::string at = " at " + std::to_string(event.tick);
    switch (event.kind) {
        case StoreEvent::Kind::PowerUp:
            return "power up" + at;
        case StoreEvent::Kind::PowerLost:
            return "power lost" + at;
        case StoreEvent::Kind::Reset:
            return "session of the card OS" + at;
        case StoreEvent::Kind::Take:
            return (event.more ? "piece " : "last piece ") + base::to_hex(event.piece) + at +
                   ", answered by " + base::to_hex(event.taken.response) + " at " +
                   std::to_string(event.taken.ready);
        case StoreEvent::Kind::Program:
            break;
    }
    const bool keys = base::is_trailer(event.block);
    return "program block " + std::to_string(event.block) + " with " +
           (keys ? "keys" : base::to_hex(event.data)) + (event.ok ? "" : ", refused") + at;
}

port::StorePort::Programming WatchedStore::program(port::BlockAddress block,
                                                   const port::Block& data, base::Tick start) {
    Programming programming = store_.program(block, data, start + shift_);
    programming.done -= shift_;
    events_.push_back({.kind = StoreEvent::Kind::Program,
                       .block = block,
                       .data = data,
                       .ok = programming.ok,
                       .tick = start});
    return programming;
}

void WatchedStore::power_lost(base::Tick at) {
    store_.power_lost(at + shift_);
    events_.push_back({.kind = StoreEvent::Kind::PowerLost, .tick = at});
}

void WatchedStore::power_up(base::Tick at) {
    store_.power_up(at + shift_);
    events_.push_back({.kind = StoreEvent::Kind::PowerUp, .tick = at});
}

void WatchedStore::Air::reset(base::Tick at) {
    watched_.store_.air()->reset(at + watched_.shift_);
    watched_.events_.push_back({.kind = StoreEvent::Kind::Reset, .tick = at});
}

port::ApduPort::Taken WatchedStore::Air::take(base::ByteView piece, bool more, base::Tick at) {
    Taken taken = watched_.store_.air()->take(piece, more, at + watched_.shift_);
    taken.ready -= watched_.shift_;
    watched_.events_.push_back({.kind = StoreEvent::Kind::Take,
                                .tick = at,
                                .piece = {piece.begin(), piece.end()},
                                .more = more,
                                .taken = taken});
    return taken;
}

}  // namespace tb
