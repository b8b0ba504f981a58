#include "reader/scp10_session.hpp"

#include "reader/secure_messaging.hpp"

namespace reader {
namespace {

/// The level is in the keys.
class Scp10Session final : public ScpSession {
public:
    explicit Scp10Session(const Scp10Keys& keys)
        : messaging_{keys.enc, keys.mac, keys.counter}, dek_{keys.dek} {}

    void protect(apdu::Command& command, std::uint8_t /*level*/) override {
        messaging_.protect(command);
    }
    [[nodiscard]] bool reveal(apdu::Response& response, std::uint8_t /*level*/) override {
        return messaging_.reveal(response);
    }
    [[nodiscard]] base::Bytes encrypt_data(base::ByteView data) const override {
        return des3_cbc(dek_, data);
    }

private:
    SecureMessaging messaging_;
    ScpKey dek_;
};

}  // namespace

std::unique_ptr<ScpSession> make_scp10_session(const Scp10Keys& keys) {
    return std::make_unique<Scp10Session>(keys);
}

}  // namespace reader
