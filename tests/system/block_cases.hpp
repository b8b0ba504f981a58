/// \file block_cases.hpp
/// Named cases of the card's side of ISO/IEC 14443-4 as tables of frames.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "test_application.hpp"

namespace system_test {

/// What the reader sends and what the card must answer, both without CRC_A.
///
/// Sent: "02 80 03" gets its CRC; "as is: .." none; "short: 26" seven bits; "parity: .." with CRC
/// and the first parity bit wrong; "cut: .." with CRC, the last bit missing. Answered: "silent", or
/// a block, whose CRC is added; `index`: n of the frame delay, 0 when it is not this case's matter.
struct Step {
    std::string send;
    std::string answer;
    unsigned index = 0;
};

class BlockCases : public BlockTest {
protected:
    static constexpr std::string_view Count = "80 03 00 00 01";  ///< COUNT without prologue

    void play(const std::vector<Step>& steps) {
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const Step& step = steps[i];
            const bool is_long = std::max(step.send.size(), step.answer.size()) > LongText;
            const std::string expected =
                step.answer == "silent" || is_long ? step.answer : block_text(step.answer);
            const std::string answer = is_long ? send_long(step.send) : send(frame_of(step.send));
            EXPECT_EQ(answer, expected) << "step " << i + 1 << ": " << step.send;
            if (step.index == 0 || reply().silent) continue;
            // G + 128 n, G 20 or 84 ticks after the end of the reader's last pause.
            EXPECT_EQ(reply().fdt() / 128, step.index) << "step " << i + 1 << ": " << step.send;
        }
    }
    /// For frames longer than `send` can take: parity and CRC are the reader's. Without CRC.
    std::string send_long(std::string_view hex) {
        port::Request request;
        request.data = base::from_hex(hex).value();
        request.tx_crc = true;
        request.rx_crc = true;
        const port::Answer answer = exchange(request);
        if (answer.silent) return "silent";
        return answer.errors.any() ? "broken" : base::to_hex(answer.data, " ");
    }
    /// A fresh card of the plan in PROTOCOL.
    void start(std::string_view rats = "E0 50") { start(dep4(), rats); }
    void start(const Card& card, std::string_view rats = "E0 50") {
        place_dep(card);
        to_active();
        ASSERT_NE(send(frame_of(std::string{rats})), "silent") << "no ATS";
    }
    /// A fresh card of the plan in ACTIVE.
    void start_active(const Card& card = dep4()) {
        place_dep(card);
        to_active();
    }
    /// The first answer to LONG 255 with this RATS, in bytes with CRC.
    std::size_t longest_answer(std::string_view rats) {
        start(rats);
        return base::from_hex(send_long("02 80 01 00 FF 00")).value().size() + 2;
    }
    /// ECHO in a block of `size` bytes, CRC included; the data are 00 01 02 ...
    static std::string echo_of(unsigned size, std::string_view prologue = "02") {
        const auto data = static_cast<std::uint8_t>(size - 6 - 1 - 2);
        return std::string{prologue} + " 80 04 00 00 " + base::to_hex({&data, 1}) + " " +
               counting(0, data) + " 00";
    }
    /// A block of FSC bytes is heard, one byte more is not.
    void expect_frame_size(const Card& card, unsigned size) {
        start(card, "E0 80");
        listen_for(20'000);
        play({{echo_of(size), "02 " + counting(0, size - 9) + " 90 00"},
              {echo_of(size + 1), "silent"},
              {"03 80 03 00 00 01", "03 01 90 00"}});
    }

private:
    static constexpr std::size_t LongText = 600;  ///< of 200 bytes

    static Bits frame_of(const std::string& text) {
        const auto colon = text.find(": ");
        if (colon == std::string::npos) return with_crc(text);
        const std::string kind = text.substr(0, colon);
        const std::string hex = text.substr(colon + 2);
        if (kind == "as is") return bytes(hex);
        if (kind == "short") return low_bits(base::from_hex(hex).value().at(0), 7);
        Bits bits = with_crc(hex);
        if (kind == "parity") return flipped(bits, 8);
        bits.pop_back();
        return bits;
    }
};

}  // namespace system_test
