/// \file link_level.hpp
/// Rows about type B and the bit rates above fc/128: whole bytes through the reader's own framing.
#pragma once

#include <string>
#include <string_view>

#include "test_application.hpp"

namespace system_test {

/// How a frame travels and how its answer is listened for.
struct Link {
    port::Technology technology = port::Technology::A;
    port::BitRate tx = port::BitRate::Fc128;
    port::BitRate rx = port::BitRate::Fc128;
    port::FramingB framing{};
};

inline constexpr Link OverB{port::Technology::B};
/// Type A at one rate in both directions.
[[nodiscard]] constexpr Link at_rate(port::BitRate rate) {
    return {port::Technology::A, rate, rate, {}};
}

/// The plan's card of type B, with the test application.
[[nodiscard]] inline Card type_b_card() {
    Card card = c1k();
    card.profile.technology = port::Technology::B;
    card.profile.uid = base::from_hex("56 64 73 F2").value();
    card.profile.afi = 0x00;
    card.profile.atqb = {0x00, 0x00, 0x00, 0x00, 0x80, 0x81, 0x71};
    return card;
}

class LinkTest : public BlockTest {
protected:
    static constexpr Tick WaitingTimeB = Tick{4096} << 7U;  ///< FWT of the plan's card of type B

    TestApplication& place_b(const Card& card = type_b_card()) {
        return place_dep(card, WaitingTimeB);
    }

    /// Bytes as they stand, checksum included, and the answer's: "silent", or hex; "!" behind it
    /// when the reader found an error.
    std::string say(std::string_view hex, const Link& link) { return say(hex, link, false); }
    /// The same without checksums: the reader appends and judges them.
    std::string say_checked(std::string_view hex, const Link& link) { return say(hex, link, true); }
    /// What the reader found in the last answer.
    [[nodiscard]] const port::Answer& answer() const { return answer_; }

    /// The last frame of `source` on the air.
    [[nodiscard]] port::AirFrame last(port::AirFrame::Source source) {
        const auto& frames = recorder().frames;
        for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame)
            if (frame->source == source) return *frame;
        ADD_FAILURE() << "no such frame";
        return {};
    }
    [[nodiscard]] port::AirFrame last_of_card() { return last(port::AirFrame::Source::Picc); }
    [[nodiscard]] port::AirFrame last_of_reader() { return last(port::AirFrame::Source::Pcd); }

private:
    std::string say(std::string_view hex, const Link& link, bool checked) {
        port::Request request;
        request.data = base::from_hex(hex).value();
        request.tx_crc = checked;
        request.rx_crc = checked;
        request.technology = link.technology;
        request.tx_rate = link.tx;
        request.rx_rate = link.rx;
        request.framing = link.framing;
        answer_ = exchange(request);
        if (answer_.silent) return "silent";
        return base::to_hex(answer_.data, " ") + (answer_.errors.any() ? "!" : "");
    }

    port::Answer answer_{};
};

/// Rows about a card of type B.
class TypeBTest : public LinkTest {
protected:
    static constexpr std::string_view Request = "05 00 00 71 FF";
    static constexpr std::string_view WakeUp = "05 00 08 39 73";
    static constexpr std::string_view Atqb = "50 56 64 73 F2 00 00 00 00 80 81 71 C8 AD";
    static constexpr std::string_view Attrib = "1D 56 64 73 F2 00 08 01 00 22 34";
    static constexpr std::string_view AttribCid1 = "1D 56 64 73 F2 00 05 01 01 D4 DA";
    static constexpr std::string_view Halt = "50 56 64 73 F2 84 4C";

    std::string b(std::string_view hex) { return say(hex, OverB); }

    /// From the field off.
    void to_declared() { ASSERT_EQ(b(Request), Atqb); }
    void to_active_b(std::string_view attrib = Attrib, std::string_view answer = "00 78 F0") {
        to_declared();
        ASSERT_EQ(b(attrib), answer);
    }
    /// The next block is answered.
    void expect_active_b() {
        EXPECT_NE(say_checked("02 80 03 00 00 01", OverB), "silent") << "not ACTIVE";
    }
    /// REQB is silent twice, WUPB is answered.
    void expect_halted_b() {
        EXPECT_EQ(b(Request), "silent") << "not HALT";
        EXPECT_EQ(b(Request), "silent") << "not HALT";
        EXPECT_EQ(b(WakeUp), Atqb) << "not HALT";
    }
};

}  // namespace system_test
