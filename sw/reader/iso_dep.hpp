/// \file iso_dep.hpp
/// The reader's side of the block protocol of ISO/IEC 14443-4.
///
/// Example: after activation of a card that has part 4:
///     auto opened = reader::IsoDep::open(reader, found.card);
///     if (opened.channel) answer = opened.channel->exchange(apdu);
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "reader/dep_parameters.hpp"
#include "reader/reader.hpp"

namespace reader {

class IsoDep {
public:
    /// `cid`: as given in RATS or ATTRIB when the card understands CIDs and one is to be used.
    /// `longest`: FSD, the longest block the card may send. `rates`: those in force.
    IsoDep(Reader& reader, const DepParameters& parameters, std::optional<std::uint8_t> cid = {},
           unsigned longest = 256, port::Technology technology = port::Technology::A,
           const Rates& rates = {});

    struct Opened;
    /// Opens the card that was just selected, at the highest rates that it and
    /// `Policy::highest_rate` allow. `parameter`: FSDI and CID, of which 0 is not used in blocks.
    ///
    /// Type A: RATS, then PPS where a higher rate is to be had. A missing or wrong ATS is asked for
    /// once more; then the card is deselected and halted. The card's guard time has passed
    /// afterwards. Type B: ATTRIB, twice likewise.
    [[nodiscard]] static Opened open(Reader& reader, const Card& card,
                                     std::uint8_t parameter = 0x50);

    /// PPS, right after the ATS: Ok when the card took the rates. It is sent once more when it was
    /// not answered, and then all stays as it was (14443-4, 5.6).
    Status change_rates(const Rates& rates);
    [[nodiscard]] const Rates& rates() const noexcept { return rates_; }

    /// Sends an APDU and returns the card's, chained in both directions, errors repaired. After a
    /// failure the card has been deselected. A card that asks for more and more time is given up
    /// after `Policy::command_limit`.
    Read exchange(base::ByteView apdu);

    /// Whether the card still answers: R(NAK), to which any block is an answer.
    bool is_present();

    /// S(DESELECT). Ok when the card confirms; it is in HALT then, and hears fc/128 only.
    Status deselect();

private:
    struct Block {
        Status status = Status::Silent;
        std::uint8_t control = 0;
        base::Bytes data{};
    };

    /// An APDU on its way.
    struct Transfer {
        base::ByteView rest{};   ///< of the command, not yet in a block
        base::ByteView piece{};  ///< in the last I-block
        base::Bytes answer{};
        bool receiving = false;  ///< the card is chaining
        unsigned errors = 0;     ///< in a row
        unsigned repeats = 0;    ///< of the last I-block
        Tick give_up_at = 0;
        // The block to be sent next.
        std::uint8_t control = 0;
        base::Bytes data{};
        Tick timeout = 0;
    };
    enum class Next : std::uint8_t { Send, Done, Broken, TooLong };

    Block send(std::uint8_t control, base::ByteView data, Tick timeout);
    Next take(const Block& block, Transfer& transfer);
    Next take_waiting_time(const Block& block, Transfer& transfer);
    void send_next_piece(Transfer& transfer);
    void send_piece(Transfer& transfer);
    Read give_up(Status status);
    static Opened open_a(Reader& reader, std::uint8_t parameter);
    static Opened open_b(Reader& reader, const Card& card, std::uint8_t parameter);

    Reader* reader_;
    DepParameters parameters_;
    std::uint8_t pps_cid_;  ///< as in RATS, whether or not the card understands CIDs in blocks
    std::optional<std::uint8_t> cid_;
    unsigned longest_;
    port::Technology technology_;
    Rates rates_;
    std::uint8_t number_ = 0;  ///< block number of the reader
};

struct IsoDep::Opened {
    Status status = Status::Silent;
    base::Bytes answer{};             ///< the ATS with its length byte; the answer to ATTRIB
    std::optional<IsoDep> channel{};  ///< when status is Ok
};

}  // namespace reader
