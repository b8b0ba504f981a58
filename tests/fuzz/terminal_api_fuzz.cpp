// The terminal's JSON API: any body, and a card that answers anything. The input: which request (a
// byte), how often the card answers of itself (a byte), for each answer its length (a byte) and its
// bytes, then the body. Without an answer of its own the card does what a good one does.
#include <memory>
#include <string>

#include "fuzz.hpp"
#include "terminal/api.hpp"

namespace {

class AnyCard final : public terminal::Card {
public:
    explicit AnyCard(base::ByteView& input) {
        if (input.empty()) return;
        const unsigned count = input[0] % 8U;
        input = input.subspan(1);
        for (unsigned i = 0; i < count && !input.empty(); ++i) {
            const std::size_t length = std::min<std::size_t>(input[0], input.size() - 1);
            const auto part = input.subspan(1, length);
            answers_.emplace_back(part.begin(), part.end());
            input = input.subspan(1 + length);
        }
    }

    [[nodiscard]] terminal::Identity identity() const override {
        return {"Classic 4K", {0x10, 0xE2, 0xF0, 0xA1}, 40, "tlm", {}};
    }
    [[nodiscard]] std::optional<apdu::Response> exchange(const apdu::Command& command) override {
        now_ += 1000;
        ++commands;
        if (next_ < answers_.size()) return apdu::parse_response(answers_[next_++]);
        if (command.ins != 0xCA) return apdu::Response{apdu::Sw::Ok};
        return apdu::Response{base::Bytes(terminal::blocks_in(command.p1) * 16U), apdu::Sw::Ok};
    }
    void power_off() override {}
    [[nodiscard]] terminal::GateReading gate(unsigned sector) override {
        terminal::GateReading reading{true, "key A", {}};
        reading.blocks.resize(terminal::blocks_in(sector));
        return reading;
    }
    [[nodiscard]] base::Tick now() const override { return now_; }
    void save() override {}

    unsigned commands = 0;

private:
    std::vector<base::Bytes> answers_{};
    std::size_t next_ = 0;
    base::Tick now_ = 0;
};

struct Target {
    const char* method;
    const char* path;
};
constexpr Target Targets[] = {
    {"GET", "/api/card"},
    {"GET", "/api/sectors/0"},
    {"GET", "/api/sectors/39"},
    {"POST", "/api/unlock"},
    {"POST", "/api/unblock"},
    {"POST", "/api/sectors/1/preview"},
    {"POST", "/api/sectors/1/modify"},
    {"POST", "/api/sectors/32/modify"},
    {"POST", "/api/sectors/1/undo"},
    {"POST", "/api/sectors/1/gate"},
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    base::ByteView input{data, size};
    if (input.empty()) return 0;
    const Target& target = Targets[input[0] % std::size(Targets)];
    input = input.subspan(1);
    AnyCard card{input};
    terminal::Log log;
    terminal::Session session{card, log};
    terminal::Api api{session};
    (void)api.handle("GET", "/api/sectors/1", {});
    const unsigned before = card.commands;
    const auto reply = api.handle(target.method, target.path, {input.begin(), input.end()});
    const int status = reply.status;
    fuzz::require(status == 200 || status == 400 || status == 404 || status == 409,
                  "a status that the API does not have");
    fuzz::require(status != 400 || card.commands == before, "a bad request reached the card");
    fuzz::require(reply.body.at("ok") == (status == 200), "the answer contradicts its status");
    (void)reply.body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    const auto seed = [](std::uint8_t target, std::string_view body, base::Bytes answer = {}) {
        base::Bytes made{target, static_cast<std::uint8_t>(answer.empty() ? 0 : 1)};
        if (!answer.empty()) made.push_back(static_cast<std::uint8_t>(answer.size()));
        made.insert(made.end(), answer.begin(), answer.end());
        made.insert(made.end(), body.begin(), body.end());
        return made;
    };
    return {
        seed(0, ""),
        seed(1, "", {0x63, 0xF3}),
        seed(2, ""),
        seed(3, R"({"pin":"1234"})"),
        seed(3, R"({"pin":"1234"})", {0x63, 0xC2}),
        seed(4, R"({"code":"12345678","pin":"4711"})"),
        seed(5, R"({"edits":[{"block":1,"text":"CITY PASS"},{"block":2,"value":-7,"address":4}]})"),
        seed(5, R"({"edits":[{"block":0,"hex":"640000009BFFFFFF6400000004FB04FB"}]})"),
        seed(6, R"({"edits":[{"block":3,"access":[0,6,4,3],"general":"69",)"
                R"("key_a":"A0A1A2A3A4A5","key_b":"B0B1B2B3B4B5"}]})"),
        seed(7, R"({"edits":[{"block":14,"text":"behind"}]})"),
        seed(8, "{}"),
        seed(9, "{}"),
    };
}
