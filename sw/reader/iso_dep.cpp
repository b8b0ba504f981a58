#include "reader/iso_dep.hpp"

#include <algorithm>
#include <array>

namespace reader {
namespace {

constexpr std::uint8_t InformationBlock = 0x02;
constexpr std::uint8_t Chaining = 0x10;
constexpr std::uint8_t WithCid = 0x08;
constexpr std::uint8_t Acknowledge = 0xA2;
constexpr std::uint8_t NotAcknowledge = 0xB2;
constexpr std::uint8_t WaitingTime = 0xF2;
constexpr std::uint8_t Deselect = 0xC2;
constexpr std::uint8_t BlockNumber = 0x01;
constexpr std::uint8_t CidBits = 0x0F;
constexpr std::uint8_t ProtocolSelection = 0xD0;
constexpr std::uint8_t WithPps1 = 0x11;  // PPS0
constexpr unsigned Tries = 2;            // of RATS, PPS and ATTRIB
constexpr unsigned MostErrors = 3;       // in a row: the last one is not repaired
constexpr std::size_t CrcBytes = 2;
constexpr std::size_t ControlAndCrc = 3;
constexpr unsigned MostFwi = 14;
constexpr unsigned MostMultiplier = 59;  // of a waiting time extension

bool is_information(std::uint8_t control) { return (control & 0xE6U) == InformationBlock; }
bool is_receive_ready(std::uint8_t control) { return (control & 0xF6U) == Acknowledge; }

/// The CID in `parameter` of RATS or ATTRIB; 0 is not used in blocks.
std::optional<std::uint8_t> used_cid(std::uint8_t parameter) {
    const std::uint8_t cid = parameter & CidBits;
    if (cid == 0) return std::nullopt;
    return cid;
}

}  // namespace

IsoDep::IsoDep(Reader& reader, const DepParameters& parameters, std::optional<std::uint8_t> cid,
               unsigned longest, port::Technology technology, const Rates& rates)
    : reader_{&reader},
      parameters_{parameters},
      pps_cid_{cid.value_or(0)},
      cid_{cid},
      longest_{longest},
      technology_{technology},
      rates_{rates} {
    if (!parameters_.cid) cid_.reset();
}

IsoDep::Opened IsoDep::open(Reader& reader, const Card& card, std::uint8_t parameter) {
    return card.technology == port::Technology::B ? open_b(reader, card, parameter)
                                                  : open_a(reader, parameter);
}

IsoDep::Opened IsoDep::open_a(Reader& reader, std::uint8_t parameter) {
    const auto channel_of = [&](const DepParameters& parameters) {
        return IsoDep{reader, parameters, used_cid(parameter), frame_size(parameter >> 4U)};
    };
    Status status = Status::Silent;
    for (unsigned i = 0; i < Tries; ++i) {
        const Read ats = reader.rats(parameter);
        status = ats.status;
        if (status != Status::Ok) continue;
        const auto parameters = parse_ats(ats.data);
        if (!parameters) {
            status = Status::Protocol;
            continue;
        }
        reader.idle(parameters->guard_time());
        IsoDep channel = channel_of(*parameters);
        const Rates rates = best_rates(parameters->rates, reader.policy().highest_rate);
        if (rates != Rates{}) channel.change_rates(rates);
        return {Status::Ok, ats.data, channel};
    }
    channel_of({}).deselect();
    reader.halt();
    return {status, {}, std::nullopt};
}

IsoDep::Opened IsoDep::open_b(Reader& reader, const Card& card, std::uint8_t parameter) {
    const auto parameters = parse_atqb(card.atqb);
    if (!parameters || !card.has_part4()) return {Status::Protocol, {}, std::nullopt};
    // A card that knows no CIDs must be given CID 0.
    if (!parameters->cid) parameter &= static_cast<std::uint8_t>(~CidBits);
    const auto channel_of = [&](const Rates& rates) {
        return IsoDep{reader,
                      *parameters,
                      used_cid(parameter),
                      frame_size(parameter >> 4U),
                      port::Technology::B,
                      rates};
    };
    const Rates rates = best_rates(parameters->rates, reader.policy().highest_rate);
    Status status = Status::Silent;
    for (unsigned i = 0; i < Tries; ++i) {
        const Read answer = reader.attrib(card, parameter, rates);
        status = answer.status;
        if (status == Status::Ok) return {status, answer.data, channel_of(rates)};
    }
    channel_of(rates).deselect();
    reader.halt_b(card);
    return {status, {}, std::nullopt};
}

Status IsoDep::change_rates(const Rates& rates) {
    const auto start = static_cast<std::uint8_t>(ProtocolSelection | pps_cid_);
    const auto divisors = static_cast<std::uint8_t>((static_cast<unsigned>(rates.from_card) << 2U) |
                                                    static_cast<unsigned>(rates.to_card));
    Status status = Status::Silent;
    for (unsigned i = 0; i < Tries; ++i) {
        const Read answer =
            reader_->command_for_data({start, WithPps1, divisors}, reader_->policy().rats_timeout);
        status = answer.status;
        if (status != Status::Ok) continue;
        if (answer.data != base::Bytes{start}) {
            status = Status::Protocol;
            continue;
        }
        rates_ = rates;
        break;
    }
    return status;
}

IsoDep::Block IsoDep::send(std::uint8_t control, base::ByteView data, Tick timeout) {
    port::Request request;
    request.data = {static_cast<std::uint8_t>(control | (cid_ ? WithCid : 0))};
    if (cid_) request.data.push_back(*cid_);
    request.data.insert(request.data.end(), data.begin(), data.end());
    request.tx_crc = true;
    request.rx_crc = true;
    request.timeout = timeout;
    request.technology = technology_;
    request.tx_rate = rates_.to_card;
    request.rx_rate = rates_.from_card;
    const port::Answer answer = reader_->transceive(request);
    Block block{judge(answer), 0, {}};
    if (block.status != Status::Ok) return block;
    if (answer.data.empty() || answer.data.size() + CrcBytes > longest_) {
        return {Status::Framing, 0, {}};
    }
    block.control = answer.data[0];
    const bool has_cid = (block.control & WithCid) != 0;
    const std::size_t prologue = has_cid ? 2 : 1;
    const bool mine = has_cid == cid_.has_value() &&
                      (!has_cid || (answer.data.size() > 1 && (answer.data[1] & CidBits) == *cid_));
    // A block of another card's channel is no answer.
    if (!mine) return {Status::Framing, 0, {}};
    block.control &= static_cast<std::uint8_t>(~WithCid);
    block.data.assign(answer.data.begin() + static_cast<std::ptrdiff_t>(prologue),
                      answer.data.end());
    return block;
}

bool IsoDep::is_present() {
    const auto control = static_cast<std::uint8_t>(NotAcknowledge | number_);
    return send(control, {}, parameters_.frame_waiting_time()).status == Status::Ok;
}

Status IsoDep::deselect() {
    const Block answer = send(Deselect, {}, reader_->policy().rats_timeout);
    if (answer.status != Status::Ok) return answer.status;
    const bool confirmed = answer.control == Deselect && answer.data.empty();
    if (!confirmed) return Status::Protocol;
    rates_ = {};
    return Status::Ok;
}

Read IsoDep::give_up(Status status) {
    deselect();
    return {status, {}, 0};
}

Read IsoDep::exchange(base::ByteView apdu) {
    Transfer transfer;
    transfer.rest = apdu;
    transfer.give_up_at = reader_->port().now() + reader_->policy().command_limit;
    send_next_piece(transfer);
    while (true) {
        const Block block = send(transfer.control, transfer.data, transfer.timeout);
        transfer.timeout = parameters_.frame_waiting_time();
        if (block.status != Status::Ok) {
            if (++transfer.errors == MostErrors) return give_up(block.status);
            transfer.control = static_cast<std::uint8_t>(
                (transfer.receiving ? Acknowledge : NotAcknowledge) | number_);
            transfer.data.clear();
            continue;
        }
        switch (take(block, transfer)) {
            case Next::Send:
                break;
            case Next::Done:
                return {Status::Ok, transfer.answer, 0};
            case Next::Broken:
                return give_up(Status::Protocol);
            case Next::TooLong:
                return give_up(Status::Silent);
        }
    }
}

IsoDep::Next IsoDep::take(const Block& block, Transfer& transfer) {
    if (block.control == WaitingTime) return take_waiting_time(block, transfer);
    const bool same_number = (block.control & BlockNumber) == number_;
    if (is_information(block.control)) {
        // A card that was not told everything has nothing to say.
        if (!same_number || !transfer.rest.empty()) return Next::Broken;
        transfer.answer.insert(transfer.answer.end(), block.data.begin(), block.data.end());
        number_ ^= BlockNumber;
        if ((block.control & Chaining) == 0) return Next::Done;
        transfer.receiving = true;
        transfer.errors = 0;
        transfer.control = static_cast<std::uint8_t>(Acknowledge | number_);
        transfer.data.clear();
        return Next::Send;
    }
    if (!is_receive_ready(block.control) || transfer.receiving || !block.data.empty()) {
        return Next::Broken;
    }
    if (same_number) {
        if (transfer.rest.empty()) return Next::Broken;
        number_ ^= BlockNumber;
        transfer.errors = 0;
        transfer.repeats = 0;
        send_next_piece(transfer);
        return Next::Send;
    }
    // The card never got the last block.
    if (++transfer.repeats == MostErrors) return Next::Broken;
    send_piece(transfer);
    return Next::Send;
}

IsoDep::Next IsoDep::take_waiting_time(const Block& block, Transfer& transfer) {
    constexpr std::uint8_t MultiplierBits = 0x3F;
    constexpr Tick Longest = Tick{4096} << MostFwi;
    if (block.data.size() != 1) return Next::Broken;
    const std::uint8_t multiplier = block.data[0] & MultiplierBits;
    if (multiplier == 0 || multiplier > MostMultiplier) return Next::Broken;
    if (reader_->port().now() > transfer.give_up_at) return Next::TooLong;
    transfer.errors = 0;
    transfer.control = WaitingTime;
    transfer.data = {multiplier};
    transfer.timeout = std::min(parameters_.frame_waiting_time() * multiplier, Longest);
    return Next::Send;
}

void IsoDep::send_next_piece(Transfer& transfer) {
    const std::size_t room = parameters_.frame_size - ControlAndCrc - (cid_ ? 1U : 0U);
    transfer.piece = transfer.rest.first(std::min(room, transfer.rest.size()));
    transfer.rest = transfer.rest.subspan(transfer.piece.size());
    send_piece(transfer);
}

void IsoDep::send_piece(Transfer& transfer) {
    transfer.control = static_cast<std::uint8_t>(InformationBlock | number_ |
                                                 (transfer.rest.empty() ? 0 : Chaining));
    transfer.data.assign(transfer.piece.begin(), transfer.piece.end());
    transfer.timeout = parameters_.frame_waiting_time();
}

}  // namespace reader
