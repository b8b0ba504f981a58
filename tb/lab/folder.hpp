/// \file folder.hpp
/// A laboratory's own folder.
#pragma once

#include <filesystem>

namespace lab {

/// A new one among the system's temporary files; who asks removes it. Throws std::runtime_error.
[[nodiscard]] std::filesystem::path new_folder();
/// The same in memory where the system has a file system there: for runs by the thousand, in which
/// parties die but the machine does not.
[[nodiscard]] std::filesystem::path new_folder_in_memory();

}  // namespace lab
