// What the client of a reader may say to the platform: texts, one in each line. Nobody gets a
// session, and a message of one, without the reader's key.
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/hex.hpp"
#include "control/octets.hpp"
#include "fleet/desk.hpp"
#include "fuzz.hpp"
#include "platform/refusal.hpp"

namespace {

constexpr const char* Peer = "phone";

/// Keys that no input is made with.
fleet::FleetKeys keys() {
    std::array<std::uint8_t, 16> master{};
    master.fill(0x5A);
    std::array<std::uint8_t, 32> signer{};
    signer.back() = 7;
    return {control::AesKey{master}, base::Key<32>{signer}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fleet::Desk desk{keys(), {}, {Peer}, [] { return control::Nonce{}; }};
    std::istringstream lines{std::string{data, data + size}};
    for (std::string line; std::getline(lines, line);) {
        const auto request = nlohmann::json::parse(line, nullptr, false);
        try {
            const auto answer = desk.handle(Peer, request);
            fuzz::require(!answer.contains("proof") && !answer.contains("message"),
                          "a session without the reader's key");
        } catch (const platform::Refusal&) {
            continue;
        } catch (const nlohmann::json::exception&) {
            continue;  // what is no object, or has members of other types: the gate refuses it
        }
    }
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    const auto seed = [](std::string_view text) { return base::Bytes{text.begin(), text.end()}; };
    // What a reader with another key would answer.
    base::Bytes said;
    control::put_short(said, "RDR-7");
    said.resize(said.size() + 32);
    const std::string answer = base::to_hex(said);
    return {
        seed(R"({"do": "begin"})"
             "\n"
             R"({"do": "prove", "answer": ")" +
             answer +
             R"("})"
             "\n"
             R"({"do": "next"})"
             "\n"),
        seed(R"({"do": "begin"})"
             "\n"
             R"({"do": "next", "answer": ")" +
             answer +
             R"("})"
             "\n"),
        seed(R"({"do": "prove", "answer": 7})"
             "\n[]\n"
             R"({"do": 1})"
             "\n"),
    };
}
