// The zip around the components, and its manifest (Java Card 2.2.2 VM specification, 4.1.3).

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "cap/package.hpp"

namespace cap {
namespace {

/// DOS date of 1980-01-01, so that the same package always gives the same file.
constexpr zip_uint16_t Epoch = (1U << 5U) | 1U;

struct SourceDeleter {
    void operator()(zip_source_t* source) const { zip_source_free(source); }
};
struct ArchiveDeleter {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Source = std::unique_ptr<zip_source_t, SourceDeleter>;
using Archive = std::unique_ptr<zip_t, ArchiveDeleter>;

[[noreturn]] void fail(const char* what) { throw std::runtime_error{fmt::format("zip: {}", what)}; }

std::string aid_text(const base::Bytes& aid) {
    std::string text;
    for (const std::uint8_t byte : aid)
        text += fmt::format("{}0x{:x}", text.empty() ? "" : ":", byte);
    return text;
}

std::string manifest(const Package& package) {
    std::string path = package.name;
    std::replace(path.begin(), path.end(), '.', '/');
    std::string text = fmt::format(
        "Manifest-Version: 1.0\r\nCreated-By: cartouche\r\n\r\n"
        "Name: {}\r\nJava-Card-CAP-File-Version: 2.1\r\n"
        "Java-Card-Converter-Provider: cartouche\r\nJava-Card-Converter-Version: 1\r\n"
        "Java-Card-CAP-Creation-Time: 1980-01-01\r\nJava-Card-Package-Version: {}.{}\r\n"
        "Java-Card-Package-Name: {}\r\nJava-Card-Package-AID: {}\r\n",
        path, package.major, package.minor, package.name, aid_text(package.aid));
    for (std::size_t i = 0; i < package.applets.size(); ++i)
        text += fmt::format("Java-Card-Applet-{0}-Name: {1}\r\nJava-Card-Applet-{0}-AID: {2}\r\n",
                            i + 1, package.applets[i].name, aid_text(package.applets[i].aid));
    return text + "\r\n";
}

/// `content` must live until the archive is closed.
void add(zip_t* archive, const std::string& name, base::ByteView content) {
    Source source{zip_source_buffer(archive, content.data(), content.size(), 0)};
    if (!source) fail(zip_strerror(archive));
    const auto index = zip_file_add(archive, name.c_str(), source.get(), ZIP_FL_ENC_UTF_8);
    if (index < 0) fail(zip_strerror(archive));
    (void)source.release();  // the archive's now
    const auto number = static_cast<zip_uint64_t>(index);
    if (zip_file_set_dostime(archive, number, 0, Epoch, 0) != 0 ||
        zip_set_file_compression(archive, number, ZIP_CM_DEFLATE, 0) != 0)
        fail(zip_strerror(archive));
}

}  // namespace

base::Bytes write(const Package& package) {
    const auto parts = components(package);
    const std::string text = manifest(package);
    zip_error_t error{};
    Source file{zip_source_buffer_create(nullptr, 0, 0, &error)};
    if (!file) fail(zip_error_strerror(&error));
    Archive archive{zip_open_from_source(file.get(), ZIP_TRUNCATE, &error)};
    if (!archive) fail(zip_error_strerror(&error));
    zip_source_keep(file.get());  // the archive's, and still ours to read it back
    const base::Bytes manifest_bytes(text.begin(), text.end());
    add(archive.get(), "META-INF/MANIFEST.MF", manifest_bytes);
    std::string folder = package.name + "/javacard/";
    std::replace(folder.begin(), folder.end(), '.', '/');
    for (const Component& part : parts)
        add(archive.get(), folder + part.name + ".cap", part.content);
    if (zip_close(archive.get()) != 0) fail(zip_strerror(archive.get()));
    (void)archive.release();

    zip_stat_t stat{};
    if (zip_source_stat(file.get(), &stat) != 0 || zip_source_open(file.get()) != 0)
        fail("the archive cannot be read back");
    base::Bytes bytes(stat.size);
    const auto got = zip_source_read(file.get(), bytes.data(), bytes.size());
    zip_source_close(file.get());
    if (got != static_cast<zip_int64_t>(bytes.size())) fail("the archive cannot be read back");
    return bytes;
}

}  // namespace cap
