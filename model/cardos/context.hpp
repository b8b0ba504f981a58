/// \file context.hpp
/// What an application sees of the card while it runs.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cardos/card_bay.hpp"
#include "cardos/sectors.hpp"
#include "domain/random.hpp"
#include "domain/registry.hpp"
#include "port/crypto_port.hpp"
#include "port/loader_port.hpp"
#include "store/objects.hpp"

namespace cardos {

using base::Tick;

/// The ways to the card OS: two interfaces, what comes in secured short messages, and the line
/// inside of a secure element.
enum class Via : std::uint8_t { Air, Contacts, Message, Inside };
inline constexpr std::size_t ViaCount = 4;

/// Objects of one application instance: nobody else's can be named. Ids 02 slot number; what it
/// publishes 03 slot number.
class AppData {
public:
    AppData(store::Objects& objects, domain::Slot slot) : objects_{objects}, slot_{slot} {}

    [[nodiscard]] std::optional<base::Bytes> read(std::uint16_t number) const {
        return objects_.read(id(number));
    }
    void write(std::uint16_t number, base::ByteView bytes) { objects_.write(id(number), bytes); }
    void erase(std::uint16_t number) { objects_.erase(id(number)); }
    /// For all to read, by the number 0 to FF.
    void publish(std::uint8_t number, base::ByteView bytes) {
        objects_.write(published_id(number), bytes);
    }
    [[nodiscard]] std::optional<base::Bytes> published(std::uint8_t number) const {
        return objects_.read(published_id(number));
    }
    /// All of them.
    void clear() {
        for (const auto object : objects_.ids())
            if ((object & ~NumberMask) == id(0) || (object & ~NumberMask) == published_id(0))
                objects_.erase(object);
    }

private:
    static constexpr store::Objects::Id NumberMask = 0xFFFF;
    [[nodiscard]] store::Objects::Id id(std::uint16_t number) const noexcept {
        return 0x02000000U | static_cast<store::Objects::Id>(slot_) << 16 | number;
    }

    [[nodiscard]] store::Objects::Id published_id(std::uint8_t number) const noexcept {
        return 0x03000000U | static_cast<store::Objects::Id>(slot_) << 16 | number;
    }

    store::Objects& objects_;
    domain::Slot slot_;
};

/// Lives for one command, inside one transaction that ends with it: kept when the status is 9000 or
/// a warning, else dropped.
class Context {
public:
    struct Card {
        store::Objects& objects;
        Sectors& sectors;
        port::CryptoPort& crypto;
        domain::Random& random;
        port::LoaderPort* loader = nullptr;  ///< nullptr: the card OS came with the chip
    };
    Context(const Card& card, domain::Slot slot, store::Work& work)
        : card_{card}, work_{work}, data_{card.objects, slot} {}

    [[nodiscard]] AppData& data() noexcept { return data_; }
    [[nodiscard]] Sectors& sectors() noexcept { return card_.sectors; }
    [[nodiscard]] port::CryptoPort& crypto() noexcept { return card_.crypto; }
    [[nodiscard]] domain::Random& random() noexcept { return card_.random; }
    [[nodiscard]] port::LoaderPort* loader() noexcept { return card_.loader; }
    [[nodiscard]] store::Work& work() noexcept { return work_; }

    /// Keeps what was written so far, whatever comes of the command. False: memory failure.
    [[nodiscard]] bool keep_now() {
        const bool done = card_.objects.commit(work_);
        card_.objects.begin();
        return done;
    }

    /// Null only while the factory makes the card.
    const CardDirectory* cards = nullptr;
    CardBay* bay = nullptr;  ///< of applications that manage cards, when a command came in

    Via via = Via::Air;
    Tick waiting_ticks = 0;           ///< FWT or BWT
    std::uint8_t security_level = 0;  ///< of the domain's secure channel, as of tag D3

private:
    Card card_;
    store::Work& work_;
    AppData data_;
};

}  // namespace cardos
