/// \file section.hpp
/// Files of JSON that tell a program what it is and where others are, read with messages that name
/// the member which is wrong. Paths in them are seen from the file's folder.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace platform {

/// Where a platform is, and the certificate that it must have.
struct Address {
    std::string host{};
    int port = 0;
    std::filesystem::path certificate{};
};

/// Who one is on the lines.
struct Identity {
    std::filesystem::path certificate{};
    std::filesystem::path key{};
    std::filesystem::path authority{};
};

/// One object of the file; knows its place for messages. What is wrong throws base::FileError.
class Section {
public:
    /// The file as a whole. Throws base::FileError.
    [[nodiscard]] static Section read(const std::filesystem::path& path);

    Section(const std::filesystem::path& file, nlohmann::json json, std::string where);

    [[noreturn]] void fail(const std::string& name, const std::string& reason) const;
    /// There is no other member than these.
    void knows(std::initializer_list<const char*> names) const;
    [[nodiscard]] bool has(const char* name) const { return json_.contains(name); }

    [[nodiscard]] std::string text(const char* name) const;
    [[nodiscard]] std::string text(const char* name, const std::string& otherwise) const {
        return has(name) ? text(name) : otherwise;
    }
    [[nodiscard]] long long number(const char* name, long long otherwise, long long from,
                                   long long to) const;
    /// One byte as two hexadecimal digits.
    [[nodiscard]] std::uint8_t byte(const char* name, std::uint8_t otherwise) const;
    [[nodiscard]] std::string hex(const char* name) const;
    [[nodiscard]] std::set<std::string> names(const char* name) const;
    [[nodiscard]] std::filesystem::path path(const char* name) const {
        return file_.parent_path() / text(name);
    }
    /// As Database has it, a SQLite file seen from this one's folder.
    [[nodiscard]] std::string database(const char* name) const;
    /// HOST:PORT
    [[nodiscard]] std::pair<std::string, int> host_and_port(const char* name) const;
    [[nodiscard]] Section object(const char* name) const;

    /// Of "certificate", "key", "authority".
    [[nodiscard]] Identity identity() const;
    /// Of "address", "certificate", and nothing else.
    [[nodiscard]] Address address() const;

    [[nodiscard]] const nlohmann::json& json() const noexcept { return json_; }
    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

private:
    std::filesystem::path file_;
    nlohmann::json json_;
    std::string where_;
};

}  // namespace platform
