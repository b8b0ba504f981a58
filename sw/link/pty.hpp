/// \file pty.hpp
/// A pseudo-terminal that programs find under a name of our choice.
#pragma once

#include <filesystem>
#include <string>

namespace hostlink {

/// Master and slave of a raw pseudo-terminal. The slave stays open here, so that the master sees no
/// end of file between two clients.
///
/// Errors: std::system_error or std::runtime_error from the constructor.
class Pty {
public:
    /// `link`: path of a symbolic link to the slave; an older link is replaced, anything else is
    /// not. Empty: none.
    explicit Pty(std::filesystem::path link = {});
    /// Removes the link if it is still ours.
    ~Pty();
    Pty(const Pty&) = delete;
    Pty& operator=(const Pty&) = delete;

    /// Non-blocking.
    [[nodiscard]] int master() const noexcept { return master_; }
    /// Such as /dev/pts/3.
    [[nodiscard]] const std::string& slave_name() const noexcept { return name_; }

private:
    void make_link() const;
    void close_all() noexcept;

    std::filesystem::path link_;
    int master_ = -1;
    int slave_ = -1;
    std::string name_{};
};

}  // namespace hostlink
