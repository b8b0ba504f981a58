/// \file loader_port.hpp
/// What a card OS may ask of the boot loader that started it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/tick.hpp"

namespace port {

class LoaderPort {
public:
    virtual ~LoaderPort() = default;

    /// Of the image that runs.
    struct Image {
        std::uint32_t version = 0;           ///< as people count. Example: 01020003
        std::uint32_t security_version = 0;  ///< as roll-backs are judged
        std::array<std::uint8_t, 32> hash{};  ///< SHA-256 in plain
    };
    [[nodiscard]] virtual Image image() = 0;

    /// The OS runs and is what it should be: from now on nothing older may be loaded. The tick when
    /// this is safe; `now` when it was so already.
    virtual base::Tick confirm(base::Tick now) = 0;
    /// The next reset shall give the loader control. The tick when this is safe; nothing: memory
    /// failure.
    [[nodiscard]] virtual std::optional<base::Tick> request(base::Tick now) = 0;
};

}  // namespace port
