// The money side from both ends: requests to its servers, and a POS whose card answers anything.
// The input: which end (a byte); then a request, or for each answer of the card its length (a byte)
// and its bytes.
#include <optional>
#include <string>

#include "fuzz.hpp"
#include "lab/money_lab.hpp"
#include "platform/refusal.hpp"
#include "platform/terminal.hpp"
#include "platform/wire.hpp"

namespace {

using lab::MoneyHop;

constexpr MoneyHop Hops[]{MoneyHop::TerminalBusiness, MoneyHop::BusinessOneCard,
                          MoneyHop::BusinessPayment, MoneyHop::TerminalBank,
                          MoneyHop::TerminalMerchant};
constexpr std::uint8_t CardEnd = std::size(Hops);

class AnyCard final : public hostlink::SmartCard {
public:
    explicit AnyCard(base::ByteView answers) : answers_{answers} {}
    base::Bytes power_on() override { return {0x3B}; }
    base::Bytes reset() override { return {0x3B}; }
    void power_off() override {}
    base::Bytes transmit(base::ByteView) override {
        if (answers_.empty()) return {};
        const std::size_t length = std::min<std::size_t>(answers_[0], answers_.size() - 1);
        const auto part = answers_.subspan(1, length);
        answers_ = answers_.subspan(1 + length);
        return {part.begin(), part.end()};
    }

private:
    base::ByteView answers_;
};

lab::MoneyLab& parties() {
    static lab::MoneyLab made;
    return made;
}

void ask(MoneyHop hop, base::ByteView body) {
    const auto request = nlohmann::json::parse(body.begin(), body.end(), nullptr, false);
    if (request.is_discarded()) return;
    try {
        const auto answer = parties().line(hop).call(request);
        fuzz::require(answer.is_object(), "an answer that is no object");
    } catch (const platform::Refusal&) {
    } catch (const platform::LineLost&) {
    }
    // Whatever is asked: the books of what cards hold need the card's certificate.
    for (const auto* server : {"onecard", "bank", "merchant"})
        fuzz::require(parties().balance(server, services::card_account(lab::WorkedCard)) == 1000,
                      "booked without the card");
}

void meet(base::ByteView answers) {
    AnyCard card{answers};
    services::Pos pos{card, services::purse_aid(), {}};
    try {
        if (!pos.find()) return;
        for (const auto step : {services::PurseStep::Load, services::PurseStep::Purchase}) {
            (void)pos.initialize(step, 100);
            (void)pos.apply(step, {});
            (void)pos.proof(step, 0xFFFF);
        }
    } catch (const services::CardRefused&) {
    } catch (const platform::CardLost&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input{data, size};
    if (input.empty()) return 0;
    const unsigned end = input[0] % (CardEnd + 1U);
    if (end == CardEnd)
        meet(input.subspan(1));
    else
        ask(Hops[end], input.subspan(1));
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    const auto request = [](std::uint8_t end, std::string_view body) {
        base::Bytes made{end};
        made.insert(made.end(), body.begin(), body.end());
        return made;
    };
    return {
        request(0,
                R"({"do":"load","issuer":"onecard","account":"alice","transaction":)"
                R"("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","card":"00003100860000123456",)"
                R"("terminal":"100000000001","amount":5000,"offer":{"balance":1000,)"
                R"("serial":7,"version":1,"algorithm":0,"random":"1A2B3C4D","mac":"6110249E"}})"),
        request(0, R"({"do":"confirm","transaction":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",)"
                   R"("issuer":"onecard","tac":"00000000"})"),
        request(0, R"({"do":"reverse","transaction":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",)"
                   R"("issuer":"onecard","unsent":true})"),
        request(1, R"({"do":"reverse","transaction":"BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",)"
                   R"("statement":{"terminal":"100000000001","balance":1000,"serial":7,)"
                   R"("version":1,"algorithm":0,"random":"1A2B3C4D","mac":"00000000"}})"),
        request(1, R"({"do":"open","card":"00003100860000123456"})"),
        request(1, R"({"do":"package","kind":"one-card"})"),
        request(2, R"({"do":"debit","transaction":"CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC",)"
                   R"("account":"alice","amount":1})"),
        request(2, R"({"do":"refund","transaction":"CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"})"),
        request(2, R"({"do":"settle","transaction":"CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"})"),
        request(3, R"({"do":"debit","transaction":"DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD",)"
                   R"("account":"alice","card":"00003100860000123456","terminal":"100000000003",)"
                   R"("amount":200,"offer":{"balance":1000,"serial":42,"version":1,)"
                   R"("algorithm":0,"random":"01020304"}})"),
        request(4, R"({"do":"price","service":"ride"})"),
        base::Bytes{CardEnd, 2, 0x90, 0x00, 2, 0x6A, 0x82},
        base::Bytes{CardEnd, 2,    0x90, 0x00, 32,   0, 0,    0,    0,    0,    0,
                    0,       0,    1,    1,    0,    0, 0x31, 0,    0x86, 0,    0,
                    0x12,    0x34, 0x56, 0x20, 0x24, 1, 1,    0x20, 0x34, 0x12, 0x31,
                    0,       0,    0x90, 0,    6,    0, 0,    3,    0xE8, 0x90, 0},
    };
}
