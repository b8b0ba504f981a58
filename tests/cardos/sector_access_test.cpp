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
    std::string objects = "840431323334";
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

TEST(SectorAccess, ModifiesFromTheBufferFileAndRestoresTheBackup) {
    Card card = sector_card();
    const auto before = card.send("80CA010000");
    EXPECT_EQ(card.send("80B0010020"), "6982");
    EXPECT_EQ(card.send("80D6010110" + std::string(32, 'E')), "6982");
    EXPECT_EQ(card.send("80340100"), "6982");
    ASSERT_EQ(card.send(Verify), "9000");
    EXPECT_EQ(card.send("80B0010010"), "000102030405060708090A0B0C0D0E0F9000") << "the backup";
    EXPECT_EQ(card.send("80D6010110" + std::string(32, 'E')), "9000");
    EXPECT_EQ(card.send("80CA010000"), before) << "not yet";
    EXPECT_EQ(card.send("80340100"), "9000");
    EXPECT_EQ(card.send("80CA010000").substr(32, 32), std::string(32, 'E'));
    // Back to what was there: the terminal writes what it has read, or the card kept.
    EXPECT_EQ(card.send("80D6010110101112131415161718191A1B1C1D1E1F"), "9000");
    EXPECT_EQ(card.send("80340100"), "9000");
    EXPECT_EQ(card.send("80CA010000"), before);
    EXPECT_EQ(card.send("80320100"), "9000");
    EXPECT_EQ(card.send("80B0010110"), "101112131415161718191A1B1C1D1E1F9000");
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
    card.chip->power_up(card.now);
    EXPECT_EQ(status(card.send("80CA010000")), "9000") << "a field alone does not matter";
    (void)card.chip->read(7, card.now);
    EXPECT_EQ(card.send("80CA010000"), "63F3");
    EXPECT_EQ(card.send("80340100"), "63F3");
    card.chip->power_lost(card.now);
    EXPECT_EQ(status(card.send("80CA010000")), "9000");
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
