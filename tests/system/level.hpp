/// \file level.hpp
/// One test body on every level: the fixture of all rows of the test plan that talk over the air.
///
/// A suite is a class of its own name, run on both levels:
///
///     class Anticol : public LevelTest {};
///     ON_BOTH_LEVELS(Anticol);              // Anticol.ANTI_12_HaltedCardIgnoresReqa/rtl and /tlm
///     TEST_P(Anticol, ANTI_12_HaltedCardIgnoresReqa) {
///         place(c1k());                     // before the field goes on: slot 0, 1, ...
///         halt();                           // field on, 26, select, HLTA
///         EXPECT_EQ(short_frame(0x26), "silent");
///         EXPECT_EQ(short_frame(0x52), "04 00");
///     }
///
/// Rows of level rtl stand in a source of their own with ON_RTL(Suite) and go into an executable of
/// their own, so that the suite keeps its name. A row about both levels together calls
/// use_lockstep() first: each frame, tick and byte of memory is then compared as a matter of course
/// (on /rtl and on /tlm; let the parameter choose the seed).
///
/// Everything is sent with its bits given one by one (Parity::AsData), so neither parity nor CRC
/// nor cipher of the reader under test takes part; answers are text:
///
///     "silent"        nothing began within 71680 ticks
///     "04 00"         whole bytes with odd parity; "04! 00" the first has wrong parity
///     "A"             four bits, least significant first: ACK, NAK
///     "0110 1"        any other number of bits in the order of the air, with "#" at a collision
///
/// The reader waits 2048 ticks between an answer and its next frame. reply() has the ticks of the
/// last one. After each test the lockstep is finished and the RTL's assertions must not have
/// failed.
///
/// State probes of the plan: expect_idle(), expect_halted(), expect_active(). They use up the
/// state. Encrypted frames: MifareSession below. A card played by the test: ScriptedAnswers below.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto1/cipher.hpp"
#include "port/world.hpp"
#include "store/sector_store.hpp"

namespace tb {
class RtlWorld;
struct RtlOptions;
class LockstepWorld;
}  // namespace tb

namespace system_test {

using base::Bits;
using base::Bytes;
using base::Tick;

/// A card as it is placed: what it is and what its memory holds.
struct Card {
    port::CardProfile profile{};
    std::vector<port::Block> blocks{};
};

// The default cards of the plan; a test changes what its row changes.
[[nodiscard]] Card c1k();
[[nodiscard]] Card c1k7();
[[nodiscard]] Card c4k();
[[nodiscard]] Card c4k7();
[[nodiscard]] Card mini();
/// `card` with another UID (4, 7 or 10 bytes of hex), in block 0 too.
[[nodiscard]] Card with_uid(Card card, std::string_view uid);

/// REQA and WUPA; AUTH with key A and with key B.
inline constexpr std::array<std::uint8_t, 2> Requests{0x26, 0x52};
inline constexpr std::array<std::uint8_t, 2> KeyCommands{0x60, 0x61};

// ---- Bits of the air ----

/// Each byte with its odd parity. Example: bytes("93 20") are 18 bits.
[[nodiscard]] Bits bytes(std::string_view hex);
/// The same with CRC_A after them. Example: with_crc("50 00") == bytes("50 00 57 CD")
[[nodiscard]] Bits with_crc(std::string_view hex);
/// Bytes with parity, then the `count` low bits of the last byte without. Example: part("93 25 12",
/// 5)
[[nodiscard]] Bits part(std::string_view hex, unsigned count);
/// The `count` low bits of `value`. Example: low_bits(0x26, 7) is REQA.
[[nodiscard]] Bits low_bits(std::uint32_t value, unsigned count);
/// `bits` with bit `at` inverted.
[[nodiscard]] Bits flipped(Bits bits, std::size_t at);
/// The text described at the top; bits of `collisions` that are set show as "#".
[[nodiscard]] std::string text_of(const Bits& bits, const Bits& collisions = {});

/// The last answer as it was on the air.
struct Reply {
    bool silent = true;
    Bits bits{}, collisions{};
    Tick start = 0;     ///< SOC of the reader's frame
    Tick tx_end = 0;    ///< E of its last pause
    Tick rx_start = 0;  ///< L
    Tick rx_end = 0;
    [[nodiscard]] Tick fdt() const { return rx_start - tx_end; }
    [[nodiscard]] std::string text() const { return silent ? "silent" : text_of(bits, collisions); }
};

/// Sees everything that goes over the air.
class Recorder final : public port::FrameObserver {
public:
    void on_frame(const port::AirFrame& frame) override { frames.push_back(frame); }
    void on_field(bool on, Tick tick) override { fields.emplace_back(on, tick); }
    std::vector<port::AirFrame> frames{};
    std::vector<std::pair<bool, Tick>> fields{};
};

/// A card played by the test: what `reply` returns is sent at index n of the frame delay grid.
class ScriptedAnswers final : public port::ScriptedCard {
public:
    using Answer = std::function<std::optional<Bits>(const port::AirFrame& frame)>;
    explicit ScriptedAnswers(Answer reply, unsigned index = 9)
        : reply_{std::move(reply)}, n_{index} {}
    void set_index(unsigned index) { n_ = index; }
    std::optional<Reply> answer(const port::AirFrame& frame) override;

private:
    Answer reply_;
    unsigned n_;
};

class LevelTest : public testing::TestWithParam<const char*> {
protected:
    static constexpr Tick FieldOnAt = 1000;
    static constexpr Tick Ready = 67'800;    ///< unmodulated field before the first frame (5 ms)
    static constexpr Tick Gap = 2048;        ///< docs/choices.md, Reader
    static constexpr Tick Silence = 71'680;  ///< the plan's notation

