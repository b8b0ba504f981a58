// PPS requests: what the card answers is a response that the reader may accept.
#include "contact/card.hpp"
#include "fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    base::Bytes input(data, data + size);
    const auto card = contact::parameters_of(contact::default_atr());
    for (const bool mended : {false, true}) {
        if (mended && size > 0) {
            input.back() = 0;
            std::uint8_t sum = 0;
            for (const auto byte : input) sum = static_cast<std::uint8_t>(sum ^ byte);
            input.back() = sum;
        }
        const auto request = contact::parse_pps(input);
        if (!request) continue;
        fuzz::require(request->bytes() == input, "written and read differ");
        const auto response = contact::respond(*request, card);
        if (!response) continue;
        fuzz::require(contact::parse_pps(response->bytes()) == response, "a response that is none");
        const auto rate = contact::agreed_rate(*request, *response);
        fuzz::require(rate && rate->f >= 372 && rate->f <= 512 && rate->d <= 16,
                      "a rate beyond what the ATR says");
    }
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    return {{0xFF, 0x11, 0x95, 0x7B}, {0xFF, 0x11, 0x96, 0x78}, {0xFF, 0x11, 0x18, 0xF6},
            {0xFF, 0x10, 0x13, 0xFC}, {0xFF, 0x01, 0xFE},       {0xFF, 0x31, 0x95, 0x00, 0x5B}};
}
