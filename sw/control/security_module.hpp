/// \file security_module.hpp
/// Who may do what with the reader: clients connect with the first authentication information,
/// platforms log in with the three messages of reader-host.md, 3.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "control/credentials.hpp"
#include "control/record.hpp"

namespace control {

/// A nonce that never comes twice.
using NonceSource = std::function<Nonce()>;
/// From the operating system's random numbers.
[[nodiscard]] NonceSource system_nonces();

/// Wrong proofs are counted in the memory before they are compared; a right one sets the count to
/// 0. Clients and platforms are counted apart.
class SecurityModule {
public:
    static constexpr unsigned MostTries = 5;

    /// `flash` must outlive it.
    SecurityModule(std::string serial, Flash& flash, NonceSource nonces);

    /// From now on; a session under way goes on with its key.
    void use(Credentials credentials) { credentials_ = std::move(credentials); }
    [[nodiscard]] const Credentials& credentials() const noexcept { return credentials_; }

    /// A connection request: id behind its length, counter (8, higher than any before), proof.
    /// Returns what the client may offer. Throws Refusal.
    Services connect(base::ByteView request);

    /// The platform's nonce came; returns serial behind its length, N_R, T_R. Ends a session.
    [[nodiscard]] base::Bytes challenge(base::ByteView nonce);
    /// T_P. Each challenge is good for one proof. Throws Refusal.
    void finish(base::ByteView proof);
    [[nodiscard]] bool logged_in() const noexcept { return session_.has_value(); }

    /// The body of the platform's next message. Anything else ends the session: Refusal.
    [[nodiscard]] base::Bytes take(base::ByteView message);
    [[nodiscard]] base::Bytes answer(base::ByteView body);

    /// Ends session and challenge.
    void close() noexcept;

    [[nodiscard]] bool clients_locked() const;
    [[nodiscard]] bool platforms_locked() const;
    /// By hand, at the device.
    void unlock();

private:
    struct Tries {
        std::uint8_t clients = 0;
        std::uint8_t platforms = 0;
    };
    struct Session {
        AesKey key{};
        std::uint32_t counter = 0;  ///< of the last message, from 1 on
    };

    [[nodiscard]] Tries tries() const;
    void store(const Tries& tries);
    [[nodiscard]] std::uint64_t last_counter(const std::string& id) const;
    void store_counter(const std::string& id, std::uint64_t counter);

    std::string serial_;
    Record tries_;
    Record counters_;
    NonceSource nonces_;
    Credentials credentials_{};
    std::optional<Meeting> challenge_{};
    std::optional<Session> session_{};
};

}  // namespace control
