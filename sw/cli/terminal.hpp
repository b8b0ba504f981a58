/// \file terminal.hpp
/// What `cartouche terminal` and its subcommands share.
#pragma once

#include <optional>
#include <string>

#include "cli/secret_input.hpp"
#include "cli/terminal_card.hpp"
#include "terminal/session.hpp"

namespace cli {

struct TerminalOptions {
    std::string nvm{};    ///< file of a whole card
    std::string image{};  ///< of sectors, which get a card OS for this run
    std::string keys{};   ///< file of keys that the gate knows
    CardOptions card{};
    flows::Level level = flows::Level::Tlm;
    int port = 0;

    unsigned sector = 0;
    unsigned block = 0;  ///< in the sector
    std::string hex{};   ///< - for standard input
    SecretSource pin{};
    bool json = false;
    bool gate = false;
};

/// A card and a user at it, for the length of a command.
class TerminalBench {
public:
    /// Throws Failure when the card has no card OS, base::FileError.
    explicit TerminalBench(const TerminalOptions& options);

    [[nodiscard]] terminal::Session& session() noexcept { return session_; }
    [[nodiscard]] const terminal::Log& log() const noexcept { return log_; }
    void finish() { card_.finish(); }

private:
    terminal::Log log_{};
    TerminalCard card_;
    terminal::Session session_;
};

void serve_page(const TerminalOptions& options);

// For scripts; each throws Failure when card or terminal refuse.
void view_sector(const TerminalOptions& options);
void modify_sector(const TerminalOptions& options);
void undo_sector(const TerminalOptions& options);

}  // namespace cli
