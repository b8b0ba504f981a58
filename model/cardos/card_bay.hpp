/// \file card_bay.hpp
/// What a secure element's applications may know of each other, and the line inside of it from its
/// secure channel module to its virtual cards.
#pragma once

#include <cstdint>
#include <optional>

#include "apdu/command.hpp"
#include "store/objects.hpp"

namespace cardos {

/// Open to every application of the card.
class CardDirectory {
public:
    virtual ~CardDirectory() = default;

    /// Whether the registry has this name.
    [[nodiscard]] virtual bool knows(base::ByteView aid) const = 0;
    /// What the application with this AID has published (AppData::publish); nothing: there is no
    /// such one, or it has not.
    [[nodiscard]] virtual std::optional<base::Bytes> published(base::ByteView aid,
                                                               std::uint8_t number) const = 0;
};

/// Who is on this line manages the card's content as the issuer's domain does; the card OS gives
/// it to applications that manage cards only (Application::manages_cards). What the command under
/// way has written so far is kept before anything goes over the line.
class CardBay : public CardDirectory {
public:
    /// A session with virtual card `card`, 1 to 8, begins anew. Its answer to reset.
    [[nodiscard]] virtual base::Bytes reset(std::uint8_t card) = 0;
    [[nodiscard]] virtual apdu::Response exchange(const apdu::Command& command,
                                                  store::Work& work) = 0;
};

}  // namespace cardos
