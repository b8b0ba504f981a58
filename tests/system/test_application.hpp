/// \file test_application.hpp
/// The plan's test application behind the air interface of a card, and cards that have it.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/hex.hpp"
#include "level.hpp"
#include "port/apdu_port.hpp"

namespace system_test {

/// COUNT, ECHO, LONG and SLOW as the plan's table of cards defines them; anything else is refused.
class TestApplication final : public port::ApduPort {
public:
    static constexpr Tick CommandTicks = 256;  ///< every command works for so long at least

    /// `waiting_time`: FWT of the card, the unit of SLOW.
    explicit TestApplication(Tick waiting_time) : waiting_time_{waiting_time} {}

    void reset(Tick at) override {
        resets.push_back(at);
        command_.clear();
    }

    Taken take(base::ByteView piece, bool more, Tick at) override {
        command_.insert(command_.end(), piece.begin(), piece.end());
        const Tick start = std::max(at, free_) + std::exchange(hold_, 0);
        if (more) return {start, {}};
        const Bytes command = std::exchange(command_, {});
        if (command.empty()) return {start, {}};
        commands.push_back(command);
        Taken taken{start + CommandTicks, answer(command)};
        if (command.size() == 4 && command[1] == 0x02) {
            taken.ready = start + waiting_time_ * command[3];
        }
        free_ = taken.ready;
        return taken;
    }

    void power_up() { count_ = 0; }
    /// The next piece is taken `ticks` later: the card's store is busy.
    void hold(Tick ticks) { hold_ = ticks; }

    std::vector<Bytes> commands{};  ///< whole APDUs that ran
    std::vector<Tick> resets{};

private:
    Bytes answer(const Bytes& command) {
        const bool known = command.size() >= 4 && (command[0] == 0x00 || command[0] == 0x80);
        if (!known) return {0x6D, 0x00};
        switch (command[1]) {
            case 0x01: {  // LONG
                Bytes data(static_cast<std::size_t>(command[2] << 8U | command[3]));
                for (std::size_t i = 0; i < data.size(); ++i)
                    data[i] = static_cast<std::uint8_t>(i);
                return done(data);
            }
            case 0x02:  // SLOW
                return done({});
            case 0x03:  // COUNT
                return done({++count_});
            case 0x04:  // ECHO
                if (command.size() < 6 || command.size() != 6U + command[4]) return {0x67, 0x00};
                return done({command.begin() + 5, command.end() - 1});
            default:
                return {0x6D, 0x00};
        }
    }
    static Bytes done(Bytes data) {
        data.insert(data.end(), {0x90, 0x00});
        return data;
    }

    Tick waiting_time_;
    Tick free_ = 0;
    Tick hold_ = 0;
    std::uint8_t count_ = 0;
    Bytes command_{};
};

/// A sector store with the test application at its air interface.
class TestStore final : public port::StorePort {
public:
    TestStore(const Card& card, Tick waiting_time)
        : memory_{std::make_unique<store::SectorStore>(card.blocks)}, application_{waiting_time} {}
    TestStore(const TestStore& other)
        : memory_{other.memory_->clone()}, application_{other.application_} {}

    [[nodiscard]] port::Block read(port::BlockAddress block, Tick now) override {
        return memory_->read(block, now);
    }
    Programming program(port::BlockAddress block, const port::Block& data, Tick start) override {
        return memory_->program(block, data, start);
    }
    void power_lost(Tick at) override { memory_->power_lost(at); }
    void power_up(Tick at) override {
        memory_->power_up(at);
        application_.power_up();
    }
    [[nodiscard]] port::ApduPort* air() noexcept override { return &application_; }
    [[nodiscard]] std::unique_ptr<port::StorePort> clone() const override {
        return std::make_unique<TestStore>(*this);
    }

    [[nodiscard]] TestApplication& application() { return application_; }

private:
    std::unique_ptr<port::StorePort> memory_;
    TestApplication application_;
};

// ---- The plan's ISO-DEP cards ----

[[nodiscard]] inline Card iso_dep_card(std::string_view uid, std::uint16_t atqa) {
    Card card = c1k();
    card.profile.atqa = atqa;
    card.profile.sak = 0x20;
    card.profile.ats = base::from_hex("06 75 77 81 02 80").value();
    return with_uid(std::move(card), uid);
}
[[nodiscard]] inline Card dep4() { return iso_dep_card("9C 59 9B 32", 0x0004); }
[[nodiscard]] inline Card dep7() { return iso_dep_card("04 18 3F 09 32 1B 85", 0x0044); }
[[nodiscard]] inline Card dep10() { return iso_dep_card("04 11 22 33 44 55 66 77 88 99", 0x0084); }
/// `card` with another ATS.
[[nodiscard]] inline Card with_ats(Card card, std::string_view ats) {
    card.profile.ats = base::from_hex(ats).value();
    return card;
}

/// A block as text with its CRC_A. Example: block_text("A2") == "A2 E6 D7"
[[nodiscard]] inline std::string block_text(std::string_view hex) { return text_of(with_crc(hex)); }
/// LONG's data `from` to `to`, the latter not included.
[[nodiscard]] inline std::string counting(unsigned from, unsigned to) {
    Bytes data;
    for (unsigned i = from; i < to; ++i) data.push_back(static_cast<std::uint8_t>(i));
    return base::to_hex(data, " ");
}

/// Rows about an ISO-DEP card with the test application in slot 0.
class BlockTest : public LevelTest {
protected:
    static constexpr Tick WaitingTime = Tick{4096} << 8U;  ///< FWT of the plan's cards

    /// `waiting_time`: of the card's FWI.
    TestApplication& place_dep(const Card& card = dep4(), Tick waiting_time = WaitingTime) {
        dep_.push_back(std::make_unique<TestStore>(card, waiting_time));
        place(card, *dep_.back());
        return dep_.back()->application();
    }

    /// Into PROTOCOL from the field off: the ATS.
    std::string to_protocol(std::string_view rats = "E0 50 BC A5") {
        to_active();
        std::string ats = send(rats);
        EXPECT_NE(ats, "silent") << "no ATS";
        return ats;
    }
    /// A block without its CRC; the answer with CRC.
    std::string block(std::string_view hex) { return send(with_crc(hex)); }
    /// The next right I-block is answered.
    void expect_protocol() { EXPECT_NE(send(Count0), "silent") << "not PROTOCOL"; }

    static constexpr std::string_view Count0 = "02 80 03 00 00 01 F4 81";
    static constexpr std::string_view Count1 = "03 80 03 00 00 01 DF 85";

private:
    std::vector<std::unique_ptr<TestStore>> dep_{};
};

}  // namespace system_test
