// Files of NIST's CAVP: records of "name = value" lines, parted by empty lines, under [ENCRYPT] or
// [DECRYPT].
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace aes_test {

struct Record {
    bool decrypt = false;
    std::map<std::string, std::string> values{};

    [[nodiscard]] base::Bytes bytes(const std::string& name) const;
    [[nodiscard]] std::size_t number(const std::string& name) const;
    [[nodiscard]] bool has(const std::string& name) const { return values.contains(name); }
};

/// $CARTOUCHE_DATA/`path`; nothing when the data is not there.
[[nodiscard]] std::optional<std::filesystem::path> data_file(const std::string& path);

[[nodiscard]] std::vector<Record> read_rsp(const std::filesystem::path& path);

}  // namespace aes_test
