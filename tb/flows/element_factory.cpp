#include "flows/element_factory.hpp"

#include <fmt/format.h>

#include "apdu/tlv.hpp"
#include "cap/package.hpp"
#include "flows/hex.hpp"

namespace flows {
namespace {

domain::Secret secret(const reader::ScpKey& key) { return domain::Secret{key.expose()}; }

}  // namespace

cardos::ChipOptions secure_element(const std::string& id, const ota::ElementKeys& keys) {
    cardos::ChipOptions options;
    auto& factory = options.factory;
    const auto element = hex(id);
    factory.diversification = element;
    factory.keys = {{keys.issuer_version, true, secret(keys.issuer.enc), secret(keys.issuer.mac),
                     secret(keys.issuer.dek), 0},
                    {keys.packets.version, true, secret(keys.packets.kic), secret(keys.packets.kid),
                     secret(keys.packets.kik), 0}};
    base::Bytes words = apdu::tlv(0x80, keys.module.expose());
    apdu::append_tlv(words, 0x81, element);
    cardos::preload(factory, "secure-module", words);
    cardos::preload(factory, "card-manager");
    return options;
}

ota::ApplicationPackage purse_package(ota::Kind kind, std::uint8_t issuer, std::uint32_t balance,
                                      const std::string& business, std::uint32_t version) {
    ota::ApplicationPackage package;
    package.kind = kind;
    package.version = version;
    package.load_file = hex(fmt::format("D276000118AB{:02X}", issuer));
    package.module = hex("D276000118AA3001");
    package.instance = hex(fmt::format("D276000118AB{:02X}01", issuer));
    package.business = business;
    package.parameters =
        hex(fmt::format("81143F0101003CC71C829687C2C2C4B65509F2E70873"
                        "81143E01010064835FFB0E61363A1B34A6F5D0419A55"
                        "811434000100798A4F2B936AFAD15981E0F980674FEA"
                        "820D02{0:08X}000186A00007002A"
                        "820D01{0:08X}000186A000000000"
                        "831F1500000000000000000101000031008600001234562024010120"
                        "3412310000"
                        "8403123456",
                        balance));
    // Cardholder, application data and the variable records of a city's profile, empty.
    const auto add_file = [&](std::uint8_t number, std::size_t size) {
        base::Bytes file(1 + size);
        file[0] = number;
        apdu::append_tlv(package.parameters, 0x83, file);
    };
    add_file(0x16, 55);
    add_file(0x17, 60);
    add_file(0x19, 128);
    add_file(0x1A, 128);
    package.block = cap::load_file_data_block(
        {"cartouche.purse", package.load_file, 1, 0, {{"Purse", package.module}}});
    return package;
}

}  // namespace flows