    void TearDown() override;

    // ---- Before the field goes on ----

    /// The antenna of the world to come. Default: the good one.
    void use(const port::AirProfile& air);
    /// The RTL world with what no AirProfile says: comparator, load in 1/1000.
    void use(const tb::RtlOptions& options);
    /// Both levels at once, whatever the parameter says; any difference throws and fails the test.
    void use_lockstep() { lockstep_ = true; }
    /// The RTL beside itself, simulated in another way.
    void use_twin(const tb::RtlOptions& twin);
    /// Slots 0, 1, ... in turn. More than one card makes an RTL world of eight.
    store::SectorStore& place(const Card& card, const store::SectorStore::Options& options = {});
    /// With a memory of the test's own, which must outlive the world.
    void place(const Card& card, port::StorePort& memory);
    void place(port::ScriptedCard& card);

    /// Made by the first call.
    [[nodiscard]] port::World& world();
    /// The RTL's own world, for rows of level rtl; nullptr on tlm.
    [[nodiscard]] tb::RtlWorld* rtl();
    [[nodiscard]] bool on_rtl() const { return std::string_view{GetParam()} == "rtl"; }
    [[nodiscard]] store::SectorStore& memory(unsigned slot = 0) { return *stores_.at(slot); }
    [[nodiscard]] Recorder& recorder() { return recorder_; }

    // ---- The field ----

    void field_on();
    void field_off(Tick for_ticks);  ///< off, and on again after so many ticks; then Ready
    void wait(Tick ticks);

    // ---- Frames ----

    std::string send(const Bits& bits);
    std::string send(std::string_view hex) { return send(bytes(hex)); }
    std::string short_frame(std::uint8_t code) { return send(low_bits(code, 7)); }
    std::string train(const std::vector<Tick>& starts);  ///< pauses, relative to next_start()
    /// For rows about the reader: its own parity, CRC and cipher. `start` and `timeout` are filled
    /// in.
    port::Answer exchange(port::Request request);
    /// The same for the reader's own authentication; `start` is filled in.
    port::AuthAnswer authenticate(port::AuthRequest request);
    [[nodiscard]] const Reply& reply() const { return reply_; }
    /// The SOC of the next frame; otherwise it comes a Gap after the last exchange.
    void next_start(Tick start) { next_start_ = start; }
    [[nodiscard]] Tick next_start();
    void listen_for(Tick ticks) { timeout_ = ticks; }

    // ---- Ways into a state, from the field off or from the state named ----

