// SCP02, GlobalPlatform Card Specification 2.3.1, Annex E.

#include <algorithm>
#include <stdexcept>

#include "reader/scp_session.hpp"

namespace reader {
namespace {

constexpr std::uint8_t IcvEncryption = 0x10;  // bits of i
constexpr std::uint8_t PseudoRandom = 0x40;
constexpr std::uint8_t ThreeKeysExplicit = 0x05;  // what must be set, all else clear
constexpr std::size_t MacBytes = 8;

constexpr std::uint16_t CMacConstant = 0x0101;
constexpr std::uint16_t RMacConstant = 0x0102;
constexpr std::uint16_t DekConstant = 0x0181;
constexpr std::uint16_t EncConstant = 0x0182;

ScpKey session_key(const ScpKey& key, std::uint16_t constant, base::ByteView sequence) {
    base::Bytes input{static_cast<std::uint8_t>(constant >> 8U),
                      static_cast<std::uint8_t>(constant)};
    input.insert(input.end(), sequence.begin(), sequence.end());
    input.resize(16, 0);
    base::Bytes derived = des3_cbc(key, input);
    const ScpKey result{derived};
    base::wipe(derived);
    return result;
}

void append(base::Bytes& out, base::ByteView data) {
    out.insert(out.end(), data.begin(), data.end());
}

class Scp02Session final : public SymmetricSession {
public:
    Scp02Session(const ChannelKeys& keys, const ScpOffer& offer, base::ByteView host_challenge,
                 std::uint8_t i)
        : offer_{offer},
          host_challenge_(host_challenge.begin(), host_challenge.end()),
          i_{i},
          enc_{session_key(keys.enc, EncConstant, offer.sequence)},
          mac_{session_key(keys.mac, CMacConstant, offer.sequence)},
          rmac_{session_key(keys.mac, RMacConstant, offer.sequence)},
          dek_{session_key(keys.dek, DekConstant, offer.sequence)} {}

    [[nodiscard]] base::Bytes card_cryptogram() const override {
        base::Bytes data = host_challenge_;
        append(data, offer_.sequence);
        append(data, offer_.challenge);
        return cryptogram(data);
    }

    [[nodiscard]] base::Bytes host_cryptogram() const override {
        base::Bytes data = offer_.sequence;
        append(data, offer_.challenge);
        append(data, host_challenge_);
        return cryptogram(data);
    }

    [[nodiscard]] bool is_expected_challenge(base::ByteView aid) const override {
        if ((i_ & PseudoRandom) == 0) return true;
        const DesBlock mac = retail_mac(mac_, {}, aid);
        return std::equal(offer_.challenge.begin(), offer_.challenge.end(), mac.begin());
    }

    void protect(apdu::Command& command, std::uint8_t level) override {
        remember(command);
        // An R-MAC comes back in any case (E.4.5): without Le a card could not send it.
        if ((level & SecurityLevel::RMac) != 0 && !command.ne) command.ne = apdu::MostShortNe;
        if ((level & SecurityLevel::CMac) == 0) return;
        base::Bytes input = mac_header(command, command.data.size() + MacBytes);
        append(input, command.data);
        const bool first = !started_;
        const DesBlock start = (i_ & IcvEncryption) != 0 && !first ? des(mac_, chain_) : chain_;
        chain_ = retail_mac(mac_, start, input);
        if (first) response_chain_ = chain_;
        started_ = true;
        if ((level & SecurityLevel::CDecryption) != 0 && !command.data.empty())
            command.data = des3_cbc(enc_, padded(command.data, 8));
        append(command.data, chain_);
        command.cla = secured_class(command.cla);
    }

    [[nodiscard]] bool reveal(apdu::Response& response, std::uint8_t level) override {
        if ((level & SecurityLevel::RMac) == 0) return true;
        // A card that has ended the session answers bare, and never well.
        if (response.data.size() < MacBytes) return !is_good(response.sw) && response.data.empty();
        const auto data = base::ByteView{response.data}.first(response.data.size() - MacBytes);
        base::Bytes input = last_command_;
        input.push_back(static_cast<std::uint8_t>(data.size()));
        append(input, data);
        input.push_back(static_cast<std::uint8_t>(response.sw >> 8U));
        input.push_back(static_cast<std::uint8_t>(response.sw));
        const DesBlock mac = retail_mac(rmac_, response_chain_, input);
        if (!base::equal_in_constant_time(mac, base::ByteView{response.data}.last(MacBytes)))
            return false;
        response_chain_ = mac;
        response.data.resize(data.size());
        return true;
    }

    [[nodiscard]] base::Bytes encrypt_data(base::ByteView data) const override {
        return des3_ecb(dek_, data);
    }

private:
    [[nodiscard]] base::Bytes cryptogram(base::ByteView data) const {
        const DesBlock mac = des3_mac(enc_, data);
        return {mac.begin(), mac.end()};
    }

    /// The unprotected command, as the R-MAC of its answer covers it.
    void remember(const apdu::Command& command) {
        last_command_ = command_header(command, static_cast<std::uint8_t>(command.cla & ~0x03U),
                                       command.data.size());
        append(last_command_, command.data);
    }

    ScpOffer offer_;
    base::Bytes host_challenge_;
    std::uint8_t i_;
    ScpKey enc_;
    ScpKey mac_;
    ScpKey rmac_;
    ScpKey dek_;
    bool started_ = false;       ///< EXTERNAL AUTHENTICATE has its MAC
    DesBlock chain_{};           ///< last C-MAC
    DesBlock response_chain_{};  ///< last R-MAC; at first the C-MAC of EXTERNAL AUTHENTICATE
    base::Bytes last_command_{};
};

}  // namespace

std::unique_ptr<SymmetricSession> make_scp02_session(const ChannelKeys& keys, const ScpOffer& offer,
                                               base::ByteView host_challenge, std::uint8_t i) {
    if ((i & ~(IcvEncryption | PseudoRandom)) != ThreeKeysExplicit)
        throw std::invalid_argument{"this option i of SCP02 is not supported"};
    return std::make_unique<Scp02Session>(keys, offer, host_challenge, i);
}

}  // namespace reader
