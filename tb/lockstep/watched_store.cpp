#include "lockstep/watched_store.hpp"

#include "base/hex.hpp"

namespace tb {

std::string describe(const StoreEvent& event) {
    const std::string at = " at " + std::to_string(event.tick);
    switch (event.kind) {
        case StoreEvent::Kind::PowerUp:
            return "power up" + at;
        case StoreEvent::Kind::PowerLost:
            return "power lost" + at;
        case StoreEvent::Kind::Program:
            break;
    }
    return "program block " + std::to_string(event.block) + " with " + base::to_hex(event.data) +
           (event.ok ? "" : ", refused") + at;
}

port::StorePort::Programming WatchedStore::program(port::BlockAddress block,
                                                   const port::Block& data, base::Tick start) {
    Programming programming = store_.program(block, data, start + shift_);
    programming.done -= shift_;
    events_.push_back({StoreEvent::Kind::Program, block, data, programming.ok, start});
    return programming;
}

void WatchedStore::power_lost(base::Tick at) {
    store_.power_lost(at + shift_);
    events_.push_back({StoreEvent::Kind::PowerLost, 0, {}, true, at});
}

void WatchedStore::power_up(base::Tick at) {
    store_.power_up(at + shift_);
    events_.push_back({StoreEvent::Kind::PowerUp, 0, {}, true, at});
}

}  // namespace tb
