/// \file bench.hpp
/// A secure element with the worked keys of the sheet, and who sends it APDUs and cuts its power.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/hex.hpp"
#include "loader/chip_card.hpp"
#include "ota/os_loading.hpp"

namespace loader_test {

using base::Tick;

inline base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

template <std::size_t Size>
std::array<std::uint8_t, Size> array(std::string_view text) {
    std::array<std::uint8_t, Size> out{};
    const auto bytes = hex(text);
    std::copy_n(bytes.begin(), Size, out.begin());
    return out;
}

// ---- The worked example (cos-loading.md, 4) ----

inline const std::string WorkedHeader =
    "434F53310101123400020105010200030000000700000028000100000001010000100003"
    "F992255652BF88968DB3C1A3AC37364F08B919111A00A68C89CB46607E62CFC0"
    "0873681BD0F82F74733BD4B4639467130C6FF71A09281210ED60C3DC95D6AA90";
inline const std::string WorkedSignature =
    "18FCCB0EF636ABEBC11D749BD4FF5906F26BA8E8F6DCF39160656C7594D09AAC"
    "85EECD0C6E7D509EE2C351CBE542F49CFFD57860AAFDD6CD2C3E3128B372F3DC";
inline const std::string WorkedPoint =
    "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";
inline const std::string WorkedHash =
    "0873681BD0F82F74733BD4B4639467130C6FF71A09281210ED60C3DC95D6AA90";
inline const std::array<std::string, 3> WorkedBlocks{"EF8483D120706D27D311F6CC6E40B7A3",
                                                     "58D37A6646E72F8F45542D853DE14C6C",
                                                     "6CF25F1E199A876BA7E5A93AFD4DFEC8"};
inline const std::array<std::string, 3> WorkedNext{
    "63D1F0B44836191454ACD75AECB93D8B6D9B7DEB2875081A2DC18F8B552535BA",
    "63E862D4D4E86D5768E2EAFC18D5240439CCAF871DFEADBEF638087ECC6DF695", std::string(64, '0')};

/// Byte j is (7 j + 3) mod 256.
inline base::Bytes image(std::size_t bytes = 40) {
    base::Bytes out;
    for (std::size_t j = 0; j < bytes; ++j) out.push_back(static_cast<std::uint8_t>(7 * j + 3));
    return out;
}

inline ota::OsTerms worked_terms() {
    ota::OsTerms terms;
    terms.chip_type = 0x1234;
    terms.most_revision = 2;
    terms.key_version = 5;
    terms.version = 0x01020003;
    terms.security_version = 7;
    terms.load_address = 0x0001'0000;
    terms.entry = 0x0001'0100;
    terms.block_bytes = 16;
    return terms;
}

inline ota::OsKey image_key() { return ota::OsKey{array<16>("000102030405060708090A0B0C0D0E0F")}; }
/// RFC 6979, A.2.5.
inline ota::OsSigner signer() {
    return ota::OsSigner{
        array<32>("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")};
}

inline ota::OsPackage package(const ota::OsTerms& terms = worked_terms(),
                              const base::Bytes& plain = image()) {
    return ota::make_os_package(terms, plain, image_key(), signer());
}

// ---- The element ----

inline const std::string LoaderKeys[] = {"404142434445464748494A4B4C4D4E4F",
                                         "505152535455565758595A5B5C5D5E5F",
                                         "606162636465666768696A6B6C6D6E6F"};

inline reader::ChannelKeys host_keys() {
    return {reader::ScpKey{hex(LoaderKeys[0])}, reader::ScpKey{hex(LoaderKeys[1])},
            reader::ScpKey{hex(LoaderKeys[2])}};
}

inline loader::ElementOptions element_options() {
    loader::ElementOptions options;
    options.keys.enc = domain::Secret{hex(LoaderKeys[0])};
    options.keys.mac = domain::Secret{hex(LoaderKeys[1])};
    options.keys.dek = domain::Secret{hex(LoaderKeys[2])};
    options.keys.image = domain::Secret{hex("000102030405060708090A0B0C0D0E0F")};
    options.keys.image_version = 5;
    options.keys.signer = hex(WorkedPoint);
    return options;
}

/// Eight bytes, other ones each time.
inline ota::OsLoading::Challenge challenges() {
    return [n = std::uint8_t{0}]() mutable { return base::Bytes(8, ++n); };
}

/// Any chip with contacts, past the line: APDUs in, answers out, power that fails at a tick.
class Card final : public hostlink::SmartCard {
public:
    explicit Card(port::ChipPort& chip, bool air = false) : chip_{chip}, air_{air} {}

    base::Bytes power_on() override {
        if (on_) power_off();
        air_ ? chip_.power_up(now) : chip_.contacts_on(now);
        on_ = true;
        return reset();
    }
    base::Bytes reset() override {
        port().reset(now += 1000);
        return {0x3B, 0x00};
    }
    void power_off() override {
        if (on_) off(now += 1000);
    }
    base::Bytes transmit(base::ByteView command) override {
        if (!on_) return {};
        const auto taken = port().take(command, false, now + 1000);
        if (cut && *cut < taken.ready) {
            off(std::max(*cut, now));
            now = taken.ready;
            cut.reset();
            return {};
        }
        now = taken.ready;
        return taken.response;
    }
    /// In hex. Empty: lost.
    std::string send(std::string_view command) {
        return base::to_hex(transmit(base::from_hex(command).value()));
    }

    [[nodiscard]] bool on() const { return on_; }

    Tick now = 0;
    std::optional<Tick> cut{};  ///< power fails here

private:
    void off(Tick at) {
        air_ ? chip_.power_lost(at) : chip_.contacts_off(at);
        on_ = false;
    }
    port::ApduPort& port() { return air_ ? *chip_.air() : chip_.contacts(); }

    port::ChipPort& chip_;
    bool air_;
    bool on_ = false;
};

/// One element behind its contacts, and its host.
struct Bench {
    explicit Bench(loader::ElementOptions options = element_options())
        : element{std::move(options)}, card{element}, host{card, host_keys(), challenges()} {
        card.power_on();
    }
    /// What SELECT of the issuer's domain answers, its status only.
    std::string select() {
        const auto answer = card.send("00A4040000");
        return answer.size() < 4 ? answer : answer.substr(answer.size() - 4);
    }

    loader::Element element;
    Card card;
    ota::OsLoading host;
};

using End = ota::LoadResult::End;

}  // namespace loader_test
