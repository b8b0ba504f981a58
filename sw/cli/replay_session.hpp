/// \file replay_session.hpp
/// A recorded session sent to a card again, and its answers compared.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/key.hpp"
#include "dump/card_image.hpp"
#include "port/world.hpp"

namespace cli {

/// One reader frame and what the card said to it.
struct RecordedExchange {
    base::Bits request{};
    base::Bits answer{};          ///< empty: silence
    base::Tick pause_before = 0;  ///< from the end of the exchange before
    base::Tick answer_after = 0;  ///< from the end of the request
    std::string name{};           ///< such as "READBLOCK(4)"
    bool draws_nonce = false;     ///< the answer is a card nonce, in clear or encrypted
    /// Which nonce, when it is in clear or a key is known.
    std::optional<std::array<std::uint8_t, 4>> nonce{};
};

struct Recording {
    std::vector<RecordedExchange> exchanges{};
    /// A card of the recorded UID, ATQA and SAK, with the keys it took and the blocks it gave.
    std::optional<dump::CardImage> card{};
};

/// The exchanges of `frames`. `keys` are tried on encrypted sessions.
[[nodiscard]] Recording analyse(const std::vector<port::AirFrame>& frames,
                                const std::vector<base::SectorKey>& keys);

/// The keys in the trailers of a card.
[[nodiscard]] std::vector<base::SectorKey> keys_of(const std::vector<port::Block>& blocks);

enum class Verdict : std::uint8_t {
    Same,
    Different,
    NonceFree  ///< depends on a nonce that could not be brought about
};

/// Plays exchanges to slot 0 of a world.
///
/// A nonce of the recorded card depends on when it was drawn. When it is known and this card's
/// generator has it, the reader waits for the moment in which this card draws the same; then every
/// later bit of the session can be compared.
class ReplaySession {
public:
    ReplaySession(port::World& world, const port::CardProfile& profile, unsigned pause_ticks)
        : world_{world}, profile_{profile}, pause_ticks_{pause_ticks} {}

    void switch_on();
    /// Sends one exchange; `answer` becomes what the card said.
    Verdict play(const RecordedExchange& exchange, base::Bits& answer);

private:
    base::Bits send(const RecordedExchange& exchange);
    [[nodiscard]] std::optional<base::Tick> start_for(const RecordedExchange& exchange,
                                                      base::Tick earliest) const;

    port::World& world_;
    port::CardProfile profile_;
    unsigned pause_ticks_;
    base::Tick powered_ = 0;  ///< R
    base::Tick last_end_ = 0;
    bool comparable_ = true;  ///< no nonce of the session differs
};

}  // namespace cli
