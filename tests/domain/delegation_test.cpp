// Proofs that travel with changes: tokens and receipts of delegated management, DAP.
#include <cryptopp/aes.h>
#include <cryptopp/cmac.h>
#include <cryptopp/osrng.h>
#include <cryptopp/rsa.h>
#include <cryptopp/sha.h>

#include "apdu/tlv.hpp"
#include "cap.hpp"
#include "card.hpp"

namespace domain_test {
namespace {

using base::Bytes;

/// Makes signatures with either kind of key.
class Signer {
public:
    virtual ~Signer() = default;
    /// Component and check value fields of PUT KEY.
    [[nodiscard]] virtual Bytes key_field(reader::SecureChannel& channel) const = 0;
    [[nodiscard]] virtual Bytes sign(base::ByteView data) const = 0;
};

class AesSigner final : public Signer {
public:
    [[nodiscard]] Bytes key_field(reader::SecureChannel& channel) const override {
        Bytes field = hex("881110");
        const auto wrapped = channel.encrypt_data(hex("707172737475767778797A7B7C7D7E7F"));
        field.insert(field.end(), wrapped.begin(), wrapped.end());
        for (const auto byte : hex("03DCC3AC")) field.push_back(byte);
        return field;
    }
    [[nodiscard]] Bytes sign(base::ByteView data) const override {
        const auto key = hex("707172737475767778797A7B7C7D7E7F");
        CryptoPP::CMAC<CryptoPP::AES> cmac{key.data(), key.size()};
        Bytes mac(16);
        cmac.CalculateDigest(mac.data(), data.data(), data.size());
        return mac;
    }
};

template <typename Hash>
class RsaSigner final : public Signer {
public:
    RsaSigner() { key_.GenerateRandomWithKeySize(random_, 1024); }

