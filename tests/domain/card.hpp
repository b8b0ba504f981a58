/// \file card.hpp
/// A card of the test plan with the OPEN and nothing above it, and a host that talks to it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aes/software_engine.hpp"
#include "base/hex.hpp"
#include "domain/open.hpp"
#include "reader/key_commands.hpp"
#include "reader/secure_channel.hpp"
#include "store/objects.hpp"

namespace domain_test {

inline base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }
inline std::string text(base::ByteView bytes) { return base::to_hex(bytes); }
inline domain::Aid aid(std::string_view name) { return *domain::Aid::from(hex(name)); }

inline constexpr std::string_view Issuer = "A000000151000000";
inline constexpr std::string_view TestFile = "D276000118AA10";
inline constexpr std::string_view TestApp = "D276000118AA1001";
inline constexpr std::string_view Ssd1 = "D27600011855AA0001";
inline constexpr std::string_view Ssd2 = "D27600011855AA0002";
inline constexpr std::string_view Unknown = "D27600011855AA0009";

/// Native code in place of the card OS: any module but one; each instance keeps one object.
class PlayedApplications final : public domain::Applications {
public:
    explicit PlayedApplications(store::Objects& objects) : objects_{objects} {}

    [[nodiscard]] static std::uint32_t object_of(domain::Slot slot) { return 0x02000000U | slot; }

    [[nodiscard]] bool knows(const domain::Aid&, const domain::Aid& module,
                             base::ByteView) const override {
        return module != aid("D276000118AAFF01");
    }
    [[nodiscard]] apdu::StatusWord make(const domain::Instance& instance, base::ByteView,
                                        base::ByteView parameters, store::Work&) override {
        if (!parameters.empty() && parameters[0] == 0xEE) return apdu::Sw::WrongData;
        objects_.write(object_of(instance.slot), instance.aid.bytes());
        return apdu::Sw::Ok;
    }
    void remove(const domain::Instance& instance, store::Work&) override {
        objects_.erase(object_of(instance.slot));
    }
    [[nodiscard]] apdu::Response personalise(const domain::Instance& instance,
                                             const apdu::Command& command, store::Work&) override {
        objects_.write(object_of(instance.slot), command.data);
        return apdu::Sw::Ok;
    }
    [[nodiscard]] bool in_use(domain::Slot slot) const override { return used.contains(slot); }

    std::set<domain::Slot> used{};

private:
    store::Objects& objects_;
};

struct Memory {
    nvm::Layout layout{};
    nvm::Range root = layout.add("root", store::Objects::RootBytes);
    nvm::Range heap = layout.add("heap", 400 * nvm::PageBytes);
    nvm::Memory cells;

    explicit Memory(bool journal = true) : cells{layout, options(journal)} {}
    static nvm::Memory::Options options(bool journal) {
        nvm::Memory::Options made;
        made.journal.transaction_pages = 3;
        made.journal.enabled = journal;
        return made;
    }
};

/// The card. Copying gives one in the same state, its sessions included.
class Card {
public:
    static constexpr store::Tick TransactionTicks = 27'136;

    /// `journal` off: a memory without transactions, to show what they are good for.
    explicit Card(const domain::Factory& factory = domain::test_card(), bool journal = true)
        : Card{factory, store::Work{}, journal} {}
    Card(const Card& other)
        : memory{other.memory},
          objects{other.objects, memory.cells},
          applications{objects},
          open{other.open, objects, engine, applications},
          session{other.session},
          selected{other.selected},
          work{other.work} {
        applications.used = other.applications.used;
    }
    Card& operator=(const Card&) = delete;

    base::Bytes send(base::ByteView bytes) {
        last_start = work.now;
        const auto command = apdu::parse(bytes);
        if (!command) return hex("6700");
        return open.process(*command, session, selected, work).bytes();
    }
    /// Example: card.send("80CA006600") == "663D..9000"
    std::string send(std::string_view bytes) { return text(send(hex(bytes))); }

    /// As the card OS does it; the answer's status word.
    apdu::StatusWord select(std::string_view name) {
        session.close();
        const auto* entry = open.select(hex(name));
        if (entry == nullptr) return apdu::Sw::FileNotFound;
        selected = entry->aid;
        return open.select_status();
    }
    void power_cycle() { cut(work.now); }
    /// Power goes at that tick and comes back.
    void cut(store::Tick at) { ASSERT_TRUE(cut_and_restart(at)); }
    /// False: the card is dead. `again`: power goes a second time, that many ticks after it came.
    [[nodiscard]] bool cut_and_restart(store::Tick at,
                                       std::optional<store::Tick> again = std::nullopt) {
        memory.cells.power_lost(at);
        work.now = std::max(work.now, at) + 10'000;
        memory.cells.power_up(work.now);
        recovery_ends = memory.cells.step_ends(work.now);
        for (auto& end : recovery_ends) end -= work.now;
        if (again) {
            memory.cells.power_lost(work.now + *again);
            work.now += *again + 10'000;
            memory.cells.power_up(work.now);
        }
        session.close();
        if (!objects.mount()) return false;
        open.power_up();
        if (open.registry().at(domain::IssuerSlot) == nullptr) return false;
        selected = open.default_application().aid;
        return true;
    }
    /// Where to cut the last command: at and inside each step of the memory, and in between.
    std::vector<store::Tick> cuts() {
        auto all = memory.cells.step_ends(last_start);
        const auto ends = all;
        store::Tick before = last_start;
        for (const auto end : ends) {
            all.push_back((before + end) / 2);
            before = end;
        }
        constexpr store::Tick Grid = 997;
        for (auto at = last_start; at < work.now; at += Grid) all.push_back(at);
        all.push_back(work.now);
        return all;
    }

