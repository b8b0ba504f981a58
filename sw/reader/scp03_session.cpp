// SCP03, GlobalPlatform Card Specification, Amendment D 1.1.1; S16 mode as of 1.2.

#include <algorithm>

#include "reader/scp_session.hpp"

namespace reader {
namespace {

constexpr std::uint8_t PseudoRandom = 0x10;  // bit of i

// Data derivation constants (Amendment D, table 4-1)
constexpr std::uint8_t CardCryptogram = 0x00;
constexpr std::uint8_t HostCryptogram = 0x01;
constexpr std::uint8_t CardChallenge = 0x02;
constexpr std::uint8_t SEnc = 0x04;
constexpr std::uint8_t SMac = 0x06;
constexpr std::uint8_t SRmac = 0x07;

void append(base::Bytes& out, base::ByteView data) {
    out.insert(out.end(), data.begin(), data.end());
}

ScpKey session_key(const ScpKey& key, std::uint8_t constant, base::ByteView context) {
    base::Bytes derived =
        scp03_derive(key, constant, static_cast<unsigned>(8 * key.size()), context);
    const ScpKey result{derived};
    base::wipe(derived);
    return result;
}

base::Bytes joined(base::ByteView a, base::ByteView b) {
    base::Bytes out(a.begin(), a.end());
    append(out, b);
    return out;
}

class Scp03Session final : public SymmetricSession {
public:
    Scp03Session(const ChannelKeys& keys, const ScpOffer& offer, base::ByteView host_challenge)
        : offer_{offer},
          context_{joined(host_challenge, offer.challenge)},
          mac_bytes_{host_challenge.size()},
          static_enc_{keys.enc},
          dek_{keys.dek},
          keys_{scp03_session_keys(keys, offer, host_challenge)} {}
    Scp03Session(const Scp03SessionKeys& keys, const ScpOffer& offer, base::ByteView host_challenge)
        : offer_{offer},
          context_{joined(host_challenge, offer.challenge)},
          mac_bytes_{host_challenge.size()},
          keys_{keys} {}

    [[nodiscard]] base::Bytes card_cryptogram() const override {
        return derive(keys_.mac, CardCryptogram, context_);
    }
    [[nodiscard]] base::Bytes host_cryptogram() const override {
        return derive(keys_.mac, HostCryptogram, context_);
    }

    [[nodiscard]] bool is_expected_challenge(base::ByteView aid) const override {
        if ((offer_.i & PseudoRandom) == 0 || static_enc_.size() == 0) return true;
        return derive(static_enc_, CardChallenge, joined(offer_.sequence, aid)) == offer_.challenge;
    }

    void protect(apdu::Command& command, std::uint8_t level) override {
        if ((level & SecurityLevel::CMac) == 0) return;
        if ((level & SecurityLevel::CDecryption) != 0) {
            ++counter_;  // also for a command without data
            if (!command.data.empty())
                command.data = aes_cbc_encrypt(keys_.enc, start(0x00), padded(command.data, 16));
        }
        base::Bytes input(chain_.begin(), chain_.end());
        append(input, mac_header(command, command.data.size() + mac_bytes_));
        append(input, command.data);
        chain_ = cmac(keys_.mac, input);
        append(command.data, base::ByteView{chain_}.first(mac_bytes_));
        command.cla = secured_class(command.cla);
    }

    [[nodiscard]] bool reveal(apdu::Response& response, std::uint8_t level) override {
        if ((level & SecurityLevel::RMac) == 0) return true;
        if (!is_good(response.sw)) return response.data.empty();
        if (response.data.size() < mac_bytes_) return false;
        const base::ByteView all{response.data};
        const auto data = all.first(all.size() - mac_bytes_);
        base::Bytes input(chain_.begin(), chain_.end());
        append(input, data);
        input.push_back(static_cast<std::uint8_t>(response.sw >> 8U));
        input.push_back(static_cast<std::uint8_t>(response.sw));
        const AesBlock mac = cmac(keys_.rmac, input);
        if (!base::equal_in_constant_time(base::ByteView{mac}.first(mac_bytes_),
                                          all.last(mac_bytes_)))
            return false;
        response.data.resize(data.size());
        if ((level & SecurityLevel::REncryption) == 0 || response.data.empty()) return true;
        if (response.data.size() % 16 != 0) return false;
        response.data = aes_cbc_decrypt(keys_.enc, start(0x80), response.data);
        return strip_padding(response.data);
    }

    [[nodiscard]] base::Bytes encrypt_data(base::ByteView data) const override {
        return aes_cbc_encrypt(dek_, {}, data);
    }

private:
    /// As long as the MACs: 8 bytes, or 16 in S16 mode.
    [[nodiscard]] base::Bytes derive(const ScpKey& key, std::uint8_t constant,
                                     base::ByteView context) const {
        return scp03_derive(key, constant, static_cast<unsigned>(8 * mac_bytes_), context);
    }

    /// First value of the chain of this command (`side` 00) or of its answer (80).
    [[nodiscard]] AesBlock start(std::uint8_t side) const {
        AesBlock block{};
        for (std::size_t i = 0; i < 4; ++i)
            block[15 - i] = static_cast<std::uint8_t>(counter_ >> (8 * i));
        block[0] = side;
        return aes(keys_.enc, block);
    }

    ScpOffer offer_;
    base::Bytes context_;
    std::size_t mac_bytes_;
    ScpKey static_enc_;
    ScpKey dek_;
    Scp03SessionKeys keys_;
    AesBlock chain_{};
    std::uint32_t counter_ = 0;  ///< of commands since EXTERNAL AUTHENTICATE
};

}  // namespace

Scp03SessionKeys scp03_session_keys(const ChannelKeys& keys, const ScpOffer& offer,
                                    base::ByteView host_challenge) {
    const base::Bytes context = joined(host_challenge, offer.challenge);
    return {session_key(keys.enc, SEnc, context), session_key(keys.mac, SMac, context),
            session_key(keys.mac, SRmac, context)};
}

std::unique_ptr<SymmetricSession> make_scp03_session(const Scp03SessionKeys& keys,
                                                     const ScpOffer& offer,
                                                     base::ByteView host_challenge) {
    return std::make_unique<Scp03Session>(keys, offer, host_challenge);
}

std::unique_ptr<SymmetricSession> make_scp03_session(const ChannelKeys& keys, const ScpOffer& offer,
                                               base::ByteView host_challenge) {
    return std::make_unique<Scp03Session>(keys, offer, host_challenge);
}

}  // namespace reader
