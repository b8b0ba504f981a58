#include "contact/block.hpp"

#include <utility>

namespace contact {

namespace {

constexpr std::size_t Prologue = 3;  ///< NAD, PCB, LEN
constexpr std::size_t Epilogue = 1;  ///< LRC
constexpr std::uint8_t InvalidNad = 0xFF;
constexpr std::uint8_t ReservedLength = 0xFF;

std::uint8_t lrc(base::ByteView bytes) {
    std::uint8_t sum = 0;
    for (const auto byte : bytes) sum = static_cast<std::uint8_t>(sum ^ byte);
    return sum;
}

base::Bytes copy(base::ByteView bytes) { return {bytes.begin(), bytes.end()}; }

bool valid_nad(std::uint8_t nad) {
    const unsigned source = nad & 7U;
    const unsigned destination = nad >> 4 & 7U;
    return nad != InvalidNad && (source == 0 || source != destination);
}

}  // namespace

Block Block::information(unsigned number, bool more, base::ByteView inf) {
    return {0, static_cast<std::uint8_t>(number << 6 | (more ? 0x20U : 0U)), copy(inf)};
}

Block Block::receive_ready(unsigned number, Acknowledge reason) {
    return {0, static_cast<std::uint8_t>(0x80U | number << 4 | static_cast<unsigned>(reason)), {}};
}

Block Block::request(Supervisory what, base::ByteView inf) {
    return {0, static_cast<std::uint8_t>(what), copy(inf)};
}

Block Block::response(Supervisory what, base::ByteView inf) {
    return {0, static_cast<std::uint8_t>(static_cast<unsigned>(what) | ResponseBit), copy(inf)};
}

bool Block::is(Supervisory what, bool answer) const noexcept {
    return pcb == (static_cast<unsigned>(what) | (answer ? ResponseBit : 0U));
}

bool Block::well_formed() const noexcept {
    if (!valid_nad(nad)) return false;
    if (is_information()) return (pcb & 0x1F) == 0;
    if (is_receive_ready()) return (pcb & 0x20) == 0 && inf.empty();
    switch (pcb & ~unsigned{ResponseBit}) {
        case static_cast<unsigned>(Supervisory::Resynch):
        case static_cast<unsigned>(Supervisory::Abort):
            return inf.empty();
        case static_cast<unsigned>(Supervisory::Ifs):
            return inf.size() == 1 && inf[0] != 0x00 && inf[0] != 0xFF;
        case static_cast<unsigned>(Supervisory::Wtx):
            return inf.size() == 1 && inf[0] != 0x00;
        default:
            return false;
    }
}

base::Bytes Block::bytes() const {
    base::Bytes result;
    result.reserve(Prologue + inf.size() + Epilogue);
    for (const auto byte : {nad, pcb, static_cast<std::uint8_t>(inf.size())})
        result.push_back(byte);
    result.insert(result.end(), inf.begin(), inf.end());
    result.push_back(lrc(result));
    return result;
}

void BlockReceiver::forget() noexcept {
    bytes_.clear();
    damaged_ = false;
    lost_ = false;
}

Reception BlockReceiver::finish(Acknowledge verdict, Cycle known) {
    Reception reception{verdict, {}, last_, known};
    if (verdict == Acknowledge::Ok) {
        const base::ByteView all{bytes_};
        reception.block = {all[0], all[1],
                           copy(all.subspan(Prologue, all.size() - Prologue - Epilogue))};
        if (!reception.block.well_formed()) reception.verdict = Acknowledge::Other;
    }
    forget();
    return reception;
}

std::optional<Reception> BlockReceiver::hear(Decoded character, Cycle start) {
    bytes_.push_back(character.byte);
    last_ = start;
    damaged_ = damaged_ || !character.parity_ok;
    if (bytes_.size() == Prologue) lost_ = !character.parity_ok || character.byte == ReservedLength;
    if (bytes_.size() < Prologue) return std::nullopt;
    if (lost_) {
        bytes_.resize(Prologue);  // only the silence after it counts
        return std::nullopt;
    }
    const std::size_t length = bytes_[Prologue - 1];
    if (bytes_.size() < Prologue + length + Epilogue) return std::nullopt;
    if (damaged_ || lrc(bytes_) != 0) return finish(Acknowledge::Checksum, start);
    return finish(length > ifs_ ? Acknowledge::Other : Acknowledge::Ok, start);
}

std::optional<Reception> BlockReceiver::silence(Cycle now) {
    if (idle() || now <= deadline()) return std::nullopt;
    const bool broken = damaged_ && !lost_;
    return finish(broken ? Acknowledge::Checksum : Acknowledge::Other, deadline() + 1);
}

}  // namespace contact
