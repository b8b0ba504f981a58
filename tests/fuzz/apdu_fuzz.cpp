// APDUs to a whole chip, within and outside of secure channels. The input is a script: an operation
// byte, then for a command a length byte and its bytes. 0: over contacts; 1: over the air; 2:
// wrapped by the secure channel, if one is open; 3: open one (next byte: key version and level); 4:
// cut the power so much later (next byte); 5: in two pieces.
#include <memory>
#include <string_view>

#include "apdu/command.hpp"
#include "base/hex.hpp"
#include "cardos/make_chip.hpp"
#include "fuzz.hpp"
#include "reader/secure_channel.hpp"

namespace {

using base::Tick;

base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

reader::ChannelKeys test_keys() {
    const auto key = [](std::uint8_t first) {
        base::Bytes bytes;
        for (std::uint8_t i = 0; i < 16; ++i) bytes.push_back(static_cast<std::uint8_t>(first + i));
        return reader::ScpKey{bytes};
    };
    return {key(0x40), key(0x50), key(0x60)};
}

const cardos::Chip& fresh_chip() {
    static const auto chip = [] {
        cardos::ChipOptions options;
        // Small, as each input gets a copy.
        options.sectors = store::delivery_blocks(port::CardKind::Mini);
        options.chip.store.object_pages = 160;
        cardos::preload(options.factory, "purse",
                        hex("81143F0101003CC71C829687C2C2C4B65509F2E70873820D02000003E8000186A00007"
                            "002A850417021004"));
        cardos::preload(options.factory, "sector-access",
                        hex("810D01FFFFFFFFFFFFFFFFFFFFFFFF840431323334"));
        return cardos::make_chip(std::move(options));
    }();
    return *chip;
}

class Bench {
public:
    Bench() : chip_{dynamic_cast<cardos::Chip*>(fresh_chip().clone().release())} { on(); }

    base::Bytes send(base::ByteView bytes, bool air, bool pieces) {
        port::ApduPort& port = air ? *chip_->air() : chip_->contacts();
        now_ += 1'000;
        if (pieces) {
            const auto part = port.take(bytes.first(bytes.size() / 2), true, now_);
            fuzz::require(part.response.empty(), "an answer to a part");
            bytes = bytes.subspan(bytes.size() / 2);
        }
        const auto taken = port.take(bytes, false, now_);
        fuzz::require(taken.ready >= now_, "the answer comes before the command");
        now_ = taken.ready;
        judge(taken.response);
        return taken.response;
    }
    void wrapped(base::ByteView bytes) {
        const auto command = apdu::parse(bytes);
        if (!command || !channel_.is_open() || command->data.size() > 200) return;
        (void)channel_.transmit(*command,
                                [this](base::ByteView wire) { return send(wire, false, false); });
    }
    void open(std::uint8_t choice) {
        constexpr std::uint8_t Levels[] = {0x00, 0x01, 0x03, 0x11, 0x13, 0x33};
        const auto challenge = hex("0011223344556677");
        const std::uint8_t version = (choice & 1) != 0 ? 0x20 : 0x30;
        const auto offer = send(reader::initialize_update(version, challenge), false, false);
        if (!channel_.offered(challenge, offer)) return;
        const auto level = Levels[(choice >> 1) % std::size(Levels)];
        (void)channel_.opened(send(channel_.external_authenticate(level), false, false));
    }
    void cut(std::uint8_t later) {
        const Tick at = now_ + Tick{later} * 128;
        chip_->contacts_off(at);
        chip_->power_lost(at);
        now_ = at;
        on();
    }

private:
    void on() {
        chip_->contacts_on(now_ += 5'000);
        chip_->power_up(now_);
        chip_->contacts().reset(now_);
        chip_->air()->reset(now_);
    }
    static void judge(const base::Bytes& answer) {
        if (answer.empty()) return;  // to no bytes
        const auto response = apdu::parse_response(answer);
        fuzz::require(response.has_value(), "an answer of one byte");
        const auto sw1 = response->sw >> 8;
        fuzz::require(sw1 > 0x60 && sw1 < 0xA0 && (sw1 < 0x70 || sw1 >= 0x90), "a strange status");
        // SCP02 protects an error too.
        constexpr std::size_t MacBytes = 8;
        fuzz::require(!apdu::is_error(response->sw) || response->data.empty() ||
                          response->data.size() == MacBytes,
                      "data and an error");
    }

    std::unique_ptr<cardos::Chip> chip_;
    reader::SecureChannel channel_{test_keys()};
    Tick now_ = 0;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    base::ByteView script{data, size};
    Bench bench;
    while (script.size() >= 2) {
        const unsigned operation = script[0] % 6;
        const std::uint8_t argument = script[1];
        script = script.subspan(2);
        if (operation == 3) {
            bench.open(argument);
        } else if (operation == 4) {
            bench.cut(argument);
        } else {
            const auto bytes = script.first(std::min<std::size_t>(argument, script.size()));
            script = script.subspan(bytes.size());
            if (operation == 2)
                bench.wrapped(bytes);
            else
                (void)bench.send(bytes, operation == 1, operation == 5);
        }
    }
    bench.cut(0);
    fuzz::require(bench.send(hex("80CA006600"), false, false).size() >= 2, "a dead card");
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    const auto script = [](std::initializer_list<std::pair<unsigned, std::string_view>> steps) {
        base::Bytes bytes;
        for (const auto& [operation, text] : steps) {
            const auto part = hex(text);
            bytes.push_back(static_cast<std::uint8_t>(operation));
            const bool argument = operation == 3 || operation == 4;
            if (!argument) bytes.push_back(static_cast<std::uint8_t>(part.size()));
            bytes.insert(bytes.end(), part.begin(), part.end());
        }
        return bytes;
    };
    return {
        script({{0, "00A4040000"},
                {0, "80CA006600"},
                {3, "02"},
                {2, "80F28002024F0000"},
                {2, "80F24002024F0000"},
                {2, "80CA00E000"}}),
        script({{3, "0A"},
                {2, "80E60C002007D276000118AA1008D276000118AA100108D276000118AA1002010002C9000000"},
                {2, "80F0408008D276000118AA1001"},
                {4, "40"},
                {2, "80E400000A4F08D276000118AA100200"}}),
        script({{3, "03"},
                {2,
                 "80D800814321"
                 "8010A0B4B6C1D7C9BAE2F1A9F1A4E2D6B7C803E933478010A0B4B6C1D7C9BAE2F1A9F1A4E2D6"
                 "B7C803B2EFCB8010A0B4B6C1D7C9BAE2F1A9F1A4E2D6B7C803A2AAF400"},
                {2, "80E602001407D276000118AA2008A00000015100000000000000"},
                {2, "80E8000010C41C0102030405060708090A0B0C0D0E"}}),
        script({{0, "00A4040008D276000118AA300100"},
                {0, "805000020B010000138810000000000110"},
                {0, "805200000B202401151030009519380B04"},
                {0, "805C000204"},
                {0, "00B201C417"}}),
        script({{0, "00A4040008D276000118AA400100"},
                {0, "002000000431323334"},
                {0, "80CA010000"},
                {0, "80D601011000112233445566778899AABBCCDDEEFF"},
                {0, "80340100"},
                {0, "80B400000D070B01000F0B54570745FE3AE700"}}),
        script({{1, "00A4040008D276000118AA100100"},
                {1, "8001020000"},
                {1, "00C0000000"},
                {5, "80040000040102030400"},
                {0, "0070000001"},
                {0, "01A4040000"},
                {1, "10040000020102"},
                {1, "00040000010300"}}),
    };
}
