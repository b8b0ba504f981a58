#include "platform/terminal.hpp"

#include "base/hex.hpp"

namespace platform {
namespace {

/// The answer with what the card keeps back: with T=0, data that the command did not ask for.
base::Bytes whole_answer(hostlink::SmartCard& card, base::ByteView apdu) {
    base::Bytes answer = card.transmit(apdu);
    while (answer.size() >= 2 && answer.size() <= apdu::MostNe &&
           (answer.end()[-2] << 8U) == apdu::Sw::MoreBytes) {
        const base::Bytes rest = card.transmit(base::Bytes{0x00, 0xC0, 0x00, 0x00, answer.back()});
        if (rest.size() <= 2) return rest;
        answer.resize(answer.size() - 2);
        answer.insert(answer.end(), rest.begin(), rest.end());
    }
    return answer;
}

}  // namespace

nlohmann::json Terminal::run(const std::string& job, const std::string& card,
                             const std::string& domain) {
    if (card_.power_on().empty()) throw CardLost{"there is no card"};
    nlohmann::json next =
        platform_.call({{"do", "begin"}, {"job", job}, {"card", card}, {"domain", domain}});
    while (!next.value("done", false)) {
        Step step{next.value("step", ""), next.value("domain", ""), {}, ""};
        const auto apdu = base::from_hex(next.value("apdu", ""));
        if (!apdu || apdu->empty()) throw LineLost{"the platform gave no APDU"};
        step.apdu = *apdu;
        const base::Bytes answer = whole_answer(card_, step.apdu);
        if (watch_) watch_(step, answer);
        if (answer.empty()) throw CardLost{"the card is gone"};
        next = platform_.call({{"do", "answer"},
                               {"session", next.value("session", "")},
                               {"response", base::to_hex(answer)}});
    }
    return next;
}

std::vector<std::string> Terminal::due(const std::string& card) {
    return platform_.call({{"do", "due"}, {"card", card}})
        .value("domains", std::vector<std::string>{});
}

}  // namespace platform
