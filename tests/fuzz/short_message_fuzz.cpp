// Short messages to a card: anything by ENVELOPE, and scripts of somebody who has the keys. The
// input is a sequence: an operation byte, a length byte, so many bytes. 0: value of D1; 1: user
// data in a good SMS-DELIVER; 2: a packet from CPL on; 3: the payload of a good packet; 4: FETCH
// and TERMINAL RESPONSE; 5: an application package in clear.
#include <memory>

#include "apdu/tlv.hpp"
#include "base/hex.hpp"
#include "cardos/make_chip.hpp"
#include "cardos/module_install.hpp"
#include "fuzz.hpp"
#include "ota/secured_packet.hpp"
#include "ota/short_message.hpp"

namespace {

base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

constexpr std::string_view Kic = "200102030405060708090A0B0C0D0E0F";
constexpr std::string_view Kid = "201102030405060708090A0B0C0D0E0F";
constexpr ota::TimeStamp Stamp{};

const cardos::Chip& fresh_chip() {
    static const auto chip = [] {
        cardos::ChipOptions options;
        options.sectors = store::delivery_blocks(port::CardKind::Mini);
        options.chip.store.object_pages = 160;
        options.factory.keys.push_back({2, true, domain::Secret{hex(Kic)}, domain::Secret{hex(Kid)},
                                        domain::Secret{hex(Kid)}, 0});
        cardos::preload(options.factory, "secure-module",
                        hex("801000112233445566778899AABBCCDDEEFF810AC0FFEE00112233445566"));
        cardos::preload(options.factory, "card-manager");
        return cardos::make_chip(std::move(options));
    }();
    return *chip;
}

class Bench {
public:
    Bench() : chip_{dynamic_cast<cardos::Chip*>(fresh_chip().clone().release())} {
        chip_->contacts_on(now_ += 1'000);
        chip_->contacts().reset(now_ += 1'000);
    }
    apdu::Response send(const apdu::Command& command) {
        const auto taken = chip_->contacts().take(command.bytes(), false, now_ += 1'000);
        now_ = taken.ready;
        const auto answer = apdu::parse_response(taken.response);
        fuzz::require(answer.has_value(), "no answer");
        return *answer;
    }
    apdu::Response deliver(base::ByteView user_data) {
        return send(ota::envelope(ota::deliver(
            user_data.first(std::min(user_data.size(), ota::MostUserData)), "1234", Stamp)));
    }
    void packet(base::ByteView packet) {
        for (const auto& part : ota::to_user_data(packet, reference_++)) (void)deliver(part);
    }
    /// It has the right checksum: it must be taken.
    void payload(base::ByteView payload) {
        ota::CommandPacket made;
        made.spi2 = 0x01 | 0x08 | 0x10;
        made.kic = made.kid = 0x22;
        made.tar = (counter_ & 1) != 0 ? ota::Tar{0xBF, 0xFF, 0x01} : ota::Tar{};
        made.counter = ++counter_;
        made.data.assign(payload.begin(), payload.end());
        const ota::PacketKeys keys{
            2, ota::PacketCipher::Aes, reader::ScpKey{hex(Kic)}, reader::ScpKey{hex(Kid)}, {}};
        apdu::Response last;
        for (const auto& part : ota::to_user_data(ota::secure(made, keys), reference_++))
            last = deliver(part);
        const auto proof = ota::open_proof(last.data, made, keys);
        // A script may block or replace the keys, or end the card.
        if (proof && proof->authentic)
            fuzz::require(proof->status == ota::Proof::Status::Ok, "a good packet is refused");
    }

private:
    std::unique_ptr<cardos::Chip> chip_;
    base::Tick now_ = 0;
    std::uint16_t reference_ = 1;
    std::uint64_t counter_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    base::ByteView input{data, size};
    Bench bench;
    for (unsigned i = 0; i < 64 && input.size() >= 2; ++i) {
        const unsigned operation = input[0] % 6U;
        const std::size_t length = std::min<std::size_t>(input[1], input.size() - 2);
        const auto bytes = input.subspan(2, length);
        input = input.subspan(2 + length);
        switch (operation) {
            case 0:
                (void)bench.send({0x80, 0xC2, 0x00, 0x00, apdu::tlv(0xD1, bytes), 256});
                break;
            case 1:
                (void)bench.deliver(bytes);
                break;
            case 2:
                bench.packet(bytes);
                break;
            case 3:
                bench.payload(bytes);
                break;
            case 4:
                (void)bench.send({0x80, 0x12, 0x00, 0x00, {}, 256});
                (void)bench.send({0x80, 0x14, 0x00, 0x00, {bytes.begin(), bytes.end()}, {}});
                break;
            default:
                if (const auto package = cardos::ModulePackage::parse(bytes))
                    fuzz::require(!package->block.empty(), "a package without code");
        }
    }
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    const auto seed = [](std::uint8_t operation, std::string_view text) {
        base::Bytes made{operation, 0};
        const auto bytes = hex(text);
        made[1] = static_cast<std::uint8_t>(bytes.size());
        made.insert(made.end(), bytes.begin(), bytes.end());
        return made;
    };
    const auto two = [](base::Bytes first, const base::Bytes& second) {
        first.insert(first.end(), second.begin(), second.end());
        return first;
    };
    return {
        seed(0, "820283818B0A44048121437FF642101503000000"),
        seed(1,
             "02700000281516392222000000370AE8A28E592468F549E6E68E7E54408C3CC9FE8AA858F34071AB01"
             "E5855BD6"),
        two(seed(1, "0500035A0202A60F816C76CD"), seed(1, "0700035A020170000014151639")),
        seed(2,
             "00281516392222000000370AE8A28E592468F549E6E68E7E54408C3CC9FE8AA858F34071AB01E5855B"
             "D6"),
        seed(3, "AA10220700A40004023F00220500B2010426"),
        seed(3, "AE80220700A40004023F00220500B20104260000"),
        two(seed(3, "80F2400002 4F00"), seed(3, "8030010000")),
        two(seed(3, "80CA006600"), seed(3, "8038000000803200001001")),
        two(seed(1, "0270000028151639222200"), seed(4, "810301130002028281030100")),
        seed(5,
             "E12E8001018104000000014F07D276000118AB018208D276000118AA30018408D276000118AB0101"
             "860141C900C40101"),
    };
}
