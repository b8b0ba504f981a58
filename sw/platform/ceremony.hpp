/// \file ceremony.hpp
/// Key ceremony: a key comes as two or three components, each kept by one custodian, and is their
/// XOR. All components are needed; any fewer say nothing.
///
/// A component and a key are files of JSON, readable to their owner only:
///     {"component": "1F3A...", "check": "DF2DB0", "type": "aes", "custodian": "A"}
///     {"key": "4041...", "check": "504A77", "type": "aes"}
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "platform/key_set.hpp"
#include "platform/source.hpp"

namespace platform {

struct Component {
    reader::KeyType type = reader::KeyType::Aes;
    reader::ScpKey value{};
    std::string custodian{};
    /// The folder it came from.
    std::filesystem::path folder{};
};

/// Makes a component file for one custodian; returns its check value. Throws base::FileError when
/// the file is there already or cannot be written, std::invalid_argument unless `size` is 16, 24
/// or 32 (16 for DES).
std::string make_component(const std::filesystem::path& path, const std::string& custodian,
                           reader::KeyType type, std::size_t size, const Random& random);

/// Throws base::FileError when others may read the file, or its check value is wrong.
[[nodiscard]] Component read_component(const std::filesystem::path& path);

struct CeremonyResult {
    reader::KeyType type = reader::KeyType::Aes;
    reader::ScpKey key{};
    /// Algorithm, length, check values of the components and of the key, custodians.
    nlohmann::json record{};
};

/// Throws Refusal unless there are two or three, of one type and length, different from each
/// other, and no two from one folder.
[[nodiscard]] CeremonyResult combine(const std::vector<Component>& components);

/// Writes a key file of mode 600. Throws base::FileError when there is one already: a key is
/// never overwritten.
void write_key_file(const std::filesystem::path& path, const CeremonyResult& result);

}  // namespace platform
