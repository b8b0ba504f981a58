/// \file sector_bench.hpp
/// A dual-interface card with factory keys on a stage: APDUs in hex over its contacts, a gate over
/// the air.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/hex.hpp"
#include "flows/stage.hpp"

namespace flow_test {

inline base::Bytes hex(std::string_view text) {
    const auto bytes = base::from_hex(text);
    EXPECT_TRUE(bytes) << text;
    return bytes.value_or(base::Bytes{});
}

// mifare-contact-access.md, section 1.
constexpr std::string_view FactoryPassword = "0B54570745FE3AE7";
constexpr std::string_view A0B0Password = "8C7F46D76CE01266";
constexpr std::string_view Aa31Password = "856FC8F8817ECCCF";
constexpr std::string_view FactoryKeys = "FFFFFFFFFFFFFFFFFFFFFFFF";

constexpr std::string_view OldBlock0 = "000102030405060708090A0B0C0D0E0F";
constexpr std::string_view OldBlock1 = "101112131415161718191A1B1C1D1E1F";
constexpr std::string_view ZeroBlock = "00000000000000000000000000000000";
/// As READ shows it: key A never, key B with these rights always.
constexpr std::string_view FactoryTrailer = "000000000000FF078069FFFFFFFFFFFF";

inline std::string old_sector() {
    return std::string{OldBlock0} + std::string{OldBlock1} + std::string{ZeroBlock} +
           std::string{FactoryTrailer};
}

/// Sector 1 with data in its first blocks, PIN 1234, PUK 12345678, and `keys_outside`.
inline cardos::ChipOptions sector_chip(std::string_view keys_outside = FactoryKeys) {
    cardos::ChipOptions options;
    const auto put = [&](std::size_t block, std::string_view content) {
        const auto bytes = hex(content);
        std::copy(bytes.begin(), bytes.end(), options.sectors.at(block).begin());
    };
    put(4, OldBlock0);
    put(5, OldBlock1);
    cardos::preload(
        options.factory, "sector-access",
        hex("810D01" + std::string{keys_outside} + "840431323334" + "85083132333435363738"));
    return options;
}

/// B4: blocks of sector 1 by password.
inline std::string read_blocks(std::string_view password, std::string_view bitmap = "000F") {
    return "84B400000D070B01" + std::string{bitmap} + std::string{password} + "00";
}

class SectorBench {
public:
    explicit SectorBench(flows::Level level, cardos::ChipOptions chip = sector_chip())
        : stage{{.level = level}, std::move(chip)} {}

    /// Data and status; "lost" when the card gives no answer.
    std::string send(std::string_view apdu) {
        if (!powered_) power_on();
        const auto answer = contacts().transmit(hex(apdu));
        if (answer.empty()) powered_ = false;
        return answer.empty() ? "lost" : base::to_hex(answer);
    }
    std::string select() {
        const auto answer = send("00A4040008D276000118AA400100");
        return answer.size() < 4 ? answer : answer.substr(answer.size() - 4);
    }
    std::string verify() { return send("002000000431323334"); }
    void power_on() {
        EXPECT_FALSE(contacts().power_on().empty());
        powered_ = true;
    }
    void power_off() {
        contacts().power_off();
        powered_ = false;
    }
    /// Torn out `ticks` from now on.
    void cut_after(base::Tick ticks) { stage.cut(flows::Via::Contacts, stage.now() + ticks); }

    // Sector 1 over the air, key A.
    reader::Status gate_opens(std::string_view key = "FFFFFFFFFFFF") {
        std::array<std::uint8_t, 6> bytes{};
        const auto given = hex(key);
        std::copy(given.begin(), given.end(), bytes.begin());
        return stage.gate().open(4, base::SectorKey{bytes});
    }
    /// One block of the sector, or the reader's status.
    std::string gate_reads(std::uint8_t block) {
        const auto read = stage.gate().read(static_cast<std::uint8_t>(4 + block));
        return read.status == reader::Status::Ok ? base::to_hex(read.data)
                                                 : std::string{to_string(read.status)};
    }
    /// All four blocks in a session of their own.
    std::string by_gate(std::string_view key = "FFFFFFFFFFFF") {
        EXPECT_EQ(gate_opens(key), reader::Status::Ok);
        std::string sector;
        for (std::uint8_t block = 0; block < 4; ++block) sector += gate_reads(block);
        EXPECT_EQ(stage.gate().halt(), reader::Status::Ok);
        return sector;
    }

    hostlink::SmartCard& contacts() { return stage.card(flows::Via::Contacts); }

    flows::Stage stage;

private:
    bool powered_ = false;
};

}  // namespace flow_test
