// A MIFARE Classic card of the RTL and a reader that opens it and knows its answers.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "mifare_reader.hpp"
#include "picc_bench.hpp"

namespace picc_rtl {

/// Value block 4 as each test begins: 100, address 4.
inline const std::string Hundred = "640000009BFFFFFF6400000004FB04FB";
inline const Bytes Ten = hex("0A000000");
inline constexpr unsigned Ack = 0xA;

class PiccCommands : public testing::Test {
protected:
    void make(const Card& card = {}) {
        uid = card.uid;
        reader.reset();
        bench = std::make_unique<PiccBench>(card);
        reader = std::make_unique<MifareReader>(*bench);
        set(4, Hundred);
    }
    void SetUp() override { make(); }
    void set(std::size_t block, const std::string& text) {
        const Bytes bytes = hex(text);
        ASSERT_EQ(bytes.size(), 16U);
        std::copy(bytes.begin(), bytes.end(), bench->memory[block].begin());
    }
    std::string get(std::size_t block) {
        return to_text({bench->memory[block].begin(), bench->memory[block].end()});
    }
    /// Activation and authentication.
    void open(std::uint8_t block = 4, std::uint8_t code = 0x60,
              const Bytes& key = hex("FFFFFFFFFFFF")) {
        ASSERT_TRUE(reader->activate(uid));
        ASSERT_TRUE(reader->authenticate(code, block, key));
    }
    /// The next REQA is answered.
    void expect_idle() {
        reader->forget();
        EXPECT_FALSE(bench->exchange(short_frame(0x26)).silent()) << "not in IDLE";
        bench->exchange(short_frame(0x26));  // back to IDLE
    }
    void expect_halt() {
        reader->forget();
        EXPECT_TRUE(bench->exchange(short_frame(0x26)).silent());
        EXPECT_TRUE(bench->exchange(short_frame(0x26)).silent());
        EXPECT_FALSE(bench->exchange(short_frame(0x52)).silent());
        bench->exchange(short_frame(0x26));
    }
    void expect_nak(const Reply& reply, unsigned code) {
        ASSERT_TRUE(reply.nibble) << "no 4-bit answer";
        EXPECT_EQ(*reply.nibble, code);
        EXPECT_EQ(reply.air.index(), 9);
        expect_idle();
    }
    void expect_ack(const Reply& reply, std::int64_t index) {
        ASSERT_TRUE(reply.nibble) << "no 4-bit answer";
        EXPECT_EQ(*reply.nibble, Ack);
        EXPECT_EQ(reply.air.index(), index);
    }
    void expect_data(const Reply& reply, const std::string& text) {
        EXPECT_EQ(to_text(reply.data), to_text(with_crc(hex(text))));
        EXPECT_TRUE(reply.parity_ok);
        if (!reply.silent) {
            EXPECT_EQ(reply.air.index(), 18);
        }
    }
    [[nodiscard]] std::int64_t programmed() const {
        return 9 + static_cast<std::int64_t>(bench->program_ticks) / 128;
    }
    Reply part_two(const Bytes& operand) { return reader->send(operand); }
    void increment(std::uint8_t block, const Bytes& operand = Ten) {
        expect_ack(reader->send({0xC1, block}), 18);
        EXPECT_TRUE(part_two(operand).silent);
    }

    Bytes uid;
    std::unique_ptr<PiccBench> bench;
    std::unique_ptr<MifareReader> reader;
};

}  // namespace picc_rtl
