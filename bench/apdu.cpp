// The card OS through reader, air and card: APDUs a second, and how long a host waits for PUT KEY.
#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>
#include <stdexcept>

#include "aes/software_engine.hpp"
#include "base/hex.hpp"
#include "cardos/make_chip.hpp"
#include "field/tlm_world.hpp"
#include "link/contactless_card.hpp"
#include "lockstep/lockstep_world.hpp"
#include "reader/key_commands.hpp"
#include "reader/secure_channel.hpp"
#include "report.hpp"
#include "verilated/rtl_crypto.hpp"
#include "verilated/rtl_world.hpp"

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint8_t KeyVersion = 0x30;  // of the SCP03 set of the plan's card
constexpr std::uint8_t Level = 0x33;

reader::ScpKey key_from(std::uint8_t first) {
    base::Bytes value(16);
    for (auto& byte : value) byte = first++;
    return reader::ScpKey{value};
}

/// The GP card of the test plan in a reader's field, its issuer security domain selected.
class Station {
public:
    Station(port::World& world, std::unique_ptr<port::CryptoPort> engine)
        : world_{world}, reader_{world}, card_{reader_} {
        cardos::ChipOptions options;
        options.crypto = std::move(engine);
        chip_ = cardos::make_chip(std::move(options));
        port::CardProfile profile;
        profile.uid = {0x9C, 0x59, 0x9B, 0x32};
        profile.sak = 0x20;
        profile.ats = {0x06, 0x75, 0x77, 0x81, 0x02, 0x80};
        world_.place(0, profile, *chip_);
        if (card_.power_on().empty()) throw std::runtime_error{"the card does not answer"};
        send(select);
    }
    ~Station() {
        card_.power_off();
        world_.wait_until(world_.now() + 2048);  // the memory has lost its power by then
        world_.remove(0);
    }
    Station(const Station&) = delete;
    Station& operator=(const Station&) = delete;

    base::Bytes send(base::ByteView command) { return card_.transmit(command); }
    std::optional<apdu::Response> send_protected(const apdu::Command& command) {
        return channel_.transmit(command, [&](base::ByteView apdu) { return send(apdu); });
    }

    void open_channel() {
        const base::Bytes challenge(8, 0x11);
        if (!channel_.offered(challenge, send(reader::initialize_update(KeyVersion, challenge))) ||
            !channel_.opened(send(channel_.external_authenticate(Level)))) {
            throw std::runtime_error{"no secure channel"};
        }
    }

    /// A key set that takes the place of its like, or is the first of its version.
    bool put_keys(std::uint8_t replaced) {
        const std::array keys{key_from(0x70), key_from(0x80), key_from(0x90)};
        const auto answer = send_protected(
            reader::put_key(channel_, replaced, 0x31, 1, reader::KeyType::Aes, keys));
        return answer && answer->sw == apdu::Sw::Ok;
    }

    static inline const base::Bytes select = *base::from_hex("00A4040000");
    static inline const base::Bytes get_data = *base::from_hex("80CA006600");

private:
    port::World& world_;
    std::unique_ptr<cardos::Chip> chip_{};
    reader::Reader reader_;
    hostlink::ContactlessCard card_;
    reader::SecureChannel channel_{{key_from(0x40), key_from(0x50), key_from(0x60)}};
};

template <class Exchange>
void apdus_per_second(benchmark::State& state, Exchange exchange) {
    const auto begin = Clock::now();
    for (auto _ : state)
        if (!exchange()) state.SkipWithError("the card refused");
    const std::chrono::duration<double> wall = Clock::now() - begin;
    bench::set_figure(state, static_cast<double>(state.iterations()) / wall.count(), "APDUs/s");
}

void apdus_per_s_tlm(benchmark::State& state) {
    const auto world = field::make_tlm_world({});
    Station station{*world, std::make_unique<aes::SoftwareEngine>()};
    apdus_per_second(state, [&] { return station.send(Station::get_data).size() > 2; });
}
BENCHMARK(apdus_per_s_tlm)->Iterations(2000);

void apdus_per_s_scp03_tlm(benchmark::State& state) {
    const auto world = field::make_tlm_world({});
    Station station{*world, std::make_unique<aes::SoftwareEngine>()};
    station.open_channel();
    const apdu::Command get_data = apdu::parse(Station::get_data).value();
    apdus_per_second(state, [&] {
        const auto answer = station.send_protected(get_data);
        return answer && answer->sw == apdu::Sw::Ok;
    });
}
BENCHMARK(apdus_per_s_scp03_tlm)->Iterations(2000);

/// Wall time of one PUT KEY of three AES keys at security level 33.
void put_key_wall(benchmark::State& state, port::World& world,
                  std::unique_ptr<port::CryptoPort> engine) {
    Station station{world, std::move(engine)};
    station.open_channel();
    if (!station.put_keys(0)) state.SkipWithError("the card refused the first set");
    const auto begin = Clock::now();
    for (auto _ : state)
        if (!station.put_keys(0x31)) state.SkipWithError("the card refused");
    const std::chrono::duration<double, std::milli> wall = Clock::now() - begin;
    bench::set_figure(state, wall.count() / static_cast<double>(state.iterations()), "ms");
}

void put_key_tlm_ms(benchmark::State& state) {
    const auto world = field::make_tlm_world({});
    put_key_wall(state, *world, std::make_unique<aes::SoftwareEngine>());
}
BENCHMARK(put_key_tlm_ms)->Iterations(200);

void put_key_rtl_ms(benchmark::State& state) {
    const auto world = tb::make_rtl_world({});
    put_key_wall(state, *world, std::make_unique<tb::RtlCrypto>());
}
BENCHMARK(put_key_rtl_ms)->Iterations(5);

void put_key_both_ms(benchmark::State& state) {
    const auto world = tb::make_lockstep_world({});
    put_key_wall(state, *world, std::make_unique<tb::RtlCrypto>());
}
BENCHMARK(put_key_both_ms)->Iterations(5);

}  // namespace
