#include "driver/mailbox_driver.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

#include "driver/mailbox_registers.hpp"

namespace driver {

namespace {

// ISO/IEC 14443-4, 5.1: FSDI and FSCI to bytes; larger ones count as the last.
constexpr std::array<unsigned, 9> FrameSizes{16, 24, 32, 40, 48, 64, 96, 128, 256};
constexpr std::size_t PcbAndCrc = 3;
constexpr std::size_t LongestAts = 20;

constexpr std::uint8_t PcbChained = 0x10;
constexpr std::uint8_t PcbCid = 0x08;
constexpr std::uint8_t PcbNad = 0x04;

/// H(n): what it takes to move `n` bytes of INF.
constexpr base::Tick host_ticks(std::size_t n) { return 64 + 4 * static_cast<base::Tick>(n); }

constexpr std::uint8_t changed_over(std::uint8_t nad) {
    return static_cast<std::uint8_t>((nad & 7U) << 4U | (nad >> 4U & 7U));
}

}  // namespace

AtsLimits AtsLimits::from(base::ByteView ats) {
    if (ats.empty() || ats.size() > LongestAts || ats[0] != ats.size())
        throw std::invalid_argument{"ATS: not as long as it says, or not 1 to 20 bytes"};
    AtsLimits limits;
    if (ats.size() == 1) return limits;
    const unsigned format = ats[1];
    if ((format & 0x80) != 0) throw std::invalid_argument{"ATS: T0 with b8 set"};
    limits.fsci = format & 15U;
    std::size_t next = 2;
    const auto interface_byte = [&](unsigned announced) -> int {
        if ((format & announced) == 0) return -1;
        if (next == ats.size()) throw std::invalid_argument{"ATS: an interface byte is missing"};
        return ats[next++];
    };
    if (const int ta = interface_byte(0x10); ta >= 0) limits.rates = static_cast<std::uint8_t>(ta);
    if (const int tb = interface_byte(0x20); tb >= 0) limits.fwi = static_cast<unsigned>(tb) >> 4U;
    if (const int tc = interface_byte(0x40); tc >= 0) {
        limits.cid = (tc & 2) != 0;
        limits.nad = (tc & 1) != 0;
    }
    if (limits.fwi == 15) throw std::invalid_argument{"ATS: FWI 15"};
    return limits;
}

AtsLimits AtsLimits::from_atqb(base::ByteView atqb) {
    constexpr std::size_t InfoBytes = 7;
    if (atqb.size() != InfoBytes) throw std::invalid_argument{"ATQB: not 7 bytes"};
    const unsigned options = atqb[6];
    AtsLimits limits;
    limits.rates = atqb[4];
    limits.fsci = atqb[5] >> 4U;
    limits.fwi = options >> 4U;
    limits.nad = (options & 2U) != 0;
    limits.cid = (options & 1U) != 0;
    if (limits.fwi == 15) throw std::invalid_argument{"ATQB: FWI 15"};
    return limits;
}

void MailboxDriver::configure(base::ByteView ats, bool strict) {
    const AtsLimits limits = AtsLimits::from(ats);
    bus_.write(mailbox::Flush, 0);
    for (const std::uint8_t byte : ats.subspan(1)) bus_.write(mailbox::Ats, byte);
    bus_.write(mailbox::AtsLength, ats[0]);
    set(limits, strict);
}

void MailboxDriver::configure_type_b(base::ByteView atqb) {
    set(AtsLimits::from_atqb(atqb), false);
}

void MailboxDriver::set(const AtsLimits& limits, bool strict) {
    bus_.write(mailbox::Rates, limits.rates);
    bus_.write(mailbox::Limits, static_cast<std::uint8_t>(limits.fsci << mailbox::LimitsFsciShift |
                                                          limits.fwi << mailbox::LimitsFwiShift));
    bus_.write(mailbox::Config, static_cast<std::uint8_t>(mailbox::ConfigEnable |
                                                          (limits.cid ? mailbox::ConfigCid : 0U) |
                                                          (limits.nad ? mailbox::ConfigNad : 0U) |
                                                          (strict ? mailbox::ConfigStrict : 0U)));
}

void MailboxDriver::interrupt(base::Tick told) {
    bus_.read(mailbox::Events, [this, told](std::uint8_t events) { handle(events, told); });
}

void MailboxDriver::handle(std::uint8_t events, base::Tick told) {
    bus_.write(mailbox::Events, events);
    if ((events & (mailbox::EventsActivated | mailbox::EventsDeselected)) != 0) ++session_;
    if ((events & mailbox::EventsActivated) != 0) {
        const unsigned fsdi = events >> mailbox::EventsFsdiShift & mailbox::EventsFsdiMask;
        reader_limit_ = FrameSizes[std::min<std::size_t>(fsdi, FrameSizes.size() - 1)];
        answer_.clear();
        in_chain_ = false;
        os_.reset(told);
    }
    if ((events & mailbox::EventsPiece) != 0) {
        ++session_;
        bus_.read(mailbox::Length, [this, told](std::uint8_t length) {
            const std::size_t left = length == 0 ? 256 : length;
            const auto block = std::make_shared<base::Bytes>();
            // The CRC was judged on the air.
            for (std::size_t i = 0; i + 2 < left; ++i)
                bus_.read(mailbox::Data, [this, told, block, session = session_,
                                          last = i + 3 == left](std::uint8_t byte) {
                    block->push_back(byte);
                    if (last && session == session_) take_piece(*block, told);
                });
        });
    } else if ((events & mailbox::EventsNext) != 0) {
        bus_.read(mailbox::Data, [this, told](std::uint8_t pcb) {
            has_nad_ = false;
            send_piece((pcb & PcbCid) != 0, told);
        });
    }
}

void MailboxDriver::take_piece(base::ByteView block, base::Tick told) {
    const std::uint8_t pcb = block[0];
    const bool more = (pcb & PcbChained) != 0;
    const bool with_cid = (pcb & PcbCid) != 0;
    block = block.subspan(with_cid ? 2 : 1);
    if ((pcb & PcbNad) != 0) {
        nad_ = block[0];
        block = block.subspan(1);
    }
    // A chain has its NAD in the first block only.
    has_nad_ = (pcb & PcbNad) != 0 || (in_chain_ && has_nad_);
    in_chain_ = more;
    const base::Bytes piece{block.begin(), block.end()};
    const base::Tick at = told + host_ticks(piece.size());
    later(at, [this, piece, more, with_cid, at] {
        port::ApduPort::Taken taken = os_.take(piece, more, at);
        answer_ = std::move(taken.response);
        later(taken.ready, [this, more, with_cid, ready = taken.ready] {
            if (more)
                bus_.write(mailbox::Go, 0);
            else
                send_piece(with_cid, ready);
        });
    });
}

void MailboxDriver::send_piece(bool with_cid, base::Tick start) {
    const std::size_t room =
        reader_limit_ - PcbAndCrc - (with_cid ? 1U : 0U) - (has_nad_ ? 1U : 0U);
    const std::size_t size = std::min(room, answer_.size());
    bus_.write(mailbox::Flush, 0);
    if (has_nad_) bus_.write(mailbox::Data, changed_over(nad_));
    for (std::size_t i = 0; i < size; ++i) bus_.write(mailbox::Data, answer_[i]);
    answer_.erase(answer_.begin(), answer_.begin() + static_cast<std::ptrdiff_t>(size));
    later(start + host_ticks(size),
          [this, go = (answer_.empty() ? 0U : mailbox::GoMore) | (has_nad_ ? mailbox::GoNad : 0U)] {
              bus_.write(mailbox::Go, static_cast<std::uint8_t>(go));
          });
}

void MailboxDriver::later(base::Tick at, std::function<void()> action) {
    bus_.at(at, [this, session = session_, action = std::move(action)] {
        if (session == session_) action();
    });
}

}  // namespace driver
