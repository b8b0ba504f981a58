#include "platform/scp10.hpp"

#include <algorithm>
#include <stdexcept>

#include "apdu/tlv.hpp"
#include "base/hex.hpp"
#include "platform/card_commands.hpp"

namespace platform {
namespace {

constexpr std::size_t BlockBytes = 200;       // leaves room for any channel's protection
constexpr std::uint8_t DataGroupings = 0x28;  // of P1, some of them encrypted
constexpr std::uint8_t LastBlock = 0x80;

// Key types and uses (GlobalPlatform Card Specification 2.3.1, 11.1.8 and table 11-17)
constexpr std::uint8_t RsaPrivate = 0xA3;
constexpr std::uint8_t RsaPublic = 0xA1;
constexpr std::uint8_t DecipherAndSign = 0x4A;
constexpr std::uint8_t VerifySignatures = 0x82;
constexpr std::uint8_t DomainOnly = 0x01;

constexpr std::uint16_t Templates = 0x00B9;
constexpr std::uint16_t CertificateGroup = 0x0070;
constexpr std::uint16_t Exponent = 0x0011;
constexpr std::uint16_t Modulus = 0x0010;
constexpr std::uint16_t PrivateExponent = 0x8112;

base::Bytes template_of(std::uint8_t usage, std::uint8_t type, std::size_t bytes, std::uint8_t id,
                        std::uint8_t version) {
    base::Bytes fields;
    apdu::append_tlv(fields, 0x95, std::array{usage});
    apdu::append_tlv(fields, 0x96, std::array{DomainOnly});
    apdu::append_tlv(fields, 0x80, std::array{type});
    apdu::append_tlv(
        fields, 0x81,
        std::array{static_cast<std::uint8_t>(bytes >> 8U), static_cast<std::uint8_t>(bytes)});
    apdu::append_tlv(fields, 0x82, std::array{id});
    apdu::append_tlv(fields, 0x83, std::array{version});
    return apdu::tlv(0xB9, fields);
}

class Scp10Attempt final : public Opening {
public:
    Scp10Attempt(reader::Scp10Host host, Scp10Terms terms, OpeningRequest request)
        : host_{std::move(host)},
          terms_{terms},
          domain_{request.domain},
          card_{request.card},
          random_{request.random},
          candidates_{request.candidates.size()},
          symmetric_{open_scp(std::move(request))} {
        go_on();
    }

    std::optional<Step> next() override {
        if (!opening_) return symmetric_->next();
        const auto& step = opening_->next();
        if (!step) return {};
        return Step{std::string{step->name}, domain_, step->apdu, ""};
    }

    void take(base::ByteView answer) override {
        if (opening_) return opening_->take(answer);
        symmetric_->take(answer);
        go_on();
    }

    std::optional<std::size_t> opened_with() const override {
        if (!opening_) return symmetric_->opened_with();
        if (opening_->is_open()) return candidates_;
        return {};
    }

    std::string trouble() const override {
        return opening_ ? opening_->trouble() : symmetric_->trouble();
    }

    std::unique_ptr<Channel> channel() override {
        return opening_ ? over(opening_->channel()) : symmetric_->channel();
    }

private:
    /// When no key set fits, and nothing else is wrong.
    void go_on() {
        if (symmetric_->next() || symmetric_->opened_with() || !symmetric_->trouble().empty())
            return;
        opening_.emplace(host_,
                         reader::Scp10Request{terms_.option, terms_.key_version,
                                              base::from_hex(domain_).value(), card_serial(card_)},
                         random_);
    }

    reader::Scp10Host host_;
    Scp10Terms terms_;
    std::string domain_;
    std::string card_;
    Random random_;
    std::size_t candidates_;
    std::unique_ptr<Opening> symmetric_;
    std::optional<reader::Scp10Opening> opening_{};
};

}  // namespace

reader::Serial card_serial(const std::string& card) {
    const auto id = base::from_hex(card);
    reader::Serial serial{};
    if (!id || id->size() < serial.size())
        throw std::invalid_argument{"a card needs eight bytes of diversification data"};
    std::copy(id->end() - static_cast<std::ptrdiff_t>(serial.size()), id->end(), serial.begin());
    return serial;
}

TrustPoint::TrustPoint(reader::RsaPrivateKey key)
    : key_{std::move(key)}, serial_{reader::trust_point_serial(key_.public_key())} {}

base::Bytes TrustPoint::certify_platform(const reader::Serial& serial,
                                         const reader::RsaPublicKey& key) const {
    return reader::issue(key_, {serial_, serial, reader::Role::OffCard, key});
}

base::Bytes TrustPoint::certify_domain(const std::string& card,
                                       const reader::RsaPublicKey& key) const {
    return reader::issue(key_, {serial_, card_serial(card), reader::Role::Domain, key});
}

std::vector<apdu::Command> store_scp10(const Channel& channel, const Scp10Domain& domain) {
    const auto& own = domain.key.public_key();
    const auto& trusted = domain.trust_point;
    base::Bytes templates =
        template_of(DecipherAndSign, RsaPrivate, own.size(), 1, domain.key_version);
    const auto second =
        template_of(VerifySignatures, RsaPublic, trusted.size(), 2, domain.key_version);
    templates.insert(templates.end(), second.begin(), second.end());

    base::Bytes secret = domain.key.expose();
    base::Bytes data;
    append_dgi(data, Templates, templates);
    append_dgi(data, Exponent, own.exponent());
    append_dgi(data, Modulus, own.modulus());
    append_dgi(data, PrivateExponent, channel.encrypt(secret));
    append_dgi(data, Exponent, trusted.exponent());
    append_dgi(data, Modulus, trusted.modulus());
    append_dgi(data, CertificateGroup, domain.certificate);
    base::wipe(secret);

    std::vector<apdu::Command> blocks;
    base::ByteView rest{data};
    while (!rest.empty()) {
        const auto part = rest.first(std::min(rest.size(), BlockBytes));
        rest = rest.subspan(part.size());
        const std::uint8_t p1 = rest.empty() ? DataGroupings | LastBlock : DataGroupings;
        blocks.push_back({0x80,
                          0xE2,
                          p1,
                          static_cast<std::uint8_t>(blocks.size()),
                          {part.begin(), part.end()},
                          {}});
    }
    return blocks;
}

Opener open_scp10(const reader::Scp10Host& host, const Scp10Terms& terms) {
    return [host, terms](OpeningRequest request) -> std::unique_ptr<Opening> {
        return std::make_unique<Scp10Attempt>(host, terms, std::move(request));
    };
}

}  // namespace platform
