// The card OS behind a board's SPI, bit by bit on its pins, in the field of the reader's RTL; the
// AES engine on the same wires. Answers: fact sheet globalplatform.md; AES: FIPS 197, Appendix C.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/hex.hpp"
#include "board/board_world.hpp"
#include "cardos/make_chip.hpp"
#include "driver/aes_driver.hpp"
#include "driver/board_registers.hpp"
#include "driver/spi_register_bus.hpp"
#include "driver/spidev.hpp"
#include "reader/iso_dep.hpp"

namespace board {
namespace {

base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

port::CardProfile profile(port::Technology technology = port::Technology::A) {
    port::CardProfile card;
    card.technology = technology;
    card.uid = hex("9C599B32");
    card.sak = 0x20;
    card.ats = hex("0A787791028073C82110");
    card.atqb = {0x00, 0x00, 0x00, 0x00, 0x77, 0x81, 0x91};
    return card;
}

class BoardCardOs : public testing::Test {
protected:
    ~BoardCardOs() override { EXPECT_EQ(world_->check_failures(), 0); }

    void make(const port::CardProfile& card, unsigned half = 2) {
        chip_ = cardos::make_chip();
        host_ = std::make_unique<driver::BoardCard>(*chip_, card);
        world_ = std::make_unique<tb::BoardWorld>(*host_, port::AirProfile{}, half);
        reader_ = std::make_unique<reader::Reader>(world_->reader());
    }
    void open(const reader::Selected& found) {
        ASSERT_EQ(found.status, reader::Status::Ok);
        auto opened = reader::IsoDep::open(*reader_, found.card);
        ASSERT_TRUE(opened.channel);
        channel_ = *opened.channel;
    }
    std::string send(std::string_view apdu) {
        const auto answer = channel_->exchange(hex(apdu));
        return answer.status == reader::Status::Ok ? base::to_hex(answer.data) : "lost";
    }

    std::unique_ptr<cardos::Chip> chip_{};
    std::unique_ptr<driver::BoardCard> host_{};
    std::unique_ptr<tb::BoardWorld> world_{};
    std::unique_ptr<reader::Reader> reader_{};
    std::optional<reader::IsoDep> channel_{};
};

TEST_F(BoardCardOs, AnswersOverSpi) {
    make(profile());
    const auto found = reader_->activate(reader::Wake::Idle);
    EXPECT_EQ(base::to_hex(found.card.uid), "9C599B32");
    open(found);
    // The issuer's domain, its FCI; then a command it does not know.
    const std::string selected = send("00A4040000");
    EXPECT_EQ(selected.substr(0, 2), "6F");
    EXPECT_EQ(selected.substr(selected.size() - 4), "9000");
    EXPECT_EQ(send("80FE000000"), "6D00");
    // Without a field it forgets its session, and comes back with the next one.
    reader_->field_off();
    reader_->idle(20000);
    EXPECT_FALSE(host_->powered());
    reader_->field_on();
    open(reader_->activate(reader::Wake::Idle));
    EXPECT_EQ(send("00A4040000"), selected);
}

TEST_F(BoardCardOs, IsTypeBAsWell) {
    make(profile(port::Technology::B));
    open(reader_->activate_b(reader::Wake::Idle));
    EXPECT_EQ(send("00A4040000").substr(0, 2), "6F");
}

TEST_F(BoardCardOs, ASlowHostAsksForTime) {
    // FWI 0: 4096 ticks, in which an SPI of 100 kHz moves four bytes.
    port::CardProfile card = profile();
    card.ats = hex("067577000280");
    make(card, 68);
    open(reader_->activate(reader::Wake::Idle));
    EXPECT_EQ(send("00A4040000").substr(0, 2), "6F");
}

TEST_F(BoardCardOs, TheAesEngineIsOnTheSameWires) {
    make(profile());
    driver::SpiRegisterBus bus{world_->aes(), [this] { return world_->now(); }};
    driver::AesDriver aes{bus};
    static_cast<void>(aes.load_key(hex("000102030405060708090A0B0C0D0E0F")));
    port::CryptoPort::AesBlock block{};
    const base::Bytes plain = hex("00112233445566778899AABBCCDDEEFF");
    std::copy(plain.begin(), plain.end(), block.begin());
    static_cast<void>(aes.encrypt(block));
    EXPECT_EQ(base::to_hex(block), "69C4E0D86A7B0430D8CDB78070B4C55A");
    static_cast<void>(aes.decrypt(block));
    EXPECT_EQ(base::to_hex(block), "00112233445566778899AABBCCDDEEFF");
}

TEST(BoardHost, TellsABoardFromLooseWires) {
    const auto chip = cardos::make_chip();
    for (const std::uint8_t wire : base::Bytes{0x00, 0xFF}) {
        driver::BoardCard host{*chip, profile()};
        const base::Bytes mosi = host.next(0);
        EXPECT_THROW(host.finish(base::Bytes(mosi.size(), wire), 1), std::runtime_error);
    }
    EXPECT_THROW((driver::Spidev{"/dev/null", 1'000'000}), std::runtime_error);
    EXPECT_THROW((driver::Spidev{"/nonexistent", 1'000'000}), std::runtime_error);
}

}  // namespace
}  // namespace board
