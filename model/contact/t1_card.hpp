/// \file t1_card.hpp
/// T=1 at the card: blocks in, blocks out, an APDU port behind (ISO/IEC 7816-3:2006, 11).
#pragma once

#include <cstdint>
#include <optional>

#include "contact/atr.hpp"
#include "contact/block.hpp"
#include "contact/speaker.hpp"
#include "port/apdu_port.hpp"

namespace contact {

class T1Card {
public:
    /// `speaker` runs at `rate` already.
    T1Card(const Parameters& parameters, Rate rate, Clock clock, port::ApduPort& os,
           Speaker& speaker);

    void hear(Decoded character, Cycle start);
    /// Does what silence up to `until` brings about.
    void advance(Cycle until);

private:
    void receive(const Reception& reception);
    void information(const Block& block);
    void receive_ready(const Block& block);
    void supervisory(const Block& block);
    void run();
    /// The answer when it is ready within `limit` cycles, else a request for more time.
    void answer_within(Cycle limit);
    void send_piece(Cycle earliest);
    void fail(Acknowledge reason);
    void send(const Block& block, Cycle earliest);
    void send_ready(Acknowledge reason);
    void drop_chains();

    Cycle block_wait_;
    Rate rate_;
    Clock clock_;
    std::uint8_t ifsc_;
    port::ApduPort* os_;
    Speaker* speaker_;
    BlockReceiver receiver_;

    unsigned expected_ = 0;  ///< N(S) of the reader's next I-block
    unsigned number_ = 0;    ///< N(S) of the card's next one
    std::uint8_t ifsd_ = InitialIfs;
    std::uint8_t nad_ = 0;  ///< of the block being answered
    base::Bytes command_{};
    bool too_long_ = false;  ///< command_ would be longer than any APDU
    base::Bytes answer_{};
    std::size_t sent_ = 0;                ///< bytes of answer_ in I-blocks sent
    Cycle ready_ = 0;                     ///< of answer_
    std::optional<Block> unconfirmed_{};  ///< I-block last sent, not acknowledged yet
    std::optional<Block> request_{};      ///< S-request whose response is awaited
    unsigned failures_ = 0;               ///< receptions in succession that failed
    Cycle last_ = 0;                      ///< last start edge of the reader
    Cycle turn_ = 0;                      ///< earliest start of the card's block
};

}  // namespace contact
