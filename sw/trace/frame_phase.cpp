#include "trace/frame_phase.hpp"

#include <string_view>
#include <utility>

#include "trace/analyser.hpp"

namespace trace {
namespace {

using Source = port::AirFrame::Source;

bool starts_with(const std::string& text, std::string_view head) {
    return text.compare(0, head.size(), head) == 0;
}

/// Follows one session: what a frame is for depends on those before it.
class Follower {
public:
    NamedFrame of(const port::AirFrame& frame) {
        const Item item = analyser_.frame(frame);
        NamedFrame named{frame, item.air.annotation, Phase::Command};
        const base::Bytes& data = item.air.octets.data;
        if (frame.source == Source::Pcd)
            phase_ = of_reader(frame, data, named.name);
        else
            of_card(frame, named);
        named.phase = phase_;
        if (named.name.empty()) named.name = frame.source == Source::Pcd ? "frame" : "answer";
        return named;
    }

    void field(bool on) {
        analyser_.field(on);
        blocks_ = false;
        second_ = false;
    }

    /// A card's nonce that came encrypted shows that the frame before it was an AUTH.
    [[nodiscard]] bool nested() const noexcept { return nested_; }

private:
    Phase of_reader(const port::AirFrame& frame, const base::Bytes& data, std::string& name) {
        nested_ = false;
        const bool type_b = frame.technology == port::Technology::B;
        const bool second = std::exchange(second_, false);
        if (!type_b && frame.bits.size() == 7) {  // a short frame begins anew
            blocks_ = false;
            return Phase::Anticollision;
        }
        if (blocks_) return of_block(name);
        if (type_b) {
            if (name == "ATTRIB") {
                asked_ = true;
                return Phase::Activation;
            }
            return Phase::Anticollision;
        }
        if (starts_with(name, "AUTH")) return Phase::Authentication;
        if (starts_with(name, "ANTICOLL") || starts_with(name, "SELECT") || name == "HALT")
            return Phase::Anticollision;
        if (name == "RATS") {
            asked_ = true;
            return Phase::Activation;
        }
        if (name == "(enc)") return Phase::Command;
        return of_type2(data, second, name);
    }

    /// Authentication of type 2 memory: AES in two steps, or a password.
    Phase of_type2(const base::Bytes& data, bool second, std::string& name) {
        const std::uint8_t code = data.empty() ? 0 : data[0];
        const bool first_step = code == 0x1A && data.size() == 4;
        if (first_step || (code == 0x1B && data.size() == 7) || (second && code == 0xAF)) {
            name = code == 0x1B ? "PWD_AUTH" : "AUTHENTICATE";
            second_ = first_step;
            return Phase::Authentication;
        }
        return Phase::Command;
    }

    Phase of_block(const std::string& name) {
        deselected_ = name == "S(DESELECT)";
        if (name == "S(WTX)") return Phase::Wtx;
        if (deselected_ || name == "PPS" || starts_with(name, "R(")) return Phase::Activation;
        return Phase::Command;
    }

    void of_card(const port::AirFrame& frame, NamedFrame& named) {
        if (std::exchange(asked_, false)) {
            blocks_ = true;
            named.name = frame.technology == port::Technology::B ? "ATTRIB answer" : "ATS";
            return;
        }
        if (named.name == "AUTH: nt (enc)") {
            nested_ = true;
            phase_ = Phase::Authentication;
        }
        if (!blocks_) return;
        if (std::exchange(deselected_, false)) blocks_ = false;
        if (named.name == "S(WTX)")
            phase_ = Phase::Wtx;
        else if (phase_ == Phase::Wtx)  // what the command was waited for
            phase_ = starts_with(named.name, "R(") ? Phase::Activation : Phase::Command;
    }

    Analyser analyser_{};
    Phase phase_ = Phase::Command;  ///< of the exchange under way
    bool blocks_ = false;           ///< the card speaks ISO-DEP
    bool asked_ = false;            ///< by RATS or ATTRIB
    bool deselected_ = false;
    bool second_ = false;  ///< AF may follow
    bool nested_ = false;
};

}  // namespace

std::vector<NamedFrame> name_frames(const std::vector<Event>& events) {
    std::vector<NamedFrame> frames;
    Follower follower;
    for (const Event& event : events) {
        if (const auto* change = std::get_if<FieldChange>(&event)) follower.field(change->on);
        const auto* frame = std::get_if<port::AirFrame>(&event);
        if (frame == nullptr) continue;
        NamedFrame named = follower.of(*frame);
        if (follower.nested() && !frames.empty()) {
            frames.back().phase = Phase::Authentication;
            frames.back().name = "AUTH (enc)";
        }
        frames.push_back(std::move(named));
    }
    return frames;
}

}  // namespace trace
