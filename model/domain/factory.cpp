#include "domain/factory.hpp"

#include "base/hex.hpp"

namespace domain {

namespace {

Aid aid(const char* hex) { return *Aid::from(*base::from_hex(hex)); }

/// The keys that every card maker's manual prints: 40.. 50.. 60..; for tests only.
Secret test_key(std::uint8_t first) {
    base::Bytes bytes;
    for (std::uint8_t i = 0; i < 16; ++i) bytes.push_back(static_cast<std::uint8_t>(first + i));
    return Secret{bytes};
}

}  // namespace

Factory test_card() {
    Factory factory;
    factory.issuer = aid("A000000151000000");
    const auto keys = [](std::uint8_t version, bool aes, std::uint32_t counter) {
        return FactoryKeys{version, aes, test_key(0x40), test_key(0x50), test_key(0x60), counter};
    };
    factory.keys = {keys(0x20, false, 3), keys(0x30, true, 2)};
    factory.files = {{aid("A0000001515350"), {0x01, 0x00}, {aid("A000000151535041")}},
                     {aid("D276000118AA10"), {0x01, 0x00}, {aid("D276000118AA1001")}}};
    factory.applications = {
        {aid("D276000118AA10"), aid("D276000118AA1001"), aid("D276000118AA1001"), {}, 0x07, {}}};
    return factory;
}

}  // namespace domain
