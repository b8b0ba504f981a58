#include "contact/t1_card.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "apdu/command.hpp"

namespace contact {

namespace {

constexpr std::uint64_t CharacterEtus = 10;  ///< start, data, parity

std::uint8_t answered(std::uint8_t nad) {
    return static_cast<std::uint8_t>((nad & 0x07) << 4 | (nad >> 4 & 0x07));
}

}  // namespace

T1Card::T1Card(const Parameters& parameters, Rate rate, Clock clock, port::ApduPort& os,
               Speaker& speaker)
    : block_wait_{parameters.block_wait(rate)},
      rate_{rate},
      clock_{clock},
      ifsc_{parameters.ifsc},
      os_{&os},
      speaker_{&speaker},
      receiver_{rate.etus(parameters.character_wait_etus())} {
    receiver_.limit(ifsc_);
}

void T1Card::hear(Decoded character, Cycle start) {
    advance(start);
    if (const auto reception = receiver_.hear(character, start)) receive(*reception);
}

void T1Card::advance(Cycle until) {
    if (const auto reception = receiver_.silence(until)) receive(*reception);
}

void T1Card::receive(const Reception& reception) {
    last_ = reception.last;
    turn_ = std::max(reception.known, last_ + rate_.etus(BlockGuardEtus));
    if (reception.verdict != Acknowledge::Ok) return fail(reception.verdict);
    const Block& block = reception.block;
    nad_ = answered(block.nad);
    if (block.is_information()) {
        information(block);
    } else if (block.is_receive_ready()) {
        receive_ready(block);
    } else {
        supervisory(block);
    }
}

void T1Card::information(const Block& block) {
    const bool chaining = unconfirmed_ && unconfirmed_->more();
    if (request_ || chaining || block.send_number() != expected_) return fail(Acknowledge::Other);
    failures_ = 0;
    expected_ ^= 1U;
    unconfirmed_.reset();
    too_long_ = too_long_ || command_.size() + block.inf.size() > apdu::MostCommandBytes;
    if (!too_long_) command_.insert(command_.end(), block.inf.begin(), block.inf.end());
    if (block.more()) return send_ready(Acknowledge::Ok);
    run();
}

void T1Card::run() {
    const auto at = clock_.tick(last_ + rate_.etus(CharacterEtus));
    if (too_long_) {
        answer_ = {0x67, 0x00};
        ready_ = last_;
    } else {
        auto taken = os_->take(command_, false, at);
        answer_ = std::move(taken.response);
        ready_ = clock_.cycle(taken.ready);
    }
    command_.clear();
    too_long_ = false;
    sent_ = 0;
    answer_within(block_wait_);
}

void T1Card::answer_within(Cycle limit) {
    const Cycle start = std::max(turn_, ready_);
    if (start <= last_ + limit) return send_piece(start);
    // A quarter of the waiting time is left for the request to begin in.
    const Cycle ask = last_ + limit - block_wait_ / 4;
    const Cycle missing = (ready_ - ask + block_wait_ - 1) / block_wait_;
    const auto multiplier = static_cast<std::uint8_t>(std::min<Cycle>(missing, 255));
    request_ = Block::request(Supervisory::Wtx, std::array{multiplier});
    send(*request_, ask);
}

void T1Card::send_piece(Cycle earliest) {
    const std::size_t length = std::min<std::size_t>(ifsd_, answer_.size() - sent_);
    const bool more = sent_ + length < answer_.size();
    unconfirmed_ =
        Block::information(number_, more, base::ByteView{answer_}.subspan(sent_, length));
    sent_ += length;
    number_ ^= 1U;
    send(*unconfirmed_, earliest);
}

void T1Card::receive_ready(const Block& block) {
    failures_ = 0;
    if (request_) return send(*request_, turn_);
    if (unconfirmed_ && block.receive_number() == unconfirmed_->send_number())
        return send(*unconfirmed_, turn_);
    if (unconfirmed_ && unconfirmed_->more()) return send_piece(turn_);
    send_ready(Acknowledge::Other);
}

void T1Card::supervisory(const Block& block) {
    if (block.is(Supervisory::Resynch, false)) {
        drop_chains();
        expected_ = 0;
        number_ = 0;
        ifsd_ = InitialIfs;
        failures_ = 0;
        return send(Block::response(Supervisory::Resynch), turn_);
    }
    if (request_) {
        if (!block.is(Supervisory::Wtx, true) || block.inf != request_->inf)
            return fail(Acknowledge::Other);
        failures_ = 0;
        request_.reset();
        return answer_within(block.inf[0] * block_wait_);
    }
    if (block.is(Supervisory::Ifs, false)) {
        failures_ = 0;
        ifsd_ = block.inf[0];
        return send(Block::response(Supervisory::Ifs, block.inf), turn_);
    }
    if (block.is(Supervisory::Abort, false)) {
        failures_ = 0;
        drop_chains();
        return send(Block::response(Supervisory::Abort), turn_);
    }
    fail(Acknowledge::Other);
}

void T1Card::drop_chains() {
    command_.clear();
    too_long_ = false;
    answer_.clear();
    sent_ = 0;
    unconfirmed_.reset();
    request_.reset();
}

void T1Card::fail(Acknowledge reason) {
    // A card that failed twice keeps listening (7816-3, 11.6.3.2).
    if (++failures_ > 1) return;
    if (request_) return send(*request_, turn_);
    send_ready(reason);
}

void T1Card::send_ready(Acknowledge reason) {
    send(Block::receive_ready(expected_, reason), turn_);
}

void T1Card::send(const Block& block, Cycle earliest) {
    Block addressed = block;
    addressed.nad = nad_;
    speaker_->say(addressed.bytes(), earliest);
}

}  // namespace contact
