// memory_store.hpp - a store without faults, and helpers to drive a world in tests.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/hex.hpp"
#include "port/world.hpp"

namespace model_test {

using base::Bytes;
using base::Tick;

inline Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

inline port::Block block_of(std::string_view text) {
    const auto bytes = hex(text);
    port::Block block{};
    std::copy(bytes.begin(), bytes.end(), block.begin());
    return block;
}

/// Blocks in memory; remembers what was asked of it. Delivery state: transport keys and access
/// bits.
class MemoryStore : public port::StorePort {
public:
    static constexpr Tick ProgrammingTicks = 27136;

    MemoryStore() {
        for (unsigned b = 0; b < 256; ++b) {
            const bool trailer = b < 128 ? b % 4 == 3 : b % 16 == 15;
            if (trailer) {
                blocks[b] = block_of("FFFFFFFFFFFFFF078069FFFFFFFFFFFF");
            }
        }
    }

    port::Block read(port::BlockAddress block, Tick now) override {
        last = std::max(last, now);
        return blocks[block];
    }
    Programming program(port::BlockAddress block, const port::Block& data, Tick start) override {
        programmed.push_back(start);
        if (!worn) {
            blocks[block] = data;
        }
        return {start + ProgrammingTicks, !worn};
    }
    void power_lost(Tick at) override { lost.push_back(at); }
    void power_up(Tick at) override { up.push_back(at); }
    std::unique_ptr<StorePort> clone() const override {
        return std::make_unique<MemoryStore>(*this);
    }

    std::array<port::Block, 257> blocks{};
    bool worn = false;
    Tick last = 0;
    std::vector<Tick> programmed{}, lost{}, up{};
};

/// Classic 1K of the test plan.
inline port::CardProfile c1k() {
    port::CardProfile profile;
    profile.uid = hex("10E2F0A1");
    return profile;
}
inline port::CardProfile c1k7() {
    port::CardProfile profile;
    profile.uid = hex("04183F09321B85");
    profile.atqa = 0x0044;
    return profile;
}

/// Starts each exchange as soon as the port allows.
class Driver {
public:
    explicit Driver(port::World& reader) : world{reader} {}

    void on() {
        const auto at = std::max<Tick>(world.now(), 2048);
        world.field(true, at);
        world.wait_until(at + 5000);
    }
    void off_and_on() {
        const auto at = world.now();
        world.field(false, at);
        world.field(true, at + 67800);
        world.wait_until(at + 67800 + 5000);
    }
    port::Answer short_frame(std::uint8_t code) {
        port::Request request;
        request.data = {code};
        request.last_bits = 7;
        return send(request);
    }
    /// Whole bytes, CRC in `text` or not at all.
    port::Answer raw(std::string_view text) {
        port::Request request;
        request.data = hex(text);
        return send(request);
    }
    port::Answer with_crc(std::string_view text) {
        port::Request request;
        request.data = hex(text);
        request.tx_crc = true;
        return send(request);
    }
    port::Answer send(port::Request& request) {
        request.start = world.now();
        return world.exchange(request);
    }
    /// 26 and select of C1K; true when it answered.
    bool select(std::uint8_t code = 0x26, std::string_view frame = "937010E2F0A1A3A24D") {
        const auto atqa = short_frame(code);
        const auto sak = raw(frame);
        return !atqa.silent && !sak.silent;
    }
    port::AuthAnswer auth(std::uint8_t command, std::uint8_t block,
                          std::string_view key = "FFFFFFFFFFFF", std::string_view uid = "10E2F0A1",
                          std::string_view nr = "11223344") {
        port::AuthRequest request;
        request.command = command;
        request.block = block;
        std::array<std::uint8_t, 6> k{};
        const auto key_bytes = hex(key);
        const auto uid_bytes = hex(uid);
        const auto nr_bytes = hex(nr);
        std::copy(key_bytes.begin(), key_bytes.end(), k.begin());
        std::copy(uid_bytes.begin(), uid_bytes.end(), request.uid.begin());
        std::copy(nr_bytes.begin(), nr_bytes.end(), request.nr.begin());
        request.key = base::SectorKey{k};
        request.start = world.now();
        return world.authenticate(request);
    }

    port::World& world;
};

/// The answer as text: bytes in hex, "/n" when the last one has n bits, "-" when silent.
inline std::string text(const port::Answer& answer) {
    if (answer.silent) {
        return "-";
    }
    auto out = base::to_hex(answer.data);
    if (answer.last_bits != 0) {
        out += "/" + std::to_string(answer.last_bits);
    }
    return out;
}

/// Keeps every frame.
struct Recorder : port::FrameObserver {
    void on_frame(const port::AirFrame& frame) override { frames.push_back(frame); }
    void on_field(bool on, Tick tick) override { fields.emplace_back(on, tick); }
    std::vector<port::AirFrame> frames{};
    std::vector<std::pair<bool, Tick>> fields{};
};

}  // namespace model_test
