/// \file faulty_wire.hpp
/// Between a client and a platform: messages are counted, and one of them is lost, or worse.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "lab/platform_lab.hpp"

namespace platform_test {

using lab::Hop;

/// What happens to the lines of a lab.
struct Faults {
    enum class Kind : std::uint8_t { None, LoseRequest, LoseAnswer };

    Hop hop = Hop::IssuerTerminal;
    Kind kind = Kind::None;
    unsigned at = 0;                     ///< the message, from 1 on
    std::array<unsigned, 3> messages{};  ///< so far, by hop
    bool happened = false;

    void expect(Hop where, Kind what, unsigned number) { *this = {where, what, number, {}, false}; }
};

class FaultyWire final : public platform::Wire {
public:
    FaultyWire(Faults& faults, Hop hop, std::unique_ptr<platform::Wire> inner)
        : faults_{faults}, hop_{hop}, inner_{std::move(inner)} {}

    std::string post(const std::string& path, const std::string& body) override {
        const unsigned number = ++faults_.messages.at(static_cast<std::size_t>(hop_));
        const bool now = faults_.hop == hop_ && faults_.at == number;
        if (now && faults_.kind == Faults::Kind::LoseRequest) return lose();
        auto answer = inner_->post(path, body);
        if (now && faults_.kind == Faults::Kind::LoseAnswer) return lose();
        return answer;
    }

private:
    std::string lose() {
        faults_.happened = true;
        throw platform::LineLost{"the line broke"};
    }

    Faults& faults_;
    Hop hop_;
    std::unique_ptr<platform::Wire> inner_;
};

/// For PlatformLabOptions::between.
inline auto faulty(Faults& faults) {
    return [&faults](Hop hop, std::unique_ptr<platform::Wire> inner) {
        return std::make_unique<FaultyWire>(faults, hop, std::move(inner));
    };
}

}  // namespace platform_test