    [[nodiscard]] Bytes key_field(reader::SecureChannel&) const override {
        Bytes field = hex("A18180");
        Bytes modulus(128);
        key_.GetModulus().Encode(modulus.data(), modulus.size());
        field.insert(field.end(), modulus.begin(), modulus.end());
        Bytes exponent(3);
        key_.GetPublicExponent().Encode(exponent.data(), exponent.size());
        field.insert(field.end(), {0xA0, 0x03});
        field.insert(field.end(), exponent.begin(), exponent.end());
        field.push_back(0x00);
        return field;
    }
    [[nodiscard]] Bytes sign(base::ByteView data) const override {
        const typename CryptoPP::RSASS<CryptoPP::PKCS1v15, Hash>::Signer signer{key_};
        Bytes signature(signer.SignatureLength());
        signer.SignMessage(random_, data.data(), data.size(), signature.data());
        return signature;
    }

private:
    mutable CryptoPP::AutoSeededRandomPool random_{};
    CryptoPP::InvertibleRSAFunction key_{};
};

void append_run(Bytes& out, base::ByteView run) {
    if (run.size() > 0x7F) out.push_back(0x81);
    out.push_back(static_cast<std::uint8_t>(run.size()));
    out.insert(out.end(), run.begin(), run.end());
}

/// INSTALL with a token over P1, P2, length and fields (globalplatform.md, section 3.1).
apdu::Command with_token(std::uint8_t p1, const Bytes& fields, const Bytes& token) {
    apdu::Command command{0x80, 0xE6, p1, 0x00, fields, 256};
    append_run(command.data, token);
    return command;
}
Bytes token_for(const Signer& signer, std::uint8_t p1, const Bytes& fields) {
    Bytes message{p1, 0x00, static_cast<std::uint8_t>(fields.size())};
    message.insert(message.end(), fields.begin(), fields.end());
    return signer.sign(message);
}

const Bytes InstallFields = hex("07D276000118AA1008D276000118AA100108D276000118AA1002010002C900");

/// SSD1 may manage content, with a token; the issuer has the key that judges tokens (70, 1).
void prepare(Card& card, const Signer& signer, bool receipts = false) {
    {
        Host host{card, 0x30, 0x01};
        ASSERT_EQ(host.send("80E60C002D07A000000151535008A00000015153504109D27600011855AA000103A000"
                            "000CC90A810203708201208701200000"),
                  "009000");
        Bytes data{0x70};
        for (const auto byte : signer.key_field(host.channel())) data.push_back(byte);
        const auto answer = host.send(apdu::Command{0x80, 0xD8, 0x00, 0x01, data, 256});
        ASSERT_EQ(answer.substr(answer.size() - 4), "9000");
        if (receipts) {
            data = {0x71};
            for (const auto byte : AesSigner{}.key_field(host.channel())) data.push_back(byte);
            ASSERT_EQ(host.send(apdu::Command{0x80, 0xD8, 0x00, 0x01, data, 256}), "71DCC3AC9000");
            ASSERT_EQ(host.send("80E2900010420412345678450801020304050607080"
                                "0"),
                      "9000");
        }
    }
    give_keys(card, Ssd1, 0xA0);
    ASSERT_EQ(card.select(Ssd1), 0x9000);
}

TEST(Domain, GP_35_DelegatedManagementNeedsItsToken) {
    Card card;
    const AesSigner signer;
    prepare(card, signer);
    {
        Host host{card, 0x30, 0x01, host_keys(0xA0)};
        EXPECT_EQ(host.send(with_token(0x0C, InstallFields, {})), "6985");
        auto token = token_for(signer, 0x0C, InstallFields);
        token[7] ^= 0x10;
        EXPECT_EQ(host.send(with_token(0x0C, InstallFields, token)), "6982");
        token[7] ^= 0x10;
        EXPECT_EQ(host.send(with_token(0x04, InstallFields, token)), "6982")
            << "a token for another P1";
    }
    EXPECT_EQ(card.entry("D276000118AA1002"), nullptr);
    card.select(Issuer);
    Host host{card, 0x30, 0x01};
    const auto superfluous = token_for(signer, 0x0C, InstallFields);
    EXPECT_EQ(host.send(with_token(0x0C, InstallFields, superfluous)), "6A80");
    EXPECT_EQ(card.entry("D276000118AA1002"), nullptr);
}

void install_with_token(const Signer& signer) {
    Card card;
    prepare(card, signer);
    Host host{card, 0x30, 0x33, host_keys(0xA0)};
    const auto token = token_for(signer, 0x0C, InstallFields);
    EXPECT_EQ(host.send(with_token(0x0C, InstallFields, token)), "009000");
    EXPECT_EQ(card.owner("D276000118AA1002"), Ssd1);

    Bytes deletion = apdu::tlv(0x4F, hex("D276000118AA1002"));
    Bytes message{0x00, 0x00, static_cast<std::uint8_t>(deletion.size())};
    message.insert(message.end(), deletion.begin(), deletion.end());
    EXPECT_EQ(host.send(apdu::Command{0x80, 0xE4, 0x00, 0x00, deletion, 256}), "6985");
    apdu::append_tlv(deletion, 0x9E, signer.sign(message));
    EXPECT_EQ(host.send(apdu::Command{0x80, 0xE4, 0x00, 0x00, deletion, 256}), "009000");
    EXPECT_EQ(card.entry("D276000118AA1002"), nullptr);
}

TEST(Domain, RightTokensOfAllKindsAreTaken) {
    install_with_token(AesSigner{});
    install_with_token(RsaSigner<CryptoPP::SHA1>{});
    install_with_token(RsaSigner<CryptoPP::SHA256>{});
}

TEST(Domain, DelegatedChangesAreReceipted) {
    Card card;
    const AesSigner signer;
    prepare(card, signer, true);
    Host host{card, 0x30, 0x01, host_keys(0xA0)};
    const auto token = token_for(signer, 0x0C, InstallFields);
    const auto answer = host.send(with_token(0x0C, InstallFields, token));
    // counter 0001, IIN and CIN, then load file and application, each behind its length
    const auto head = hex("0200010C123456780102030405060708");
    Bytes message = head;
    append_run(message, hex(TestFile));
    append_run(message, hex("D276000118AA1002"));
    EXPECT_EQ(answer, "10" + text(signer.sign(message)) + text(head) + "9000");
    card.select(Issuer);
    EXPECT_EQ(card.send("80CA00C200"), "C20200019000");
}

/// A load for SSD1 by the issuer, with or without a pattern; the last answer.
std::string load(Card& card, const Bytes& block, const Bytes& hash, const Bytes& patterns) {
    card.select(Issuer);
    Host host{card, 0x30, 0x01};
    auto answer = host.send(for_load("D276000118AA20", Ssd1, hash));
    if (answer != "009000") return answer;
    for (const auto& part : load_commands(block, patterns)) answer = host.send(part);
    return answer;
}

Bytes pattern(std::string_view domain, const Bytes& signature) {
    Bytes value = apdu::tlv(0x4F, hex(domain));
    apdu::append_tlv(value, 0xC3, signature);
    return apdu::tlv(0xE2, value);
}

void check_patterns(std::string_view privileges, const Signer& signer) {
    SCOPED_TRACE(privileges);
    Card card;
    {
        Host host{card, 0x30, 0x01};
        auto install = hex("80E60C002B07A000000151535008A00000015153504109D27600011855AA0001");
        append_run(install, hex(privileges));
        append_run(install, hex("C90A81020370820120870120"));
        install.push_back(0);
        install.push_back(0);
        install[4] = static_cast<std::uint8_t>(install.size() - 6);
        ASSERT_EQ(host.send(text(install)), "009000");
    }
    give_keys(card, Ssd1, 0xA0);
    card.select(Ssd1);
    {
        Host host{card, 0x30, 0x01, host_keys(0xA0)};
        Bytes data{0x73};
        for (const auto byte : signer.key_field(host.channel())) data.push_back(byte);
        const auto answer = host.send(apdu::Command{0x80, 0xD8, 0x00, 0x01, data, 256});
        ASSERT_EQ(answer.substr(answer.size() - 4), "9000");
    }
    const auto block = cap_block("D276000118AA20", {"D276000118AA2001"});
    const auto hash = sha_256(block);
    const auto signature = signer.sign(hash);
    auto wrong = signature;
    wrong[3] ^= 0x01;

    EXPECT_EQ(load(card, block, {}, pattern(Ssd1, signature)), "6A80") << "no hash";
    EXPECT_EQ(load(card, block, hash, {}), "6982") << "no pattern";
    EXPECT_EQ(load(card, block, hash, pattern(Ssd1, wrong)), "6982");
    EXPECT_EQ(load(card, block, hash, pattern(Unknown, signature)), "6A80");
    EXPECT_EQ(card.entry("D276000118AA20"), nullptr);
    EXPECT_EQ(load(card, block, hash, pattern(Ssd1, signature)), "009000");
    EXPECT_EQ(card.owner("D276000118AA20"), Ssd1);
}

TEST(Domain, LoadFilesCarryThePatternOfTheirDomain) {
    check_patterns("C08000", AesSigner{});
    check_patterns("C08000", RsaSigner<CryptoPP::SHA256>{});
    check_patterns("C18000", AesSigner{});
}

TEST(Domain, MandatedPatternsCoverTheLoadFilesOfAll) {
    Card card;
    const AesSigner signer;
    {
        Host host{card, 0x30, 0x01};
        ASSERT_EQ(host.send("80E60C002D07A000000151535008A00000015153504109D27600011855AA000103C180"
                            "000CC90A810203708201208701200000"),
                  "009000");
        const auto block = cap_block("D276000118AA20", {"D276000118AA2001"});
        EXPECT_EQ(host.send(for_load("D276000118AA20", Issuer, {})), "6A80");
        EXPECT_EQ(host.send(for_load("D276000118AA20", Issuer, sha_256(block))), "009000");
        std::string answer;
        for (const auto& part : load_commands(block)) answer = host.send(part);
        EXPECT_EQ(answer, "6982");
    }
}

}  // namespace
}  // namespace domain_test
