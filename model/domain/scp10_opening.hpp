/// \file scp10_opening.hpp
/// How an SCP10 channel comes about (docs/choices.md, SCP10): certificates, then key agreement
/// (i = 01) or key transport (i = 02).
#pragma once

#include <cstdint>

#include "apdu/command.hpp"
#include "domain/certificate.hpp"
#include "domain/registry.hpp"

namespace domain {

struct Context;

/// What a session knows between MANAGE SECURITY ENVIRONMENT and EXTERNAL AUTHENTICATE.
struct Scp10Opening {
    /// Which command may come next.
    enum class Due : std::uint8_t {
        Certificate,  ///< of whom the last verified key vouches for
        NextKey,      ///< an authority's was right: MSE 81 B6 with its name
        Option,       ///< an off-card entity's was right: MSE C1 A4 or 41 B8
        Internal,     ///< INTERNAL AUTHENTICATE
        Decipher,     ///< PSO DECIPHER
        Signer,       ///< MSE 81 A4
        Challenge,    ///< GET CHALLENGE
        External,     ///< EXTERNAL AUTHENTICATE
    };
    Due due = Due::Certificate;
    bool transport = false;
    Slot keys = NoSlot;  ///< whose set
    std::uint8_t version = 0;
    Holder last{};  ///< the last verified key: at first the trust point's
    unsigned certificates = 0;
    base::Bytes heard{};  ///< data fields of all commands, for the signature of key transport

    base::Bytes host_challenge{};  ///< RND.IFD
    base::Bytes challenge{};       ///< RND.ICC
    Secret seed{};                 ///< K.ICC
    Secret enc{};                  ///< transported; none at level 11
    Secret mac{};
};

/// Interindustry commands that open a channel: MSE, PSO, GET CHALLENGE, INTERNAL and EXTERNAL
/// AUTHENTICATE.
[[nodiscard]] bool is_scp10_command(std::uint8_t ins) noexcept;
/// Whether the selected domain speaks an option of SCP10 at all.
[[nodiscard]] bool speaks_scp10(Context& context);
/// One of them, class byte and domain judged. Whatever is refused ends the opening, and the channel
/// if one was open.
[[nodiscard]] apdu::Response scp10_command(Context& context, const apdu::Command& command);

/// The value of 67 or 68 for each set that opens a channel with this domain.
struct Card;
[[nodiscard]] std::vector<base::Bytes> scp10_key_references(Card& card, Slot domain);

}  // namespace domain
