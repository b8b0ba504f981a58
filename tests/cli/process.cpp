#include "process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace cli_test {

Folder::Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "cartouche-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no temporary folder"};
    path_ = name;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Process::Process(const std::vector<std::string>& arguments) {
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    if (pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0)
        throw std::runtime_error{"no pipe"};
    std::vector<std::string> words{CARTOUCHE_PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        execv(argv[0], argv.data());
        _exit(127);
    }
    close(out[1]);
    close(err[1]);
    out_ = out[0];
    err_ = err[0];
}

Process::~Process() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    if (out_ >= 0) close(out_);
    if (err_ >= 0) close(err_);
}

void Process::read_some(int timeout_ms) {
    std::array<pollfd, 2> waits{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
    if (poll(waits.data(), waits.size(), timeout_ms) <= 0) return;
    const auto take = [](const pollfd& wait, int& fd, std::string& text) {
        if (wait.revents == 0) return;
        std::array<char, 4096> chunk{};
        const ssize_t got = ::read(fd, chunk.data(), chunk.size());
        if (got > 0) {
            text.append(chunk.data(), static_cast<std::size_t>(got));
        } else {
            close(fd);
            fd = -1;
        }
    };
    take(waits[0], out_, result_.out);
    take(waits[1], err_, result_.err);
}

bool Process::prints(const std::string& line) { return has_in_time('\n' + line + '\n'); }

bool Process::prints_like(const std::string& begin) { return has_in_time('\n' + begin); }

bool Process::has_in_time(const std::string& text) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    const auto has = [&] { return ('\n' + result_.out).find(text) != std::string::npos; };
    while (out_ >= 0 && std::chrono::steady_clock::now() < end) {
        if (has()) return true;
        read_some(100);
    }
    return has();
}

void Process::signal(int number) const { kill(pid_, number); }

Result Process::wait() {
    while (out_ >= 0 || err_ >= 0) read_some(-1);
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    if (WIFEXITED(status)) result_.exit_code = WEXITSTATUS(status);
    result_.core_dumped = WIFSIGNALED(status) && WCOREDUMP(status);
    return result_;
}

bool machine_dumps_cores(const Folder& folder) {
    rlimit limit{};
    getrlimit(RLIMIT_CORE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_CORE, &limit);
    const std::string place = folder / "";
    const int pid = fork();
    if (pid == 0) {
        if (chdir(place.c_str()) == 0) std::abort();
        _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) && WCOREDUMP(status);
}

Result run(const std::vector<std::string>& arguments) { return Process{arguments}.wait(); }

int free_port() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    const bool found = ::bind(listener, any, size) == 0 && ::getsockname(listener, any, &size) == 0;
    ::close(listener);
    if (!found) throw std::runtime_error{"no free port"};
    return ntohs(address.sin_port);
}

std::string read(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void write(const std::string& path, const std::string& content) {
    std::ofstream{path, std::ios::binary} << content;
}

}  // namespace cli_test
