#include "block/protocol.hpp"

#include <algorithm>
#include <utility>

#include "frame/fdt.hpp"

namespace block {
namespace {

constexpr std::uint8_t CodeRats = 0xE0;
constexpr std::size_t RatsBytes = 4;
constexpr std::uint8_t CidReserved = 15;
constexpr std::uint8_t CodePps = 0xD0;
constexpr std::uint8_t PpsWithout = 0x01;  // PPS0: no PPS1
constexpr std::uint8_t PpsWith = 0x11;
constexpr std::uint8_t PpsMostRates = 0x0F;  // PPS1: DSI b4 b3, DRI b2 b1

constexpr std::uint8_t Information = 0x02;
constexpr std::uint8_t Acknowledge = 0xA2;
constexpr std::uint8_t NotAcknowledge = 0xB2;
constexpr std::uint8_t Deselect = 0xC2;
constexpr std::uint8_t WaitingTime = 0xF2;
constexpr std::uint8_t NumberBit = 0x01;
constexpr std::uint8_t NadBit = 0x04;
constexpr std::uint8_t CidBit = 0x08;
constexpr std::uint8_t ChainingBit = 0x10;
constexpr std::uint8_t NadReserved = 0x88;
constexpr std::uint8_t Multiplier = 1;  // of every S(WTX)

constexpr std::size_t CrcBytes = 2;
constexpr std::size_t ControlAndCrc = 3;

constexpr Tick HostTold = 1024;  // after G
constexpr Tick SendMargin = 64;  // from GO to L at least

/// H(n): what the host needs to move n bytes.
constexpr Tick host_time(std::size_t bytes) noexcept { return 64 + 4 * Tick{bytes}; }

constexpr bool is_information(std::uint8_t control) noexcept {
    return (control & ~(ChainingBit | CidBit | NadBit | NumberBit)) == Information;
}
constexpr bool is_acknowledge(std::uint8_t control) noexcept {
    return (control & ~(CidBit | NumberBit)) == Acknowledge;
}
constexpr bool is_not_acknowledge(std::uint8_t control) noexcept {
    return (control & ~(CidBit | NumberBit)) == NotAcknowledge;
}
constexpr bool is_supervisory(std::uint8_t control, std::uint8_t kind) noexcept {
    return (control & ~CidBit) == kind;
}

}  // namespace

Protocol::Protocol(base::ByteView ats, port::ApduPort& host)
    : ats_{Ats::from(ats)}, terms_{ats_.terms}, host_{&host} {}

bool Protocol::is_rats(base::ByteView frame) noexcept {
    return frame.size() == RatsBytes && frame[0] == CodeRats && (frame[1] & 0x0FU) != CidReserved;
}

void Protocol::reset() noexcept {
    active_ = false;
    rates_ = {};
    due_ = Never;
}

void Protocol::begin(std::uint8_t cid, unsigned size_code, Tick grid) {
    active_ = true;
    cid_ = cid;
    fsd_ = frame_size(size_code);
    number_ = 1;
    receiving_ = false;
    chaining_ = false;
    extending_ = false;
    nad_.reset();
    last_.clear();
    job_ = Job::Reset;
    due_ = grid + HostTold;
}

Reaction Protocol::rats(std::uint8_t parameter, Tick grid) {
    begin(parameter & 0x0FU, parameter >> 4U, grid);
    untouched_ = true;
    reply_ = ats_.within(fsd_);
    return at_once(grid);
}

Reaction Protocol::attrib(std::uint8_t cid, unsigned size_code, Rates rates, Tick grid) {
    begin(cid, size_code, grid);
    untouched_ = false;
    rates_ = rates;
    reply_ = {cid};  // MBLI 0
    return at_once(grid);
}

Reaction Protocol::frame(base::ByteView message, Tick grid) {
    const bool first = std::exchange(untouched_, false);
    if (message.empty()) {
        return {};
    }
    if (first) {
        if (const auto rates = read_pps(message)) {
            rates_ = *rates;
            reply_ = {message[0]};
            return at_once(grid);
        }
    }
    const auto block = read_block(message);
    if (!block) {
        return {};
    }
    if (is_supervisory(block->control, Deselect)) {
        return deselect(*block, grid);
    }
    if (extending_) {
        return while_extending(*block, grid);
    }
    if (is_information(block->control)) {
        return information(*block, grid);
    }
    return receive_ready(*block, grid);
}

std::optional<Rates> Protocol::read_pps(base::ByteView message) const {
    if (message[0] != (CodePps | cid_)) {
        return std::nullopt;
    }
    if (message.size() == 2 && message[1] == PpsWithout) {
        return Rates{};
    }
    if (message.size() != 3 || message[1] != PpsWith || message[2] > PpsMostRates) {
        return std::nullopt;
    }
    const auto rates = Rates::from(message[2]);
    return terms_.allow(rates) ? std::optional{rates} : std::nullopt;
}

std::optional<Protocol::Block> Protocol::read_block(base::ByteView message) const {
    if (message.size() + CrcBytes > terms_.frame_size) {
        return std::nullopt;
    }
    Block block;
    block.control = message[0];
    auto rest = message.subspan(1);
    const bool information = is_information(block.control);
    const bool waiting_time = is_supervisory(block.control, WaitingTime);
    if (!information && !waiting_time && !is_acknowledge(block.control) &&
        !is_not_acknowledge(block.control) && !is_supervisory(block.control, Deselect)) {
        return std::nullopt;
    }
    block.has_cid = (block.control & CidBit) != 0;
    if (block.has_cid) {
        if (!terms_.cid || rest.empty() || rest[0] != cid_) {
            return std::nullopt;
        }
        rest = rest.subspan(1);
    } else if (terms_.cid && cid_ != 0) {
        return std::nullopt;
    }
    if (information && (block.control & NadBit) != 0) {
        if (!terms_.nad || receiving_ || rest.empty() || (rest[0] & NadReserved) != 0) {
            return std::nullopt;
        }
        block.nad = rest[0];
        rest = rest.subspan(1);
    }
    const std::size_t most = waiting_time ? 1 : 0;
    if (!information && rest.size() != most) {
        return std::nullopt;
    }
    block.data = rest;
    return block;
}

Reaction Protocol::information(const Block& block, Tick grid) {
    number_ ^= NumberBit;
    if (!receiving_) {
        nad_ = block.nad;
    }
    receiving_ = (block.control & ChainingBit) != 0;
    chaining_ = false;
    has_cid_ = block.has_cid;
    piece_.assign(block.data.begin(), block.data.end());
    grid_ = grid;
    job_ = Job::Take;
    due_ = grid + HostTold + host_time(piece_.size());
    return {0, true, false};
}

Reaction Protocol::receive_ready(const Block& block, Tick grid) {
    if (is_supervisory(block.control, WaitingTime)) {
        return {};
    }
    if ((block.control & NumberBit) == number_) {
        if (last_.empty()) {
            return {};
        }
        reply_ = last_;
        return at_once(grid);
    }
    if (is_not_acknowledge(block.control)) {
        has_cid_ = block.has_cid;
        send_acknowledge();
        return at_once(grid);
    }
    if (!chaining_) {
        return {};
    }
    number_ ^= NumberBit;
    has_cid_ = block.has_cid;
    acknowledges_ = false;
    return {schedule(grid, grid + HostTold + host_time(piece_size())), false, false};
}

Reaction Protocol::while_extending(const Block& block, Tick grid) {
    if (is_supervisory(block.control, WaitingTime)) {
        if (block.data[0] != Multiplier) {
            return {};
        }
        extending_ = false;
        return {schedule(grid, go_), false, false};
    }
    const bool own = (block.control & NumberBit) == number_;
    if (is_information(block.control) || !own) {
        return {};
    }
    return at_once(grid);  // S(WTX) is still in reply_
}

Reaction Protocol::deselect(const Block& block, Tick grid) {
    send_block(Deselect, block.has_cid, std::nullopt, {});
    reset();
    auto reaction = at_once(grid);
    reaction.halts = true;
    return reaction;
}

Reaction Protocol::at_once(Tick grid) noexcept {
    return {grid + base::BitTicks * frame::FdtIndexMin, false, false};
}

std::optional<Tick> Protocol::work() {
    const Tick at = std::exchange(due_, Never);
    if (job_ == Job::Reset) {
        host_->reset(at);
        return std::nullopt;
    }
    auto taken = host_->take(piece_, receiving_, at);
    acknowledges_ = receiving_;
    Tick go = taken.ready;
    if (!acknowledges_) {
        answer_ = std::move(taken.response);
        sent_ = 0;
        go += host_time(piece_size());
    }
    return schedule(grid_, go);
}

Tick Protocol::schedule(Tick grid, Tick go) {
    const Tick from = std::max(go + SendMargin, grid + base::BitTicks * frame::FdtIndexMin);
    const Tick index = (from - grid + base::BitTicks - 1) / base::BitTicks;
    if (index <= terms_.last_index()) {
        send_answer();
        return grid + base::BitTicks * index;
    }
    extending_ = true;
    go_ = go;
    send_block(WaitingTime, has_cid_, std::nullopt, {&Multiplier, 1});
    return grid + base::BitTicks * terms_.last_index();
}

void Protocol::send_answer() {
    if (acknowledges_) {
        send_acknowledge();
    } else {
        send_information();
    }
}

void Protocol::send_acknowledge() {
    send_block(static_cast<std::uint8_t>(Acknowledge | number_), has_cid_, std::nullopt, {});
    last_ = reply_;
}

void Protocol::send_information() {
    const auto size = piece_size();
    const auto nad = sent_ == 0 ? nad_ : std::nullopt;
    const auto piece = base::ByteView{answer_}.subspan(sent_, size);
    sent_ += size;
    chaining_ = sent_ < answer_.size();
    send_block(static_cast<std::uint8_t>(Information | number_ | (chaining_ ? ChainingBit : 0)),
               has_cid_, nad, piece);
    last_ = reply_;
}

std::size_t Protocol::piece_size() const noexcept {
    const std::size_t prologue =
        ControlAndCrc + (has_cid_ ? 1U : 0U) + (sent_ == 0 && nad_ ? 1U : 0U);
    return std::min(answer_.size() - sent_, fsd_ - prologue);
}

void Protocol::send_block(std::uint8_t control, bool has_cid, std::optional<std::uint8_t> nad,
                          base::ByteView data) {
    auto& block = reply_;
    block.clear();
    block.reserve(data.size() + ControlAndCrc);
    block.push_back(
        static_cast<std::uint8_t>(control | (has_cid ? CidBit : 0) | (nad ? NadBit : 0)));
    if (has_cid) {
        block.push_back(cid_);
    }
    if (nad) {
        // Source and destination change over.
        block.push_back(static_cast<std::uint8_t>(*nad << 4U | *nad >> 4U));
    }
    block.insert(block.end(), data.begin(), data.end());
}

}  // namespace block
