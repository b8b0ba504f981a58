#include "random_sequences.hpp"

#include <algorithm>

#include "base/hex.hpp"
#include "lockstep/lockstep_world.hpp"

namespace system_test {

namespace {

constexpr std::uint8_t CascadeTag = 0x88;
constexpr unsigned SequencesPerCard = 10;
constexpr unsigned MostNoise = 16;  // of 4095: the reader's receiver does not notice

std::string hex(std::uint8_t byte) { return base::to_hex({&byte, 1}); }

unsigned trailer_of(unsigned block) { return block < 128 ? block | 3U : block | 15U; }

}  // namespace

void RandomSequences::run(unsigned sequences) {
    use_lockstep();
    EXPECT_EQ(run_all(sequences), "");
}

std::string RandomSequences::run_beside(const tb::RtlOptions& twin, unsigned sequences) {
    use_twin(twin);
    return run_all(sequences);
}

std::string RandomSequences::run_all(unsigned sequences) {
    const auto seed = static_cast<unsigned>(std::stoul(GetParam()));
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    random_.seed(seed);
    port::AirProfile air;
    air.pause_ticks = 28 + draw(random_, 13);
    if (seed % 5 == 0) {
        air.noise = 1 + draw(random_, MostNoise);
        air.noise_seed = static_cast<std::uint32_t>(1 + draw(random_, 0xFFFF));
    }
    use(air);
    unsigned done = 0;
    try {
        for (; done < sequences; ++done) {
            if (done % SequencesPerCard == 0) change_card();
            sequence();
        }
    } catch (const tb::LockstepDifference& difference) {
        return "sequence " + std::to_string(done) + ": " + difference.what();
    }
    return {};
}

void RandomSequences::change_card() {
    if (placed_) world().remove(0);
    card_ = random_card(random_);
    programming_ = 128 * (once_in(random_, 4) ? 212 : 1 + draw(random_, 20));
    store::SectorStore::Options options;
    options.programming_ticks = programming_;
    options.seed = random_();
    kept.push_back(std::make_unique<store::SectorStore>(card_.blocks, options));
    if (card_.profile.uid.size() == 7 && once_in(random_, 2)) {
        // As PERSONALIZE leaves it (docs/choices.md).
        port::Block usage{};
        usage[0] = static_cast<std::uint8_t>(1 + 0x20 * draw(random_, 4));
        kept.back()->program(port::ConfigurationBlock, usage, 0);
    }
    world().place(0, card_.profile, *kept.back());
    placed_ = true;
    listen_for(programming_ + 8192);
    field_on();
    field_off(4096 + draw(random_, 4096));
}

void RandomSequences::sequence() {
    if (once_in(random_, 3)) field_off(4096 + draw(random_, 4096));
    if (once_in(random_, 6)) take_away();
    sector_of_.reset();
    wait(draw(random_, 4096));
    if (once_in(random_, 4)) stray_frames();
    for (unsigned left = 1 + draw(random_, 3); left > 0; --left) {
        if (!activate()) return;
        ++worth_.activations;
        if (once_in(random_, 10)) send(plain_frame());
        switch (draw(random_, 8)) {
            case 0:
                stray_frames();
                break;
            case 1:
            case 2:
                session_of_the_reader();
                break;
            default:
                session_of_the_test();
        }
    }
    if (once_in(random_, 12)) {
        ++worth_.cuts;
        world().cut_power(next_start() + 1 + draw(random_, 20'000));
        send(plain_frame());
        field_off(4096 + draw(random_, 4096));
    }
}

/// While the field fades or later; the same card comes back.
void RandomSequences::take_away() {
    ++worth_.removals;
    const Tick off = next_start();
    world().field(false, off);
    world().wait_until(off + draw(random_, 3000));
    world().remove(0);
    world().place(0, card_.profile, *kept.back());
    field_off(4096 + draw(random_, 4096));
}

void RandomSequences::stray_frames() {
    for (unsigned left = 1 + draw(random_, 4); left > 0; --left) {
        if (once_in(random_, 8)) {
            train(wild_train(random_));
        } else {
            const Bits bits = plain_frame();
            send(once_in(random_, 3) ? broken(random_, bits) : bits);
        }
    }
}

/// A frame that a reader might send to a card in any state.
Bits RandomSequences::plain_frame() {
    const Bytes& uid = card_.profile.uid;
    switch (draw(random_, 10)) {
        case 0:
            return low_bits(0x26, 7);
        case 1:
            return low_bits(0x52, 7);
        case 2:
            return bytes(once_in(random_, 2) ? "93 20" : once_in(random_, 2) ? "95 20" : "97 20");
        case 3: {
            const unsigned count = 1 + draw(random_, 7);
            return part("93" + hex(static_cast<std::uint8_t>(0x20 + count)) + hex(uid[0]), count);
        }
        case 4: {
            Bytes select{uid.begin(), uid.begin() + 4};
            select.push_back(
                static_cast<std::uint8_t>(select[0] ^ select[1] ^ select[2] ^ select[3]));
            return with_crc("93 70" + base::to_hex(select));
        }
        case 5:
            return with_crc("50 00");
        case 6:
            return with_crc("60" + hex(random_block()));
        default:
            return with_crc(command_bytes());
    }
}

/// From IDLE or HALT to ACTIVE with the UID as the card gives it; false where the card does not
/// answer.
bool RandomSequences::activate() {
    if (short_frame(once_in(random_, 4) ? 0x26 : 0x52) == "silent" && short_frame(0x52) == "silent")
        return false;
    Bytes uid;
    for (unsigned level = 0; level < 3; ++level) {
        const std::string code = hex(static_cast<std::uint8_t>(0x93 + 2 * level));
        const auto part_of = base::from_hex(send(bytes(code + "20")));
        if (!part_of || part_of->size() != 5) return false;
        if (once_in(random_, 4)) {
            // The first bits given, the card adds the rest.
            const unsigned known = 1 + draw(random_, 31);
            const auto nvb = static_cast<std::uint8_t>((2 + known / 8) << 4U | known % 8);
            Bytes frame{part_of->begin(), part_of->begin() + known / 8 + (known % 8 != 0 ? 1 : 0)};
            const std::string text = code + hex(nvb) + base::to_hex(frame);
            send(known % 8 == 0 ? bytes(text) : part(text, known % 8));
        }
        uid.assign(part_of->begin(), part_of->begin() + 4);
        const auto sak = base::from_hex(send(with_crc(code + "70" + base::to_hex(*part_of))));
        if (!sak || sak->size() != 3) return false;
        cipher_uid_ = base::to_hex(uid);
        if ((sak->at(0) & 4U) == 0) return true;
        if (uid[0] == CascadeTag && once_in(random_, 12)) {
            // The shortcut (docs/choices.md, PERSONALIZE): ACTIVE from cascade level 1.
            if (send(with_crc("30 00")) != "silent") return true;
            return false;
        }
    }
    return false;
}

std::uint8_t RandomSequences::random_block() {
    if (once_in(random_, 12)) return static_cast<std::uint8_t>(random_());
    if (sector_of_ && !once_in(random_, 8)) {
        // Where the session is.
        const unsigned blocks = *sector_of_ < 128 ? 4 : 16;
        return static_cast<std::uint8_t>(trailer_of(*sector_of_) - draw(random_, blocks));
    }
    const auto blocks = static_cast<unsigned>(card_.blocks.size());
    return static_cast<std::uint8_t>(draw(random_, once_in(random_, 2) ? 8 : blocks));
}

std::string RandomSequences::key_of(std::uint8_t block, std::uint8_t command) {
    if (block >= card_.blocks.size() || once_in(random_, 16))
        return base::to_hex(random_key(random_));
    const auto memory = kept.back()->contents();
    const port::Block& trailer = memory.at(trailer_of(block));
    const unsigned at = command == 0x60 ? 0 : 10;
    return base::to_hex({trailer.data() + at, 6});
}

/// A command of the memory, its CRC not yet there.
std::string RandomSequences::command_bytes() {
    constexpr std::array<const char*, 6> Rare{"4000", "4020", "4040", "4060", "4300", "4321"};
    constexpr std::array<const char*, 8> Codes{"30", "30", "A0", "A0", "C0", "C0", "C1", "C2"};
    if (once_in(random_, 12)) return Rare[draw(random_, Rare.size())];
    if (once_in(random_, 16)) return "B0" + hex(random_block());
    if (once_in(random_, 20)) return base::to_hex(random_bytes(random_, 2));
    return Codes[draw(random_, Codes.size())] + hex(random_block());
}

void RandomSequences::session_of_the_test() {
    MifareSession session{*this, cipher_uid_};
    for (unsigned authentications = 1 + draw(random_, 2); authentications > 0; --authentications) {
        const std::uint8_t block = random_block();
        const std::uint8_t code = once_in(random_, 4) ? 0x61 : 0x60;
        if (!session.request_nonce(code, block, key_of(block, code))) return;
        Bits token = session.token(base::to_hex(random_bytes(random_, 4)),
                                   once_in(random_, 12) ? "01234567" : "");
        if (once_in(random_, 12)) token = broken(random_, token);
        if (session.finish(token).size() != 11) return;  // four bytes as text
        sector_of_ = block;
        ++worth_.sessions;
        for (unsigned left = draw(random_, 6); left > 0; --left) {
            wait(draw(random_, 512));
            const Bits plain = with_crc(hex(once_in(random_, 8) ? 0x50 : 0x30) + hex(block));
            switch (draw(random_, 16)) {
                case 0:
                    session.clear(broken(random_, plain));
                    break;
                case 1:
                    session.clear(plain);
                    break;
                case 2:
                    send(plain_frame());
                    break;
                default:
                    command(session);
            }
            if (!session.open()) return;
        }
    }
}

/// A memory command with its second part where the card asks for one.
void RandomSequences::command(MifareSession& session) {
    const std::string text = command_bytes();
    Bits bits = with_crc(text);
    if (once_in(random_, 20)) bits = broken(random_, bits);
    const std::string answer = session.clear(bits);
    if (answer.size() > 40) ++worth_.readings;
    // The card has fallen back, or the transfer came too early.
    if (answer.size() < 2 && answer != "A" && !once_in(random_, 4)) session.close();
    if (answer != "A") return;
    ++worth_.acknowledged;
    const std::string code = text.substr(0, 2);
    if (code == "B0" || code == "40") return;
    Bytes data;
    if (code == "A0") {
        const auto value = value_block(static_cast<std::uint32_t>(random_()), random_block());
        data.assign(value.begin(), value.end());
        // A trailer written at random would lock the sector: mostly one that keeps it usable.
        if (once_in(random_, 2)) data = *base::from_hex("FFFFFFFFFFFFFF078069FFFFFFFFFFFF");
    } else {
        data = once_in(random_, 2) ? Bytes{static_cast<std::uint8_t>(draw(random_, 3)), 0, 0, 0}
                                   : random_bytes(random_, 4);
    }
    Bits second = with_crc(base::to_hex(data));
    if (once_in(random_, 20)) second = broken(random_, second);
    if (once_in(random_, 12)) {
        ++worth_.cuts;
        world().cut_power(next_start() + 1 +
                          draw(random_, static_cast<unsigned>(40'000 + programming_)));
        session.clear(second);
        field_off(4096 + draw(random_, 4096));
        return;
    }
    if (once_in(random_, 16)) {
        // Perhaps in the middle of a programming.
        listen_for(1280 + draw(random_, static_cast<unsigned>(programming_)));
        session.clear(second);
        listen_for(programming_ + 8192);
        take_away();
        return;
    }
    const std::string done = session.clear(second);
    if (done == (code == "A0" ? "silent" : "4")) session.close();
    // Most values are worth writing back.
    if (code[0] == 'C' && !once_in(random_, 4)) session.command("B0" + text.substr(2, 2));
}

void RandomSequences::session_of_the_reader() {
    const std::uint8_t block = random_block();
    const std::uint8_t code = once_in(random_, 4) ? 0x61 : 0x60;
    port::AuthRequest request;
    request.command = code;
    request.block = block;
    const auto key = *base::from_hex(key_of(block, code));
    std::array<std::uint8_t, 6> key_bytes{};
    std::copy(key.begin(), key.end(), key_bytes.begin());
    request.key = base::SectorKey{key_bytes};
    const auto uid = *base::from_hex(cipher_uid_);
    std::copy(uid.begin(), uid.end(), request.uid.begin());
    const Bytes nr = random_bytes(random_, 4);
    std::copy(nr.begin(), nr.end(), request.nr.begin());
    request.timeout = 8192;
    if (authenticate(request).status != port::AuthStatus::Ok) return;
    sector_of_ = block;
    ++worth_.sessions;
    for (unsigned left = 1 + draw(random_, 4); left > 0; --left) {
        if (once_in(random_, 6)) {
            if (authenticate(request).status != port::AuthStatus::Ok) return;
            continue;
        }
        port::Request command;
        command.data = *base::from_hex(command_bytes());
        command.tx_crc = !once_in(random_, 10);
        command.rx_crc = command.data[0] == 0x30 && !once_in(random_, 10);
        if (once_in(random_, 12)) command.last_bits = draw(random_, 8);
        if (command.last_bits != 0) command.tx_crc = false;
        const port::Answer answer = exchange(command);
        if (command.rx_crc && !answer.silent && !answer.errors.any()) ++worth_.readings;
        const bool acknowledged =
            answer.last_bits == 4 && answer.data.size() == 1 && (answer.data[0] & 15U) == 0xA;
        if (!acknowledged) continue;
        ++worth_.acknowledged;
        if (command.data[0] == 0xB0 || command.data[0] == 0x40) continue;
        port::Request second;
        second.data = random_bytes(random_, command.data[0] == 0xA0 ? 16 : 4);
        second.tx_crc = true;
        exchange(second);
    }
    world().crypto1_off();
}

}  // namespace system_test
