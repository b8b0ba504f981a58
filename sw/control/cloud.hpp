/// \file cloud.hpp
/// The platform's end of a reader's login and of the session after it.
#pragma once

#include <map>
#include <optional>

#include "control/security_module.hpp"

namespace control {

/// The platform as a client needs it for a login, wherever it is.
class PlatformEnd {
public:
    virtual ~PlatformEnd() = default;

    /// N_P of a new login.
    [[nodiscard]] virtual Nonce begin() = 0;
    /// What the reader answered; T_P, and the session is open. Nothing: it is not that reader, or
    /// no login had begun. Each nonce is good for one answer.
    [[nodiscard]] virtual std::optional<Proof> prove(base::ByteView answer) = 0;
};

/// One login and one session at a time; lines carry what it says to the reader's client and back.
class Cloud final : public PlatformEnd {
public:
    /// `master`: of which readers' keys are derived, K_R = CMAC(master, 01 | serial).
    Cloud(const AesKey& master, NonceSource nonces) : master_{master}, nonces_{std::move(nonces)} {}

    /// A reader whose key has been replaced by an update.
    void set_key(const std::string& serial, const AesKey& key) { keys_[serial] = key; }

    [[nodiscard]] Nonce begin() override;
    [[nodiscard]] std::optional<Proof> prove(base::ByteView answer) override;

    [[nodiscard]] bool in_session() const noexcept { return session_.has_value(); }
    /// Of the reader in session.
    [[nodiscard]] const std::string& serial() const noexcept { return serial_; }

    /// The next message. Throws std::logic_error without a session.
    [[nodiscard]] base::Bytes say(base::ByteView body);
    /// The reader's answer to it. Throws Refusal; the session is over then.
    [[nodiscard]] base::Bytes hear(base::ByteView message);

private:
    struct Session {
        AesKey key{};
        std::uint32_t counter = 0;
    };

    AesKey master_;
    NonceSource nonces_;
    std::map<std::string, AesKey> keys_{};
    std::optional<Nonce> asked_{};
    std::optional<Session> session_{};
    std::string serial_{};
};

}  // namespace control
