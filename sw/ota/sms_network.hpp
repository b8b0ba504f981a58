/// \file sms_network.hpp
/// A network of short messages that cannot be relied on, for laboratories: loses, repeats, reorders
/// and delays, the same for the same seed.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "base/bytes.hpp"

namespace ota {

/// Shares of messages, of 256.
struct SmsFaults {
    unsigned lost = 0;
    unsigned repeated = 0;
    unsigned delayed = 0;  ///< by up to `most_delay` other deliveries: so that others come before
    unsigned most_delay = 4;
};

class SmsNetwork {
public:
    enum class To : std::uint8_t { Card, Platform };

    explicit SmsNetwork(std::uint64_t seed, const SmsFaults& faults = {})
        : random_{seed}, faults_{faults} {}

    void send(To to, base::Bytes tpdu);
    struct Message {
        To to = To::Card;
        base::Bytes tpdu{};
    };
    /// The next one that arrives; nothing: none is under way.
    [[nodiscard]] std::optional<Message> next();
    /// Everything that was under way is lost: a terminal or a platform is gone.
    void drop() { under_way_.clear(); }

    [[nodiscard]] std::uint64_t faults() const noexcept { return thrown_in_; }
    [[nodiscard]] std::uint64_t messages() const noexcept { return sent_; }

private:
    struct Waiting {
        std::uint64_t due = 0;
        std::uint64_t order = 0;
        Message message{};
    };
    [[nodiscard]] bool happens(unsigned share);

    std::mt19937_64 random_;
    SmsFaults faults_;
    std::vector<Waiting> under_way_{};
    std::uint64_t now_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t thrown_in_ = 0;
};

}  // namespace ota
