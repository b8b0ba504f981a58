/// \file played_port.hpp
/// A ReaderPort whose card is a function of the test: no air, but honest ticks.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "port/reader_port.hpp"

namespace played {

/// What the card says to a request; nothing = silence.
struct Reply {
    base::Bytes data{};
    unsigned last_bits = 0;
    port::Errors errors{};
    base::Bytes collisions{};
    base::Tick delay = 1172;  ///< rx_start - tx_end
};

class Port : public port::ReaderPort {
public:
    using Card = std::function<std::optional<Reply>(const port::Request&)>;

    explicit Port(Card play) : card{std::move(play)} {}

    Card card;
    std::function<port::AuthStatus(const port::AuthRequest&)> authenticator =
        [](const port::AuthRequest&) { return port::AuthStatus::Ok; };
    std::vector<port::Request> sent{};
    std::vector<port::Answer> answers{};
    std::vector<port::AuthRequest> authentications{};
    std::vector<std::pair<bool, base::Tick>> field_changes{};

    void field(bool on, base::Tick at) override {
        field_changes.emplace_back(on, at);
        now_ = at;
    }

    port::Answer exchange(const port::Request& request) override {
        sent.push_back(request);
        const auto bits = 9 * request.data.size() + (request.tx_crc ? 18 : 0);
        port::Answer answer;
        answer.tx_end = request.start + 128 * (bits + 1) + 35;
        const auto reply = card(request);
        if (reply && reply->delay <= request.timeout) {
            answer.silent = false;
            answer.data = reply->data;
            answer.last_bits = reply->last_bits;
            answer.errors = reply->errors;
            answer.collisions = reply->collisions;
            answer.collisions.resize(answer.data.size());
            answer.rx_start = answer.tx_end + reply->delay;
            answer.rx_end = answer.rx_start + 128 * (1 + 9 * answer.data.size());
        } else {
            answer.rx_end = answer.tx_end + request.timeout;
        }
        now_ = answer.rx_end;
        answers.push_back(answer);
        return answer;
    }

    port::AuthAnswer authenticate(const port::AuthRequest& request) override {
        authentications.push_back(request);
        now_ = request.start + 30'000;
        const auto status = authenticator(request);
        crypto1_ = status == port::AuthStatus::Ok;
        return {status, {}, now_};
    }

    void crypto1_off() override { crypto1_ = false; }
    [[nodiscard]] bool crypto1_on() const override { return crypto1_; }
    void wait_until(base::Tick at) override { now_ = at; }
    [[nodiscard]] base::Tick now() const override { return now_; }

private:
    bool crypto1_ = false;
    base::Tick now_ = 512;
};

/// A lonely card with a single-size UID that answers activation and nothing else; state is not
/// kept.
inline std::optional<Reply> single_card(const port::Request& request,
                                        const base::Bytes& uid = {0x10, 0xE2, 0xF0, 0xA1},
                                        std::uint8_t sak = 0x08) {
    const auto bcc = static_cast<std::uint8_t>(uid[0] ^ uid[1] ^ uid[2] ^ uid[3]);
    if (request.data == base::Bytes{0x26} || request.data == base::Bytes{0x52}) {
        return Reply{.data = {0x04, 0x00}};
    }
    if (request.data == base::Bytes{0x93, 0x20}) {
        return Reply{.data = {uid[0], uid[1], uid[2], uid[3], bcc}};
    }
    if (request.data == base::Bytes{0x93, 0x70, uid[0], uid[1], uid[2], uid[3], bcc}) {
        return Reply{.data = {sak}};
    }
    return std::nullopt;
}

}  // namespace played
