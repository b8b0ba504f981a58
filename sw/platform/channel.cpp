#include "platform/channel.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/hex.hpp"

namespace platform {
namespace {

constexpr std::size_t ChallengeBytes = 8;

bool fits(reader::ScpProtocol protocol, reader::KeyType type) {
    return (protocol == reader::ScpProtocol::Scp02) == (type == reader::KeyType::Des);
}

class ScpChannel final : public Channel {
public:
    explicit ScpChannel(reader::SecureChannel channel) : channel_{std::move(channel)} {}

    std::vector<base::Bytes> wrap(const apdu::Command& command) override {
        return channel_.wrap(command);
    }
    std::optional<apdu::Response> unwrap(base::ByteView answer) override {
        return channel_.unwrap(answer);
    }
    apdu::Command put_key(std::uint8_t replaced, const KeySet& set) const override {
        const std::array keys{set.keys.enc, set.keys.mac, set.keys.dek};
        return reader::put_key(channel_, replaced, set.version, 1, set.type, keys);
    }
    base::Bytes encrypt(base::ByteView secret) const override {
        const std::size_t block = channel_.data_block();
        base::Bytes plain(secret.begin(), secret.end());
        plain.resize((plain.size() + block - 1) / block * block);
        base::Bytes sealed = channel_.encrypt_data(plain);
        base::wipe(plain);
        return sealed;
    }

private:
    reader::SecureChannel channel_;
};

class ScpOpening final : public Opening {
public:
    explicit ScpOpening(OpeningRequest request) : request_{std::move(request)} {
        for (const auto& set : request_.candidates)
            if (std::find(versions_.begin(), versions_.end(), set.version) == versions_.end())
                versions_.push_back(set.version);
        challenge();
    }

    std::optional<Step> next() override { return step_; }

    void take(base::ByteView answer) override {
        if (!step_) throw std::logic_error{"no step is open"};
        if (channel_)
            authenticated(answer);
        else
            offered(answer);
    }

    std::optional<std::size_t> opened_with() const override { return opened_with_; }

    std::string trouble() const override { return trouble_; }

    std::unique_ptr<Channel> channel() override {
        if (!opened_with_ || !channel_) throw std::logic_error{"the channel is not open"};
        auto open = over(std::move(*channel_));
        channel_.reset();
        return open;
    }

private:
    void challenge() {
        if (asked_ == versions_.size()) return step_.reset();
        challenge_ = request_.random(ChallengeBytes);
        step_ = {"INITIALIZE UPDATE", request_.domain,
                 reader::initialize_update(versions_[asked_], challenge_), ""};
    }

    void offered(base::ByteView answer) {
        const std::uint8_t version = versions_[asked_++];
        const auto offer = reader::parse_offer(answer);
        if (!offer) {
            const auto response = apdu::parse_response(answer);
            if (!response || response->sw != apdu::Sw::ReferencedDataNotFound)
                trouble_ = "INITIALIZE UPDATE has no sound answer";
            return challenge();
        }
        if (base::to_hex(offer->diversification) != request_.card) {
            trouble_ = "this is another card";
            return step_.reset();
        }
        for (std::size_t i = 0; i < request_.candidates.size(); ++i) {
            const KeySet& set = request_.candidates[i];
            if (set.version != version || !fits(offer->protocol, set.type)) continue;
            reader::SecureChannel channel{set.keys};
            if (!channel.offered(challenge_, answer)) continue;
            candidate_ = i;
            channel_.emplace(std::move(channel));
            std::uint8_t level = request_.level;
            if (offer->protocol == reader::ScpProtocol::Scp02)
                level = static_cast<std::uint8_t>(level & ~reader::SecurityLevel::REncryption);
            step_ = {"EXTERNAL AUTHENTICATE", request_.domain,
                     channel_->external_authenticate(level), ""};
            return;
        }
        challenge();
    }

    void authenticated(base::ByteView answer) {
        step_.reset();
        if (channel_->opened(answer))
            opened_with_ = candidate_;
        else
            trouble_ = "EXTERNAL AUTHENTICATE was refused";
    }

    OpeningRequest request_;
    std::vector<std::uint8_t> versions_{};
    std::size_t asked_ = 0;
    base::Bytes challenge_{};
    std::optional<Step> step_{};
    std::optional<reader::SecureChannel> channel_{};
    std::size_t candidate_ = 0;
    std::optional<std::size_t> opened_with_{};
    std::string trouble_{};
};

}  // namespace

std::unique_ptr<Channel> over(reader::SecureChannel channel) {
    return std::make_unique<ScpChannel>(std::move(channel));
}

std::unique_ptr<Opening> open_scp(OpeningRequest request) {
    return std::make_unique<ScpOpening>(std::move(request));
}

}  // namespace platform
