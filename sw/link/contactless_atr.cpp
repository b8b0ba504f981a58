#include "link/contactless_atr.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace hostlink {
namespace {

constexpr std::size_t MostHistorical = 15;

/// TS, T0, TD1 = 80, TD2 = 01, the historical bytes and TCK.
base::Bytes with_history(base::ByteView history) {
    constexpr std::array<std::uint8_t, 4> Head{0x3B, 0x80, 0x80, 0x01};
    history = history.first(std::min(history.size(), MostHistorical));
    base::Bytes atr(Head.size() + history.size());
    std::copy(Head.begin(), Head.end(), atr.begin());
    atr[1] = static_cast<std::uint8_t>(atr[1] | history.size());
    std::copy(history.begin(), history.end(), atr.begin() + Head.size());
    std::uint8_t check = 0;
    for (std::size_t i = 1; i < atr.size(); ++i) check = static_cast<std::uint8_t>(check ^ atr[i]);
    atr.push_back(check);
    return atr;
}

/// Card names of the PC/SC supplement to part 3.
std::uint8_t card_name(std::uint8_t sak) {
    switch (sak) {
        case 0x08:
            return 0x01;  // MIFARE Classic 1K
        case 0x18:
            return 0x02;  // MIFARE Classic 4K
        case 0x09:
            return 0x26;  // MIFARE Mini
        default:
            return 0x00;
    }
}

}  // namespace

base::ByteView historical_bytes(base::ByteView ats) {
    if (ats.size() < 2 || ats[0] != ats.size()) return {};
    // T0 and one byte for each of TA(1), TB(1) and TC(1) that it announces.
    const std::size_t interface = 2U + static_cast<std::size_t>(std::popcount(ats[1] & 0x70U));
    return ats.size() < interface ? base::ByteView{} : ats.subspan(interface);
}

base::Bytes ats_to_atr(base::ByteView ats) { return with_history(historical_bytes(ats)); }

base::Bytes atqb_to_atr(base::ByteView atqb, base::ByteView attrib_answer) {
    constexpr std::size_t ApplicationData = 5;  // behind 50 and PUPI; then protocol info
    constexpr std::size_t Bytes = 4 + 3;
    constexpr std::uint8_t Mbli = 0xF0;
    if (atqb.size() < ApplicationData + Bytes || attrib_answer.empty()) return {};
    const auto said = atqb.subspan(ApplicationData, Bytes);
    base::Bytes history{said.begin(), said.end()};
    history.push_back(attrib_answer[0] & Mbli);
    return with_history(history);
}

base::Bytes sak_to_atr(std::uint8_t sak) {
    // 80: compact TLV; 4F: application identifier of 0C bytes: RID of the PC/SC workgroup, standard
    // 03 (ISO/IEC 14443-3, type A), card name, four bytes for later.
    const base::Bytes history{0x80, 0x4F, 0x0C,           0xA0, 0x00, 0x00, 0x03, 0x06,
                              0x03, 0x00, card_name(sak), 0x00, 0x00, 0x00, 0x00};
    return with_history(history);
}

}  // namespace hostlink
