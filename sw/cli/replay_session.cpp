#include "cli/replay_session.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "crypto1/nonce.hpp"
#include "rf/miller.hpp"
#include "rf/timing.hpp"
#include "trace/analyser.hpp"

namespace cli {
namespace {

using base::BitTicks;
using base::Tick;

constexpr Tick LongestPause = 1U << 16U;  // recorded pauses of seconds tell nothing
constexpr Tick ShortTimeout = 13'560;     // where the recorded card was silent
constexpr Tick LongTimeout = 271'200;     // 20 ms: twice what any answer may take
constexpr Tick NonceDelay = 35;           // n of nt (docs/choices.md)
constexpr unsigned GeneratorPeriod = 65535;

bool starts_session(const base::Bits& request) { return request.size() == 7; }

std::size_t trailer_of(std::size_t block) { return block | (block < 128 ? 3U : 15U); }
bool is_trailer(std::size_t block) { return trailer_of(block) == block; }

/// A card as the trace shows it: who it is, the keys it took, the blocks it gave.
class CardFinder {
public:
    explicit CardFinder(const std::vector<base::SectorKey>& keys) : keys_{keys} {}

    void look(const trace::Item& item) {
        const trace::Reading& clear = item.plain ? *item.plain : item.air;
        if (item.frame.source == port::AirFrame::Source::Pcd) {
            if (item.key) took_key(keys_[*item.key]);
            if (clear.crc == trace::Crc::Ok) command_ = clear.octets.data;
            const bool select = clear.annotation.starts_with("SELECT_UID");
            if (select && command_.size() == SelectBytes) add_level();
            return;
        }
        const base::Bytes& data = clear.octets.data;
        if (clear.annotation == "ATQA" && data.size() == 2)
            atqa_ = static_cast<std::uint16_t>(data[0] | data[1] << 8);
        if (clear.crc != trace::Crc::Ok) return;
        if (clear.annotation == "SAK") sak_ = data[0];
        if (data.size() == AnswerBytes && command_.size() == CommandBytes && command_[0] == 0x30)
            gave_block(data);
    }

    [[nodiscard]] std::optional<dump::CardImage> card() const {
        if (uid_.size() != 4 && uid_.size() != 7 && uid_.size() != 10) return std::nullopt;
        auto kind = port::CardKind::Classic1k;
        if ((sak_ & 0x10U) != 0) kind = port::CardKind::Classic4k;
        if (sak_ == 0x09) kind = port::CardKind::Mini;
        dump::CardImage card = dump::fresh(kind, uid_, {atqa_, sak_});
        // Trailers first: of what READ gives of them only rights and byte 9 are content, keys read
        // as 0.
        for (const auto& [block, content] : blocks_)
            if (block < card.blocks.size() && is_trailer(block))
                std::copy_n(content.begin() + 6, 4, card.blocks[block].begin() + 6);
            else if (block < card.blocks.size())
                card.blocks[block] = content;
        for (const auto& [place, key] : keys_taken_)
            if (place.first < card.blocks.size())
                std::copy_n(key.expose().begin(), key.expose().size(),
                            card.blocks[place.first].begin() + place.second);
        return card;
    }

private:
    static constexpr std::size_t SelectBytes = 9;
    static constexpr std::size_t CommandBytes = 4;
    static constexpr std::size_t AnswerBytes = 18;

    void add_level() {
        if (command_[0] == 0x93) uid_.clear();
        const bool more = command_[2] == 0x88;
        uid_.insert(uid_.end(), command_.begin() + (more ? 3 : 2), command_.begin() + 6);
    }
    void took_key(const base::SectorKey& key) {
        if (command_.size() != CommandBytes) return;
        const std::ptrdiff_t at = command_[0] == 0x60 ? 0 : 10;
        keys_taken_.try_emplace({trailer_of(command_[1]), at}, key);
    }
    void gave_block(const base::Bytes& data) {
        port::Block block{};
        std::copy_n(data.begin(), block.size(), block.begin());
        blocks_.try_emplace(command_[1], block);
    }

