#include "level.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/hex.hpp"
#include "crypto1/nonce.hpp"
#include "field/tlm_world.hpp"
#include "frame/bits.hpp"
#include "frame/crc_a.hpp"
#include "lockstep/lockstep_world.hpp"
#include "verilated/rtl_world.hpp"

namespace system_test {

namespace {

constexpr std::size_t BitsPerByte = 9;  // with parity
constexpr std::uint8_t CascadeTag = 0x88;

Bytes parse(std::string_view hex) {
    auto data = base::from_hex(hex);
    if (!data) throw std::invalid_argument{"not hexadecimal: " + std::string{hex}};
    return *data;
}

template <std::size_t Size>
std::array<std::uint8_t, Size> parse_array(std::string_view hex) {
    const Bytes data = parse(hex);
    if (data.size() != Size) throw std::invalid_argument{"wrong length: " + std::string{hex}};
    std::array<std::uint8_t, Size> value{};
    std::copy(data.begin(), data.end(), value.begin());
    return value;
}

Bits parity_bits(base::ByteView data) {
    Bits bits;
    for (const std::uint8_t byte : data) frame::append_byte_with_parity(bits, byte);
    return bits;
}

Card make(port::CardKind kind, std::string_view uid, std::uint16_t atqa, std::uint8_t sak) {
    Card card;
    card.profile.kind = kind;
    card.profile.atqa = atqa;
    card.profile.sak = sak;
    card.blocks = store::delivery_blocks(kind);
    return with_uid(std::move(card), uid);
}

port::Request request_for(const Bits& bits, Tick start, Tick timeout) {
    port::Request request;
    request.parity = port::Parity::AsData;
    request.start = start;
    request.timeout = timeout;
    request.data.assign((bits.size() + 7) / 8, 0);
    for (std::size_t i = 0; i < bits.size(); ++i)
        request.data[i / 8] |= static_cast<std::uint8_t>(bits[i] << (i % 8));
    request.last_bits = static_cast<unsigned>(bits.size() % 8);
    return request;
}

Bits unpack(const Bytes& data, unsigned last_bits) {
    Bits bits;
    for (std::size_t i = 0; i < data.size(); ++i)
        frame::append_bits(bits, data[i], i + 1 == data.size() && last_bits != 0 ? last_bits : 8);
    return bits;
}

}  // namespace

// ---- Cards ----

Card with_uid(Card card, std::string_view uid) {
    card.profile.uid = parse(uid);
    const Bytes& bytes = card.profile.uid;
    port::Block& block = card.blocks[0];
    block = {};
    std::copy(bytes.begin(), bytes.end(), block.begin());
    if (bytes.size() == 4) {
        block[4] = static_cast<std::uint8_t>(bytes[0] ^ bytes[1] ^ bytes[2] ^ bytes[3]);
        block[5] = card.profile.sak;
        block[6] = static_cast<std::uint8_t>(card.profile.atqa);
        block[7] = static_cast<std::uint8_t>(card.profile.atqa >> 8U);
    }
    return card;
}

Card c1k() { return make(port::CardKind::Classic1k, "10 E2 F0 A1", 0x0004, 0x08); }
Card c1k7() { return make(port::CardKind::Classic1k, "04 18 3F 09 32 1B 85", 0x0044, 0x08); }
Card c4k() { return make(port::CardKind::Classic4k, "14 57 9F 69", 0x0002, 0x18); }
Card c4k7() { return make(port::CardKind::Classic4k, "04 18 3F 09 32 1B 85", 0x0042, 0x18); }
Card mini() { return make(port::CardKind::Mini, "10 E2 F0 A1", 0x0004, 0x09); }

// ---- Bits ----

Bits bytes(std::string_view hex) { return parity_bits(parse(hex)); }

Bits with_crc(std::string_view hex) {
    Bytes data = parse(hex);
    const std::uint16_t crc = frame::crc_a(data);
    data.push_back(static_cast<std::uint8_t>(crc));
    data.push_back(static_cast<std::uint8_t>(crc >> 8U));
    return parity_bits(data);
}

Bits part(std::string_view hex, unsigned count) {
    const Bytes data = parse(hex);
    Bits bits = parity_bits(base::ByteView{data}.first(data.size() - 1));
    frame::append_bits(bits, data.back(), count);
    return bits;
}

Bits low_bits(std::uint32_t value, unsigned count) {
    Bits bits;
    for (unsigned i = 0; i < count; ++i) bits.push_back((value >> i) & 1U);
    return bits;
}

Bits flipped(Bits bits, std::size_t at) {
    bits.at(at) ^= 1U;
    return bits;
}

std::string text_of(const Bits& bits, const Bits& collisions) {
    const bool collided = std::any_of(collisions.begin(), collisions.end(),
                                      [](std::uint8_t bit) { return bit != 0; });
    if (!collided && bits.size() == 4) {
        const auto value =
            static_cast<std::uint8_t>(bits[0] | bits[1] << 1U | bits[2] << 2U | bits[3] << 3U);
        return base::to_hex({&value, 1}).substr(1);
    }
    std::string text;
    if (!collided && !bits.empty() && bits.size() % BitsPerByte == 0) {
        for (std::size_t at = 0; at < bits.size(); at += BitsPerByte) {
            const std::uint8_t byte = frame::byte_at(bits, at);
            if (!text.empty()) text += ' ';
            text += base::to_hex({&byte, 1});
            if (frame::odd_parity(byte) != bits[at + 8]) text += '!';
        }
        return text;
    }
    for (std::size_t i = 0; i < bits.size(); ++i)
        text += i < collisions.size() && collisions[i] != 0 ? '#' : bits[i] != 0 ? '1' : '0';
    return text;
}

std::optional<port::ScriptedCard::Reply> ScriptedAnswers::answer(const port::AirFrame& frame) {
    const auto bits = reply_(frame);
    if (!bits || frame.bits.empty()) return std::nullopt;
    // ISO/IEC 14443-3, 6.2.1.1: by the last bit of the reader's frame.
    const Tick grid = frame.end + (frame.bits.back() != 0 ? 84 : 20);
    return Reply{*bits, grid + 128 * n_};
}

// ---- The fixture ----

std::string level_name(const testing::TestParamInfo<const char*>& info) { return info.param; }

void LevelTest::TearDown() {
    if (auto* both = dynamic_cast<tb::LockstepWorld*>(world_.get())) both->finish();
    if (auto* one = dynamic_cast<tb::RtlWorld*>(world_.get())) {
        EXPECT_EQ(one->errors(), 0U) << "assertions of the RTL";
    }
    world_.reset();  // before the memories that a derived fixture owns
}

void LevelTest::use(const port::AirProfile& air) { air_ = air; }

void LevelTest::use(const tb::RtlOptions& options) {
    rtl_options_ = std::make_shared<tb::RtlOptions>(options);
}

void LevelTest::use_twin(const tb::RtlOptions& twin) {
    lockstep_ = true;
    twin_ = std::make_shared<tb::RtlOptions>(twin);
}

store::SectorStore& LevelTest::place(const Card& card, const store::SectorStore::Options& options) {
    stores_.push_back(std::make_unique<store::SectorStore>(card.blocks, options));
    place(card, *stores_.back());
    return *stores_.back();
}

void LevelTest::place(const Card& card, port::StorePort& memory) {
    cards_.push_back(card);
    memories_.push_back(&memory);
    if (world_) {
        world_->place(static_cast<unsigned>(cards_.size() - 1), card.profile, memory);
    }
}

void LevelTest::place(port::ScriptedCard& card) { scripts_.push_back(&card); }

port::World& LevelTest::world() {
    if (world_) return *world_;
    const unsigned slots = cards_.size() > 1 ? 8 : 1;
    if (lockstep_) {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        tb::LockstepOptions options;
        options.cards = slots;
        if (twin_) {
            options.twin = *twin_;
            options.twin->cards = slots;
        }
        options.fst =
            "lockstep_" + std::string{test->test_suite_name()} + "_" + test->name() + ".fst";
        std::replace(options.fst.begin(), options.fst.end(), '/', '_');
        world_ = tb::make_lockstep_world(air_, options);
    } else if (on_rtl()) {
        tb::RtlOptions options;
        if (rtl_options_) options = *rtl_options_;
        options.cards = slots;
        world_ = tb::make_rtl_world(air_, options);
    } else {
        world_ = field::make_tlm_world(air_);
    }
    world_->observe(&recorder_);
    for (unsigned slot = 0; slot < cards_.size(); ++slot)
        world_->place(slot, cards_[slot].profile, *memories_[slot]);
    auto slot = static_cast<unsigned>(cards_.size());
    for (port::ScriptedCard* script : scripts_) world_->place(slot++, *script);
    return *world_;
}

tb::RtlWorld* LevelTest::rtl() {
    if (auto* both = dynamic_cast<tb::LockstepWorld*>(&world())) return &both->rtl();
    return dynamic_cast<tb::RtlWorld*>(&world());
}

void LevelTest::field_on() {
    if (field_) return;
    const Tick at = std::max(FieldOnAt, world().now());
    world().field(true, at);
    field_ = true;
    last_end_ = at + Ready - Gap;
}

void LevelTest::field_off(Tick for_ticks) {
    const Tick off = std::max(world().now(), last_end_);
    world().field(false, off);
    const Tick on = off + for_ticks;
    world().field(true, on);
    field_ = true;
    last_end_ = on + Ready - Gap;
}

void LevelTest::wait(Tick ticks) { last_end_ += ticks; }

Tick LevelTest::next_start() {
    if (next_start_) return *next_start_;
    return std::max(last_end_ + Gap, world().now());
}

std::string LevelTest::take(const port::Answer& answer, Tick start) {
    reply_ = {};
    reply_.silent = answer.silent;
    reply_.start = start;
    reply_.tx_end = answer.tx_end;
    reply_.rx_start = answer.rx_start;
    reply_.rx_end = answer.rx_end;
    reply_.bits = unpack(answer.data, answer.last_bits);
    reply_.collisions = unpack(answer.collisions, answer.last_bits);
    last_end_ = answer.rx_end;
    next_start_.reset();
    return reply_.text();
}

std::string LevelTest::send(const Bits& bits) {
    field_on();
    const Tick start = next_start();
    return take(world().exchange(request_for(bits, start, timeout_)), start);
}

std::string LevelTest::train(const std::vector<Tick>& starts) {
    field_on();
    const Tick start = next_start();
    std::vector<Tick> absolute = starts;
    for (Tick& tick : absolute) tick += start;
    return take(world().pauses(absolute, timeout_), start);
}

port::Answer LevelTest::exchange(port::Request request) {
    field_on();
    request.start = next_start();
    request.timeout = timeout_;
    port::Answer answer = world().exchange(request);
    take(answer, request.start);
    return answer;
}

port::AuthAnswer LevelTest::authenticate(port::AuthRequest request) {
    field_on();
    request.start = next_start();
    next_start_.reset();
    const port::AuthAnswer answer = world().authenticate(request);
    last_end_ = answer.end;
    return answer;
}

void LevelTest::to_ready(std::uint8_t request) {
    EXPECT_NE(short_frame(request), "silent") << "no ATQA";
}

void LevelTest::select(unsigned slot) {
    const Bytes& uid = cards_.at(slot).profile.uid;
    const unsigned levels = uid.size() == 4 ? 1 : uid.size() == 7 ? 2 : 3;
    std::size_t next = 0;
    for (unsigned level = 0; level < levels; ++level) {
        Bytes frame{static_cast<std::uint8_t>(0x93 + 2 * level), 0x70};
        const bool last = level + 1 == levels;
        if (!last) frame.push_back(CascadeTag);
        while (frame.size() < 6) frame.push_back(uid[next++]);
        frame.push_back(static_cast<std::uint8_t>(frame[2] ^ frame[3] ^ frame[4] ^ frame[5]));
        EXPECT_NE(send(with_crc(base::to_hex(frame))), "silent") << "no SAK on level " << level + 1;
    }
}

void LevelTest::halt() {
    to_active();
    EXPECT_EQ(send("50 00 57 CD"), "silent") << "HLTA answered";
}

void LevelTest::expect_idle() { EXPECT_NE(short_frame(0x26), "silent") << "not IDLE"; }

void LevelTest::expect_halted() {
    EXPECT_EQ(short_frame(0x26), "silent") << "not HALT: REQA answered";
    EXPECT_EQ(short_frame(0x26), "silent") << "not HALT: second REQA answered";
    EXPECT_NE(short_frame(0x52), "silent") << "not HALT: WUPA not answered";
}

void LevelTest::expect_active() {
    EXPECT_NE(send("60 00 F5 7B"), "silent") << "not ACTIVE: AUTH not answered";
}

// ---- Crypto1 ----

MifareSession::MifareSession(LevelTest& test, std::string_view uid)
    : test_{&test}, uid_{parse_array<4>(uid)} {}

MifareSession::MifareSession(LevelTest& test, unsigned slot) : test_{&test} {
    const Bytes& uid = test.cards_.at(slot).profile.uid;
    std::copy(uid.end() - 4, uid.end(), uid_.begin());
}

bool MifareSession::request_nonce(std::uint8_t command, std::uint8_t block, std::string_view key) {
    const Bytes frame{command, block};
    const bool nested = open_;
    const Bits bits = with_crc(base::to_hex(frame));
    test_->send(nested ? encrypt(bits) : bits);
    const Bits nonce = test_->reply_.bits;
    open_ = false;
    if (nonce.size() != 4 * BitsPerByte) return false;
    cipher_.load(base::SectorKey{parse_array<6>(key)});
    for (std::size_t i = 0; i < 4; ++i) {
        const std::uint8_t byte = frame::byte_at(nonce, BitsPerByte * i);
        if (nested) {
            const auto mixed = static_cast<std::uint8_t>(byte ^ uid_[i]);
            nt_[i] = static_cast<std::uint8_t>(byte ^ cipher_.byte_encrypted(mixed));
        } else {
            nt_[i] = byte;
            cipher_.byte(static_cast<std::uint8_t>(byte ^ uid_[i]));
        }
    }
    open_ = true;
    return true;
}

Bits MifareSession::token(std::string_view nr, std::string_view ar) {
    Bits bits;
    const auto add = [&](std::uint8_t plain, std::uint8_t keystream) {
        frame::append_byte(bits, static_cast<std::uint8_t>(plain ^ keystream));
        bits.push_back(static_cast<std::uint8_t>(frame::odd_parity(plain) ^ cipher_.peek()));
    };
    for (const std::uint8_t byte : parse_array<4>(nr)) add(byte, cipher_.byte(byte));
    const auto answer = ar.empty()
                            ? crypto1::nonce_bytes(crypto1::successor(crypto1::nonce_from(nt_), 64))
                            : parse_array<4>(ar);
    for (const std::uint8_t byte : answer) add(byte, cipher_.byte());
    return bits;
}

std::string MifareSession::finish(const Bits& token) {
    test_->send(token);
    if (test_->reply_.silent) return "silent";
    return text_of(decrypt(test_->reply_.bits));
}

bool MifareSession::authenticate(std::uint8_t command, std::uint8_t block, std::string_view key,
                                 std::string_view nr) {
    if (!request_nonce(command, block, key)) return false;
    const auto right = crypto1::nonce_bytes(crypto1::successor(crypto1::nonce_from(nt_), 96));
    open_ = finish(token(nr)) == base::to_hex(right, " ");
    return open_;
}

Bits MifareSession::encrypt(const Bits& bits) {
    Bits encrypted;
    for (std::size_t i = 0; i < bits.size(); ++i) {
        const bool parity = i % BitsPerByte == 8;
        encrypted.push_back(
            static_cast<std::uint8_t>(bits[i] ^ (parity ? cipher_.peek() : cipher_.bit())));
    }
    return encrypted;
}

// The cipher is a stream: both directions are the same.
Bits MifareSession::decrypt(const Bits& bits) { return encrypt(bits); }

std::string MifareSession::clear(const Bits& bits) {
    test_->send(encrypt(bits));
    if (test_->reply_.silent) return "silent";
    return text_of(decrypt(test_->reply_.bits));
}

}  // namespace system_test
