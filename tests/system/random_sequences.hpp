/// \file random_sequences.hpp
/// Whole sequences of exchanges drawn from a seed, on both levels side by side.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "random_frames.hpp"

namespace system_test {

/// The memories of all cards of a test: the world, which dies after the fixture, still names them.
struct KeptStores {
    std::vector<std::unique_ptr<store::SectorStore>> kept{};
};

/// A sequence: the field perhaps off and on, a card brought to ACTIVE or frames at random, a few
/// exchanges with one of them perhaps damaged. The parameter of the suite is the seed.
class RandomSequences : private KeptStores, public LevelTest {
protected:
    /// Runs so many sequences, with another card every tenth of them. A difference fails the test.
    void run(unsigned sequences);
    /// The same, the RTL beside itself as `twin` has it; the first difference, empty: none.
    [[nodiscard]] std::string run_beside(const tb::RtlOptions& twin, unsigned sequences);

    /// What the run was worth.
    struct Worth {
        unsigned activations = 0, sessions = 0, acknowledged = 0, readings = 0, cuts = 0,
                 removals = 0;
    };
    [[nodiscard]] const Worth& worth() const { return worth_; }

private:
    [[nodiscard]] std::string run_all(unsigned sequences);
    void change_card();
    void sequence();
    void take_away();
    void stray_frames();
    bool activate();
    void session_of_the_test();
    void session_of_the_reader();
    void command(MifareSession& session);
    [[nodiscard]] Bits plain_frame();
    [[nodiscard]] std::string command_bytes();
    [[nodiscard]] std::uint8_t random_block();
    [[nodiscard]] std::string key_of(std::uint8_t block, std::uint8_t command);

    Random random_{};
    Card card_{};
    Tick programming_ = 128;
    bool placed_ = false;
    std::optional<std::uint8_t> sector_of_{};  ///< a block of the sector that is open
    std::string cipher_uid_{};                 ///< the four bytes the cipher uses, as hex
    Worth worth_{};
};

}  // namespace system_test