    void to_ready(std::uint8_t request = 0x26);  ///< READY: field on unless it is, request answered
    void select(unsigned slot = 0);              ///< READY -> ACTIVE, every cascade level
    void to_active() {
        to_ready();
        select();
    }
    void halt();  ///< HALT, from the field off
    void to_ready_star() {
        halt();
        to_ready(0x52);
    }
    void to_active_star() {
        to_ready_star();
        select();
    }

    // ---- State probes ----

    void expect_idle();    ///< the next 26 is answered
    void expect_halted();  ///< two 26 are silent, then 52 is answered
    void expect_active();  ///< a first AUTH is answered

private:
    friend class MifareSession;
    std::string take(const port::Answer& answer, Tick start);

    port::AirProfile air_{};
    Recorder recorder_;
    std::vector<std::unique_ptr<store::SectorStore>> stores_{};
    std::vector<port::StorePort*> memories_{};  ///< of cards_, in stores_ or the test's own
    std::vector<Card> cards_{};
    std::vector<port::ScriptedCard*> scripts_{};
    std::unique_ptr<port::World> world_;
    Reply reply_{};
    std::optional<Tick> next_start_{};
    Tick last_end_ = 0;
    Tick timeout_ = Silence;
    bool field_ = false;
    bool lockstep_ = false;
    std::shared_ptr<tb::RtlOptions> twin_{};
    std::shared_ptr<tb::RtlOptions> rtl_options_{};
};

/// The test's own Crypto1 in the reader's role. The card must be ACTIVE.
///
///     MifareSession session{*this};
///     ASSERT_TRUE(session.authenticate(0x60, 4));
///     EXPECT_EQ(session.command("30 04"), "64 00 ... CRC");   // CRC added; the answer in clear,
///     with CRC EXPECT_EQ(session.command("A0 04"), "A");
class MifareSession {
public:
    /// Uses the UID of slot `slot` as docs/choices.md says.
    explicit MifareSession(LevelTest& test, unsigned slot = 0);
    /// With the four bytes the cipher uses, as hex: a NUID, a random UID.
    MifareSession(LevelTest& test, std::string_view uid);

    /// AUTH, {nr}{ar}, {at}; true when {at} is right. Nested when a session is open.
    bool authenticate(std::uint8_t command, std::uint8_t block,
                      std::string_view key = "FF FF FF FF FF FF",
                      std::string_view nr = "11 22 33 44");
    /// The AUTH frame alone; true when nt came. Then finish() with what the row wants.
    bool request_nonce(std::uint8_t command, std::uint8_t block,
                       std::string_view key = "FF FF FF FF FF FF");
    /// Bits of {nr}{ar}, right unless `ar` (8 hex digits of plaintext) is given.
    [[nodiscard]] Bits token(std::string_view nr = "11 22 33 44", std::string_view ar = "");
    /// Sends them; the answer in clear as text ("5" for a NAK decrypted, bytes of at else).
    std::string finish(const Bits& token);

    /// Sends `hex` with CRC, encrypted; the answer decrypted, as text.
    std::string command(std::string_view hex) { return clear(with_crc(hex)); }
    /// Sends bits in clear notation (9 a byte, parity of the plaintext given), encrypted as they
    /// stand: a wrong parity stays wrong.
    std::string clear(const Bits& bits);
    /// Encrypts without sending.
    [[nodiscard]] Bits encrypt(const Bits& bits);
    /// What was on the air last, decrypted.
    [[nodiscard]] std::array<std::uint8_t, 4> nt() const { return nt_; }
    [[nodiscard]] bool open() const { return open_; }
    void close() { open_ = false; }

private:
    [[nodiscard]] Bits decrypt(const Bits& bits);

    LevelTest* test_;
    std::array<std::uint8_t, 4> uid_{};
    std::array<std::uint8_t, 4> nt_{};
    crypto1::Cipher cipher_;
    bool open_ = false;
};

[[nodiscard]] std::string level_name(const testing::TestParamInfo<const char*>& info);

#define ON_BOTH_LEVELS(Suite) \
    INSTANTIATE_TEST_SUITE_P(, Suite, testing::Values("rtl", "tlm"), system_test::level_name)
#define ON_RTL(Suite) \
    INSTANTIATE_TEST_SUITE_P(, Suite, testing::Values("rtl"), system_test::level_name)

}  // namespace system_test
