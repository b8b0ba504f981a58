// AES on the card's engine: ticks of a block, which are the same on both levels, and how fast each
// level is.
#include <benchmark/benchmark.h>

#include <chrono>

#include "aes/software_engine.hpp"
#include "aes/ticks.hpp"
#include "report.hpp"
#include "verilated/rtl_crypto.hpp"

namespace {

constexpr int Blocks = 2000;

/// What the engine itself takes for a block: all that passes on the bus less its accesses.
void engine_ticks(benchmark::State& state, std::size_t key_bytes) {
    tb::RtlCrypto engine;
    port::CryptoPort::AesBlock block{};
    base::Tick ticks = 0;
    for (auto _ : state) {
        ticks = engine.load_key(base::Bytes(key_bytes));
        ticks = engine.encrypt(block);
    }
    const auto accesses = aes::block_ticks(key_bytes) - aes::engine_ticks(key_bytes);
    bench::set_figure(state, static_cast<double>(ticks - accesses), "ticks a block");
}

void aes_cycles_per_block(benchmark::State& state) { engine_ticks(state, 16); }
void aes_192_cycles_per_block(benchmark::State& state) { engine_ticks(state, 24); }
void aes_256_cycles_per_block(benchmark::State& state) { engine_ticks(state, 32); }
BENCHMARK(aes_cycles_per_block)->Iterations(1);
BENCHMARK(aes_192_cycles_per_block)->Iterations(1);
BENCHMARK(aes_256_cycles_per_block)->Iterations(1);

template <class Engine>
void blocks_per_second(benchmark::State& state) {
    Engine engine;
    port::CryptoPort::AesBlock block{};
    base::Tick ticks = engine.load_key(base::Bytes(16));
    const auto begin = std::chrono::steady_clock::now();
    for (auto _ : state) {
        for (int i = 0; i < Blocks; ++i) ticks += engine.encrypt(block);
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    if (ticks == 0) state.SkipWithError("no time passed");
    bench::set_figure(state, static_cast<double>(state.iterations()) * Blocks / wall.count(),
                      "blocks a second");
}

void aes_128_rtl(benchmark::State& state) { blocks_per_second<tb::RtlCrypto>(state); }
void aes_128_tlm(benchmark::State& state) { blocks_per_second<aes::SoftwareEngine>(state); }
BENCHMARK(aes_128_rtl)->Iterations(5);
BENCHMARK(aes_128_tlm)->Iterations(50);

}  // namespace
