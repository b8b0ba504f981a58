// The command engine through field::TlmWorld; expected values: test plan, suites Classic and
// Access.
#include <gtest/gtest.h>

#include "field/tlm_world.hpp"
#include "memory_store.hpp"

namespace model_test {
namespace {

constexpr auto ValueBlock = "640000009BFFFFFF6400000004FB04FB";
constexpr auto ValueBlock110 = "6E00000091FFFFFF6E00000004FB04FB";

class Classic : public testing::Test {
protected:
    std::unique_ptr<port::World> world = field::make_tlm_world({});
    MemoryStore store;
    Driver driver{*world};

    void put(const port::CardProfile& profile = c1k()) {
        store.blocks[4] = block_of(ValueBlock);
        world->place(0, profile, store);
        driver.on();
    }
    /// Selects and authenticates; an ACTIVE card needs a second REQA.
    void open(std::uint8_t block = 4, std::uint8_t command = 0x60,
              std::string_view key = "FFFFFFFFFFFF") {
        ASSERT_TRUE(driver.select() || driver.select());
        ASSERT_EQ(driver.auth(command, block, key).status, port::AuthStatus::Ok);
    }
    std::string send(std::string_view command) { return text(driver.with_crc(command)); }
    std::string write(std::string_view command, std::string_view data) {
        const auto first = send(command);
        return first == "0A/4" ? first + " " + send(data) : first;
    }
    std::string read(std::string_view command) {
        port::Request request;
        request.data = hex(command);
        request.tx_crc = request.rx_crc = true;
        const auto answer = driver.send(request);
        return text(answer);
    }
    bool idle() { return text(driver.short_frame(0x26)) == "0400"; }
    void trailer(std::string_view access) {
        store.blocks[7] = block_of("A0A1A2A3A4A5" + std::string{access} + "69B0B1B2B3B4B5");
    }
};

TEST_F(Classic, ReadWriteReadBack) {
    put();
    open();
    EXPECT_EQ(read("3004"), ValueBlock);
    EXPECT_EQ(write("A005", "00112233445566778899AABBCCDDEEFF"), "0A/4 0A/4");
    EXPECT_EQ(read("3005"), "00112233445566778899AABBCCDDEEFF");
    EXPECT_EQ(read("3007"), "000000000000FF078069FFFFFFFFFFFF");
    EXPECT_EQ(store.blocks[5], block_of("00112233445566778899AABBCCDDEEFF"));
}

TEST_F(Classic, NonceDelayFollowsTheLastWireBit) {
    put();
    ASSERT_TRUE(driver.select());
    auto nt = driver.raw("6004D13D");  // 3D has five ones: parity 0
    EXPECT_EQ(nt.rx_start - nt.tx_end, 4500U);
    driver.off_and_on();
    ASSERT_TRUE(driver.select());
    nt = driver.raw("6000F57B");  // 7B has six ones: parity 1
    EXPECT_EQ(nt.rx_start - nt.tx_end, 4564U);
}

TEST_F(Classic, CommandsWithoutAuthenticationAreNak4InClear) {
    put();
    for (const char* command : {"3000", "A004", "C104", "C004", "C204", "B004", "4000", "4300"}) {
        ASSERT_TRUE(driver.select());
        EXPECT_EQ(send(command), "04/4") << command;
        EXPECT_TRUE(idle());
        driver.raw("00");  // back to IDLE
    }
    ASSERT_TRUE(driver.select());
    EXPECT_EQ(send("7004"), "-");
    ASSERT_TRUE(driver.select());
    EXPECT_EQ(text(driver.raw("6004D13C")), "-");
    EXPECT_TRUE(idle());
}

TEST_F(Classic, AuthBeyondTheCardIsNak4) {
    put();
    ASSERT_TRUE(driver.select());
    EXPECT_EQ(driver.auth(0x60, 64).status, port::AuthStatus::NoNonce);
    ASSERT_TRUE(driver.select());
    EXPECT_EQ(send("6040"), "04/4");
}

TEST_F(Classic, AnotherSectorIsRefusedAndHaltReturnsToHalt) {
    put();
    open();
    EXPECT_EQ(send("3000"), "04/4");
    world->crypto1_off();
    EXPECT_TRUE(idle());
    driver.raw("00");
    ASSERT_TRUE(driver.select());
    driver.raw("500057CD");
    ASSERT_TRUE(driver.select(0x52));
    ASSERT_EQ(driver.auth(0x60, 4).status, port::AuthStatus::Ok);
    EXPECT_EQ(send("3000"), "04/4");
    world->crypto1_off();
    EXPECT_FALSE(idle());
    EXPECT_EQ(text(driver.short_frame(0x52)), "0400");
}

TEST_F(Classic, WriteWithWrongCrcOrLengthChangesNothing) {
    put();
    open();
    ASSERT_EQ(send("A004"), "0A/4");
    EXPECT_EQ(text(driver.raw("555555555555555555555555555555550000")), "05/4");
    world->crypto1_off();
    open();
    ASSERT_EQ(send("A004"), "0A/4");
    EXPECT_EQ(send("555555555555555555555555555555"), "04/4");
    world->crypto1_off();
    open();
    ASSERT_EQ(send("A004"), "0A/4");
    world->crypto1_off();
    EXPECT_EQ(text(driver.short_frame(0x26)), "-");
    EXPECT_TRUE(idle());
    EXPECT_EQ(store.blocks[4], block_of(ValueBlock));
    EXPECT_TRUE(store.programmed.empty());
}

TEST_F(Classic, ManufacturerBlockIsNeverWritten) {
    put();
    open(0);
    EXPECT_EQ(send("A000"), "04/4");
}

TEST_F(Classic, IncrementTransferRead) {
    put();
    open();
    EXPECT_EQ(send("C104"), "0A/4");
    EXPECT_EQ(send("0A000000"), "-");
    EXPECT_EQ(read("3004"), ValueBlock);
    EXPECT_EQ(send("B005"), "0A/4");
    EXPECT_EQ(read("3005"), ValueBlock110);
    EXPECT_EQ(send("B004"), "04/4");
}

TEST_F(Classic, RestoreKeepsTheAddress) {
    put();
    store.blocks[4] = block_of("640000009BFFFFFF640000002AD52AD5");
    open();
    EXPECT_EQ(send("C204"), "0A/4");
    EXPECT_EQ(send("00000000"), "-");
    EXPECT_EQ(send("B006"), "0A/4");
    EXPECT_EQ(store.blocks[6], store.blocks[4]);
}

TEST_F(Classic, NaksTellWhetherTheBufferIsValid) {
    put();
    const auto fill = [&] {
        world->crypto1_off();
        open();
        ASSERT_EQ(send("C104"), "0A/4");
        ASSERT_EQ(send("0A000000"), "-");
    };
    fill();
    EXPECT_EQ(send("3008"), "00/4");
    fill();
    EXPECT_EQ(text(driver.raw("30040000")), "01/4");
    fill();
    EXPECT_EQ(send("B008"), "00/4");
    fill();
    ASSERT_EQ(driver.auth(0x60, 4).status, port::AuthStatus::Ok);
    EXPECT_EQ(send("B004"), "04/4");
    fill();
    ASSERT_EQ(send("C104"), "0A/4");
    EXPECT_EQ(text(driver.raw("0A0000000000")), "05/4");
}

TEST_F(Classic, OverflowIsRefusedAtPart2) {
    put();
    store.blocks[4] = block_of("FFFFFF7F00000080FFFFFF7F04FB04FB");
    open();
    EXPECT_EQ(send("C104"), "0A/4");
    EXPECT_EQ(send("01000000"), "04/4");
    world->crypto1_off();
    store.blocks[4] = block_of("00000080FFFFFF7F0000008004FB04FB");
    open();
    EXPECT_EQ(send("C004"), "0A/4");
    EXPECT_EQ(send("01000000"), "04/4");
    world->crypto1_off();
    open();
    EXPECT_EQ(send("B004"), "04/4");
}

TEST_F(Classic, BrokenValueBlockIsRefusedAtPart1) {
    put();
    store.blocks[4][13] ^= 1;
    open();
    EXPECT_EQ(send("C004"), "04/4");
}

TEST_F(Classic, NestedAuthenticationMovesTheSession) {
    put();
    store.blocks[11] = block_of("A0A1A2A3A4A5FF078069FFFFFFFFFFFF");
    store.blocks[8] = block_of("88888888888888888888888888888888");
    open();
    ASSERT_EQ(driver.auth(0x60, 8, "A0A1A2A3A4A5").status, port::AuthStatus::Ok);
    EXPECT_EQ(read("3008"), "88888888888888888888888888888888");
    EXPECT_EQ(send("3004"), "04/4");
    world->crypto1_off();
    open();
    EXPECT_NE(driver.auth(0x60, 8, "FFFFFFFFFFFF").status, port::AuthStatus::Ok);
    EXPECT_FALSE(world->crypto1_on());
}

TEST_F(Classic, WrongKeyIsRefused) {
    put();
    ASSERT_TRUE(driver.select());
    const auto answer = driver.auth(0x60, 4, "000000000000");
    EXPECT_TRUE(answer.status == port::AuthStatus::NoAnswer ||
                answer.status == port::AuthStatus::Refused);
    EXPECT_NE(answer.nt, (std::array<std::uint8_t, 4>{}));
    EXPECT_FALSE(world->crypto1_on());
}

TEST_F(Classic, IdleTimeClocksNothing) {
    put();
    open();
    world->wait_until(world->now() + 1'356'000);
    EXPECT_EQ(read("3004"), ValueBlock);
}

TEST_F(Classic, TrailerPartsFollowTheirRights) {
    put();
    trailer("F78F00");  // 000/100: B writes both keys
    open(4, 0x61, "B0B1B2B3B4B5");
    EXPECT_EQ(write("A007", "111111111111FF078000222222222222"), "0A/4 0A/4");
    EXPECT_EQ(store.blocks[7], block_of("111111111111F78F0069222222222222"));
    world->crypto1_off();
    open(4, 0x60, "111111111111");
    EXPECT_EQ(send("A007"), "04/4");
    world->crypto1_off();
    open(4, 0x60, "111111111111");
    EXPECT_EQ(read("3007"), "000000000000F78F0069000000000000");
}

TEST_F(Classic, ReadableKeyBOpensNothing) {
    put();
    open(4, 0x61);
    EXPECT_EQ(send("3004"), "04/4");
}

TEST_F(Classic, InconsistentAccessBitsBlockTheSector) {
    put();
    trailer("4F8F0B");
    open(4, 0x60, "A0A1A2A3A4A5");
    EXPECT_EQ(send("3004"), "04/4");
    world->crypto1_off();
    open(8);
    EXPECT_EQ(read("3008"), "00000000000000000000000000000000");
}

TEST_F(Classic, NewRightsCountAtOnceNewKeysAtTheNextAuth) {
    put();
    open();
    EXPECT_EQ(write("A007", "A0A1A2A3A4A50F078F69B0B1B2B3B4B5"), "0A/4 0A/4");
    EXPECT_EQ(read("3004"), ValueBlock);
    EXPECT_EQ(send("A004"), "04/4");
    world->crypto1_off();
    ASSERT_TRUE(driver.select());
    EXPECT_NE(driver.auth(0x60, 4).status, port::AuthStatus::Ok);
    open(4, 0x60, "A0A1A2A3A4A5");
}

TEST_F(Classic, TransferNeedsRightsOnItsTarget) {
    put();
    trailer("4E178B");  // 110,010,000/011
    open(4, 0x61, "B0B1B2B3B4B5");
    EXPECT_EQ(send("C104"), "0A/4");
    EXPECT_EQ(send("01000000"), "-");
    EXPECT_EQ(send("B005"), "00/4");
}

TEST_F(Classic, WornCellIsANakAfterTheProgrammingTime) {
    put();
    store.worn = true;
    open();
    ASSERT_EQ(send("A005"), "0A/4");
    const auto answer = driver.with_crc("00112233445566778899AABBCCDDEEFF");
    EXPECT_EQ(text(answer), "04/4");
    const auto delay = answer.rx_start - answer.tx_end;
    EXPECT_TRUE(delay == 20 + 128 * (9 + 212) || delay == 84 + 128 * (9 + 212)) << delay;
    world->crypto1_off();
    EXPECT_TRUE(idle());
}

TEST_F(Classic, PersonalizedCardShowsItsNuid) {
    put(c1k7());
    const auto activate = [&] {
        world->crypto1_off();
        return !driver.short_frame(0x26).silent && !driver.raw("93708804183FABE116").silent &&
               !driver.raw("957009321B85A55109").silent;
    };
    ASSERT_TRUE(activate());
    ASSERT_EQ(driver.auth(0x60, 4, "FFFFFFFFFFFF", "09321B85").status, port::AuthStatus::Ok);
    EXPECT_EQ(send("4060"), "04/4");
    ASSERT_TRUE(activate());
    ASSERT_EQ(driver.auth(0x60, 0, "FFFFFFFFFFFF", "09321B85").status, port::AuthStatus::Ok);
    EXPECT_EQ(send("4061"), "04/4");
    ASSERT_TRUE(activate());
    ASSERT_EQ(driver.auth(0x60, 0, "FFFFFFFFFFFF", "09321B85").status, port::AuthStatus::Ok);
    EXPECT_EQ(send("4060"), "0A/4");
    EXPECT_EQ(store.blocks[256][0], 0x61);
    EXPECT_EQ(send("4060"), "04/4");
    world->crypto1_off();
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
    EXPECT_EQ(text(driver.raw("9320")), "4F505D7D3F");
    port::Request select;
    select.data = hex("93704F505D7D3F");
    select.tx_crc = true;
    EXPECT_EQ(text(driver.send(select)), "08B6DD");
    EXPECT_EQ(driver.auth(0x60, 0, "FFFFFFFFFFFF", "4F505D7D").status, port::AuthStatus::Ok);
    EXPECT_EQ(send("4000"), "04/4");
}

TEST_F(Classic, ShortcutReadsBlock0AfterTheFirstLevel) {
    store.blocks[256][0] = 0x41;
    store.blocks[0] = block_of("04183F09321B8500000000000000000A");
    put(c1k7());
    ASSERT_EQ(text(driver.short_frame(0x26)), "4400");
    ASSERT_EQ(text(driver.raw("93708804183FABE116")), "04DA17");
    EXPECT_EQ(read("3000"), "04183F09321B8500000000000000000A");
    EXPECT_EQ(driver.auth(0x60, 4, "FFFFFFFFFFFF", "8804183F").status, port::AuthStatus::Ok);
}

TEST_F(Classic, RandomIdStaysWhilePoweredAndChangesAfter) {
    auto profile = c1k();
    profile.random_uid = true;
    put(profile);
    const auto id = [&] {
        driver.short_frame(0x52);
        auto part = text(driver.raw("9320"));
        driver.raw("00");
        return part;
    };
    const auto first = id();
    // Marsaglia's first output 2B1F4D63h: bits 8..15, 16..23, 24..31 (docs/choices.md).
    EXPECT_EQ(first.substr(0, 8), "084D1F2B");
    EXPECT_EQ(id(), first);
    driver.off_and_on();
    EXPECT_NE(id(), first);
}

TEST_F(Classic, RandomIdThatBeginsWhilePoweredIsDrawnAtTheNextActivation) {
    put(c1k7());
    store.blocks[256][0] = 0x21;
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
    EXPECT_EQ(text(driver.raw("9320")).substr(0, 8), "084D1F2B");
    driver.raw("00");
    driver.short_frame(0x52);
    EXPECT_EQ(text(driver.raw("9320")).substr(0, 8), "084D1F2B");
    driver.off_and_on();
    driver.short_frame(0x52);
    EXPECT_NE(text(driver.raw("9320")).substr(0, 8), "084D1F2B");
}

TEST_F(Classic, UnpredictableNoncesStepTheXorshift) {
    auto profile = c1k();
    profile.nonce_unpredictable = true;
    put(profile);
    ASSERT_TRUE(driver.select());
    // 723471715 = 2B1F4D63h, low byte first.
    EXPECT_EQ(text(driver.raw("6004D13D")), "634D1F2B");
    EXPECT_TRUE(text(driver.short_frame(0x26)) == "-");
}

TEST_F(Classic, BigSectorsOfThe4k) {
    port::CardProfile profile;
    profile.kind = port::CardKind::Classic4k;
    profile.uid = hex("14579F69");
    profile.atqa = 0x0002;
    profile.sak = 0x18;
    store.blocks[0x8F] = block_of("FFFFFFFFFFFF5F078A69FFFFFFFFFFFF");
    put(profile);
    const auto activate = [&] {
        world->crypto1_off();
        return text(driver.short_frame(0x26)) == "0200" &&
               text(driver.raw("937014579F69B52E51")) == "1837CD";
    };
    ASSERT_TRUE(activate());
    ASSERT_EQ(driver.auth(0x60, 0x80, "FFFFFFFFFFFF", "14579F69").status, port::AuthStatus::Ok);
    const std::string data(32, '0');
    EXPECT_EQ(write("A084", data), "0A/4 0A/4");
    EXPECT_EQ(write("A08A", data), "0A/4 0A/4");
    EXPECT_EQ(send("A085"), "04/4");
    ASSERT_TRUE(activate());
    ASSERT_EQ(driver.auth(0x60, 0xF0, "FFFFFFFFFFFF", "14579F69").status, port::AuthStatus::Ok);
    EXPECT_EQ(read("30FE"), data);
    EXPECT_EQ(send("30EF"), "04/4");
}

}  // namespace
}  // namespace model_test
