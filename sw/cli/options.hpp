/// \file options.hpp
/// Options that several commands share.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/key.hpp"
#include "flows/level.hpp"
#include "flows/log.hpp"
#include "port/crypto_port.hpp"
#include "port/world.hpp"

namespace cli {

using flows::Level;

void add_level(CLI::App& app, Level& level);
/// `--rate`: the highest bit rate of ISO-DEP.
void add_rate(CLI::App& app, port::BitRate& rate);
/// `--via`: how a flow's terminal reaches the card.
void add_via(CLI::App& app, flows::Via& via);
/// `--type`: of the card at `--via air`.
void add_type(CLI::App& app, port::Technology& technology);
/// `--write-ticks`: what the card's memory takes for one programming.
void add_write_ticks(CLI::App& app, base::Tick& ticks);
/// The antenna and its disturbances.
void add_air(CLI::App& app, port::AirProfile& air);

/// What hardens or seeds a card; what is not given stays as the card's file says.
struct CardOptions {
    std::optional<bool> nak_silent{};
    std::optional<bool> nonce_unpredictable{};
    std::optional<std::uint16_t> prng_seed{};
    std::optional<std::uint32_t> nonce_seed{};
    base::Tick write_ticks = 27136;
    std::uint64_t random_seed = 1;  ///< of what the card OS draws
    bool rtl_engine = false;        ///< the card OS has the AES engine of the RTL; no option
    /// Its engine, when that is another one; no option.
    std::function<std::unique_ptr<port::CryptoPort>()> engine{};

    void apply(port::CardProfile& profile) const;
};
void add_card(CLI::App& app, CardOptions& card);

/// The sector keys of a text file: twelve digits a line, `#` starts a comment.
/// Throws base::FileError.
[[nodiscard]] std::vector<base::SectorKey> read_keys(const std::string& path);

}  // namespace cli
