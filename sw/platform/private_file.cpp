#include "platform/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/key.hpp"

namespace platform {
namespace {

constexpr std::size_t LongestFile = 64 * 1024;

}  // namespace

nlohmann::json read_private_json(const std::filesystem::path& path) {
    struct ::stat state {};
    if (::stat(path.c_str(), &state) != 0)
        throw base::FileError{path.string(), "file", "cannot be read"};
    if ((state.st_mode & 0077U) != 0)
        throw base::FileError{path.string(), "permissions", "expected mode 600: it holds a secret"};
    base::Bytes content = base::read_file(path, LongestFile);
    auto json = nlohmann::json::parse(content.begin(), content.end(), nullptr, false);
    base::wipe(content);
    if (!json.is_object()) throw base::FileError{path.string(), "content", "expected JSON"};
    return json;
}

void write_private_file(const std::filesystem::path& path, std::string_view content) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        throw base::FileError{path.string(), "file",
                              std::filesystem::exists(path) ? "exists already" : "cannot be made"};
    bool done = true;
    while (done && !content.empty()) {
        const ssize_t part = ::write(file, content.data(), content.size());
        done = part > 0;
        if (done) content.remove_prefix(static_cast<std::size_t>(part));
    }
    done = ::fsync(file) == 0 && done;
    ::close(file);
    if (!done) {
        std::filesystem::remove(path);
        throw base::FileError{path.string(), "file", "cannot be written"};
    }
}

}  // namespace platform
