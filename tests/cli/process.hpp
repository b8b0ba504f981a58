/// \file process.hpp
/// The program `cartouche` as a user starts it.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace cli_test {

/// A folder for one test, gone with it.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string operator/(const std::string& name) const {
        return (path_ / name).string();
    }

private:
    std::filesystem::path path_;
};

struct Result {
    int exit_code = -1;        ///< -1: ended by a signal
    bool core_dumped = false;  ///< its memory went to a file
    std::string out{};
    std::string err{};
};

/// A running cartouche; killed with it when it still runs.
class Process {
public:
    explicit Process(const std::vector<std::string>& arguments);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// Whether a line `line` came on standard output within ten seconds.
    [[nodiscard]] bool prints(const std::string& line);
    /// Whether a line that begins with `begin` did.
    [[nodiscard]] bool prints_like(const std::string& begin);
    void signal(int number) const;
    [[nodiscard]] Result wait();

private:
    [[nodiscard]] bool has_in_time(const std::string& text);
    void read_some(int timeout_ms);

    int pid_ = -1;
    int out_ = -1;
    int err_ = -1;
    Result result_{};
};

/// Whether a process that fails leaves its memory in a file on this machine, in `folder`. From
/// then on processes may do so as far as the machine lets them.
[[nodiscard]] bool machine_dumps_cores(const Folder& folder);

/// Runs cartouche to its end.
[[nodiscard]] Result run(const std::vector<std::string>& arguments);

/// A TCP port of this machine that nobody has.
[[nodiscard]] int free_port();

[[nodiscard]] std::string read(const std::string& path);
void write(const std::string& path, const std::string& content);

}  // namespace cli_test
