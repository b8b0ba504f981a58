/// \file purse_book.hpp
/// What an e-purse keeps: accounts, keys, files, and the proofs of its last transactions.
#pragma once

#include <array>
#include <optional>

#include "cardos/files.hpp"
#include "cardos/purse_crypto.hpp"

namespace cardos {

/// P2 of most commands.
enum class PurseKind : std::uint8_t { Deposit = 1, Purse = 2 };

struct Account {
    std::uint32_t balance = 0;  ///< in fen
    std::uint32_t ceiling = 0;
    std::uint16_t online = 0;   ///< loads so far
    std::uint16_t offline = 0;  ///< debits so far
};

struct PurseKey {
    std::uint8_t version = 0;
    std::uint8_t algorithm = 0;
    domain::Secret value{};
};

/// Entry types of the key file.
enum class PurseKeyType : std::uint8_t { Tac = 0x34, Line = 0x36, Purchase = 0x3E, Load = 0x3F };

/// For GET TRANSACTION PROVE.
struct Proof {
    std::uint8_t type = 0;     ///< of transaction (TTI)
    std::uint16_t serial = 0;  ///< after the transaction
    Mac mac{};
    Mac tac{};
};

class PurseBook {
public:
    static constexpr std::uint8_t LogFile = 0x18;
    static constexpr std::uint8_t LogRecordBytes = 23;
    static constexpr std::uint8_t LogRecords = 10;
    static constexpr std::uint16_t PinNumber = 2;
    /// Wrong MACs of second steps in a row until the application locks itself.
    static constexpr std::uint8_t MostWrongMacs = 15;

    enum class Lock : std::uint8_t { Open = 0, Blocked = 1, Forever = 2 };

    explicit PurseBook(Context& context) : context_{context}, files_{context.data()} {}

    /// Data objects of STORE DATA or C9: 81 type index version algorithm key(16), 82 kind
    /// balance(4) ceiling(4) online(2) offline(2), 83 file content, 84 PIN, 85 file kind
    /// record-bytes count.
    [[nodiscard]] apdu::StatusWord personalise(base::ByteView objects);

    [[nodiscard]] std::optional<Account> account(PurseKind kind) const;
    /// Publishes the balance under the number of the account: 01 deposit, 02 purse.
    void save(PurseKind kind, const Account& account);
    [[nodiscard]] std::optional<PurseKey> key(PurseKeyType type, std::uint8_t index) const;

    [[nodiscard]] Lock lock() const;
    void set_lock(Lock lock);
    [[nodiscard]] std::uint8_t wrong_macs() const;
    void set_wrong_macs(std::uint8_t count);

    [[nodiscard]] std::optional<Proof> proof(std::uint8_t type, std::uint16_t serial) const;
    void keep(PurseKind kind, bool online, const Proof& proof);

    [[nodiscard]] Files& files() noexcept { return files_; }

private:
    [[nodiscard]] apdu::StatusWord personalise_one(std::uint32_t tag, base::ByteView value);

    Context& context_;
    Files files_;
};

void put_number(base::Bytes& out, std::uint64_t value, unsigned bytes);
[[nodiscard]] std::uint32_t get_number(base::ByteView bytes);

}  // namespace cardos
