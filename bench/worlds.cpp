// Reader, air and card together: the RTL world with and without a waveform, the TLM world.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "base/tick.hpp"
#include "field/tlm_world.hpp"
#include "port/world.hpp"
#include "report.hpp"
#include "store/sector_store.hpp"
#include "verilated/rtl_world.hpp"

namespace {

using Clock = std::chrono::steady_clock;

/// Activates, authenticates and reads block 4, again and again.
class Session {
public:
    explicit Session(port::World& world) : world_{world} {
        world_.place(0, port::CardProfile{}, store_);
        world_.field(true, world_.now() + 64);
        world_.wait_until(world_.now() + 70'000);
    }
    ~Session() { world_.remove(0); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// One round; false when the card did not do its part.
    bool round() {
        const std::uint64_t before = frames_;
        send({0x52}, 7, false);
        send({0x93, 0x20}, 0, false);
        send({0x93, 0x70, 0x10, 0xE2, 0xF0, 0xA1, 0xA3}, 0, true);
        port::AuthRequest auth;
        auth.block = 4;
        auth.key = base::SectorKey{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
        auth.uid = {0x10, 0xE2, 0xF0, 0xA1};
        auth.nr = {0x11, 0x22, 0x33, 0x44};
        auth.start = world_.now() + Gap;
        if (world_.authenticate(auth).status == port::AuthStatus::Ok) frames_ += 4;
        send({0x30, 0x04}, 0, true);
        port::Request halt;
        halt.data = {0x50, 0x00};
        halt.tx_crc = true;
        halt.start = world_.now() + Gap;
        halt.timeout = 13'560;
        world_.exchange(halt);
        world_.crypto1_off();
        frames_ += 1;
        return frames_ - before == 13;
    }

    [[nodiscard]] std::uint64_t frames() const { return frames_; }

private:
    static constexpr base::Tick Gap = 2048;

    void send(base::Bytes data, unsigned last_bits, bool crc) {
        port::Request request;
        request.data = std::move(data);
        request.last_bits = last_bits;
        request.tx_crc = request.rx_crc = crc;
        request.start = world_.now() + Gap;
        const port::Answer answer = world_.exchange(request);
        if (!answer.silent && !answer.errors.any()) frames_ += 2;
    }

    port::World& world_;
    store::SectorStore store_{port::CardKind::Classic1k};
    std::uint64_t frames_ = 0;
};

struct Pace {
    double ticks_per_s = 0;
    double frames_per_s = 0;
};

Pace run(benchmark::State& state, port::World& world) {
    Session session{world};
    const base::Tick first = world.now();
    const auto begin = Clock::now();
    for (auto _ : state)
        if (!session.round()) state.SkipWithError("the card did not answer");
    const std::chrono::duration<double> wall = Clock::now() - begin;
    return {static_cast<double>(world.now() - first) / wall.count(),
            static_cast<double>(session.frames()) / wall.count()};
}

void rtl_x_realtime(benchmark::State& state, bool skip) {
    tb::RtlOptions options;
    options.skip = skip;
    const auto world = tb::make_rtl_world({}, options);
    bench::set_figure(state, run(state, *world).ticks_per_s / base::CarrierHz, "x real time");
}

/// Every tick is computed.
void both_rtl_x_realtime(benchmark::State& state) { rtl_x_realtime(state, false); }
BENCHMARK(both_rtl_x_realtime)->Iterations(50);

/// Ticks in which nothing happens are passed over.
void both_rtl_skip_x_realtime(benchmark::State& state) { rtl_x_realtime(state, true); }
BENCHMARK(both_rtl_skip_x_realtime)->Iterations(50);

void both_rtl_fst_x_realtime(benchmark::State& state) {
    const auto file = std::filesystem::temp_directory_path() /
                      ("cartouche_bench_" + std::to_string(getpid()) + ".fst");
    {
        tb::RtlOptions options;
        options.fst = file.string();
        const auto world = tb::make_rtl_world({}, options);
        bench::set_figure(state, run(state, *world).ticks_per_s / base::CarrierHz, "x real time");
    }
    std::filesystem::remove(file);
}
BENCHMARK(both_rtl_fst_x_realtime)->Iterations(5);

/// A reader who leaves 20 ms before each frame reads all of a 1K card.
bool read_card(port::World& world) {
    constexpr base::Tick Pause = 271'200;
    const auto send = [&world](base::Bytes data, unsigned last_bits, bool crc) {
        port::Request request;
        request.data = std::move(data);
        request.last_bits = last_bits;
        request.tx_crc = request.rx_crc = crc;
        request.start = world.now() + Pause;
        const port::Answer answer = world.exchange(request);
        return !answer.silent && !answer.errors.any();
    };
    store::SectorStore store{port::CardKind::Classic1k};
    world.place(0, port::CardProfile{}, store);
    world.field(true, world.now() + 64);
    bool good = send({0x52}, 7, false) && send({0x93, 0x20}, 0, false) &&
                send({0x93, 0x70, 0x10, 0xE2, 0xF0, 0xA1, 0xA3}, 0, true);
    for (unsigned block = 0; good && block < 64; ++block) {
        if (block % 4 == 0) {
            port::AuthRequest auth;
            auth.block = static_cast<std::uint8_t>(block);
            auth.key = base::SectorKey{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
            auth.uid = {0x10, 0xE2, 0xF0, 0xA1};
            auth.nr = {0x11, 0x22, 0x33, 0x44};
            auth.start = world.now() + Pause;
            good = world.authenticate(auth).status == port::AuthStatus::Ok;
        }
        good = good && send({0x30, static_cast<std::uint8_t>(block)}, 0, true);
    }
    world.crypto1_off();
    world.remove(0);
    return good;
}

/// How many times as fast that is when ticks in which nothing happens are passed over.
void read_1k_skip_gain_x(benchmark::State& state) {
    for (auto _ : state) {
        std::chrono::duration<double> wall[2];
        for (const bool skip : {false, true}) {
            tb::RtlOptions options;
            options.skip = skip;
            const auto world = tb::make_rtl_world({}, options);
            const auto begin = Clock::now();
            if (!read_card(*world)) state.SkipWithError("the card was not read");
            wall[skip ? 1 : 0] = Clock::now() - begin;
        }
        bench::set_figure(state, wall[0] / wall[1], "times");
    }
}
BENCHMARK(read_1k_skip_gain_x)->Iterations(1);

/// All of the RTL computed in every tick, as waveforms and mutants need it.
void both_rtl_whole_x_realtime(benchmark::State& state) {
    tb::RtlOptions options;
    options.skip = false;
    options.computing = tb::FieldSim::Computing::All;
    const auto world = tb::make_rtl_world({}, options);
    bench::set_figure(state, run(state, *world).ticks_per_s / base::CarrierHz, "x real time");
}
BENCHMARK(both_rtl_whole_x_realtime)->Iterations(10);

void tlm_x_realtime(benchmark::State& state) {
    const auto world = field::make_tlm_world({});
    bench::set_figure(state, run(state, *world).ticks_per_s / base::CarrierHz, "x real time");
}
BENCHMARK(tlm_x_realtime)->Iterations(5000);

void tlm_frames_per_s(benchmark::State& state) {
    const auto world = field::make_tlm_world({});
    bench::set_figure(state, run(state, *world).frames_per_s, "frames/s");
}
BENCHMARK(tlm_frames_per_s)->Iterations(5000);

}  // namespace
