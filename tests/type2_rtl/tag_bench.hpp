/// \file tag_bench.hpp
/// A type 2 memory in front of a reader: rtl/top/top_picc.sv behind its antenna, pages in its
/// store.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "mifare_reader.hpp"
#include "picc_bench.hpp"

namespace type2_rtl {

using picc_rtl::Bytes;
using picc_rtl::hex;
using picc_rtl::PiccBench;
using picc_rtl::Reply;
using picc_rtl::Tick;

/// Numbers of nfc_pkg::kind_e.
enum class Kind { Ultralight = 3, Ntag213, Ntag215, Ntag216, UltralightAes };

constexpr unsigned Ack = 0xA;
constexpr std::int64_t Shortest = 9;  ///< n of ACK of COMPATIBILITY WRITE, of every NAK
constexpr std::int64_t OfData = 18;   ///< n of what is read

/// A card whose page p holds p, p + 40h, p + 80h, p + C0h, but for pages 0 to 3 (no lock bit set)
/// and, where there are any, its last pages: nothing is shut, the password is 12 34 56 78, PACK 9A
/// BC, the key is 00.
class TagTest : public testing::Test {
protected:
    void make(Kind kind, const Bytes& uid = hex("0418 3F09 321B 85"));
    void SetUp() override { make(Kind::Ntag213); }

    void set(unsigned page, const std::string& text);
    [[nodiscard]] std::string get(unsigned page) const;
    /// One byte of a page.
    void set(unsigned page, unsigned byte, std::uint8_t value);
    /// Pages of the store as they are, `count` from `page` on.
    [[nodiscard]] std::string pages(unsigned page, unsigned count) const;

    void select();
    Reply send(const std::string& text, Tick wait = 8000) { return reader->send(hex(text), wait); }
    [[nodiscard]] std::int64_t programmed() const {
        return 9 + static_cast<std::int64_t>(bench->program_ticks) / 128;
    }

    void expect_data(const Reply& reply, const std::string& text,
                     std::int64_t index = OfData) const;
    void expect_ack(const Reply& reply, std::int64_t index) const;
    void expect_written(const Reply& reply) const { expect_ack(reply, programmed()); }
    /// NAK, then IDLE, from which REQA selects it again.
    void expect_nak(const Reply& reply, unsigned code, std::int64_t index = Shortest);
    /// What this kind makes of a code that it does not know; selects it again.
    void expect_unknown(const Reply& reply);
    /// The next REQA is answered.
    void expect_idle();
    void expect_halt();
    /// Still selected: page 0 can be read.
    void expect_active();

    Bytes uid;
    unsigned pages_of_card = 0;
    unsigned base = 0;  ///< page of the dynamic lock bytes: AUTH0 lies in the next one
    std::unique_ptr<PiccBench> bench;
    std::unique_ptr<picc_rtl::MifareReader> reader;

private:
    Kind kind_ = Kind::Ntag213;
};

}  // namespace type2_rtl
