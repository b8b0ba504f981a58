/// \file contact_transport.hpp
/// The contacts between a card and a reader: a port, because there is no address in it.
#pragma once

#include <systemc>

#include "contact/pins.hpp"

namespace card {

/// Levels and characters. Cycles travel in the call; they become `sc_time` only where the kernel
/// has to wait.
class ContactTransport : public virtual sc_core::sc_interface, public contact::Pins {};

}  // namespace card
