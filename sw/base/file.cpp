#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>

namespace base {
namespace {

std::string line_of(std::string_view file, std::string_view where, std::string_view reason) {
    std::string line{file};
    if (!where.empty()) line.append(": ").append(where);
    return line.append(": ").append(reason);
}

bool write_all(int descriptor, ByteView content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        content = content.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

FileError::FileError(std::string_view file, std::string_view where, std::string_view reason)
    : std::runtime_error(line_of(file, where, reason)) {}

Bytes read_file(const std::filesystem::path& path, std::size_t limit) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        throw FileError(path.string(), "", "is a directory");
    std::ifstream file{path, std::ios::binary};
    if (!file) throw FileError(path.string(), "", std::strerror(errno));
    Bytes content(limit + 1);
    file.read(reinterpret_cast<char*>(content.data()),
              static_cast<std::streamsize>(content.size()));
    if (file.bad()) throw FileError(path.string(), "", "cannot be read");
    content.resize(static_cast<std::size_t>(file.gcount()));
    if (content.size() > limit)
        throw FileError(path.string(), "offset " + std::to_string(limit),
                        "longer than " + std::to_string(limit) + " bytes");
    return content;
}

void replace_file(const std::filesystem::path& path, ByteView content) {
    std::error_code error;
    std::filesystem::path target = path;
    if (std::filesystem::is_symlink(path, error)) target = std::filesystem::canonical(path, error);
    if (error) target = path;

    std::string name = target.string() + ".XXXXXX";
    const int descriptor = ::mkstemp(name.data());
    if (descriptor < 0) throw FileError(path.string(), "", std::strerror(errno));

    // mkstemp makes a private file; a new image shall have the permissions of any new file.
    struct stat old {};
    mode_t mode = 0;
    if (::stat(target.c_str(), &old) == 0) {
        mode = old.st_mode & 07777U;
    } else {
        const mode_t mask = ::umask(0);
        ::umask(mask);
        mode = 0666U & ~mask;
    }
    const bool good = write_all(descriptor, content) && ::fchmod(descriptor, mode) == 0 &&
                      ::fsync(descriptor) == 0;
    int reason = errno;
    const bool closed = ::close(descriptor) == 0;
    if (good && !closed) reason = errno;
    if (good && closed && ::rename(name.c_str(), target.c_str()) == 0) {
        const std::filesystem::path folder =
            target.has_parent_path() ? target.parent_path() : std::filesystem::path{"."};
        const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (directory >= 0) {
            ::fsync(directory);
            ::close(directory);
        }
        return;
    }
    if (good && closed) reason = errno;
    ::unlink(name.c_str());
    throw FileError(path.string(), "", std::strerror(reason));
}

}  // namespace base
