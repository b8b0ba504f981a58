// Words of the sniffer's log, eight bytes each: a board's line may garble them.
#include "../trace/files.hpp"
#include "fuzz.hpp"
#include "trace/sniffer_log.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    trace::SnifferLog log;
    for (std::size_t at = 0; at + 8 <= size; at += 8) {
        std::uint64_t word = 0;
        for (std::size_t i = 8; i-- > 0;) word = word << 8U | data[at + i];
        log.word(word);
    }
    base::Tick last = 0;
    for (const trace::Event& event : log.events()) {
        const auto* const frame = std::get_if<port::AirFrame>(&event);
        if (frame == nullptr) continue;
        fuzz::require(frame->start >= last && frame->end > frame->start, "frames overlap");
        last = frame->end;
    }
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    // A REQA of receiver 0, and an answer of four bits from receiver 8.
    base::Bytes words;
    const auto add = [&words](unsigned kind, unsigned channel, unsigned count, unsigned data) {
        trace_test::append(words,
                           std::uint64_t{kind} << 41U | std::uint64_t{channel} << 37U |
                               std::uint64_t{count} << 32U | data,
                           8);
    };
    add(0, 0, 16, 1001);
    add(1, 0, 7, 0x26);
    add(2, 0, 0, 2001);
    add(0, 8, 16, 3535);
    add(1, 8, 4, 0xA);
    add(2, 8, 0, 4000);
    add(4, 0, 0, 9000);
    add(5, 0, 9, 12000);
    add(6, 0, 0, 0);
    return {words};
}
