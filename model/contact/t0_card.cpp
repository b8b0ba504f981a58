#include "contact/t0_card.hpp"

#include <algorithm>
#include <utility>

#include "apdu/command.hpp"

namespace contact {

namespace {

constexpr std::size_t HeaderSize = 5;
constexpr std::uint8_t Null = 0x60;
constexpr std::uint8_t GetResponse = 0xC0;
constexpr std::uint8_t Envelope = 0xC2;
constexpr std::uint8_t ToolkitClass = 0x80;
constexpr std::uint8_t DownloadTag = 0xD1;
constexpr std::uint64_t CharacterEtus = 10;  ///< start, data, parity

/// Whether GET RESPONSE may follow although there are no data.
bool may_be_fetched(std::uint8_t sw1) {
    return sw1 == 0x61 || sw1 == 0x62 || sw1 == 0x63 || sw1 >> 4 == 9;
}

std::uint8_t count_byte(std::size_t count) {
    return static_cast<std::uint8_t>(count >= apdu::MostShortNe ? 0 : count);
}

}  // namespace

bool is_outgoing(const Header& header) {
    const std::uint8_t cla = header[0];
    const std::uint8_t p1 = header[2];
    // Secure messaging brings data into every command.
    const auto says = apdu::read_class(cla);
    if (!says || says->secure != 0) return false;
    switch (header[1]) {
        case 0x70:  // MANAGE CHANNEL: open answers the number, close nothing
            return p1 == 0x00;
        case 0x84:  // GET CHALLENGE
        case 0xB0:  // READ BINARY
        case 0xB2:  // READ RECORD
        case 0xC0:  // GET RESPONSE
        case 0xCA:  // GET DATA
            return true;
        case 0x01:  // LONG and COUNT of the test application
        case 0x03:
        case 0x12:  // FETCH
        case 0x5C:  // GET BALANCE
            return (cla & 0x80) != 0;
        default:
            return false;
    }
}

T0Card::T0Card(const Parameters& parameters, Rate rate, Clock clock, Outgoing outgoing,
               port::ApduPort& os, Speaker& speaker)
    : rate_{rate},
      clock_{clock},
      null_interval_{Cycle{960 * 372} * parameters.wi * 3 / 4},
      work_wait_{parameters.work_wait()},
      outgoing_{std::move(outgoing)},
      os_{&os},
      speaker_{&speaker} {}

void T0Card::hear(std::uint8_t byte, Cycle start) {
    if (start > last_ + work_wait_) heard_.clear();
    heard_.push_back(byte);
    last_ = start;
    if (heard_.size() < HeaderSize) return;
    Header header{};
    std::copy_n(heard_.begin(), HeaderSize, header.begin());
    const std::uint8_t cla = header[0];
    const std::uint8_t ins = header[1];
    const std::uint8_t p3 = header[4];
    const Cycle turn = last_ + rate_.etus(GuardEtus);
    const bool invalid = cla == 0xFF || ins >> 4 == 6 || ins >> 4 == 9;
    const std::size_t incoming = invalid || outgoing(header) ? 0 : p3;
    if (incoming > 0 && heard_.size() == HeaderSize) return speaker_->say(ins, turn);
    if (heard_.size() < HeaderSize + incoming) return;
    if (invalid) {
        pending_.reset();
        cla == 0xFF ? say_status(0x6E, 0x00, turn) : say_status(0x6D, 0x00, turn);
    } else {
        command();
    }
    heard_.clear();
}

bool T0Card::outgoing(const Header& header) const {
    if (header[1] == GetResponse) return true;
    return header[1] != Envelope && outgoing_(header);
}

void T0Card::command() {
    Header header{};
    std::copy_n(heard_.begin(), HeaderSize, header.begin());
    const std::uint8_t ins = header[1];
    const std::uint8_t p3 = header[4];
    if (pending_) {
        const bool fetches = pending_->repeat ? std::equal(header.begin(), header.end() - 1,
                                                           pending_->repeat->begin())
                                              : ins == GetResponse;
        if (fetches) return fetch(last_);
        pending_.reset();
    }
    // What a phone brings from the network (3GPP TS 31.111) is no part of a long command.
    const bool download = header[0] == ToolkitClass && heard_.size() > HeaderSize &&
                          heard_[HeaderSize] == DownloadTag && envelope_.empty();
    if (ins == Envelope && !download) return envelope();
    envelope_.clear();
    too_long_ = false;
    const bool to_reader = outgoing(header);
    // Every answer is asked for whole: P3 of an outgoing command is judged here, and what a command
    // with data answers is fetched later.
    base::Bytes apdu = heard_;
    if (to_reader) apdu.back() = 0;
    if (!to_reader && p3 != 0) apdu.push_back(0);
    run(apdu, to_reader);
}

void T0Card::envelope() {
    const base::ByteView data = base::ByteView{heard_}.subspan(HeaderSize);
    if (!data.empty()) {
        too_long_ = too_long_ || envelope_.size() + data.size() > apdu::MostCommandBytes;
        if (!too_long_) envelope_.insert(envelope_.end(), data.begin(), data.end());
        return say_status(0x90, 0x00, last_);
    }
    const auto apdu = std::exchange(envelope_, {});
    if (std::exchange(too_long_, false) || apdu.empty()) return say_status(0x67, 0x00, last_);
    run(apdu, false);
}

void T0Card::run(base::ByteView apdu, bool to_reader) {
    auto taken = os_->take(apdu, false, clock_.tick(last_ + rate_.etus(CharacterEtus)));
    const Cycle ready = clock_.cycle(taken.ready);
    for (Cycle at = last_ + null_interval_; at < ready; at += null_interval_)
        speaker_->say(Null, at);
    auto& data = taken.response;
    if (data.size() < 2) return;  // no status: nothing that T=0 could say
    Pending answer;
    answer.status = {data[data.size() - 2], data.back()};
    data.resize(data.size() - 2);
    const auto [sw1, sw2] = answer.status;
    // An error has data only as the R-MAC of secure messaging; they go the way of all data.
    if (data.empty() && !may_be_fetched(sw1)) return say_status(sw1, sw2, ready);
    answer.data = std::move(data);
    pending_ = std::move(answer);
    // A reader that expected data asks for them also when there are none (7816-3, 12.2.1).
    if (pending_->data.empty()) return say_status(sw1, sw2, ready);
    if (to_reader) {
        Header header{};
        std::copy_n(heard_.begin(), HeaderSize, header.begin());
        pending_->repeat = header;
        return fetch(ready);
    }
    say_status(0x61, count_byte(pending_->data.size()), ready);
}

void T0Card::fetch(Cycle ready) {
    base::Bytes& data = pending_->data;
    if (data.empty()) {
        const auto [sw1, sw2] = pending_->status;
        pending_.reset();
        return say_status(sw1, sw2, ready);
    }
    const std::size_t wanted = heard_[4] == 0 ? apdu::MostShortNe : heard_[4];
    // A command takes all there is, up to 256 bytes; GET RESPONSE may take a part.
    const bool fits = pending_->repeat ? wanted == std::min(data.size(), apdu::MostShortNe)
                                       : wanted <= data.size();
    if (!fits) return say_status(0x6C, count_byte(data.size()), ready);
    const Cycle turn = std::max(ready, last_ + rate_.etus(GuardEtus));
    speaker_->say(heard_[1], turn);
    speaker_->say(base::ByteView{data}.first(wanted), turn);
    data.erase(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(wanted));
    if (data.empty()) {
        const auto status = pending_->status;
        pending_.reset();
        return say_status(status[0], status[1], turn);
    }
    pending_->repeat.reset();
    say_status(0x61, count_byte(data.size()), turn);
}

void T0Card::say_status(std::uint8_t sw1, std::uint8_t sw2, Cycle ready) {
    const Cycle turn = std::max(ready, last_ + rate_.etus(GuardEtus));
    speaker_->say(sw1, turn);
    speaker_->say(sw2, turn);
}

}  // namespace contact
