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
constexpr unsigned MostErrors = 3;  // in a row, before the card is given up
constexpr unsigned MostFwi = 14;
constexpr unsigned MostMultiplier = 59;  // of a waiting time extension

bool is_information(std::uint8_t control) { return (control & 0xE6U) == InformationBlock; }
bool is_receive_ready(std::uint8_t control) { return (control & 0xF6U) == Acknowledge; }

}  // namespace

std::optional<AtsParameters> parse_ats(base::ByteView ats) {
    constexpr std::array<unsigned, 9> Sizes{16, 24, 32, 40, 48, 64, 96, 128, 256};
    AtsParameters parameters;
    if (ats.empty() || ats[0] != ats.size()) return std::nullopt;
    if (ats.size() == 1) return parameters;
    const std::uint8_t format = ats[1];
    parameters.frame_size = Sizes[std::min<std::size_t>(format & 0x0FU, Sizes.size() - 1)];
    std::size_t at = 2;
    const auto next = [&](std::uint8_t flag) -> std::optional<std::uint8_t> {
        if ((format & flag) == 0) return std::nullopt;
        return at < ats.size() ? ats[at++] : std::uint8_t{0};
    };
    const auto present = static_cast<std::size_t>(((format >> 4U) & 1U) + ((format >> 5U) & 1U) +
                                                  ((format >> 6U) & 1U));
    if (ats.size() < 2 + present) return std::nullopt;
    next(0x10);  // TA(1): rates, of which the reader uses the first only
    if (const auto tb = next(0x20)) {
        if (*tb >> 4U <= MostFwi) parameters.fwi = *tb >> 4U;
        if ((*tb & 0x0FU) <= MostFwi) parameters.sfgi = *tb & 0x0FU;
    }
    if (const auto tc = next(0x40)) {
        parameters.cid = (*tc & 0x02U) != 0;
        parameters.nad = (*tc & 0x01U) != 0;
    }
    return parameters;
}

IsoDep::IsoDep(Reader& reader, const AtsParameters& parameters, std::optional<std::uint8_t> cid)
    : reader_{&reader}, parameters_{parameters}, cid_{cid} {
    if (!parameters_.cid) cid_.reset();
}

IsoDep::Block IsoDep::send(std::uint8_t control, base::ByteView data, Tick timeout) {
    port::Request request;
    request.data = {static_cast<std::uint8_t>(control | (cid_ ? WithCid : 0))};
    if (cid_) request.data.push_back(*cid_);
    request.data.insert(request.data.end(), data.begin(), data.end());
    request.tx_crc = true;
    request.rx_crc = true;
    request.timeout = timeout;
    const port::Answer answer = reader_->transceive(request);
    Block block{judge(answer), 0, {}};
    if (block.status != Status::Ok) return block;
    if (answer.data.empty()) return {Status::Framing, 0, {}};
    block.control = answer.data[0];
    const bool has_cid = (block.control & WithCid) != 0;
    const std::size_t prologue = has_cid ? 2 : 1;
    const bool mine = has_cid == cid_.has_value() &&
                      (!has_cid || (answer.data.size() > 1 && (answer.data[1] & CidBits) == *cid_));
    // A block for another reader's channel is no answer.
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
    return answer.control == Deselect ? Status::Ok : Status::Protocol;
}

Read IsoDep::give_up(Status status) {
    deselect();
    return {status, {}, 0};
}

Read IsoDep::exchange(base::ByteView apdu) {
    const Tick waiting = parameters_.frame_waiting_time();
    const Tick longest = Tick{4096} << MostFwi;
    const std::size_t room = parameters_.frame_size - 3U - (cid_ ? 1U : 0U);

    base::ByteView piece = apdu.first(std::min(room, apdu.size()));
    apdu = apdu.subspan(piece.size());
    const auto information = [&] {
        return static_cast<std::uint8_t>(InformationBlock | number_ |
                                         (apdu.empty() ? 0 : Chaining));
    };
    std::uint8_t control = information();
    base::ByteView data = piece;
    base::Bytes extension;  // of a waiting time, to be confirmed
    Tick timeout = waiting;
    base::Bytes answer;
    bool receiving = false;  // the card is chaining
    bool asked_again = false;
    unsigned errors = 0;

    while (true) {
        const Block block = send(control, data, timeout);
        timeout = waiting;
        if (block.status != Status::Ok) {
            if (++errors > MostErrors - 1) return give_up(block.status);
            control =
                static_cast<std::uint8_t>((receiving ? Acknowledge : NotAcknowledge) | number_);
            data = {};
            asked_again = true;
            continue;
        }
        const bool same_number = (block.control & BlockNumber) == number_;
        if (block.control == WaitingTime && block.data.size() == 1) {
            const unsigned multiplier = block.data[0] & 0x3FU;
            if (multiplier == 0 || multiplier > MostMultiplier) return give_up(Status::Protocol);
            extension = {static_cast<std::uint8_t>(multiplier)};
            control = WaitingTime;
            data = extension;
            timeout = std::min(waiting * multiplier, longest);
            errors = 0;
        } else if (is_information(block.control) && same_number && (receiving || apdu.empty())) {
            answer.insert(answer.end(), block.data.begin(), block.data.end());
            number_ ^= BlockNumber;
            if ((block.control & Chaining) == 0) return {Status::Ok, answer, 0};
            receiving = true;
            control = static_cast<std::uint8_t>(Acknowledge | number_);
            data = {};
            errors = 0;
        } else if (is_receive_ready(block.control) && !receiving && same_number && !apdu.empty()) {
            number_ ^= BlockNumber;
            piece = apdu.first(std::min(room, apdu.size()));
            apdu = apdu.subspan(piece.size());
            control = information();
            data = piece;
            errors = 0;
        } else if (is_receive_ready(block.control) && !receiving && !same_number && asked_again) {
            // The card never got the last block.
            control = information();
            data = piece;
        } else {
            return give_up(Status::Protocol);
        }
        asked_again = false;
    }
}

}  // namespace reader
