/// \file scp10_steps.hpp
/// An opening of SCP10 step by step.
#pragma once

#include <functional>

#include "scp10_host.hpp"

namespace domain_test {

inline constexpr std::string_view Level = "80CA00D300";

inline Card new_card() { return Card{scp10_card()}; }

/// Every step of an opening: what to do, and what its right answer ends with.
using Step = std::function<std::string(Scp10Host&)>;
inline std::vector<Step> steps(bool transport) {
    std::vector<Step> all{&Scp10Host::certificates};
    if (transport) {
        all.insert(all.end(),
                   {&Scp10Host::choose_transport, &Scp10Host::decipher, &Scp10Host::choose_signer});
    } else {
        all.insert(all.end(), {&Scp10Host::choose_agreement, &Scp10Host::internal});
    }
    all.insert(all.end(), {&Scp10Host::challenge, &Scp10Host::external});
    return all;
}
inline std::string status(const std::string& answer) {
    return answer.size() < 4 ? answer : answer.substr(answer.size() - 4);
}
/// The first `count` steps, all of them right.
inline void walk(Scp10Host& host, bool transport, std::size_t count) {
    const auto all = steps(transport);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(status(all[i](host)), "9000") << i;
}
/// Nothing is left of an opening, nor of a channel.
inline void expect_dropped(Card& card) {
    EXPECT_FALSE(card.session.authenticated());
    for (const auto* late : {"0084000008", "002A00AE0101", "0022C1A40101", "008800000100"}) {
        Card other{card};
        EXPECT_EQ(other.send(late), "6985") << late;
    }
}

}  // namespace domain_test
