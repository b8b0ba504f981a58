#include "contact/pps.hpp"

#include <algorithm>
#include <bit>

namespace contact {

namespace {

std::uint8_t exclusive_or(base::ByteView bytes) {
    std::uint8_t sum = 0;
    for (const auto byte : bytes) sum = static_cast<std::uint8_t>(sum ^ byte);
    return sum;
}

bool same_or_absent(const std::optional<std::uint8_t>& asked,
                    const std::optional<std::uint8_t>& got) {
    return !got || got == asked;
}

}  // namespace

base::Bytes Pps::bytes() const {
    const unsigned pps0 =
        protocol | (pps1 ? 0x10U : 0U) | (pps2 ? 0x20U : 0U) | (pps3 ? 0x40U : 0U);
    base::Bytes result{Ppss, static_cast<std::uint8_t>(pps0)};
    for (const auto& byte : {pps1, pps2, pps3})
        if (byte) result.push_back(*byte);
    result.push_back(exclusive_or(result));
    return result;
}

std::optional<std::size_t> pps_length(base::ByteView bytes) {
    if (bytes.size() < 2) return std::nullopt;
    return 3 + static_cast<std::size_t>(std::popcount(bytes[1] & 0x70U));
}

std::optional<Pps> parse_pps(base::ByteView bytes) {
    if (pps_length(bytes) != bytes.size() || bytes[0] != Ppss || (bytes[1] & 0x80) != 0 ||
        exclusive_or(bytes) != 0)
        return std::nullopt;
    Pps pps;
    pps.protocol = static_cast<std::uint8_t>(bytes[1] & 0x0F);
    std::size_t at = 2;
    if ((bytes[1] & 0x10) != 0) pps.pps1 = bytes[at++];
    if ((bytes[1] & 0x20) != 0) pps.pps2 = bytes[at++];
    if ((bytes[1] & 0x40) != 0) pps.pps3 = bytes[at++];
    return pps;
}

std::optional<Pps> respond(const Pps& request, const Parameters& card) {
    if (!card.offers(request.protocol)) return std::nullopt;
    Pps response{request.protocol};
    if (request.pps1) {
        const Rate most = card.indicated();
        const auto rate = rate_of(*request.pps1);
        if (rate && rate->f >= std::min(372U, most.f) && rate->f <= std::max(372U, most.f) &&
            rate->d <= most.d)
            response.pps1 = request.pps1;
    }
    return response;
}

std::optional<Rate> agreed_rate(const Pps& request, const Pps& response) {
    if (response.protocol != request.protocol || !same_or_absent(request.pps1, response.pps1) ||
        !same_or_absent(request.pps2, response.pps2) ||
        !same_or_absent(request.pps3, response.pps3))
        return std::nullopt;
    return response.pps1 ? rate_of(*response.pps1) : Rate{};
}

}  // namespace contact
