#include "contact/t1_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace contact {

namespace {

constexpr unsigned MostAttempts = 2;  ///< further ones (7816-3, 11.6.3.2)
constexpr unsigned MostResynchs = 3;

}  // namespace

T1Reader::T1Reader(ReaderIo& io, const Parameters& card, std::uint8_t ifsd)
    : io_{&io},
      block_wait_{card.block_wait(io.settings().rate)},
      ifsd_{ifsd},
      receiver_{io.settings().rate.etus(card.character_wait_etus())},
      initial_ifsc_{card.ifsc} {
    start_anew();
}

void T1Reader::start_anew() {
    announced_ = ifsd_ == InitialIfs;
    receiver_.limit(InitialIfs);
    ifsc_ = initial_ifsc_;
    number_ = 0;
    expected_ = 0;
    unconfirmed_ = false;
    multiplier_ = 1;
    attempts_ = 0;
}

void T1Reader::send(const Block& block) {
    const Cycle earliest = io_->last_edge() + io_->etus(BlockGuardEtus);
    sent_ = block;
    // T=1 repeats blocks, not characters: this cannot fail.
    (void)io_->send(block.bytes(), earliest);
}

std::optional<Reception> T1Reader::receive() {
    receiver_.forget();
    Cycle deadline = io_->last_edge() + std::exchange(multiplier_, 1) * block_wait_;
    for (;;) {
        const auto heard = io_->receive(deadline);
        if (!heard) {
            io_->line().wait_until(deadline + 1);
            return receiver_.silence(deadline + 1);
        }
        if (const auto found = receiver_.hear({heard->byte, heard->parity_ok}, heard->start))
            return found;
        deadline = receiver_.deadline();
    }
}

bool T1Reader::announce_size() {
    send(Block::request(Supervisory::Ifs, std::array{ifsd_}));
    for (unsigned attempt = 0;; ++attempt) {
        const auto reception = receive();
        if (reception && reception->verdict == Acknowledge::Ok) {
            established_ = true;
            const Block& block = reception->block;
            if (block.is(Supervisory::Ifs, true) && block.inf[0] == ifsd_) break;
        }
        if (attempt == MostAttempts) return false;
        send(Block{sent_});
    }
    receiver_.limit(ifsd_);
    announced_ = true;
    return true;
}

Result T1Reader::transmit(base::ByteView apdu) {
    if (!announced_ && !announce_size()) return {give_up(), {}};
    command_ = apdu;
    response_.clear();
    attempts_ = 0;
    send_piece();
    for (;;) {
        const auto reception = receive();
        Step step = Step::Repair;
        auto reason = Acknowledge::Other;
        if (reception && reception->verdict == Acknowledge::Ok) {
            established_ = true;
            step = handle(reception->block);
        } else if (reception) {
            reason = reception->verdict;
        }
        if (step == Step::Done) return {Status::Ok, std::move(response_)};
        if (step == Step::Aborted) return {Status::Aborted, {}};
        if (step == Step::Next) attempts_ = 0;
        if (step != Step::Repair) continue;
        if (attempts_ == MostAttempts) return {give_up(), {}};
        ++attempts_;
        repair(reason);
    }
}

void T1Reader::send_piece() {
    const auto inf = command_.first(std::min<std::size_t>(command_.size(), ifsc_));
    command_ = command_.subspan(inf.size());
    piece_ = Block::information(number_, !command_.empty(), inf);
    number_ ^= 1U;
    unconfirmed_ = true;
    send(piece_);
}

T1Reader::Step T1Reader::handle(const Block& block) {
    if (block.is_information()) return handle_information(block);
    if (block.is_receive_ready()) return handle_ready(block);
    return handle_supervisory(block);
}

T1Reader::Step T1Reader::handle_information(const Block& block) {
    if ((unconfirmed_ && piece_.more()) || block.send_number() != expected_) return Step::Repair;
    unconfirmed_ = false;
    expected_ ^= 1U;
    response_.insert(response_.end(), block.inf.begin(), block.inf.end());
    if (!block.more()) return Step::Done;
    send(Block::receive_ready(expected_, Acknowledge::Ok));
    return Step::Next;
}

T1Reader::Step T1Reader::handle_ready(const Block& block) {
    if (!unconfirmed_) return Step::Repair;
    if (block.receive_number() == piece_.send_number()) {
        if (attempts_ == MostAttempts) return Step::Repair;
        ++attempts_;
        send(piece_);
        return Step::Wait;
    }
    if (!piece_.more()) return Step::Repair;
    send_piece();
    return Step::Next;
}

T1Reader::Step T1Reader::handle_supervisory(const Block& block) {
    if (block.is(Supervisory::Wtx, false)) {
        multiplier_ = block.inf[0];
        send(Block::response(Supervisory::Wtx, block.inf));
        return Step::Next;
    }
    if (block.is(Supervisory::Ifs, false)) {
        ifsc_ = block.inf[0];
        send(Block::response(Supervisory::Ifs, block.inf));
        return Step::Next;
    }
    if (block.is(Supervisory::Abort, false)) {
        send(Block::response(Supervisory::Abort));
        // The card may hand over the right to send by an R-block; after BWT it is the reader's
        // anyway.
        (void)receive();
        return Step::Aborted;
    }
    return Step::Repair;
}

void T1Reader::repair(Acknowledge reason) {
    const bool repeat = sent_.is_receive_ready();
    send(repeat ? Block{sent_} : Block::receive_ready(expected_, reason));
}

Status T1Reader::give_up() {
    if (!established_) return Status::Lost;
    for (unsigned attempt = 0; attempt < MostResynchs; ++attempt) {
        send(Block::request(Supervisory::Resynch));
        const auto reception = receive();
        if (reception && reception->verdict == Acknowledge::Ok &&
            reception->block.is(Supervisory::Resynch, true)) {
            start_anew();
            return Status::Resynchronised;
        }
    }
    return Status::Lost;
}

}  // namespace contact
