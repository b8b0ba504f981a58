/// \file caretaker.hpp
/// What a platform does with a reader in session: looks what it has, loads what is newer, has it
/// restart. One body out, its answer in.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "control/platform_body.hpp"

namespace fleet {

/// By kind; made for one reader.
using Packages = std::map<control::UpdateKind, control::UpdateSigner::Package>;

class Caretaker {
public:
    /// Makes the packages for the reader once it is known what it has.
    using Maker = std::function<Packages(const control::UpdateStates& states)>;

    explicit Caretaker(Maker maker) : maker_{std::move(maker)} {}

    /// The first body, or the one that follows from the answer to the last; nothing: all is done.
    /// A reader that refuses a package keeps what it has: the next one is tried.
    [[nodiscard]] std::optional<base::Bytes> next(std::optional<base::ByteView> answer);

    /// For people, one line for each package: "logic: version 2", "software: refused, outdated:
    /// ..".
    [[nodiscard]] const std::vector<std::string>& report() const noexcept { return report_; }

private:
    enum class At : std::uint8_t { Start, Status, Begin, Block, Commit, Restart, End };

    void plan(base::ByteView accepted);
    void take(base::ByteView accepted);
    [[nodiscard]] std::optional<base::Bytes> next_package();
    [[nodiscard]] base::Bytes block_or_commit();
    void note(const std::string& what);

    Maker maker_;
    At at_ = At::Start;
    std::deque<std::pair<control::UpdateKind, control::UpdateSigner::Package>> todo_{};
    std::size_t block_ = 0;
    bool restart_ = false;
    std::vector<std::string> report_{};
};

}  // namespace fleet