    const std::vector<base::SectorKey>& keys_;
    base::Bytes uid_{};
    std::uint16_t atqa_ = 0x0004;
    std::uint8_t sak_ = 0x08;
    base::Bytes command_{};  ///< the reader's last one in clear
    std::map<std::size_t, port::Block> blocks_{};
    std::map<std::pair<std::size_t, std::ptrdiff_t>, base::SectorKey> keys_taken_{};
};

}  // namespace

Recording analyse(const std::vector<port::AirFrame>& frames,
                  const std::vector<base::SectorKey>& keys) {
    Recording recording;
    CardFinder finder{keys};
    trace::Analyser analyser{keys};
    Tick last_end = frames.empty() ? 0 : frames.front().start;
    Tick request_end = 0;
    for (const port::AirFrame& frame : frames) {
        const trace::Item item = analyser.frame(frame);
        finder.look(item);
        auto& exchanges = recording.exchanges;
        if (frame.source == port::AirFrame::Source::Pcd) {
            // An encrypted nonce is told by the reader's answer to it.
            if (item.nonce && !exchanges.empty()) exchanges.back().nonce = item.nonce;
            RecordedExchange exchange;
            exchange.request = frame.bits;
            exchange.pause_before = frame.start > last_end ? frame.start - last_end : 0;
            exchange.name = item.plain ? item.plain->annotation : item.air.annotation;
            exchanges.push_back(std::move(exchange));
            request_end = frame.end;
        } else if (!exchanges.empty() && exchanges.back().answer.empty()) {
            RecordedExchange& exchange = exchanges.back();
            exchange.answer = frame.bits;
            exchange.answer_after = frame.start > request_end ? frame.start - request_end : 0;
            exchange.draws_nonce = item.air.annotation.starts_with("AUTH: nt");
            exchange.nonce = item.nonce;
        }
        last_end = frame.end;
    }
    recording.card = finder.card();
    return recording;
}

std::vector<base::SectorKey> keys_of(const std::vector<port::Block>& blocks) {
    std::vector<base::SectorKey> keys;
    for (std::size_t block = 0; block < blocks.size(); ++block) {
        if (!is_trailer(block)) continue;
        for (const std::ptrdiff_t at : {0, 10}) {
            std::array<std::uint8_t, 6> key{};
            std::copy_n(blocks[block].begin() + at, key.size(), key.begin());
            const base::SectorKey made{key};
            if (std::find(keys.begin(), keys.end(), made) == keys.end()) keys.push_back(made);
        }
    }
    return keys;
}

void ReplaySession::switch_on() {
    const Tick at = world_.now();
    world_.field(true, at);
    powered_ = at + rf::PowerUpTicks;
    last_end_ = powered_;
}

std::optional<Tick> ReplaySession::start_for(const RecordedExchange& exchange,
                                             Tick earliest) const {
    if (!exchange.nonce || profile_.nonce_unpredictable) return std::nullopt;
    const crypto1::Nonce wanted = crypto1::nonce_from(*exchange.nonce);
    std::uint64_t step = 0;
    while (step < GeneratorPeriod && crypto1::weak_nonce(profile_.prng_seed, step) != wanted)
        ++step;
    if (step == GeneratorPeriod) return std::nullopt;
    // nt starts at L = start + lead and is drawn at step (L - R) / 128; aim at the middle of the
    // step.
    const Tick lead =
        rf::frame_end(exchange.request, 0, pause_ticks_).grid() + BitTicks * NonceDelay;
    Tick start = powered_ + BitTicks * step + BitTicks / 2;
    start = start > lead ? start - lead : start + BitTicks * GeneratorPeriod - lead;
    const Tick period = BitTicks * GeneratorPeriod;
    if (start < earliest) start += (earliest - start + period - 1) / period * period;
    return start;
}

Verdict ReplaySession::play(const RecordedExchange& exchange, base::Bits& answer) {
    if (starts_session(exchange.request)) comparable_ = true;
    answer = send(exchange);
    // A trace tells nothing of the field. Where its card answers REQA or WUPA and ours does not,
    // the reader had switched it off.
    if (answer.empty() && !exchange.answer.empty() && starts_session(exchange.request)) {
        world_.field(false, world_.now());
        world_.wait_until(world_.now() + rf::ShortestFieldOff);
        switch_on();
        answer = send(exchange);
    }
    if (!comparable_) return Verdict::NonceFree;
    return answer == exchange.answer ? Verdict::Same : Verdict::Different;
}

base::Bits ReplaySession::send(const RecordedExchange& exchange) {
    const Tick pause = std::min(exchange.pause_before, LongestPause);
    Tick start = std::max(world_.now(), last_end_ + pause);
    if (exchange.draws_nonce && comparable_) {
        const auto found = start_for(exchange, start);
        comparable_ = found.has_value();
        start = found.value_or(start);
    }

    port::Request request;
    request.parity = port::Parity::AsData;
    request.data.assign((exchange.request.size() + 7) / 8, 0);
    for (std::size_t i = 0; i < exchange.request.size(); ++i)
        request.data[i / 8] =
            static_cast<std::uint8_t>(request.data[i / 8] | exchange.request[i] << i % 8);
    request.last_bits = static_cast<unsigned>(exchange.request.size() % 8);
    request.start = start;
    request.timeout =
        exchange.answer.empty() ? ShortTimeout : std::max(LongTimeout, 2 * exchange.answer_after);
    const port::Answer got = world_.exchange(request);
    last_end_ = got.rx_end;

    base::Bits answer;
    const std::size_t bits = got.data.size() * 8 - (got.last_bits != 0 ? 8 - got.last_bits : 0);
    for (std::size_t i = 0; !got.silent && i < bits; ++i)
        answer.push_back(static_cast<std::uint8_t>((got.data[i / 8] >> i % 8) & 1U));
    return answer;
}

}  // namespace cli
