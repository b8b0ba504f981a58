#include "cli/secret_input.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.hpp"
#include "base/key.hpp"
#include "cli/failure.hpp"

namespace cli {
namespace {

constexpr std::size_t MostBytes = 256;

std::string first_line(const std::string& path) {
    base::Bytes content = base::read_file(path, MostBytes);
    const auto end = std::find_if(content.begin(), content.end(),
                                  [](std::uint8_t c) { return c == '\n' || c == '\r'; });
    std::string line{content.begin(), end};
    base::wipe(content);
    return line;
}

/// The controlling terminal with its echo off.
class SilentTerminal {
public:
    SilentTerminal() : file_{open("/dev/tty", O_RDWR | O_CLOEXEC)} {
        if (file_ < 0 || tcgetattr(file_, &before_) != 0)
            throw Failure{WrongUse, "no terminal to ask for the PIN: give --pin-file or --pin-env"};
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(file_, TCSAFLUSH, &silent);
    }
    ~SilentTerminal() {
        tcsetattr(file_, TCSAFLUSH, &before_);
        close(file_);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

    std::string ask(std::string_view question) {
        say(question);
        std::string answer;
        answer.reserve(MostBytes);
        for (char c = 0; answer.size() < MostBytes && read(file_, &c, 1) == 1 && c != '\n';)
            answer.push_back(c);
        say("\n");
        return answer;
    }

private:
    void say(std::string_view text) {
        if (write(file_, text.data(), text.size()) < 0) throw Failure{JobFailed, "no terminal"};
    }

    int file_;
    termios before_{};
};

}  // namespace

SecretText::~SecretText() {
    base::wipe({reinterpret_cast<std::uint8_t*>(text_.data()), text_.size()});
}

void add_pin(CLI::App& app, SecretSource& source) {
    auto* file = app.add_option("--pin-file", source.file, "file whose first line is the PIN");
    app.add_option("--pin-env", source.environment, "environment variable that holds the PIN")
        ->excludes(file);
}

SecretText read_pin(const SecretSource& source) {
    if (!source.file.empty()) return SecretText{first_line(source.file)};
    if (source.environment.empty()) return SecretText{SilentTerminal{}.ask("PIN: ")};
    const char* value = std::getenv(source.environment.c_str());
    if (value == nullptr)
        throw Failure{WrongUse, source.environment + ": no such environment variable"};
    return SecretText{value};
}

void hide_memory() noexcept { prctl(PR_SET_DUMPABLE, 0); }

}  // namespace cli
