/// \file application.hpp
/// What each native application is to the card OS.
#pragma once

#include "apdu/command.hpp"
#include "cardos/context.hpp"

namespace cardos {

/// One instance. The object lives while an interface has a session with it; what shall outlast that
/// lies in Context::data(). Its own status words, and data only with 9000 and warnings.
class Application {
public:
    virtual ~Application() = default;

    /// INSTALL [for install]; `parameters` is the value of C9.
    [[nodiscard]] virtual apdu::StatusWord install(Context& context, base::ByteView parameters);
    /// STORE DATA through its security domain; the whole data of all blocks, or of one.
    [[nodiscard]] virtual apdu::Response personalise(Context& context,
                                                     const apdu::Command& command);

    /// It was selected. The data go into A5 of the FCI; an error refuses.
    [[nodiscard]] virtual apdu::Response select(Context& context);
    /// Any command but SELECT by name, MANAGE CHANNEL and GET RESPONSE, chains put together.
    [[nodiscard]] virtual apdu::Response process(Context& context,
                                                 const apdu::Command& command) = 0;

    /// Its commands may come through the secure channel of its domain: they arrive in plain.
    [[nodiscard]] virtual bool has_secure_channel() const { return false; }
    /// It changes the card's content for the issuer: gets Context::bay.
    [[nodiscard]] virtual bool manages_cards() const { return false; }
};

}  // namespace cardos
