/// \file secret_input.hpp
/// Secrets that a user gives to a command: never as an argument, which every user of the machine
/// can read.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>

namespace cli {

/// Text that is overwritten when it goes.
class SecretText {
public:
    SecretText() = default;
    explicit SecretText(std::string text) : text_{std::move(text)} {}
    ~SecretText();
    SecretText(const SecretText&) = delete;
    SecretText& operator=(const SecretText&) = delete;

    [[nodiscard]] const std::string& expose() const noexcept { return text_; }

private:
    std::string text_{};
};

struct SecretSource {
    std::string file{};         ///< its first line
    std::string environment{};  ///< name of a variable
};
/// --pin-file and --pin-env.
void add_pin(CLI::App& app, SecretSource& source);

/// The PIN from where the user said, else asked for on the terminal without echo. Throws Failure
/// when there is none to be had, base::FileError.
[[nodiscard]] SecretText read_pin(const SecretSource& source);

/// No core dump of this process and no debugger of another user may show its secrets.
void hide_memory() noexcept;

}  // namespace cli
