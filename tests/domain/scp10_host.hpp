/// \file scp10_host.hpp
/// The off-card end of SCP10, written for the tests from the sheet and docs/choices.md: with
/// Crypto++ alone, nothing of the card's code, and every step can be bent.
#pragma once

#include <functional>

#include "card.hpp"
#include "rsa_keys.hpp"

namespace domain_test {

using base::Bytes;
using base::ByteView;

Bytes operator+(Bytes a, ByteView b);

struct Rsa {
    Bytes n{};
    Bytes d{};

    Rsa() = default;
    explicit Rsa(const rsa::Pair& pair) : n{hex(pair.modulus)}, d{hex(pair.exponent)} {}
    [[nodiscard]] std::size_t size() const { return n.size(); }
    /// x^65537 mod n, x^d mod n.
    [[nodiscard]] Bytes encrypt(ByteView x) const;
    [[nodiscard]] Bytes decrypt(ByteView x) const;
    /// min(S, n - S), S = block^d mod n.
    [[nodiscard]] Bytes sign(ByteView block) const;
    /// The block of such a signature that begins with 6A.
    [[nodiscard]] Bytes open(ByteView signature) const;
};

Bytes sha1(ByteView data);
Bytes sha256(ByteView data);
/// RSAES-OAEP, SHA-256, with a seed of 32 bytes A5.
Bytes oaep(const Rsa& to, ByteView message);
/// RSASSA-PKCS1-v1_5 with SHA-256.
Bytes pkcs1(const Rsa& by, ByteView message);
Bytes des3(const Bytes& key, ByteView data, bool encrypt);  ///< CBC, IV 0
Bytes retail_mac(const Bytes& key, ByteView data);          ///< pads with 80

/// Last eight bytes of a trust point's name.
Bytes trust_serial(const Rsa& key);

/// What a certificate says, before somebody signs it.
struct Claims {
    Bytes authority{};  ///< CAR
    Bytes holder{};     ///< last eight bytes of CHR
    unsigned role = 0x02;
    Bytes modulus{};
    std::string_view prefix = "A00000015110";
    std::string_view exponent = "00010001";
    unsigned profile = 0x10;
    std::string_view holder_front = "00000000";
    std::string_view block_begin = "6A";
    std::string_view block_end = "34CC";
};
/// The card of the plan that speaks both options with these keys; version 10.
domain::Factory scp10_card();

/// Value of 7F21.
Bytes certificate(const Rsa& signer, const Claims& claims);

/// Secure messaging of the host.
struct Messaging {
    Bytes enc{};  ///< empty: level 11
    Bytes mac{};
    Bytes dek{};
    Bytes ssc{};

    void step();
    [[nodiscard]] Bytes wrap(const apdu::Command& plain);
    /// The plain answer; "?" when it is not to be believed.
    [[nodiscard]] std::string unwrap(ByteView answer);
};

/// Who wants to open a channel, and its papers.
struct Entity {
    Rsa key{rsa::Entity};
    Bytes serial = hex("0000000000000A01");
    Bytes trust_point = trust_serial(Rsa{rsa::Trust});  ///< verifies the first certificate
    /// Names that verify (8 bytes), certificates.
    std::vector<std::pair<Bytes, Bytes>> chain{};

    /// Of the trust point, an authority below it, and the entity.
    static Entity usual(const Rsa& trust = Rsa{rsa::Trust});
};

/// APDUs of the opening, in their order, each made when it is sent.
class Scp10Host {
public:
    using Send = std::function<Bytes(ByteView)>;
    Scp10Host(Send send, Entity entity, unsigned version = 0x10, std::string_view aid = Issuer);
    Scp10Host(Card& card, Entity entity, unsigned version = 0x10, std::string_view aid = Issuer);

    /// Sends it, keeps what the signature of key transport covers.
    std::string send(std::string_view header, ByteView data, std::optional<std::size_t> ne = {});

    // Steps: the answer as hexadecimal.
    std::string certificates();  ///< of the last one; the first that is refused ends it
    std::string choose_agreement();
    std::string internal();
    std::string challenge();
    std::string external();
    std::string choose_transport();
    std::string decipher();
    std::string choose_signer();

    bool agree();
    bool transport(bool encrypts = true);

    /// A plain command through the channel.
    std::string ask(std::string_view command);
    std::string ask(const apdu::Command& command);

    Send transmit;
    Entity entity;
    unsigned version;
    Bytes aid;
    Rsa card_key{rsa::Card};
    Bytes card_serial = hex("2233445566778899");
    Bytes host_random = hex("3DE0938ADD6194FD");
    Bytes host_prnd{};
    Bytes host_half = hex("B08BD0D20FEB9C14C97F0ADAA77D6E053A1615620B7428F5C7CB09E1495FE392");
    Bytes card_half{};
    Bytes card_random{};
    Bytes key_block =
        hex("95013C8010404142434445464748494A4B4C4D4E4F"
            "8110505152535455565758595A5B5C5D5E5F");
    std::string_view block_begin = "6A";
    std::string_view block_end = "BC";
    Bytes heard{};
    Bytes last_sent{};
    bool chains = false;  ///< long data in parts (class 10) instead of an extended length
    bool transports = false;
    Messaging channel{};
};

}  // namespace domain_test
