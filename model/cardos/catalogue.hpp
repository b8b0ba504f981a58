/// \file catalogue.hpp
/// The native applications that this card has code for, by the AIDs of package and module.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "cardos/application.hpp"
#include "domain/aid.hpp"

namespace cardos {

struct Native {
    std::string_view name{};  ///< as `cartouche package` calls it
    domain::Aid package{};
    domain::Aid module{};
    std::function<std::unique_ptr<Application>()> make{};
};

/// Example: natives()[0].make()->process(context, command)
[[nodiscard]] const std::vector<Native>& natives();
/// nullptr: there is none. The module decides, so that a package may be given another name.
[[nodiscard]] const Native* find_native(const domain::Aid& module);

}  // namespace cardos
