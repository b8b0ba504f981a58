// What comes back to the business platform: proofs of receipt, SMS-SUBMITs, proactive commands,
// words of a secure channel module, and packages of issuers. The first byte says which.
#include "base/hex.hpp"
#include "fuzz.hpp"
#include "ota/module_commands.hpp"
#include "ota/secured_packet.hpp"
#include "ota/short_message.hpp"

namespace {

base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

void any_proof(base::ByteView data) {
    if (data.empty()) return;
    static const ota::PacketKeys keys{2,
                                      ota::PacketCipher::Aes,
                                      reader::ScpKey{hex("200102030405060708090A0B0C0D0E0F")},
                                      reader::ScpKey{hex("201102030405060708090A0B0C0D0E0F")},
                                      {}};
    ota::CommandPacket sent;
    sent.spi2 = static_cast<std::uint8_t>((data[0] & 0x33) | 0x08);
    sent.kic = sent.kid = 0x22;
    sent.tar = {0xB0, 0x00, 0x11};
    const auto proof = ota::open_proof(data.subspan(1), sent, keys);
    if (proof) fuzz::require(proof->data.size() <= data.size(), "a proof out of nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    base::ByteView input{data, size};
    if (input.empty()) return 0;
    const unsigned kind = input[0] % 7U;
    input = input.subspan(1);
    switch (kind) {
        case 0:
            any_proof(input);
            break;
        case 1:
            (void)ota::user_data_of_submit(input);
            break;
        case 2:
            (void)ota::submit_of(input);
            break;
        case 3:
            if (const auto package = ota::ApplicationPackage::parse(input))
                fuzz::require(ota::ApplicationPackage::parse(package->bytes()) == package,
                              "a package does not come back");
            break;
        case 4: {
            static const ota::DataSecurityUnit unit{
                reader::ScpKey{hex("00112233445566778899AABBCCDDEEFF")}};
            fuzz::require(!unit.open(input), "a word without the key");
            break;
        }
        case 5:
            (void)ota::parse_card(input);
            (void)ota::parse_status(input);
            break;
        default:
            (void)ota::is_for_card(input);
    }
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    const auto seed = [](std::uint8_t kind, std::string_view text) {
        base::Bytes made{kind};
        const auto bytes = hex(text);
        made.insert(made.end(), bytes.begin(), bytes.end());
        return made;
    };
    return {
        seed(
            0,
            "19027100002412B00011EBC6B497E2CAD7AEDF36ACE0E3A29B38853F0FE9CCDE81913BE5702B73ABCE1F"),
        seed(0,
             "01027100000B0AB00011000000000000"
             "06"),
        seed(1,
             "4100048121430000F60D0271000008"
             "0AB000110000000001"),
        seed(2,
             "D01A810301130082028183"
             "8B0F4100048121430000F6050271000000"),
        seed(3,
             "E12E8001018104000000014F07D276000118AB018208D276000118AA30018408D276000118AB010186014"
             "1C900C40101"),
        seed(4,
             "0001020304050607"
             "00112233445566778899AABBCCDDEEFF"
             "0011223344556677"),
        seed(5, "4F08D276000118AB0101800101810400000001820400000000830400001770860141"),
        seed(6, "44048121437FF6421015010300002D027000"),
    };
}
