/// \file sniffer_log.hpp
/// What top_sniffer wrote down, as frames: each receiver tells what it took for frames, and most of
/// them listened at the wrong rate or technology.
#pragma once

#include <array>
#include <vector>

#include "port/air_frame.hpp"
#include "trace/recorder.hpp"

namespace trace {

class SnifferLog {
public:
    /// The next word of the log, nfc_pkg::log_word_t in its lowest 44 bits.
    void word(std::uint64_t word);

    /// The frames that hold and what is foreign, in the order of their starts. Ticks are samples of
    /// the level since the sniffer's reset.
    [[nodiscard]] std::vector<Event> events() const;
    /// Whether the sniffer lost words because nobody took them in time.
    [[nodiscard]] bool lost() const noexcept { return lost_; }

private:
    static constexpr std::size_t Channels = 16;

    /// What a receiver took for a frame.
    struct Candidate {
        port::AirFrame frame{};
        bool collided = false;  ///< both halves of a bit had subcarrier
        bool broken = false;    ///< coding that is none
        bool open = false;      ///< its end has not been told
    };
    /// How much speaks for a candidate; 0 = it is none.
    struct Claim {
        int weight = 0;
        bool needs_request = false;  ///< counts only as answer to a frame of the reader
    };

    [[nodiscard]] base::Tick time(std::uint32_t low) const noexcept;
    void close(Candidate& candidate, base::Tick tick, unsigned flags);
    static Claim claim(const Candidate& candidate);
    static Claim claim_of_a(const Candidate& candidate);

    std::array<Candidate, Channels> current_{};
    std::vector<Candidate> candidates_{};
    struct Burst {
        base::Tick start = 0;
        base::Tick end = 0;
        bool many = false;
        unsigned usual = 0;
    };
    Burst burst_{};
    std::vector<Burst> bursts_{};
    base::Tick rounds_ = 0;
    base::Tick newest_ = 0;
    bool lost_ = false;
};

}  // namespace trace