    [[nodiscard]] const domain::Entry* entry(std::string_view name) const {
        return open.registry().find(aid(name));
    }
    [[nodiscard]] unsigned state(std::string_view name) const {
        const auto* found = entry(name);
        return found == nullptr ? 0x100 : found->state;
    }
    [[nodiscard]] std::string owner(std::string_view name) const {
        const auto* found = entry(name);
        if (found == nullptr) return "";
        return text(open.registry().at(found->domain)->aid.bytes());
    }

    Memory memory;
    store::Objects objects;
    aes::SoftwareEngine engine{};
    PlayedApplications applications;
    domain::Open open;
    domain::Session session{};
    domain::Aid selected{};
    store::Work work{};
    store::Tick last_start = 0;
    std::vector<store::Tick> recovery_ends{};  ///< of the last restart, since it

private:
    Card(const domain::Factory& factory, store::Work at, bool journal)
        : memory{journal}, objects{memory.cells, memory.root, memory.heap, TransactionTicks},
          applications{objects},
          open{objects, engine, applications, {}},
          selected{factory.issuer},
          work{at} {
        objects.format();
        if (!objects.mount()) throw std::logic_error{"no directory"};
        open.personalise(factory, work);
        open.power_up();
    }
};

inline reader::ScpKey host_key(std::uint8_t first, std::size_t size = 16) {
    base::Bytes bytes;
    for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(first + i));
    return reader::ScpKey{bytes};
}
inline reader::ChannelKeys host_keys(std::uint8_t first, std::size_t size = 16) {
    const auto next = [&](int n) { return static_cast<std::uint8_t>(first + 0x10 * n); };
    return {host_key(next(0), size), host_key(next(1), size), host_key(next(2), size)};
}

/// A host in a channel with the selected domain.
class Host {
public:
    Host(Card& card, std::uint8_t version, std::uint8_t level,
         const reader::ChannelKeys& keys = host_keys(0x40))
        : card_{card}, channel_{keys} {
        const auto challenge = hex("1122334455667788");
        const auto offer = card.send(reader::initialize_update(version, challenge));
        if (!channel_.offered(challenge, offer)) return;
        opened_ = channel_.opened(card.send(channel_.external_authenticate(level)));
    }
    [[nodiscard]] bool opened() const { return opened_; }
    [[nodiscard]] reader::SecureChannel& channel() { return channel_; }

    /// A plain command through the channel; the plain answer, or "?" when it cannot be believed.
    std::string send(std::string_view command) { return send(*apdu::parse(hex(command))); }
    std::string send(const apdu::Command& command) {
        const auto answer =
            channel_.transmit(command, [&](base::ByteView bytes) { return card_.send(bytes); });
        return answer ? text(answer->bytes()) : "?";
    }
    /// The key field of a new AES key, as PUT KEY has it.
    std::string put_keys(std::uint8_t replaced, std::uint8_t version, std::uint8_t first,
                         reader::KeyType type = reader::KeyType::Aes, std::size_t size = 16) {
        const auto keys = host_keys(first, size);
        const std::vector<reader::ScpKey> list{keys.enc, keys.mac, keys.dek};
        return send(reader::put_key(channel_, replaced, version, 1, type, list));
    }

private:
    Card& card_;
    reader::SecureChannel channel_;
    bool opened_ = false;
};

/// A domain gets its first own keys, AES-128 with version 30, in a channel with its ancestor's; the
/// session and selection of the card stay.
inline void give_keys(Card& card, std::string_view name, std::uint8_t first) {
    const auto session = card.session;
    const auto selected = card.selected;
    ASSERT_EQ(card.select(name), 0x9000);
    Host host{card, 0x30, 0x01};
    ASSERT_TRUE(host.opened());
    const auto answer = host.put_keys(0, 0x30, first);
    ASSERT_EQ(answer.substr(answer.size() - 4), "9000");
    ASSERT_EQ(card.state(name), 0x0FU);
    card.session = session;
    card.selected = selected;
}

}  // namespace domain_test
