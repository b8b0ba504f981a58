#include "rsp_file.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "engine.hpp"

namespace aes_test {

base::Bytes Record::bytes(const std::string& name) const { return hex(values.at(name)); }

std::size_t Record::number(const std::string& name) const { return std::stoul(values.at(name)); }

std::optional<std::filesystem::path> data_file(const std::string& path) {
    const char* const folder = std::getenv("CARTOUCHE_DATA");
    if (folder == nullptr) return std::nullopt;
    return std::filesystem::path{folder} / path;
}

std::vector<Record> read_rsp(const std::filesystem::path& path) {
    std::ifstream file{path};
    if (!file) throw std::runtime_error("cannot read " + path.string());
    std::vector<Record> records;
    Record record;
    const auto finish = [&] {
        if (!record.values.empty()) records.push_back(record);
        record.values.clear();
    };
    for (std::string line; std::getline(file, line);) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
        const auto equals = line.find(" = ");
        if (line.starts_with('#')) continue;
        if (line.starts_with('[')) record.decrypt = line == "[DECRYPT]";
        if (line.empty()) finish();
        if (equals != std::string::npos) {
            record.values[line.substr(0, equals)] = line.substr(equals + 3);
        }
    }
    finish();
    return records;
}

}  // namespace aes_test
