#include "flows/watched_chip.hpp"

namespace flows {

port::StorePort::Programming WatchedChip::program(port::BlockAddress block, const port::Block& data,
                                                  base::Tick start) {
    const auto programming = chip_.program(block, data, start);
    observer_.on_work(port::CardUnit::Nvm, start, programming.done);
    return programming;
}

port::ApduPort* WatchedChip::air() noexcept {
    auto* const port = chip_.air();
    if (port == nullptr) return nullptr;
    air_.stands_for(*port);
    return &air_;
}

port::ApduPort& WatchedChip::contacts() noexcept {
    contacts_.stands_for(chip_.contacts());
    return contacts_;
}

port::ApduPort::Taken WatchedChip::Side::take(base::ByteView piece, bool more, base::Tick at) {
    auto taken = port_->take(piece, more, at);
    if (taken.ready > at) chip_.observer_.on_work(port::CardUnit::Os, at, taken.ready);
    return taken;
}

}  // namespace flows
