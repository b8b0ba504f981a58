/// \file t1_reader.hpp
/// T=1 at the reader: chaining, waiting time extensions, recovery (ISO/IEC 7816-3:2006, 11).
#pragma once

#include <cstdint>
#include <optional>

#include "contact/atr.hpp"
#include "contact/block.hpp"
#include "contact/reader_io.hpp"
#include "contact/status.hpp"

namespace contact {

class T1Reader {
public:
    /// `io` is configured already. `ifsd`: the longest INF this reader takes; 32 is not announced.
    T1Reader(ReaderIo& io, const Parameters& card, std::uint8_t ifsd);

    /// One APDU as it is. After Lost the card needs a reset. A command is never sent twice by
    /// itself after RESYNCH: only its sender knows whether it may run twice.
    Result transmit(base::ByteView apdu);

private:
    /// What to do about a block.
    enum class Step : std::uint8_t { Wait, Repair, Next, Done, Aborted };

    void start_anew();
    bool announce_size();
    void send(const Block& block);
    void send_piece();
    std::optional<Reception> receive();
    Step handle(const Block& block);
    Step handle_information(const Block& block);
    Step handle_ready(const Block& block);
    Step handle_supervisory(const Block& block);
    void repair(Acknowledge reason);
    Status give_up();

    ReaderIo* io_;
    Cycle block_wait_;
    std::uint8_t ifsd_;
    BlockReceiver receiver_;

    std::uint8_t ifsc_ = InitialIfs;
    std::uint8_t initial_ifsc_;
    bool announced_ = false;    ///< the card knows ifsd_
    bool established_ = false;  ///< the card has sent a sound block
    unsigned number_ = 0;       ///< N(S) of the next I-block sent
    unsigned expected_ = 0;     ///< N(S) of the card's next one
    Block sent_{};              ///< block last sent
    Block piece_{};             ///< I-block last sent
    bool unconfirmed_ = false;  ///< piece_ was not acknowledged
    base::ByteView command_{};  ///< what is left to send
    base::Bytes response_{};
    std::uint64_t multiplier_ = 1;  ///< of the waiting time for the next block
    unsigned attempts_ = 0;         ///< repairs since the last progress
};

}  // namespace contact
