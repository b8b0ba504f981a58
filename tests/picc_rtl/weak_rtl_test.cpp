// Frames in noise, at places where docs/numbers.md has the receivers alone lose one frame of 18
// bytes in a hundred (2 dB above that for A 106, whose noise is cut off at full scale), and type B
// of every depth, heard by the whole card: it answers R(NAK). hundred, and type B of every depth,
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>

#include "phase_reader.hpp"

namespace picc_rtl {
namespace {

constexpr std::uint8_t Config = 0x00, Limits = 0x04, AtsLength = 0x08, Ats = 0x0C, Events = 0x10,
                       Flush = 0x1C, Rates = 0x24;  // rtl/bus/registers.json
constexpr unsigned Frames = 60;
constexpr double Carrier = 200.0 / 255;

struct Case {
    const char* name;
    unsigned rate;
    double depth;  ///< what modulation takes from the level
    double snr;    ///< dB at which a frame of 18 bytes in a hundred is wrong
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

/// Peak of uniform noise for the signal-to-noise ratio of docs/numbers.md, Robustness.
double noise_of(const Case& c) {
    const double deviation =
        Carrier * c.depth / 2 * std::sqrt((128U >> c.rate) / std::pow(10, c.snr / 10));
    return deviation * std::sqrt(3);
}

std::string text(const std::string& bytes) { return to_text(hex(bytes)); }

class WeakFrames : public testing::TestWithParam<Case> {
protected:
    /// How many of `count` frames are not answered with R(ACK).
    template <class Exchange>
    unsigned unanswered(PiccBench& bench, unsigned count, const Exchange& exchange) {
        unsigned result = 0;
        for (unsigned n = 0; n < count; ++n) {
            bench.run(1 + 37 * n % 128);
            if (!exchange()) ++result;
        }
        return result;
    }
};

class WeakFramesA : public WeakFrames {};

TEST_P(WeakFramesA, NoiseTakesHardlyOne) {
    Card card;
    card.uid = {0x9C, 0x59, 0x9B, 0x32};
    card.sak = 0x20;
    PiccBench bench{card};
    bench.write(Limits, 0x85);
    bench.write(Flush, 0);
    for (const std::uint8_t byte : hex("75 77 81 02 80")) bench.write(Ats, byte);
    bench.write(AtsLength, 6);
    bench.write(Rates, 0x77);
    bench.write(Config, 3);
    EXPECT_FALSE(bench.exchange(short_frame(0x52)).silent());
    EXPECT_EQ(bench.exchange(standard_frame(with_crc(hex("93 70 9C 59 9B 32 6C")))).bytes(),
              hex("20 FC 70"));
    PhaseReader reader{bench};
    EXPECT_EQ(reader.send_a("E0 50 BC A5").substr(0, 4), "0675");
    bench.write(Events, 1);
    const unsigned rate = GetParam().rate;
    const auto pps = with_crc({0xD0, 0x11, static_cast<std::uint8_t>(rate)});  // of the reader
    EXPECT_EQ(reader.send_a(to_text(pps)), text("D0 73 87"));
    reader.reader_rate = rate;
    reader.noise = noise_of(GetParam());
    EXPECT_LE(
        unanswered(bench, Frames, [&] { return reader.send_a("B2 67 C7") == text("A3 6F C6"); }),
        2U);
}

INSTANTIATE_TEST_SUITE_P(, WeakFramesA,
                         testing::Values(Case{"A106", 0, 1, 21.5}, Case{"A212", 1, 1, 19.4},
                                         Case{"A424", 2, 1, 19.5}, Case{"A848", 3, 0.78, 23.1}),
                         [](const auto& test) { return test.param.name; });

class WeakFramesB : public WeakFrames {
protected:
    WeakFramesB() {
        bench.write(Config, 1);
        reader.send_b("05 00 00 71 FF");
        const auto attrib =
            with_crc_b({0x1D, 0x56, 0x64, 0x73, 0xF2, 0x00,
                        static_cast<std::uint8_t>(GetParam().rate << 4U | 8U), 0x01, 0x00});
        EXPECT_EQ(reader.send_b(to_text(attrib)), text("00 78 F0"));
        bench.write(Events, 1);
        reader.reader_rate = GetParam().rate;
    }

    bool answered() {
        return reader.send_b(to_text(with_crc_b(hex("B2")))) == to_text(with_crc_b(hex("A3")));
    }

    static Card card_b() {
        Card card;
        card.type_b = true;
        card.uid = {0x56, 0x64, 0x73, 0xF2};
        card.sak = 0;
        card.atqb[4] = 0x77;
        return card;
    }

    PiccBench bench{card_b()};
    PhaseReader reader{bench};
};

TEST_P(WeakFramesB, NoiseTakesHardlyOne) {
    reader.noise = noise_of(GetParam());
    EXPECT_LE(unanswered(bench, Frames, [&] { return answered(); }), 2U);
}

// ISO/IEC 14443-2, 9.1.2 has 8 to 14 %; receivers take what a field's strength makes of it.
TEST_P(WeakFramesB, AnyDepthIsHeard) {
    for (const double index : {0.07, 0.08, 0.14, 0.20, 0.30, 0.45}) {
        SCOPED_TRACE(index);
        reader.index_b = index;
        EXPECT_EQ(unanswered(bench, 10, [&] { return answered(); }), 0U);
    }
}

INSTANTIATE_TEST_SUITE_P(, WeakFramesB,
                         testing::Values(Case{"B106", 0, 2 / 11., 13.7},
                                         Case{"B212", 1, 2 / 11., 13.5},
                                         Case{"B424", 2, 2 / 11., 13.7},
                                         Case{"B848", 3, 2 / 11., 14.1}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace picc_rtl
