/// \file keys.hpp
/// The keys of the security domains, by domain and key version, and what is counted for each set.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/ledger.hpp"
#include "domain/registry.hpp"
#include "domain/secret.hpp"
#include "domain/secure_channel.hpp"

namespace domain {

/// Coding of key types (GlobalPlatform Card Specification, 11.1.8).
struct KeyType {
    static constexpr std::uint8_t Des = 0x80;
    static constexpr std::uint8_t Aes = 0x88;
    static constexpr std::uint8_t RsaExponent = 0xA0;
    static constexpr std::uint8_t RsaModulus = 0xA1;
    static constexpr std::uint8_t RsaPrivateExponent = 0xA3;
    static constexpr std::uint8_t EcPoint = 0xB0;
    static constexpr std::uint8_t Extended = 0xFF;
    /// Whether its value travels encrypted and has a check value.
    [[nodiscard]] static constexpr bool is_secret(std::uint8_t type) noexcept {
        return type == Des || type == Aes;
    }
};

struct KeyComponent {
    std::uint8_t type = KeyType::Aes;
    Secret value{};
};

struct DomainKey {
    std::uint8_t id = 0;
    std::vector<KeyComponent> components{};
    std::uint8_t usage = 0;
    std::uint8_t access = 0;

    /// The component of this type; nullptr when there is none.
    [[nodiscard]] const Secret* component(std::uint8_t type) const noexcept;
    /// Same types and sizes, so that one may take the other's place.
    [[nodiscard]] bool like(const DomainKey& other) const noexcept;
};

enum class Protocol : std::uint8_t { Scp02 = 2, Scp03 = 3, Scp10 = 0x10 };

struct KeySet {
    std::uint8_t version = 0;
    std::vector<DomainKey> keys{};  ///< by id

    [[nodiscard]] const DomainKey* find(std::uint8_t id) const noexcept;
    /// New, or in place of the one with the same id.
    void put(const DomainKey& key);
    void erase(std::uint8_t id);
    /// What a channel can be opened with: ids 1, 2 and 3 of one kind and size; or an RSA key pair
    /// with id 1 and a trust point's public key of the same size with id 2.
    [[nodiscard]] std::optional<Protocol> protocol() const noexcept;
    [[nodiscard]] StaticKeys channel_keys() const;
};

/// What belongs to a set and changes often, kept apart from it.
struct KeyCounter {
    /// SCP02: of the next session (0..FFFF). SCP03: the last one given out (0..FFFFFF).
    std::uint32_t sequence = 0;
    /// EXTERNAL AUTHENTICATEs since the last right one.
    std::uint8_t failures = 0;
};

class Keys {
public:
    explicit Keys(Ledger& ledger) : ledger_{ledger} {}

    /// In ascending order.
    [[nodiscard]] std::vector<std::uint8_t> versions(Slot domain);
    [[nodiscard]] std::optional<KeySet> read(Slot domain, std::uint8_t version);
    /// A set without keys is erased with its counter.
    void write(Slot domain, const KeySet& set);
    void erase_all(Slot domain);

    [[nodiscard]] KeyCounter counter(Slot domain, std::uint8_t version);
    void write_counter(Slot domain, std::uint8_t version, const KeyCounter& counter);

    /// The set with the lowest version that INITIALIZE UPDATE can open a channel with; those that
    /// secured packets use, 01 to 0F, when there is no other.
    [[nodiscard]] std::optional<KeySet> default_set(Slot domain);
    /// How many sets open a channel.
    [[nodiscard]] std::size_t channel_sets(Slot domain);

private:
    Ledger& ledger_;
};

}  // namespace domain
