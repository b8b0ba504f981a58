#include "flows/watched_reader.hpp"

namespace flows {

void Shifted::on_frame(const port::AirFrame& frame) {
    auto moved = frame;
    moved.start += by_();
    moved.end += by_();
    watch_.on_frame(moved);
}

void Shifted::on_work(port::CardUnit unit, Tick begin, Tick end) {
    watch_.on_work(unit, begin + by_(), end + by_());
}

void WatchedPower::set(port::Module module, bool on) {
    const bool changes = power_.on(module) != on;
    power_.set(module, on);
    if (changes) watch_.on_module(module, on, now_());
}

void WatchedPower::spend(Tick ticks) {
    Exchange shown{.via = Via::Display, .command = "a line", .begin = now_()};
    power_.spend(ticks);
    shown.end = now_();
    watch_.on_exchange(shown);
}

template <typename Call>
Tick WatchedCrypto::told(Call call) {
    const Tick begin = now_();
    const Tick ticks = call();
    watch_.on_reader_work(begin, now_());
    return ticks;
}

Tick WatchedCrypto::load_key(base::ByteView key) {
    return told([&] { return engine_.load_key(key); });
}

Tick WatchedCrypto::encrypt(AesBlock& block) {
    return told([&] { return engine_.encrypt(block); });
}

Tick WatchedCrypto::decrypt(AesBlock& block) {
    return told([&] { return engine_.decrypt(block); });
}

port::StorePort::Programming WatchedStore::program(port::BlockAddress block,
                                                   const port::Block& data, Tick start) {
    const auto programming = store_.program(block, data, start);
    watch_.on_work(port::CardUnit::Nvm, start, programming.done);
    return programming;
}

}  // namespace flows
