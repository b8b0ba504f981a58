#include "curves/link.hpp"

namespace curves {

std::vector<Link> all_links() {
    std::vector<Link> links;
    for (const auto receiver : {Receiver::Card, Receiver::Reader})
        for (const auto technology : {port::Technology::A, port::Technology::B})
            for (const auto rate : {port::BitRate::Fc128, port::BitRate::Fc64, port::BitRate::Fc32,
                                    port::BitRate::Fc16})
                links.push_back({receiver, technology, rate});
    return links;
}

std::string name_of(const Link& link) {
    constexpr const char* Rates[] = {"106", "212", "424", "848"};
    return std::string{link.at_card() ? "card" : "reader"} + (link.is_b() ? " B " : " A ") +
           Rates[static_cast<std::size_t>(link.rate)];
}

}  // namespace curves
