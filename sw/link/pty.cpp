#include "link/pty.hpp"

#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace hostlink {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error{errno, std::generic_category(), what};
}

}  // namespace

Pty::Pty(std::filesystem::path link) : link_{std::move(link)} {
    termios raw{};
    cfmakeraw(&raw);
    raw.c_cc[VMIN] = 1;
    if (openpty(&master_, &slave_, nullptr, &raw, nullptr) != 0)
        fail("cannot open a pseudo-terminal");
    try {
        std::array<char, PATH_MAX> name{};
        if (ttyname_r(slave_, name.data(), name.size()) != 0)
            fail("cannot name the pseudo-terminal");
        name_ = name.data();
        for (const int fd : {master_, slave_}) fcntl(fd, F_SETFD, FD_CLOEXEC);
        if (fcntl(master_, F_SETFL, O_NONBLOCK) != 0) fail("cannot set up the pseudo-terminal");
        if (!link_.empty()) make_link();
    } catch (...) {
        close_all();
        throw;
    }
}

void Pty::make_link() const {
    namespace fs = std::filesystem;
    const auto status = fs::symlink_status(link_);
    if (fs::exists(status) && !fs::is_symlink(status)) {
        throw std::runtime_error{link_.string() + ": exists and is no symbolic link"};
    }
    // Created aside and renamed, so that no client ever finds half a link.
    fs::path aside = link_;
    aside += "." + std::to_string(getpid());
    fs::remove(aside);
    fs::create_symlink(name_, aside);
    fs::rename(aside, link_);
}

void Pty::close_all() noexcept {
    if (slave_ >= 0) close(slave_);
    if (master_ >= 0) close(master_);
}

Pty::~Pty() {
    std::error_code ignored;
    if (!link_.empty() && std::filesystem::read_symlink(link_, ignored) == name_) {
        std::filesystem::remove(link_, ignored);
    }
    close_all();
}

}  // namespace hostlink
