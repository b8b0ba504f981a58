/// \file memory.hpp
/// Pages of type 2 memory: where they lie, what may be read and written (docs/choices.md, Type 2
/// memory).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/key.hpp"
#include "frame/outcome.hpp"
#include "port/card_kind.hpp"
#include "port/store_port.hpp"

namespace type2 {

using Page = std::array<std::uint8_t, 4>;

/// Page numbers count from 0 to pages() - 1; others must not be asked for.
class Memory {
public:
    Memory(port::CardKind kind, port::StorePort& store);

    [[nodiscard]] unsigned pages() const noexcept { return pages_; }
    [[nodiscard]] bool has_password() const noexcept { return ntag_; }
    [[nodiscard]] bool has_key() const noexcept { return kind_ == port::CardKind::UltralightAes; }

    /// As READ shows it: what is secret is 00.
    [[nodiscard]] Page shown(unsigned page, base::Tick now);
    /// First page that cannot be read; pages() when all can.
    [[nodiscard]] unsigned readable_end(bool authenticated, base::Tick now);
    /// What WRITE of `data` would program; nothing when it is refused.
    [[nodiscard]] std::optional<frame::Order> write(unsigned page, const Page& data,
                                                    bool authenticated, base::Tick now);

    [[nodiscard]] base::Key<4> password(base::Tick now) {
        return base::Key<4>{at(pages_ - 2, now)};
    }
    [[nodiscard]] Page pack(base::Tick now) { return at(pages_ - 1, now); }
    /// Wrong passwords that are let through; 0: any number.
    [[nodiscard]] unsigned most_tries(base::Tick now);
    /// AES-128, in the order of the cipher.
    [[nodiscard]] base::Key<16> key(base::Tick now);

private:
    [[nodiscard]] Page at(unsigned page, base::Tick now);
    [[nodiscard]] unsigned auth0(base::Tick now);
    [[nodiscard]] std::uint8_t access(base::Tick now);
    [[nodiscard]] bool locked(unsigned page, base::Tick now);
    [[nodiscard]] bool is_secret(unsigned page) const noexcept;
    [[nodiscard]] Page merged(unsigned page, const Page& data, base::Tick now);

    port::CardKind kind_;
    port::StorePort& store_;
    unsigned pages_;
    bool ntag_;
    unsigned access_page_;  ///< AUTH0 in byte 3, ACCESS in byte 0 of the next; 0: the kind has none
};

}  // namespace type2
