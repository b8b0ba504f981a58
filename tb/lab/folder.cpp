#include "lab/folder.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace lab {

namespace {

std::filesystem::path new_folder_in(const std::filesystem::path& parent) {
    std::string name = (parent / "cartouche-lab-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no folder for the lab"};
    return name;
}

}  // namespace

std::filesystem::path new_folder() { return new_folder_in(std::filesystem::temp_directory_path()); }

std::filesystem::path new_folder_in_memory() {
    static const std::filesystem::path Memory{"/dev/shm"};
    return ::access(Memory.c_str(), W_OK) == 0 ? new_folder_in(Memory) : new_folder();
}

}  // namespace lab
