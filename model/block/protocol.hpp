/// \file protocol.hpp
/// Block protocol of one card (14443-4, 7; docs/choices.md, ISO-DEP at the card). Twin of
/// rtl/block.
#pragma once

#include <limits>
#include <optional>

#include "base/bytes.hpp"
#include "base/tick.hpp"
#include "block/ats.hpp"
#include "port/apdu_port.hpp"

namespace block {

/// What becomes of a frame. Nothing set: silence.
struct Reaction {
    Tick start = 0;      ///< L of the answer in reply(); 0: none
    bool waits = false;  ///< the host works: work() is to be called at due()
    bool halts = false;  ///< the card goes to HALT
};

/// Frames and ticks in, answers and ticks out; the host behind it answers APDUs. Ticks never go
/// back. Whoever calls lets no frame in while the host works.
class Protocol {
public:
    static constexpr Tick Never = std::numeric_limits<Tick>::max();

    /// A card of type A. Throws std::invalid_argument for a wrong ATS.
    Protocol(base::ByteView ats, port::ApduPort& host);
    /// A card of type B.
    Protocol(const Terms& terms, port::ApduPort& host) noexcept : terms_{terms}, host_{&host} {}

    /// Whether `frame`, CRC_A included, is a RATS that a card takes.
    [[nodiscard]] static bool is_rats(base::ByteView frame) noexcept;

    /// PROTOCOL: the card hears blocks and nothing else.
    [[nodiscard]] bool active() const noexcept { return active_; }
    /// Field loss.
    void reset() noexcept;

    /// A RATS with this parameter; `grid`: its G.
    Reaction rats(std::uint8_t parameter, Tick grid);
    /// An ATTRIB that the card takes: CID, code of the reader's frame size, rates.
    Reaction attrib(std::uint8_t cid, unsigned size_code, Rates rates, Tick grid);
    /// A frame in PROTOCOL, without its CRC; nothing when it was not sound.
    Reaction frame(base::ByteView message, Tick grid);
    /// The rates of what follows the answer in reply().
    [[nodiscard]] Rates rates() const noexcept { return rates_; }
    [[nodiscard]] const Terms& terms() const noexcept { return terms_; }

    /// When the host is to be told something; Never when it is not.
    [[nodiscard]] Tick due() const noexcept { return due_; }
    /// Tells it. The L of the answer in reply() when there is one.
    std::optional<Tick> work();

    /// The answer, without its CRC.
    [[nodiscard]] base::ByteView reply() const noexcept { return reply_; }

private:
    struct Block {
        std::uint8_t control = 0;
        bool has_cid = false;
        std::optional<std::uint8_t> nad{};
        base::ByteView data{};
    };

    void begin(std::uint8_t cid, unsigned size_code, Tick grid);
    [[nodiscard]] std::optional<Block> read_block(base::ByteView message) const;
    /// The rates of a PPS that the card takes.
    [[nodiscard]] std::optional<Rates> read_pps(base::ByteView message) const;

    Reaction information(const Block& block, Tick grid);
    Reaction receive_ready(const Block& block, Tick grid);
    Reaction while_extending(const Block& block, Tick grid);
    Reaction deselect(const Block& block, Tick grid);
    /// The earliest answer to what ended at `grid`.
    [[nodiscard]] static Reaction at_once(Tick grid) noexcept;
    /// The prepared answer may go at tick `go`; when that is too late, S(WTX).
    Tick schedule(Tick grid, Tick go);
    void send_answer();
    void send_information();
    void send_acknowledge();
    /// Bytes of the answer that the next block takes.
    [[nodiscard]] std::size_t piece_size() const noexcept;
    /// Fills reply() with a block; CID and number are put in.
    void send_block(std::uint8_t control, bool has_cid, std::optional<std::uint8_t> nad,
                    base::ByteView data);

    Ats ats_{};  ///< of type A
    Terms terms_;
    port::ApduPort* host_;

    bool active_ = false;
    bool untouched_ = false;  ///< no frame was heard since the ATS: PPS may come
    Rates rates_{};
    std::uint8_t cid_ = 0;
    std::size_t fsd_ = 0;
    std::uint8_t number_ = 1;  ///< block number of the card

    bool receiving_ = false;  ///< a chain of the reader is under way

    enum class Job : std::uint8_t { Reset, Take };
    Job job_ = Job::Reset;
    Tick due_ = Never;
    Tick grid_ = 0;        ///< G of the frame being answered
    base::Bytes piece_{};  ///< of the command, for the host

    bool acknowledges_ = false;  ///< the next answer is an R(ACK)
    bool has_cid_ = false;       ///< the next answer has a CID
    std::optional<std::uint8_t> nad_{};
    base::Bytes answer_{};
    std::size_t sent_ = 0;   ///< bytes of answer_ that are in blocks sent
    bool chaining_ = false;  ///< a chain of the card is under way

    bool extending_ = false;  ///< S(WTX) was sent; the reader's is awaited
    Tick go_ = 0;

    base::Bytes last_{};  ///< the last I-block or R(ACK) sent; empty: none
    base::Bytes reply_{};
};

}  // namespace block
