/// \file status.hpp
/// Status words (ISO/IEC 7816-4, 5.6; GlobalPlatform Card Specification, 11).
#pragma once

#include <cstdint>

namespace apdu {

using StatusWord = std::uint16_t;

/// The ones that cards and tools here speak of by name.
struct Sw {
    static constexpr StatusWord Ok = 0x9000;
    static constexpr StatusWord MoreBytes = 0x6100;      ///< + how many; T=0 only
    static constexpr StatusWord Warning = 0x6200;        ///< non-volatile memory unchanged
    static constexpr StatusWord DataCorrupted = 0x6281;  ///< may be
    static constexpr StatusWord EndOfFile = 0x6282;      ///< before Ne bytes were read
    static constexpr StatusWord Deactivated = 0x6283;    ///< selected file or application
    static constexpr StatusWord Terminated = 0x6285;
    static constexpr StatusWord MoreData = 0x6310;            ///< GET STATUS: more occurrences
    static constexpr StatusWord VerificationFailed = 0x6300;  ///< card or host cryptogram
    static constexpr StatusWord TriesLeft = 0x63C0;           ///< + how many, 0..15
    static constexpr StatusWord ExecutionError = 0x6400;
    static constexpr StatusWord MemoryFailure = 0x6581;
    static constexpr StatusWord WrongLength = 0x6700;
    static constexpr StatusWord ChannelNotSupported = 0x6881;
    static constexpr StatusWord SecureMessagingNotSupported = 0x6882;
    static constexpr StatusWord LastOfChainExpected = 0x6883;
    static constexpr StatusWord ChainingNotSupported = 0x6884;
    static constexpr StatusWord NotAccepted = 0x6901;  ///< e-purse: no transaction under way
    static constexpr StatusWord CommandIncompatible = 0x6981;
    static constexpr StatusWord SecurityNotSatisfied = 0x6982;
    static constexpr StatusWord MethodBlocked = 0x6983;
    static constexpr StatusWord ReferenceDataUnusable = 0x6984;
    static constexpr StatusWord ConditionsNotSatisfied = 0x6985;
    static constexpr StatusWord NoCurrentFile = 0x6986;
    static constexpr StatusWord SecureMessagingMissing = 0x6987;
    static constexpr StatusWord SecureMessagingWrong = 0x6988;
    static constexpr StatusWord SelectFailed = 0x6999;
    static constexpr StatusWord WrongData = 0x6A80;
    static constexpr StatusWord FunctionNotSupported = 0x6A81;
    static constexpr StatusWord FileNotFound = 0x6A82;  ///< file or application
    static constexpr StatusWord RecordNotFound = 0x6A83;
    static constexpr StatusWord NotEnoughMemory = 0x6A84;
    static constexpr StatusWord WrongTlvLength = 0x6A85;
    static constexpr StatusWord WrongP1P2 = 0x6A86;
    static constexpr StatusWord WrongLcForP1P2 = 0x6A87;
    static constexpr StatusWord ReferencedDataNotFound = 0x6A88;
    static constexpr StatusWord FileExists = 0x6A89;
    static constexpr StatusWord NameExists = 0x6A8A;
    static constexpr StatusWord OutsideOfFile = 0x6B00;
    static constexpr StatusWord WrongLe = 0x6C00;  ///< + the right one; T=0 only
    static constexpr StatusWord InsNotSupported = 0x6D00;
    static constexpr StatusWord ClaNotSupported = 0x6E00;
    static constexpr StatusWord Unknown = 0x6F00;
    static constexpr StatusWord AlgorithmNotSupported = 0x9484;
    static constexpr StatusWord InvalidKeyCheckValue = 0x9485;
};

/// SW1 of 64 to 6F: the answer carries no data.
[[nodiscard]] constexpr bool is_error(StatusWord sw) noexcept {
    return sw >= 0x6400 && sw < 0x7000;
}
/// SW1 of 62 or 63.
[[nodiscard]] constexpr bool is_warning(StatusWord sw) noexcept {
    return sw >= 0x6200 && sw < 0x6400;
}

}  // namespace apdu
