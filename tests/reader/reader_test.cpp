// Timing policy and activation. Expected frames: ISO/IEC 14443-3 sheet 6.2; times: docs/choices.md.
#include "reader/reader.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/hex.hpp"
#include "reader/played_port.hpp"

namespace reader {
namespace {

using base::Bytes;

Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

std::optional<played::Reply> default_card(const port::Request& request) {
    return played::single_card(request);
}

TEST(ReaderTiming, ExchangesFollowEachOtherByTheGap) {
    played::Port port{default_card};
    Reader reader{port};
    ASSERT_EQ(reader.activate(Wake::Idle).status, Status::Ok);
    reader.halt();
    reader.transceive({.data = {0x30, 0x00}, .tx_crc = true});
    for (std::size_t i = 1; i < port.sent.size(); ++i) {
        EXPECT_EQ(port.sent[i].start, port.answers[i - 1].rx_end + 2048) << "exchange " << i;
    }
}

TEST(ReaderTiming, RequestsKeepTheirGuardTime) {
    played::Port port{default_card};
    Reader reader{port};
    reader.request(Wake::Idle);
    reader.request(Wake::Idle);
    ASSERT_EQ(port.sent.size(), 2U);
    EXPECT_EQ(port.sent[1].start - port.sent[0].start, 7000U);
}

TEST(ReaderTiming, FieldOnDrawsOneOfThePhases) {
    std::set<base::Tick> offsets;
    played::Port port{default_card};
    Reader reader{port, {.phases = 4, .seed = 7}};
    for (int i = 0; i < 200; ++i) {
        reader.field_on();
        reader.request(Wake::Idle);
        offsets.insert(port.sent.back().start - port.field_changes.back().second);
        reader.field_off();
    }
    EXPECT_EQ(offsets, (std::set<base::Tick>{8192, 8320, 8448, 8576}));
}

TEST(ReaderTiming, OnePhaseIsAlwaysTheSame) {
    played::Port port{default_card};
    Reader reader{port, {.phases = 1}};
    for (int i = 0; i < 20; ++i) {
        reader.field_on();
        reader.request(Wake::Idle);
        EXPECT_EQ(port.sent.back().start - port.field_changes.back().second, 8192U);
        reader.field_off();
        reader.field_on();
        const auto& changes = port.field_changes;
        EXPECT_GE(changes.back().second - changes[changes.size() - 2].second, 2048U);
        reader.field_off();
    }
}

TEST(ReaderTiming, SameSeedSameRun) {
    const auto run = [](std::uint32_t seed) {
        played::Port port{default_card};
        Reader reader{port, {.seed = seed}};
        std::vector<std::array<std::uint8_t, 4>> nonces;
        for (int i = 0; i < 1000; ++i) {
            reader.authenticate(KeyKind::A, 4, base::SectorKey{}, {});
            nonces.push_back(port.authentications.back().nr);
        }
        return nonces;
    };
    const auto first = run(5);
    EXPECT_EQ(std::set(first.begin(), first.end()).size(), 1000U);
    EXPECT_EQ(first, run(5));
    EXPECT_NE(first, run(6));
}

TEST(ReaderActivation, TripleSizeUidTakesThreeLevels) {
    played::Port port{[](const port::Request& request) -> std::optional<played::Reply> {
        const std::string sent = base::to_hex(request.data, " ");
        if (sent == "26") return played::Reply{.data = hex("44 03")};
        if (sent == "93 20") return played::Reply{.data = hex("88 04 11 22 BF")};
        if (sent == "93 70 88 04 11 22 BF") return played::Reply{.data = {0x04}};
        if (sent == "95 20") return played::Reply{.data = hex("88 33 44 55 AA")};
        if (sent == "95 70 88 33 44 55 AA") return played::Reply{.data = {0x04}};
        if (sent == "97 20") return played::Reply{.data = hex("66 77 88 99 00")};
        if (sent == "97 70 66 77 88 99 00") return played::Reply{.data = {0x20}};
        return std::nullopt;
    }};
    Reader reader{port};
    const Selected found = reader.activate(Wake::Idle);
    ASSERT_EQ(found.status, Status::Ok);
    EXPECT_EQ(found.card.uid, hex("04 11 22 33 44 55 66 77 88 99"));
    EXPECT_EQ(found.card.sak, 0x20);
    EXPECT_EQ(found.card.atqa, (std::array<std::uint8_t, 2>{0x44, 0x03}));
    EXPECT_EQ(found.card.auth_uid(), (std::array<std::uint8_t, 4>{0x66, 0x77, 0x88, 0x99}));
}

TEST(ReaderActivation, NamesWhatIsWrong) {
    struct Case {
        played::Reply reply;
        Status status;
    };
    const std::vector<Case> cases{
        {{.data = hex("10 E2 F0 A1 A2")}, Status::UidCheck},
        {{.data = hex("10 E2 F0 A1 A3"), .errors = {.parity = true}}, Status::Parity},
        {{.data = hex("10 E2 F0 A1")}, Status::Framing},
        {{.data = hex("10 E2 F0 A1 A3 00")}, Status::Framing},
        {{.data = hex("10 E2 F0 A1 A3"), .last_bits = 4}, Status::Framing},
        {{.data = hex("10 E2 F0 A1 A3"),
          .errors = {.collision = true},
          .collisions = hex("00 00 00 00 01")},
         Status::Collision},
    };
    for (const auto& [reply, status] : cases) {
        played::Port port{[&](const port::Request& request) -> std::optional<played::Reply> {
            if (request.data == Bytes{0x26}) return played::Reply{.data = hex("04 00")};
            return reply;
        }};
        Reader reader{port};
        EXPECT_EQ(reader.activate(Wake::Idle, 1).status, status);
        EXPECT_EQ(port.sent.size(), 2U) << "no SELECT";
    }
}

TEST(ReaderClassic, ValueCommandIsDoneWhenPartTwoStaysSilent) {
    played::Port port{[](const port::Request& request) -> std::optional<played::Reply> {
        if (request.data.size() == 2) return played::Reply{.data = {0x0A}, .last_bits = 4};
        return std::nullopt;
    }};
    Reader reader{port};
    EXPECT_EQ(reader.increment(4, 0x0A).status, Status::Ok);
    ASSERT_EQ(port.sent.size(), 2U);
    EXPECT_EQ(port.sent[0].data, hex("C1 04"));
    EXPECT_EQ(port.sent[1].data, hex("0A 00 00 00"));
    EXPECT_EQ(port.sent[1].timeout, 67'800U);
}

TEST(ReaderClassic, RefusalCarriesItsCode) {
    played::Port port{[](const port::Request&) {
        return played::Reply{.data = {0x05}, .last_bits = 4, .errors = {.crc = true}};
    }};
    Reader reader{port};
    const Read answer = reader.read(4);
    EXPECT_EQ(answer.status, Status::Nak);
    EXPECT_EQ(answer.nak, 5);
}

}  // namespace
}  // namespace reader
