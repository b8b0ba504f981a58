// Cards and reader of type B. Expected values: iso14443.md, 2, 3.1, 8 and 9; choices.md, Type B.
#include <gtest/gtest.h>

#include <algorithm>

#include "air_bits.hpp"
#include "dep_store.hpp"
#include "field/tlm_world.hpp"
#include "rf/nrz.hpp"

namespace model_test {
namespace {

using port::BitRate;
using port::Technology;

class FieldB : public testing::Test {
protected:
    void open(std::initializer_list<port::CardProfile> profiles) {
        world = field::make_tlm_world({});
        unsigned slot = 0;
        for (const auto& profile : profiles) {
            world->place(slot, profile, stores[slot]);
            ++slot;
        }
        world->observe(&recorder);
        driver.emplace(*world);
        driver->on();
    }
    port::Answer send_b(std::string_view data, BitRate pcd = BitRate::Fc128,
                        BitRate picc = BitRate::Fc128) {
        port::Request request;
        request.technology = Technology::B;
        request.data = hex(data);
        request.tx_rate = pcd;
        request.rx_rate = picc;
        return driver->send(request);
    }
    /// Bytes with CRC, both ways.
    std::string say(std::string_view data, BitRate pcd = BitRate::Fc128,
                    BitRate picc = BitRate::Fc128) {
        last = send_b(data, pcd, picc);
        EXPECT_FALSE(last.errors.any()) << data;
        return text(last);
    }
    /// Data without CRC, both ways.
    std::string block(std::string_view data, BitRate pcd = BitRate::Fc128,
                      BitRate picc = BitRate::Fc128) {
        port::Request request;
        request.technology = Technology::B;
        request.data = hex(data);
        request.tx_crc = true;
        request.rx_crc = true;
        request.tx_rate = pcd;
        request.rx_rate = picc;
        last = driver->send(request);
        EXPECT_FALSE(last.errors.any()) << data;
        return text(last);
    }

