/// \file schema.hpp
/// The tables of every party that handles money: server, business platform, payment system,
/// terminal.
#pragma once

#include "platform/database.hpp"

namespace services {

/// Keys by name (platform::KeyStore::keep), accounts and their entries, transactions.
/// Entries only ever grow in number.
[[nodiscard]] platform::Schema money_schema();

}  // namespace services
