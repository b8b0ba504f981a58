#include "driver/board_card.hpp"

#include <stdexcept>
#include <utility>

#include "driver/board_registers.hpp"

namespace driver {
namespace {

constexpr std::size_t LongestUid = 10;

port::ApduPort& air_of(port::StorePort& card) {
    port::ApduPort* const air = card.air();
    if (air == nullptr) throw std::invalid_argument{"card: has no card OS for the air"};
    return *air;
}

/// The bytes of the register Identity (rtl/bus/registers.json).
base::Bytes identity_of(const port::CardProfile& profile) {
    constexpr unsigned Unpredictable = 4;
    constexpr unsigned TypeB = 8;
    const std::size_t size = profile.uid.size();
    if (size != 4 && size != 7 && size != 10)
        throw std::invalid_argument{"CardProfile: uid is not 4, 7 or 10 bytes"};
    if (profile.random_uid) throw std::invalid_argument{"CardProfile: no random UID on a board"};
    base::Bytes bytes = profile.uid;
    bytes.resize(LongestUid, 0);
    bytes.push_back(static_cast<std::uint8_t>(profile.atqa));
    bytes.push_back(static_cast<std::uint8_t>(profile.atqa >> 8U));
    bytes.push_back(profile.sak);
    bytes.push_back(static_cast<std::uint8_t>(
        (size - 4) / 3 | (profile.nonce_unpredictable ? Unpredictable : 0U) |
        (profile.technology == port::Technology::B ? TypeB : 0U)));
    bytes.push_back(profile.afi);
    bytes.insert(bytes.end(), profile.atqb.begin(), profile.atqb.end());
    return bytes;
}

}  // namespace

BoardCard::BoardCard(port::StorePort& card, const port::CardProfile& profile)
    : card_{card}, driver_{*this, air_of(card)} {
    read(board_reg::Design, [](std::uint8_t design) {
        if (design != board_reg::DesignCard)
            throw std::runtime_error{"SPI: what answers is not board_card"};
    });
    for (const std::uint8_t byte : identity_of(profile)) write(board_reg::Identity, byte);
    if (profile.technology == port::Technology::B)
        driver_.configure_type_b(profile.atqb);
    else
        driver_.configure(profile.ats, profile.strict);
}

void BoardCard::write(std::uint8_t address, std::uint8_t value) {
    if (queue_.empty() || !queue_.back().is_write || queue_.back().address != address)
        queue_.push_back({true, address, {}, {}});
    queue_.back().words.push_back(value);
}

void BoardCard::read(std::uint8_t address, std::function<void(std::uint8_t)> done) {
    if (queue_.empty() || queue_.back().is_write || queue_.back().address != address ||
        queue_.back().done.size() == SpiMostWords)
        queue_.push_back({false, address, {}, {}});
    queue_.back().done.push_back(std::move(done));
}

void BoardCard::at(base::Tick at, std::function<void()> action) {
    if (at <= now_)
        action();
    else
        planned_.emplace(at, std::move(action));
}

base::Bytes BoardCard::next(base::Tick now) {
    now_ = now;
    run_planned();
    polling_ = queue_.empty();
    if (polling_) {
        sent_ = Job{false, board_reg::State, {}, {}};
        return spi_read(board_reg::State, 1);
    }
    sent_ = std::move(queue_.front());
    queue_.pop_front();
    return sent_->is_write ? spi_write(sent_->address, sent_->words)
                           : spi_read(sent_->address, sent_->done.size());
}

void BoardCard::finish(base::ByteView miso, base::Tick now) {
    now_ = now;
    if (!sent_) throw std::logic_error{"BoardCard: nothing was sent"};
    const Job job = std::move(*sent_);
    sent_.reset();
    if ((miso[0] & ~(SpiStatusIrq | SpiStatusError)) != 0)
        throw std::runtime_error{"SPI: no board there, or the wires are wrong"};
    if ((miso[0] & SpiStatusError) != 0)
        throw std::runtime_error{"SPI: the board refused an access"};
    if (polling_) {
        asked(miso[0], miso[SpiHeadBytes]);
        return;
    }
    for (std::size_t i = 0; i < job.done.size(); ++i) job.done[i](miso[SpiHeadBytes + i]);
}

void BoardCard::asked(std::uint8_t status, std::uint8_t state) {
    const bool powered = (state & board_reg::StatePowered) != 0;
    if (powered != powered_) {
        powered_ = powered;
        if (powered) {
            card_.power_up(now_);
        } else {
            planned_.clear();
            driver_.power_lost();
            card_.power_lost(now_);
        }
    }
    if (powered && (status & SpiStatusIrq) != 0) driver_.interrupt(now_);
}

void BoardCard::run_planned() {
    while (!planned_.empty() && planned_.begin()->first <= now_) {
        const auto action = std::move(planned_.begin()->second);
        planned_.erase(planned_.begin());
        action();
    }
}

}  // namespace driver
