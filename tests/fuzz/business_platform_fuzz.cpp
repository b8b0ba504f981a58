// The business platform's side of cards: requests of terminals and of gateways who carry short
// messages. The input: who asks (a byte), then the request.
#include <optional>
#include <string>

#include "base/hex.hpp"
#include "fuzz.hpp"
#include "lab/business_lab.hpp"
#include "ota/business_platform.hpp"
#include "platform/refusal.hpp"

namespace {

constexpr const char* Element = "C0FFEE00112233445566";
constexpr const char* Peers[]{"phone", "gateway", "stranger"};

class OneShelf final : public ota::DownloadShelf {
public:
    void keep(const ota::ShelvedDownload& download) override { kept_ = download; }
    std::optional<ota::ShelvedDownload> find(const std::string&) override { return kept_; }

private:
    std::optional<ota::ShelvedDownload> kept_{};
};

struct Bench {
    OneShelf shelf{};
    ota::DataProcessingUnit issuers{};
    ota::BusinessPlatform platform{
        {.keys = [](const std::string&) { return lab::BusinessLab::keys(); },
         .terminals = {{"phone", Element}},
         .gateways = {"gateway"},
         .counter = [counter = 0ULL](const std::string&) mutable { return ++counter; },
         .shelf = &shelf},
        issuers};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    static Bench bench;
    const auto* peer = Peers[data[0] % std::size(Peers)];
    const auto request = nlohmann::json::parse(data + 1, data + size, nullptr, false);
    if (request.is_discarded()) return 0;
    try {
        const auto answer = bench.platform.handle(peer, request);
        fuzz::require(answer.is_object(), "an answer that is no object");
        fuzz::require(peer != Peers[2], "a stranger was answered");
        // Nothing is installed without the element's own word, which needs its keys.
        fuzz::require(answer.value("done", false) == false, "done without the element");
    } catch (const platform::Refusal&) {
    }
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    const auto request = [](std::uint8_t peer, std::string_view body) {
        base::Bytes made{peer};
        made.insert(made.end(), body.begin(), body.end());
        return made;
    };
    return {
        request(0, R"({"do":"download","element":"C0FFEE00112233445566","kind":"one-card"})"),
        request(0, R"({"do":"answer","element":"C0FFEE00112233445566","step":1,)"
                   R"("response":"00000000000000000000000000009000"})"),
        request(0, R"({"do":"answer","element":"C0FFEE00112233445566","step":2})"),
        request(0, R"({"do":"answer","element":"C0FFEE00112233445566","step":3,)"
                   R"("response":"0102030405060708000102030405060708090A0B0C0D0E0F)"
                   R"(00112233445566779000"})"),
        request(0, R"({"do":"right","element":"C0FFEE00112233445566",)"
                   R"("challenge":"0001020304050607","offer":"C0FFEE001122334455663003)"
                   R"(7000010203040506070809000001009000"})"),
        request(1, R"({"do":"sms-download","element":"C0FFEE00112233445566","kind":"bank"})"),
        request(1, R"({"do":"sms-answer","element":"C0FFEE00112233445566","message":)"
                   R"("0100058101806800F60D027100000B0A00000000000000000000"})"),
        request(1, R"({"do":"sms-silence","element":"C0FFEE00112233445566"})"),
        request(2, R"({"do":"download","element":"C0FFEE00112233445566","kind":"merchant"})"),
    };
}
