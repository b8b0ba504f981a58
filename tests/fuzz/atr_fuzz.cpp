// Answers to reset: what is accepted can be built again, and a reader finds its end byte by byte.
#include "contact/atr.hpp"
#include "fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    base::Bytes input(data, data + size);
    // Without the right check byte no mutant of an ATR with one would get past it.
    for (const bool mended : {false, true}) {
        if (mended && size > 1) {
            input.back() = 0;
            std::uint8_t sum = 0;
            for (std::size_t i = 1; i < size; ++i) sum = static_cast<std::uint8_t>(sum ^ input[i]);
            input.back() = sum;
        }
        const auto atr = contact::parse_atr(input);
        if (!atr) continue;
        fuzz::require(contact::build(*atr) == input, "built and read differ");
        fuzz::require(contact::atr_length(input) == input.size(), "its length is another one");
        for (std::size_t n = 0; n < input.size(); ++n)
            fuzz::require(contact::atr_length(base::ByteView{input}.first(n)) != n,
                          "it ends before its end");
        const auto says = contact::parameters_of(*atr);
        fuzz::require(says.bwi <= 9 && says.cwi <= 15, "waiting times");
        fuzz::require(says.ifsc != 0 && says.ifsc != 0xFF, "IFSC");
        fuzz::require(says.indicated().etus(1) > 0 && says.work_wait() > 0, "rates");
    }
    return 0;
}

// The worked ones of the sheet (ISO/IEC 7816-3 section), and specific mode.
std::vector<base::Bytes> fuzz::seeds() {
    return {{0x3B, 0x94, 0x95, 0x81, 0x31, 0xFE, 0x45, 0x53, 0x49, 0x4D, 0x31, 0x6C},
            {0x3B, 0xD4, 0x95, 0x00, 0x80, 0x31, 0xFE, 0x45, 0x43, 0x53, 0x4D, 0x31, 0x27},
            {0x3B, 0xF8, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x45, 0x4A, 0x43, 0x4F, 0x50, 0x76,
             0x32, 0x34, 0x31, 0xB7},
            {0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00,
             0x03, 0x06, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x6A},
            {0x3B, 0x80, 0x80, 0x01, 0x01},
            {0x3B, 0x90, 0x95, 0x11, 0x01, 0x15},
            {0x3F, 0x02, 0x14, 0x50}};
}
