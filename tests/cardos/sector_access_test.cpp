// Sector data from the inside (systems.md A): permission, view, change, and what is refused.
#include "aes/software_engine.hpp"
#include "card.hpp"
#include "cardos/sector_password.hpp"

namespace {

using bench::Card;
using bench::hex;
using bench::status;

constexpr std::string_view FactoryKeys = "FFFFFFFFFFFFFFFFFFFFFFFF";
constexpr std::string_view FactoryPassword = "0B54570745FE3AE7";

port::Block block(std::string_view text) {
    const auto bytes = hex(text);
    port::Block made{};
    std::copy(bytes.begin(), bytes.end(), made.begin());
    return made;
}

/// A 1K card as delivered with data in sector 1, and sector access over sectors 0, 1, 2.
cardos::ChipOptions options() {
    cardos::ChipOptions made;
    made.sectors[0] = block("11223344440804006263646566676869");
    made.sectors[4] = block("000102030405060708090A0B0C0D0E0F");
    made.sectors[5] = block("101112131415161718191A1B1C1D1E1F");
    std::string objects = "84043132333485083132333435363738";
    for (const auto* sector : {"00", "01", "02"})
        objects += "810D" + std::string{sector} + std::string{FactoryKeys};
    cardos::preload(made.factory, "sector-access", hex(objects));
    return made;
}

Card sector_card() {
    Card card{options()};
    EXPECT_EQ(status(card.select(bench::SectorAccess)), "9000");
    return card;
}

std::string read_blocks(std::string_view sector, std::string_view bitmap,
                        std::string_view password) {
    return "84B400000D070B" + std::string{sector} + std::string{bitmap} + std::string{password} +
           "00";
}

constexpr std::string_view Verify = "002000000431323334";
constexpr std::string_view ZeroBlock = "00000000000000000000000000000000";

struct PasswordCase {
    const char* name;
    const char* key_a;
    const char* key_b;
    const char* password;
};
void PrintTo(const PasswordCase& c, std::ostream* out) { *out << c.name; }

class SectorPassword : public testing::TestWithParam<PasswordCase> {};

TEST_P(SectorPassword, FollowsFromTheTwoKeys) {
    const auto key = [](const char* text) {
        const auto bytes = hex(text);
        std::array<std::uint8_t, 6> value{};
        std::copy(bytes.begin(), bytes.end(), value.begin());
        return base::SectorKey{value};
    };
    aes::SoftwareEngine aes;
    store::Work work;
    domain::Engine engine{aes, work};
    const auto password =
        cardos::sector_password(engine, key(GetParam().key_a), key(GetParam().key_b));
    EXPECT_EQ(base::to_hex(password.expose()), GetParam().password);
}

// mifare-contact-access.md, section 1.
INSTANTIATE_TEST_SUITE_P(
    , SectorPassword,
    testing::Values(PasswordCase{"A0B0", "A0A1A2A3A4A5", "B0B1B2B3B4B5", "8C7F46D76CE01266"},
                    PasswordCase{"Factory", "FFFFFFFFFFFF", "FFFFFFFFFFFF", "0B54570745FE3AE7"},
                    PasswordCase{"AA31", "AAAAAAAAAAAA", "313131313131", "856FC8F8817ECCCF"},
                    PasswordCase{"Mixed", "80112233C455", "0199AA3B4CFD", "8E9F628BFB4C7A8A"},
                    PasswordCase{"Ours", "4D3A99C351DD", "1A982C7E459A", "D809C46A7484A134"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(SectorAccess, ShowsASectorAndHidesItsKeys) {
    Card card = sector_card();
    const std::string data = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F" +
                             std::string{ZeroBlock} + "000000000000FF078069FFFFFFFFFFFF";
    EXPECT_EQ(card.send("80CA010000"), data + "9000");
    EXPECT_EQ(card.send(read_blocks("01", "000F", FactoryPassword)), "0740" + data + "9000");
    EXPECT_EQ(card.send(read_blocks("01", "0002", FactoryPassword)),
              "0710101112131415161718191A1B1C1D1E1F9000");
}

TEST(SectorAccess, AWrongPasswordOrWrongKeysOutsideAreRefusedAlike) {
    Card card = sector_card();
    EXPECT_EQ(card.send(read_blocks("01", "000F", "8C7F46D76CE01266")), "63E9");
    // Someone changes the keys in the sector over the air: those outside no longer fit.
    const auto trailer = block("A0A1A2A3A4A5FF078069B0B1B2B3B4B5");
    card.chip->power_up(card.now);
    const auto done = card.chip->program(7, trailer, card.now + 1'000);
    card.now = done.done;
    card.chip->power_lost(card.now);
    EXPECT_EQ(card.send("80CA010000"), "63E9");
    EXPECT_EQ(card.send(read_blocks("01", "000F", FactoryPassword)), "63E9");
    EXPECT_EQ(card.send(read_blocks("01", "000F", "8C7F46D76CE01266")), "63E9");
    EXPECT_EQ(status(card.send("80CA020000")), "9000") << "another sector";
}

TEST(SectorAccess, RangeErrors) {
    Card card = sector_card();
    EXPECT_EQ(card.send(read_blocks("10", "000F", FactoryPassword)), "63D4");
    EXPECT_EQ(card.send(read_blocks("01", "0010", FactoryPassword)), "63D4");
    EXPECT_EQ(card.send(read_blocks("01", "0000", FactoryPassword)), "6A80");
    EXPECT_EQ(card.send("80CA100000"), "63D4");
    EXPECT_EQ(card.send("80CA030000"), "6A88") << "no keys for it";
    ASSERT_EQ(card.send(Verify), "9000");
    EXPECT_EQ(
        card.send("84D400001D061B000001" + std::string{FactoryPassword} + std::string{ZeroBlock}),
        "63D4")
        << "block 0";
}

TEST(SectorAccess, WritesBlocksAndKeysAfterThePin) {
    Card card = sector_card();
    // MC section 3: data blocks, then the trailer with keys AA x 6 and 31 x 6.
    const std::string data(96, '5');
    const std::string body =
        "01000F" + std::string{FactoryPassword} + data + "AAAAAAAAAAAAFF078069313131313131";
    EXPECT_EQ(card.send("84D400004D064B" + body), "6982");
    ASSERT_EQ(card.send(Verify), "9000");
    EXPECT_EQ(card.send("84D400004D064B" + body), "9000");
    EXPECT_EQ(card.send(read_blocks("01", "0007", FactoryPassword)), "63E9");
    EXPECT_EQ(card.send(read_blocks("01", "0007", "856FC8F8817ECCCF")), "0730" + data + "9000");
    // The air sees the same memory.
    EXPECT_EQ(base::to_hex(card.chip->read(7, card.now)), "AAAAAAAAAAAAFF078069313131313131");
    EXPECT_EQ(base::to_hex(card.chip->read(5, card.now)), data.substr(32, 32));
}

TEST(SectorAccess, ATrailerThatWouldBlockTheSectorIsRefused) {
    Card card = sector_card();
    ASSERT_EQ(card.send(Verify), "9000");
    EXPECT_EQ(card.send("84D400001D061B010008" + std::string{FactoryPassword} +
                        "AAAAAAAAAAAAFF068069313131313131"),
              "6A80");
    EXPECT_EQ(status(card.send("80CA010000")), "9000");
}

constexpr std::string_view OldBlock1 = "101112131415161718191A1B1C1D1E1F";
const std::string NewBlock1(32, 'E');

TEST(SectorAccess, NothingOfABufferFileWithoutThePin) {
    Card card = sector_card();
    for (const auto* command :
         {"80B0010020", "80B0018020", "80D601011011111111111111111111111111111111", "80320100",
          "80340100", "80360100", "80360101"})
        EXPECT_EQ(card.send(command), "6982") << command;
}

TEST(SectorAccess, ModifiesFromTheBufferFileAndTakesItBack) {
    Card card = sector_card();
    const auto before = card.send("80CA010000");
    ASSERT_EQ(card.send(Verify), "9000");
    EXPECT_EQ(card.send("80B0010010"), "000102030405060708090A0B0C0D0E0F9000") << "the backup";
    EXPECT_EQ(card.send("80340100"), "6985") << "nothing entered";
    EXPECT_EQ(card.send("80360100"), "6985") << "nothing to take back";
    EXPECT_EQ(card.send("80D6010110" + NewBlock1), "9000");
    EXPECT_EQ(card.send("80CA010000"), before) << "not yet";
    EXPECT_EQ(card.send("80B0010110"), NewBlock1 + "9000");
    EXPECT_EQ(card.send("80B0018110"), std::string{OldBlock1} + "9000") << "the backup stays";
    EXPECT_EQ(card.send("80340100"), "9000");
    EXPECT_EQ(card.send("80CA010000").substr(32, 32), NewBlock1);
    EXPECT_EQ(card.send("80340100"), "6985") << "once";
    EXPECT_EQ(card.send("80B0018110"), std::string{OldBlock1} + "9000");
    EXPECT_EQ(card.send("80360100"), "9000");
    EXPECT_EQ(card.send("80CA010000"), before);
    EXPECT_EQ(card.send("80360100"), "6985") << "once";
}

TEST(SectorAccess, WhatWasEnteredCanBeDropped) {
    Card card = sector_card();
    const auto before = card.send("80CA010000");
    ASSERT_EQ(card.send(Verify), "9000");
    EXPECT_EQ(card.send("80D6010110" + NewBlock1), "9000");
    EXPECT_EQ(card.send("80360100"), "9000");
    EXPECT_EQ(card.send("80340100"), "6985");
    EXPECT_EQ(card.send("80CA010000"), before);
}

TEST(SectorAccess, ABufferFileShowsNoKeys) {
    Card card = sector_card();
    ASSERT_EQ(card.send(Verify), "9000");
    // Access bits 011 of the trailer: key B is not readable either.
    EXPECT_EQ(card.send("80D6010310AAAAAAAAAAAA7F0788693131313131"
                        "31"),
              "9000");
    EXPECT_EQ(card.send("80B0010310"), "0000000000007F0788690000000000009000");
    EXPECT_EQ(card.send("80B0018310"), "000000000000FF078069FFFFFFFFFFFF9000") << "transport";
}

TEST(SectorAccess, KeysChangeAndComeBackAsOne) {
    Card card = sector_card();
    ASSERT_EQ(card.send(Verify), "9000");
    EXPECT_EQ(card.send("80D6010310AAAAAAAAAAAAFF078069313131313131"), "9000");
    EXPECT_EQ(card.send("80340101"), "9000");
    EXPECT_EQ(base::to_hex(card.chip->read(7, card.now)), "AAAAAAAAAAAAFF078069313131313131");
    EXPECT_EQ(status(card.send(read_blocks("01", "000F", "856FC8F8817ECCCF"))), "9000");
    EXPECT_EQ(card.send("80360100"), "9000");
    EXPECT_EQ(base::to_hex(card.chip->read(7, card.now)), "FFFFFFFFFFFFFF078069FFFFFFFFFFFF");
    EXPECT_EQ(status(card.send(read_blocks("01", "000F", FactoryPassword))), "9000");
}

TEST(SectorAccess, AGatesChangeInBetweenIsNotLost) {
    Card card = sector_card();
    ASSERT_EQ(card.send(Verify), "9000");
    const auto by_gate = [&](std::string_view content) {
        card.chip->power_up(card.now);
        card.now = card.chip->program(4, block(content), card.now + 1'000).done;
        card.chip->power_lost(card.now);
    };
    EXPECT_EQ(card.send("80D6010110" + NewBlock1), "9000");
    by_gate("DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD");
    EXPECT_EQ(card.send("80340100"), "63F5");
    EXPECT_EQ(card.send("80320100"), "9000") << "begin again";
    EXPECT_EQ(card.send("80D6010110" + NewBlock1), "9000");
    EXPECT_EQ(card.send("80340100"), "9000");
    const auto changed = card.send("80CA010000");
    EXPECT_EQ(changed.substr(0, 64), std::string(32, 'D') + NewBlock1);
    by_gate("CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC");
    EXPECT_EQ(card.send("80360100"), "63F5");
    EXPECT_EQ(card.send("80360101"), "9000") << "whatever was done since";
    EXPECT_EQ(card.send("80CA010000").substr(0, 64), std::string(32, 'D') + std::string{OldBlock1});
}

TEST(SectorAccess, WritingByPasswordKeepsABackupToo) {
    Card card = sector_card();
    const auto before = card.send("80CA010000");
    ASSERT_EQ(card.send(Verify), "9000");
    EXPECT_EQ(card.send("84D400001D061B010002" + std::string{FactoryPassword} + NewBlock1), "9000");
    EXPECT_EQ(card.send("80CA010000").substr(32, 32), NewBlock1);
    EXPECT_EQ(card.send("80360100"), "9000");
    EXPECT_EQ(card.send("80CA010000"), before);
}

TEST(SectorAccess, TheManufacturersBlockStays) {
    Card card = sector_card();
    ASSERT_EQ(card.send(Verify), "9000");
    EXPECT_EQ(card.send("80D6000010" + NewBlock1), "63D4");
    EXPECT_EQ(card.send("80D6000110" + NewBlock1), "9000");
    EXPECT_EQ(card.send("80340000"), "9000");
    EXPECT_EQ(card.send("80CA000000").substr(0, 64),
              "11223344440804006263646566676869" + NewBlock1);
}

TEST(SectorAccess, ThePukUnblocksThePin) {
    Card card = sector_card();
    for (unsigned i = 0; i < 3; ++i) (void)card.send("002000000439393939");
    ASSERT_EQ(card.send(Verify), "6983");
    EXPECT_EQ(card.send("002C01000439393939"), "6700");
    EXPECT_EQ(card.send("002C0100083939393939393939"), "63C9");
    EXPECT_EQ(card.send("002C0100083132333435363738"), "9000");
    EXPECT_EQ(card.send("80340100"), "6982") << "unblocked is not verified";
    EXPECT_EQ(card.send(Verify), "9000");
    EXPECT_EQ(card.send("002C00000C313233343536373835353535"), "9000") << "and a new PIN";
    EXPECT_EQ(card.send(Verify), "63C2");
    EXPECT_EQ(card.send("002000000435353535"), "9000");
}

TEST(SectorAccess, TheTenthWrongPukBlocksForEver) {
    Card card = sector_card();
    for (unsigned left = 9; left > 0; --left)
        EXPECT_EQ(card.send("002C0100083939393939393939"), "63C" + std::to_string(left));
    EXPECT_EQ(card.send("002C0100083939393939393939"), "63C0");
    EXPECT_EQ(card.send("002C0100083132333435363738"), "6983");
    card.restart();
    ASSERT_EQ(status(card.select(bench::SectorAccess)), "9000");
    EXPECT_EQ(card.send("002C0100083132333435363738"), "6983");
}

TEST(SectorAccess, WrongPinThriceBlocksChanges) {
    Card card = sector_card();
    EXPECT_EQ(card.send("002000000439393939"), "63C2");
    EXPECT_EQ(card.send("002000000439393939"), "63C1");
    EXPECT_EQ(card.send("002000000439393939"), "63C0");
    EXPECT_EQ(card.send(Verify), "6983");
    EXPECT_EQ(card.send("80340100"), "6982");
    EXPECT_EQ(status(card.send("80CA010000")), "9000") << "viewing needs no PIN";
}

TEST(SectorAccess, ThePinCanBeChanged) {
    Card card = sector_card();
    EXPECT_EQ(card.send("002400000931323334"
                        "3536373839"),
              "9000");
    EXPECT_EQ(card.send(Verify), "63C2");
    EXPECT_EQ(card.send("00200000053536373839"), "9000");
}

TEST(SectorAccess, ContactsWaitWhileAReaderIsAtWorkOverTheAir) {
    Card card = sector_card();
    ASSERT_EQ(card.send(Verify), "9000");
    EXPECT_EQ(card.send("80D6010110" + NewBlock1), "9000");
    card.chip->power_up(card.now);
    EXPECT_EQ(status(card.send("80CA010000")), "9000") << "a field alone does not matter";
    (void)card.chip->read(7, card.now);
    EXPECT_EQ(card.send("80CA010000"), "63F3");
    EXPECT_EQ(card.send("80340100"), "63F3");
    EXPECT_EQ(card.send("80360100"), "9000") << "what is not in the sector may be dropped";
    card.chip->power_lost(card.now);
    EXPECT_EQ(status(card.send("80CA010000")), "9000");
}

TEST(SectorAccess, ContactsGoOnWhenTheSessionOverTheAirIsOver) {
    Card card = sector_card();
    card.chip->power_up(card.now);
    (void)card.chip->read(7, card.now);
    (void)card.chip->read(5, card.now);
    EXPECT_EQ(card.send("80CA010000"), "63F3");
    (void)card.chip->read(port::ConfigurationBlock, card.now);
    EXPECT_EQ(status(card.send("80CA010000")), "9000");
}

TEST(SectorAccess, TheAirIsShutOutWhileTheCardWrites) {
    Card card = sector_card();
    ASSERT_EQ(card.send(Verify), "9000");
    EXPECT_EQ(card.send("80D6010110" + NewBlock1), "9000");
    card.chip->power_up(card.now);
    EXPECT_EQ(card.send("80340100"), "9000");
    const auto shut = "FFFFFFFFFFFF00000069FFFFFFFFFFFF";
    EXPECT_EQ(base::to_hex(card.chip->read(7, card.sent_at + 100)), shut) << "a session begins";
    EXPECT_EQ(base::to_hex(card.chip->read(7, card.now + 100)), shut) << "and stays shut out";
    (void)card.chip->read(port::ConfigurationBlock, card.now + 200);
    EXPECT_EQ(base::to_hex(card.chip->read(7, card.now + 300)), "FFFFFFFFFFFFFF078069FFFFFFFFFFFF");
    EXPECT_EQ(base::to_hex(card.chip->read(5, card.now + 400)), NewBlock1);
}

TEST(Isolation, ISO_09_AWrongPasswordTakesTheSameTimeWhereverItDiffers) {
    Card card = sector_card();
    const auto right = hex(FactoryPassword);
    std::optional<bench::Tick> ticks;
    for (std::size_t equal = 0; equal < 8; ++equal) {
        for (unsigned run = 0; run < 1'000; ++run) {
            auto wrong = right;
            wrong[equal] = static_cast<std::uint8_t>(wrong[equal] ^ (1 + run % 255));
            for (std::size_t i = equal + 1; i < 8; ++i)
                wrong[i] = static_cast<std::uint8_t>(run * 31 + i);
            ASSERT_EQ(card.send(read_blocks("01", "000F", base::to_hex(wrong))), "63E9");
            if (!ticks) ticks = card.took();
            ASSERT_EQ(card.took(), *ticks) << equal << " equal bytes";
        }
    }
}

}  // namespace
