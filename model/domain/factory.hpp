/// \file factory.hpp
/// What a card is made with, before anybody opens a channel.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/aid.hpp"
#include "domain/privileges.hpp"
#include "domain/registry.hpp"
#include "domain/secret.hpp"

namespace domain {

/// Three keys with ids 1, 2, 3 of one version: DES for SCP02, AES for SCP03.
struct FactoryKeys {
    std::uint8_t version = 0x30;
    bool aes = true;
    Secret enc{};
    Secret mac{};
    Secret dek{};
    /// SCP02: of the next session. SCP03: the last one given out.
    std::uint32_t counter = 0;
};

/// A key pair and its trust point for SCP10, all of one size, public exponents 010001.
struct FactoryRsa {
    std::uint8_t version = 0x10;
    base::Bytes modulus{};
    Secret private_exponent{};
    base::Bytes trust_point{};  ///< modulus
};

struct FactoryFile {
    Aid aid{};
    base::Bytes version{0x01, 0x00};
    std::vector<Aid> modules{};
};

struct FactoryApplication {
    Aid load_file{};
    Aid module{};
    Aid aid{};
    Privileges privileges{};
    std::uint8_t state = State::Selectable;
    base::Bytes parameters{};
};

struct Factory {
    Aid issuer{};
    std::uint8_t state = State::OpReady;
    Privileges privileges = IssuerPrivileges;
    std::uint8_t scp02_i = 0x55;          ///< 15 or 55
    std::uint8_t scp03_i = 0x70;          ///< 00 10 20 30 60 70; + 01 for S16
    std::vector<std::uint8_t> scp10_i{};  ///< 01, 02 or both
    std::vector<FactoryKeys> keys{};
    std::vector<FactoryRsa> rsa_keys{};
    base::Bytes certificate{};  ///< value of 7F21
    base::Bytes diversification{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99};
    bool card_data = true;  ///< whether GET DATA 66 tells what the card is
    base::Bytes iin{};      ///< tag 42
    base::Bytes cin{};      ///< tag 45
    base::Bytes cplc{};     ///< tag 9F7F, 42 bytes
    std::vector<FactoryFile> files{};
    std::vector<FactoryApplication> applications{};
};

/// The card of the test plan: SCP02 keys 20 and SCP03 keys 30 (the well-known test keys 40.., 50..,
/// 60..), the package that security domains are made of, and the test application.
[[nodiscard]] Factory test_card();

}  // namespace domain
