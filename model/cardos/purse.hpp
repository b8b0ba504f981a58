/// \file purse.hpp
/// The e-purse (PBOC electronic deposit and electronic purse, JR/T 0025; fact sheet purse.md).
#pragma once

#include <optional>

#include "cardos/application.hpp"
#include "cardos/purse_book.hpp"

namespace cardos {

/// Load, purchase, cash withdrawal and compound purchase, each of two steps; the log, the proofs,
/// files, PIN, blocking. Personalised by C9 or STORE DATA (PurseBook::personalise). Unload and
/// overdraft have no firm source and are refused with 6A81.
class Purse final : public Application {
public:
    [[nodiscard]] apdu::StatusWord install(Context& context, base::ByteView parameters) override;
    [[nodiscard]] apdu::Response personalise(Context& context,
                                             const apdu::Command& command) override;
    [[nodiscard]] apdu::Response select(Context& context) override;
    [[nodiscard]] apdu::Response process(Context& context, const apdu::Command& command) override;

private:
    enum class Step : std::uint8_t { Load = 0, Purchase = 1, Cash = 2, Compound = 3 };

    struct CachedRecord {
        std::uint8_t file = 0;
        std::uint8_t number = 0;
        base::Bytes data{};
    };
    /// Between the two steps; any other command ends it.
    struct Transaction {
        Step step = Step::Load;
        PurseKind kind = PurseKind::Purse;
        base::Bytes amount{};
        base::Bytes terminal{};
        base::Bytes random{};
        PurseKey key{};
        std::optional<CachedRecord> record{};
    };

    [[nodiscard]] static std::uint8_t type_of(const Transaction& transaction);
    [[nodiscard]] apdu::Response initialize(Context& context, const apdu::Command& command);
    [[nodiscard]] apdu::Response credit(Context& context, const apdu::Command& command,
                                        const std::optional<Transaction>& transaction);
    [[nodiscard]] apdu::Response debit(Context& context, const apdu::Command& command,
                                       const std::optional<Transaction>& transaction);
    [[nodiscard]] apdu::Response cache_record(Context& context, const apdu::Command& command,
                                              std::optional<Transaction> transaction);
    [[nodiscard]] apdu::Response balance(Context& context, const apdu::Command& command) const;
    [[nodiscard]] static apdu::Response prove(Context& context, const apdu::Command& command);
    [[nodiscard]] apdu::Response challenge(Context& context, const apdu::Command& command);
    [[nodiscard]] apdu::Response files(Context& context, const apdu::Command& command,
                                       const base::Bytes& challenge);
    [[nodiscard]] static apdu::Response block(Context& context, const apdu::Command& command,
                                              const base::Bytes& challenge);

    std::optional<Transaction> transaction_{};
    base::Bytes challenge_{};  ///< good for the next command only
    bool verified_ = false;
    std::uint8_t current_file_ = 0;
};

}  // namespace cardos
