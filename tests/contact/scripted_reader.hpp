/// \file scripted_reader.hpp
/// Rows about the card: its contacts driven by hand, character by character.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "contact/application.hpp"
#include "contact/card.hpp"
#include "contact/line.hpp"

namespace contact_test {

using contact::Character;
using contact::Cycle;
using contact::Pin;
using contact::Rate;

class CardTest : public testing::Test {
public:
    static constexpr Cycle BlockWait = 11 * 372 + 16 * 960 * 372;  ///< BWT of BWI 4 at most
    static constexpr Cycle WorkWait = 10 * 960 * 372;              ///< of WI 10 at least
    static constexpr Rate Fast{512, 16};                           ///< TA1 95: 32 cycles an etu

protected:
    /// Another card; before the first use of the contacts.
    void make_card(contact::Profile profile) {
        card_ = std::make_unique<contact::Card>(std::move(profile), application);
        line_ = std::make_unique<contact::Line>(*card_);
    }

    contact::Line& line() {
        if (!line_) make_card({});
        return *line_;
    }

    /// Cold reset; the ATR. The rising edge of RST is `reset_at`.
    std::string power_on() {
        line().drive(Pin::Rst, false, line().now());
        line().drive(Pin::Vcc, true, line().now() + 100);
        line().drive(Pin::Io, true, line().now() + 100);
        line().drive(Pin::Clk, true, line().now() + 100);
        return reset();
    }
    /// Warm reset once the card runs.
    std::string reset() {
        line().drive(Pin::Rst, false, line().now() + 1000);
        line().drive(Pin::Rst, true, line().now() + 500);
        reset_at = last_edge = line().now();
        rate = {};
        patience = gap = WorkWait;
        return listen();
    }
    /// Powered, and T=1 at 32 cycles an etu by PPS.
    void to_t1() {
        power_on();
        ASSERT_EQ(exchange("FF 11 95 7B"), "FF 11 95 7B");
        to_blocks();
    }
    /// From PPS on: the rate of TA1, and blocks end by their length.
    void to_blocks() {
        rate = Fast;
        patience = BlockWait;
        gap = rate.etus(44);
    }

    /// One byte with the levels of `damage` turned over (1: first data moment, 100h: parity). What
    /// the card does about it.
    std::optional<contact::ErrorSignal> send_byte(std::uint8_t byte, Cycle start,
                                                  std::uint16_t damage = 0) {
        auto character = contact::encode(byte, contact::Convention::Direct, rate, start);
        character.levels ^= damage;
        last_edge = start;
        return line().send(character);
    }
    /// Bytes 12 etu apart, the first 22 etu after what was before. Never an error signal.
    void send(std::string_view hex) {
        Cycle start = std::max(line().now(), last_edge + rate.etus(22));
        for (const auto byte : bytes(hex)) {
            EXPECT_FALSE(send_byte(byte, start).has_value());
            start += rate.etus(12);
        }
        sent_edge = last_edge;
    }
    /// What the card says until it has been silent for longer than it may; "silent": nothing.
    std::string listen() { return listen(patience); }
    std::string listen(Cycle silence) {
        heard.clear();
        Bytes data;
        while (const auto character = line().receive(last_edge + silence)) {
            heard.push_back(*character);
            silence = gap;
            last_edge = character->start;
            const auto decoded = contact::decode(*character, contact::Convention::Direct, rate);
            EXPECT_TRUE(decoded.parity_ok);
            data.push_back(decoded.byte);
        }
        return data.empty() ? "silent" : text(data);
    }
    std::string exchange(std::string_view hex) {
        send(hex);
        return listen();
    }
    /// A block without its LRC.
    std::string block(std::string_view hex) {
        Bytes data = bytes(hex);
        std::uint8_t lrc = 0;
        for (const auto byte : data) lrc = static_cast<std::uint8_t>(lrc ^ byte);
        data.push_back(lrc);
        return exchange(text(data));
    }

    Application application{};
    Rate rate{};
    Cycle patience = WorkWait;  ///< the longest the card may take to begin
    Cycle gap = WorkWait;       ///< and from one character to the next
    Cycle reset_at = 0;
    Cycle last_edge = 0;             ///< of the last character in either direction
    Cycle sent_edge = 0;             ///< of the last one sent
    std::vector<Character> heard{};  ///< by the last listen()

private:
    std::unique_ptr<contact::Card> card_{};
    std::unique_ptr<contact::Line> line_{};
};

}  // namespace contact_test
