/// \file open.hpp
/// GlobalPlatform's runtime (OPEN): registry, selection, and the commands of security domains.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "apdu/command.hpp"
#include "domain/applications.hpp"
#include "domain/context.hpp"
#include "domain/factory.hpp"
#include "domain/registry.hpp"
#include "domain/secured_packet.hpp"
#include "domain/session.hpp"
#include "port/crypto_port.hpp"

namespace domain {

/// One card's. Begins and commits its own transactions on `objects`: call with none open. Takes the
/// ids 01000000 to 01FFFFFF. The registry is cached: power_up() after each loss of power, before
/// anything else.
///
/// Example: open.process(*apdu::parse(get_status), session, open.issuer().aid, work)
class Open {
public:
    struct Options {
        std::uint64_t random_seed = 1;
    };
    Open(store::Objects& objects, port::CryptoPort& crypto, Applications& applications,
         const Options& options);
    /// The same card over another memory that holds the same.
    Open(const Open& other, store::Objects& objects, port::CryptoPort& crypto,
         Applications& applications);

    /// An empty memory becomes a card. Once, before power_up().
    void personalise(const Factory& factory, store::Work& work);
    /// Reads the registry back.
    void power_up();

    [[nodiscard]] Random& random() noexcept { return card_.random; }

    // For SELECT and the dispatch of commands. Pointers hold until the next process().

    /// What SELECT by DF name finds: `part` is a whole AID or its beginning, empty: the application
    /// that is selected by default. `after`: the next occurrence behind that one. A whole AID goes
    /// before partial ones. Locked ones are not found; on a locked card only the one with the
    /// Final Application privilege is, on a terminated one nothing.
    [[nodiscard]] const Entry* select(base::ByteView part, const Aid* after = nullptr) const;
    /// Selected after a reset: who has the Card Reset privilege.
    [[nodiscard]] const Entry& default_application() const;
    [[nodiscard]] const Entry& issuer() const { return card_.registry.issuer(); }
    [[nodiscard]] const Registry& registry() const noexcept { return card_.registry; }
    [[nodiscard]] std::uint8_t card_state() const { return card_.registry.issuer().state; }
    /// 9000, or 6283 on a locked card.
    [[nodiscard]] apdu::StatusWord select_status() const;
    /// What SELECT answers for a domain (6F ..); an application brings its own.
    [[nodiscard]] base::Bytes fci(const Entry& domain);
    /// What an instance was made from, and what the factory or INSTALL gave it.
    [[nodiscard]] Instance instance(const Entry& application) const;
    [[nodiscard]] base::Bytes load_file(Slot load_file);

    // Commands.

    /// A command to the selected security domain, class and channel bits as they came. SELECT and
    /// MANAGE CHANNEL are not its business. With an application's AID only what concerns the secure
    /// channel of its domain. Never throws for what a command says.
    [[nodiscard]] apdu::Response process(const apdu::Command& command, Session& session,
                                         const Aid& selected, store::Work& work);

    /// For an application that uses the secure channel of its domain: whether `command` is one of
    /// the channel's own (INITIALIZE UPDATE and so on; give it to process() with the application's
    /// AID), its plain form (an error is the answer), and its protected answer.
    [[nodiscard]] static bool is_channel_command(const apdu::Command& command) noexcept;
    struct Unwrapped {
        std::optional<apdu::Command> command{};
        apdu::StatusWord sw = apdu::Sw::Ok;
    };
    [[nodiscard]] Unwrapped unwrap(const apdu::Command& command, Session& session,
                                   store::Work& work);
    void wrap(apdu::Response& response, Session& session, store::Work& work);

    /// A session of the card's own software with the issuer's domain: it needs no channel.
    static void trust(Session& session) noexcept;

    /// Secured packets to the issuer's domain (secured_packet.hpp).
    [[nodiscard]] SecuredPacket receive(base::ByteView packet, store::Work& work);
    [[nodiscard]] base::Bytes proof(const SecuredPacket& packet, base::ByteView data,
                                    store::Work& work);

    /// An application changes its own state (07, xxxx x111, or locks itself with b8). False: that
    /// is no way to go.
    bool set_own_state(Slot application, std::uint8_t state, store::Work& work);

private:
    port::CryptoPort& crypto_;
    Card card_;
};

}  // namespace domain
