/// \file block_script.hpp
/// A card that says what the test wrote down, and the reader's block protocol against it.
#pragma once

#include <deque>
#include <initializer_list>

#include "reader/iso_dep.hpp"
#include "test_application.hpp"

namespace system_test {

/// Answers the reader's frames in turn, whatever they are.
class BlockScript final : public port::ScriptedCard {
public:
    struct Line {
        std::string
            hex{};       ///< without CRC; "-": silence; with "!" before it: as it is, no CRC added
        Tick delay = 0;  ///< L after the reader's frame ends; 0: grid index 9
    };

    void say(std::initializer_list<Line> lines) { lines_.assign(lines); }
    void say(const Line& line, unsigned times) {
        for (unsigned i = 0; i < times; ++i) lines_.push_back(line);
    }
    /// What is said when all lines are used up.
    void then_always(const Line& line) { always_ = line; }

    std::optional<Reply> answer(const port::AirFrame& frame) override {
        Line line = always_;
        if (!lines_.empty()) {
            line = lines_.front();
            lines_.pop_front();
        }
        if (line.hex == "-" || frame.bits.empty()) return std::nullopt;
        const bool raw = line.hex.starts_with("!");
        const Bits bits = raw ? bytes(line.hex.substr(1)) : with_crc(line.hex);
        const Tick grid = frame.end + (frame.bits.back() != 0 ? 84 : 20);
        return Reply{bits, line.delay != 0 ? frame.end + line.delay : grid + 128 * 9};
    }

private:
    std::deque<Line> lines_{};
    Line always_{"-", 0};
};

/// Rows about the reader: sw/reader over this level's air against a scripted card.
class BlockReaderTest : public LevelTest {
protected:
    static constexpr std::string_view Ats = "06 75 77 81 02 80";  ///< of the plan's cards
    static constexpr Tick WaitingTime = Tick{4096} << 8U;
    static constexpr std::string_view Apdu = "80 03 00 00 01";

    void SetUp() override { place(card_); }

    reader::Reader& reader() {
        if (!reader_) reader_.emplace(world());
        return *reader_;
    }
    reader::IsoDep channel(std::string_view ats = Ats, std::optional<std::uint8_t> cid = {}) {
        const auto bytes = base::from_hex(ats).value();
        return reader::IsoDep{reader(), reader::parse_ats(bytes).value(), cid};
    }
    /// One APDU on a fresh channel: status or data, as text.
    std::string run(std::string_view apdu = Apdu, std::string_view ats = Ats,
                    std::optional<std::uint8_t> cid = {}) {
        recorder().frames.clear();
        auto open = channel(ats, cid);
        return exchange_on(open, apdu);
    }
    static std::string exchange_on(reader::IsoDep& channel, std::string_view apdu = Apdu) {
        const auto answer = channel.exchange(base::from_hex(apdu).value());
        if (answer.status != reader::Status::Ok) return std::string{to_string(answer.status)};
        return base::to_hex(answer.data, " ");
    }

    /// The reader's frames since run() began, each with its CRC.
    [[nodiscard]] std::vector<port::AirFrame> sent() {
        std::vector<port::AirFrame> frames;
        for (const auto& frame : recorder().frames)
            if (frame.source == port::AirFrame::Source::Pcd) frames.push_back(frame);
        return frames;
    }
    /// The same as text, " | " between frames.
    [[nodiscard]] std::string sent_text() {
        std::string text;
        for (const auto& frame : sent()) text += (text.empty() ? "" : " | ") + text_of(frame.bits);
        return text;
    }
    /// How long the reader listened in vain after its frame `index`.
    [[nodiscard]] Tick waited(std::size_t index) {
        const auto frames = sent();
        return frames.at(index + 1).start - frames.at(index).end - reader().policy().gap;
    }

    static constexpr std::string_view Command = "02 80 03 00 00 01 F4 81";
    static constexpr std::string_view Broken = "card broke the protocol";

    BlockScript card_{};

private:
    std::optional<reader::Reader> reader_{};
};

}  // namespace system_test