    const std::string Atqb = "50566473F200000000808171C8AD";
    std::array<DepStore, 8> stores{};
    Recorder recorder{};
    std::unique_ptr<port::World> world{};
    std::optional<Driver> driver{};
    port::Answer last{};
};

TEST_F(FieldB, RecordedActivation) {
    open({type_b()});
    EXPECT_EQ(say("05000071FF"), Atqb);
    EXPECT_EQ(say("1D566473F200050101D4DA"), "01F1E1");
    EXPECT_EQ(block("0A0100CA7F6800"), "0A0100CA7F68009000");
    ASSERT_EQ(stores[0].host.resets.size(), 1U);
}

TEST_F(FieldB, AtqbBeginsAndEndsWhenItShould) {
    open({type_b()});
    const Tick start = world->now();
    ASSERT_EQ(say("05000071FF"), Atqb);
    // SOF 12, five characters of 10, EOF 10 etu; E is a tick behind the rising edge.
    EXPECT_EQ(last.tx_end, start + 128 * 72 + 1);
    EXPECT_EQ(last.rx_start, last.tx_end + 20 + 128 * 9);
    EXPECT_EQ(last.rx_end, last.rx_start + 1408 + 128 * (23 + 10 * 14));
    EXPECT_EQ(world->now(), last.rx_end + 1172);
    ASSERT_EQ(recorder.frames.size(), 2U);
    EXPECT_EQ(recorder.frames[0].technology, Technology::B);
    EXPECT_EQ(recorder.frames[0].bits.size(), 40U);
    EXPECT_EQ(recorder.frames[0].start, start);
    EXPECT_EQ(recorder.frames[0].end, last.tx_end);
    EXPECT_EQ(recorder.frames[1].technology, Technology::B);
    EXPECT_EQ(recorder.frames[1].bits.size(), 14 * 8U);
    EXPECT_EQ(recorder.frames[1].start, last.rx_start);
    EXPECT_EQ(recorder.frames[1].end, last.rx_end);
}

TEST_F(FieldB, AnyFramingOfTheReaderIsTaken) {
    open({type_b()});
    for (const unsigned low : {10U, 11U}) {
        for (const unsigned high : {2U, 3U}) {
            for (const unsigned egt : {0U, 773U}) {
                port::Request request;
                request.technology = Technology::B;
                request.data = hex("05000071FF");
                request.framing = {low, high, egt};
                const auto answer = driver->send(request);
                EXPECT_EQ(text(answer), Atqb);
                EXPECT_EQ(answer.tx_end, request.start + 128 * (2 * low + high + 50) + 4 * egt + 1);
            }
        }
    }
}

TEST_F(FieldB, RequestsThatTypeBForbidsAreRefused) {
    open({type_b()});
    port::Request request;
    request.technology = Technology::B;
    request.data = hex("05");
    for (const port::FramingB framing :
         {port::FramingB{9, 2, 0}, {12, 2, 0}, {10, 1, 0}, {10, 4, 0}, {10, 2, 774}}) {
        request.framing = framing;
        EXPECT_THROW(driver->send(request), std::invalid_argument);
    }
    request.framing = {};
    request.last_bits = 7;
    EXPECT_THROW(driver->send(request), std::invalid_argument);
}

TEST_F(FieldB, HltbHaltsAndWupbWakes) {
    open({type_b()});
    EXPECT_EQ(say("50566473F2844C"), "-");
    EXPECT_EQ(say("05000071FF"), Atqb);
    EXPECT_EQ(say("50566473F30D5D"), "-");
    EXPECT_EQ(say("50566473F2844C"), "0078F0");
    EXPECT_EQ(last.rx_start, last.tx_end + 20 + 128 * 9);
    EXPECT_EQ(say("05000071FF"), "-");
    EXPECT_EQ(say("0500083973"), Atqb);
}

TEST_F(FieldB, ForeignAttribIsSilenceAndTheOwnIsTaken) {
    open({type_b()});
    EXPECT_EQ(say("05000071FF"), Atqb);
    EXPECT_EQ(say("1D566473F300080100663F"), "-");
    EXPECT_EQ(say("1D566473F2000801002234"), "0078F0");
    EXPECT_EQ(last.rx_start, last.tx_end + 20 + 128 * 9);
    EXPECT_EQ(stores[0].host.resets, std::vector<Tick>{last.tx_end + 20 + 1024});
}

TEST_F(FieldB, WrongCrcIsSilenceAndKeepsTheState) {
    open({type_b()});
    EXPECT_EQ(say("05000071FE"), "-");
    EXPECT_EQ(say("05000071FF"), Atqb);
    EXPECT_EQ(say("1D566473F2000801002235"), "-");
    EXPECT_EQ(say("50566473F2844D"), "-");
    EXPECT_EQ(say("1D566473F2000801002234"), "0078F0");
}

TEST_F(FieldB, ActiveCardHearsBlocksOnly) {
    open({type_b()});
    say("05000071FF");
    say("1D566473F200050101D4DA");
    for (const char* frame :
         {"05000071FF", "0500083973", "1554B7", "1D566473F200050101D4DA", "E05001BCA5"}) {
        EXPECT_EQ(say(frame), "-") << frame;
    }
    EXPECT_EQ(block("D01105"), "-");
    EXPECT_EQ(block("0A0100CA"), "0A0100CA9000");
    EXPECT_EQ(block("0B02"), "-") << "another CID";
    EXPECT_EQ(block("BB01"), "AA01") << "R(NAK) with the other number";
}

TEST_F(FieldB, NoPpsAfterAttrib) {
    auto profile = type_b();
    profile.atqb[4] = 0x77;
    open({profile});
    ASSERT_FALSE(send_b("05000071FF").silent);
    ASSERT_EQ(block("1D566473F200050101"), "01");
    EXPECT_EQ(block("D11105"), "-");
    EXPECT_EQ(block("0A0102"), "0A01029000");
}

/// Deaf from D to D + 512 after silence, D being E + 276.
TEST_F(FieldB, FrameSoonAfterASilentOneIsLost) {
    open({type_b()});
    for (const auto& [timeout, heard] :
         {std::pair{Tick{0}, false}, {Tick{275}, false}, {Tick{276}, true}}) {
        port::Request request;
        request.technology = Technology::B;
        request.data = hex("05000071FE");
        request.timeout = timeout;
        EXPECT_TRUE(driver->send(request).silent);
        EXPECT_EQ(!send_b("05000071FF").silent, heard) << timeout;
    }
}

TEST_F(FieldB, BlockWithCrcAIsSilence) {
    open({type_b()});
    say("05000071FF");
    say("1D566473F2000801002234");
    EXPECT_EQ(say("029000F109"), "-");
    EXPECT_EQ(block("029000"), "0290009000");
}

TEST_F(FieldB, DeselectHaltsTheCard) {
    open({type_b()});
    say("05000071FF");
    say("1D566473F200050101D4DA");
    EXPECT_EQ(say("CA011429"), "CA011429");
    EXPECT_EQ(say("05000071FF"), "-");
    EXPECT_EQ(say("0500083973"), Atqb);
}

TEST_F(FieldB, RatesOfAttribHoldAfterItsAnswer) {
    auto profile = type_b();
    profile.atqb[4] = 0x77;
    open({profile});
    constexpr BitRate All[] = {BitRate::Fc128, BitRate::Fc64, BitRate::Fc32, BitRate::Fc16};
    for (const auto pcd : All) {
        for (const auto picc : All) {
            ASSERT_FALSE(send_b("0500083973").silent);
            const auto code = static_cast<unsigned>(picc) << 2U | static_cast<unsigned>(pcd);
            const std::uint8_t p2[] = {static_cast<std::uint8_t>(code << 4U | 8U)};
            ASSERT_EQ(block("1D566473F200" + base::to_hex(p2) + "0100"), "00");
            EXPECT_EQ(recorder.frames.back().rate, BitRate::Fc128);
            EXPECT_EQ(block("020102030405", pcd, picc), "0201020304059000");
            EXPECT_EQ(recorder.frames.back().rate, picc);
            EXPECT_EQ(last.rx_start - last.tx_end - 20, (last.rx_start - last.tx_end) / 128 * 128);
            EXPECT_EQ(last.rx_end, last.rx_start + 1408 + port::bit_ticks(picc) * (23 + 10 * 10));
            EXPECT_EQ(block("C2", pcd, picc), "C2");
        }
    }
    EXPECT_FALSE(send_b("0500083973").silent) << "fc/128 again";
}

TEST_F(FieldB, RatesThatAtqbDoesNotHaveAreRefused) {
    for (const auto& [rates, p2] :
         {std::pair{0x80, "18"}, {0x00, "58"}, {0xF7, "48"}, {0x33, "F8"}, {0x73, "F8"}}) {
        SCOPED_TRACE(testing::Message() << rates << " " << p2);
        world.reset();
        auto profile = type_b();
        profile.atqb[4] = static_cast<std::uint8_t>(rates);
        open({profile});
        ASSERT_FALSE(send_b("05000071FF").silent);
        EXPECT_EQ(block(std::string{"1D566473F200"} + p2 + "0100"), "-");
        EXPECT_EQ(block("1D566473F200080100"), "00") << "still declared";
    }
}

TEST_F(FieldB, FrameSizeOfAttribLimitsTheBlocks) {
    open({type_b()});
    say("05000071FF");
    ASSERT_EQ(block("1D566473F200000100"), "00");
    // FSD 16: 13 bytes in a block.
    EXPECT_EQ(block("02000102030405060708090A0B0C0D"), "12000102030405060708090A0B0C");
}

TEST_F(FieldB, TypeACardHearsNothingOfTypeBAndStaysActive) {
    open({dep4(), type_b()});
    EXPECT_EQ(text(driver->short_frame(0x26)), "0400");
    EXPECT_EQ(text(driver->raw("93709C599B326C6B30")), "20FC70");
    EXPECT_EQ(say("05000071FF"), Atqb);
    EXPECT_EQ(say("1D566473F2000801002234"), "0078F0");
    EXPECT_EQ(text(driver->raw("E050BCA5")), "06757781028002F0");
    EXPECT_EQ(block("029000"), "0290009000");
    EXPECT_EQ(text(driver->raw("B267C7")), "A36FC6");
    EXPECT_EQ(block("C2"), "C2");
    EXPECT_EQ(text(driver->raw("C2E0B4")), "C2E0B4");
}

TEST_F(FieldB, CardsKeepTheirStateWhileTheOtherTypeIsTalkedTo) {
    open({dep4(), type_b()});
    EXPECT_EQ(text(driver->short_frame(0x26)), "0400");
    // Nine characters: as many bits as eight bytes with parity.
    EXPECT_EQ(say("000000000000000000"), "-");
    EXPECT_EQ(say("05000071FF"), Atqb);
    EXPECT_EQ(text(driver->raw("93709C599B326C6B30")), "20FC70") << "READY was kept";
    EXPECT_EQ(text(driver->raw("0500007100000000")), "-");
    EXPECT_EQ(say("1D566473F2000801002234"), "0078F0") << "READY-DECLARED was kept";
}

TEST_F(FieldB, TypeBCardsAreToldApartBySlots) {
    auto first = type_b();
    auto second = type_b();
    auto third = type_b();
    second.uid = hex("11223344");
    second.nonce_seed = 12345;
    third.uid = hex("55667788");
    third.nonce_seed = 777;
    open({first, second, third});
    std::vector<std::string> found;
    const auto note = [&](const port::Answer& answer) {
        if (!answer.silent && !answer.errors.any() && answer.data.size() == 14) {
            found.push_back(base::to_hex(base::ByteView{answer.data}.subspan(1, 4)));
        }
    };
    for (int round = 0; round < 8; ++round) {
        note(send_b("05000455B9"));
        for (unsigned slot = 1; slot < 16; ++slot) {
            const std::uint8_t marker[] = {static_cast<std::uint8_t>(slot << 4U | 5U)};
            port::Request request;
            request.technology = Technology::B;
            request.data = {marker[0]};
            request.tx_crc = true;
            note(driver->send(request));
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    EXPECT_EQ(found, (std::vector<std::string>{"11223344", "55667788", "566473F2"}));
}

TEST_F(FieldB, TwoAnswersAtOnceAreAnError) {
    auto second = type_b();
    second.uid = hex("11223344");
    open({type_b(), second});
    const auto answer = send_b("05000071FF");
    EXPECT_FALSE(answer.silent);
    EXPECT_TRUE(answer.errors.any());
}

/// xorshift 32 of 2463534242 is 723471715 (Marsaglia 2003): low nibble 3, slot 4.
TEST_F(FieldB, SlotComesFromTheNonceGenerator) {
    open({type_b()});
    EXPECT_EQ(say("05000455B9"), "-");
    EXPECT_EQ(say("1554B7"), "-");
    EXPECT_EQ(say("25D786"), "-");
    EXPECT_EQ(block("35"), Atqb.substr(0, 24));
}

TEST_F(FieldB, FieldLossForgetsTheActivation) {
    open({type_b()});
    say("05000071FF");
    say("50566473F2844C");
    driver->off_and_on();
    EXPECT_EQ(say("05000071FF"), Atqb);
    say("1D566473F2000801002234");
    driver->off_and_on();
    EXPECT_EQ(block("029000"), "-");
    EXPECT_EQ(say("05000071FF"), Atqb);
    EXPECT_EQ(stores[0].lost.size(), 2U);
}

TEST_F(FieldB, RawEdgesAreHeardLikeFrames) {
    open({type_b()});
    const Tick start = world->now();
    base::Bits bits_of_frame;
    for (const auto byte : hex("05000071FF")) {
        for (unsigned i = 0; i < 8; ++i) bits_of_frame.push_back((byte >> i) & 1);
    }
    std::vector<Tick> edges;
    for (const auto& low : rf::nrz_lows(bits_of_frame, start, BitRate::Fc128, {})) {
        edges.push_back(low.on);
        edges.push_back(low.off);
    }
    const auto answer = world->edges(edges, 67800);
    EXPECT_EQ(text(answer), Atqb);
    EXPECT_EQ(answer.rx_start, answer.tx_end + 20 + 128 * 9);
    EXPECT_TRUE(recorder.frames[0].bits.empty());
    EXPECT_EQ(recorder.frames[0].technology, Technology::B);
    EXPECT_EQ(recorder.frames[0].end, start + 128 * 72 + 1);
    // The second character is 00: its stop bit at 31 to 32 etu becomes low.
    auto broken = edges;
    const Tick shift = world->now() - start;
    for (auto& edge : broken) edge += shift;
    for (auto& edge : broken) {
        if (edge == start + shift + 128 * 31) edge += 128 - 8;
    }
    EXPECT_TRUE(world->edges(broken, 67800).silent);
    EXPECT_EQ(say("05000071FF"), Atqb);
    EXPECT_THROW(world->edges({}, 100), std::invalid_argument);
    EXPECT_THROW(world->edges({world->now()}, 100), std::invalid_argument);
    EXPECT_THROW(world->edges({world->now() + 2, world->now() + 1}, 100), std::invalid_argument);
}

TEST_F(FieldB, ProfilesThatNoCardCanHaveAreRefused) {
    open({});
    auto profile = type_b();
    profile.uid = hex("04183F09321B85");
    EXPECT_THROW(world->place(0, profile, stores[0]), std::invalid_argument);
    profile = type_b();
    profile.random_uid = true;
    EXPECT_THROW(world->place(0, profile, stores[0]), std::invalid_argument);
    profile = type_b();
    profile.atqb[6] = 0xF1;
    EXPECT_THROW(world->place(0, profile, stores[0]), std::invalid_argument);
}

TEST_F(FieldB, CardWithoutAHostTakesNoAttrib) {
    MemoryStore plain;
    open({});
    world->place(0, type_b(), plain);
    driver->off_and_on();
    EXPECT_EQ(say("05000071FF"), Atqb);
    EXPECT_EQ(say("1D566473F2000801002234"), "-");
    EXPECT_EQ(say("50566473F2844C"), "0078F0");
}

/// A card of the test's own, which answers what it is told.
struct Scripted : port::ScriptedCard {
    std::optional<Reply> answer(const port::AirFrame& frame) override {
        seen.push_back(frame);
        if (reply.bits.empty()) return std::nullopt;
        auto out = reply;
        out.start = frame.end + 1172;
        return out;
    }
    Reply reply{};
    std::vector<port::AirFrame> seen{};
};

TEST_F(FieldB, ReaderHearsScriptedCardsOfTypeB) {
    Scripted card;
    open({});
    world->place(3, card);
    card.reply.technology = Technology::B;
    card.reply.tr1 = 3200;
    for (const auto byte : hex("0078F0")) {
        for (unsigned i = 0; i < 8; ++i) card.reply.bits.push_back((byte >> i) & 1);
    }
    EXPECT_EQ(block("1D566473F200080100"), "00");
    EXPECT_EQ(last.rx_end, last.rx_start + 3200 + 128 * (23 + 30));
    ASSERT_EQ(card.seen.size(), 1U);
    EXPECT_EQ(card.seen[0].technology, Technology::B);
    card.reply.bits[0] ^= 1;
    const auto answer = [&] {
        port::Request request;
        request.technology = Technology::B;
        request.data = {0x15};
        request.tx_crc = request.rx_crc = true;
        return driver->send(request);
    };
    EXPECT_TRUE(answer().errors.crc);
    card.reply.technology = Technology::A;
    EXPECT_TRUE(answer().errors.any());
}

TEST_F(FieldB, CarrierCutInsideAFrameOrAnAnswerIsSilence) {
    open({type_b()});
    const Tick start = world->now();
    world->cut_power(start + 128 * 72 + 1 + 20 + 128 * 9 + 1408 + 128 * (23 + 140));
    EXPECT_EQ(text(send_b("05000071FF")), "-");
    EXPECT_EQ(recorder.frames.size(), 2U) << "the answer is whole, a bit is missing behind it";
    driver->on();
    const Tick second = world->now();
    world->cut_power(second + 128 * 72);
    EXPECT_EQ(text(send_b("05000071FF")), "-");
    EXPECT_EQ(recorder.frames.size(), 2U);
}

}  // namespace
}  // namespace model_test
