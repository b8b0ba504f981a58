#include "cap.hpp"

#include <cryptopp/sha.h>

#include "apdu/command.hpp"
#include "apdu/tlv.hpp"
#include "base/hex.hpp"

namespace domain_test {

namespace {

void append(base::Bytes& out, base::ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}

void append_run(base::Bytes& out, base::ByteView run) {
    out.push_back(static_cast<std::uint8_t>(run.size()));
    append(out, run);
}

base::Bytes component(std::uint8_t tag, base::ByteView value) {
    base::Bytes out{tag, static_cast<std::uint8_t>(value.size() >> 8),
                    static_cast<std::uint8_t>(value.size())};
    append(out, value);
    return out;
}

}  // namespace

base::Bytes cap_block(std::string_view package, const std::vector<std::string_view>& modules,
                      std::size_t filler) {
    base::Bytes header = *base::from_hex("DECAFFED 0102 04 0001");  // version 1.0
    append_run(header, *base::from_hex(package));
    base::Bytes applets{static_cast<std::uint8_t>(modules.size())};
    for (const auto module : modules) {
        append_run(applets, *base::from_hex(module));
        append(applets, base::Bytes{0x00, 0x10});
    }
    base::Bytes block = component(1, header);
    append(block, component(3, applets));
    append(block, component(7, base::Bytes(filler, 0x5A)));
    return block;
}

base::Bytes sha_256(base::ByteView data) {
    base::Bytes digest(CryptoPP::SHA256::DIGESTSIZE);
    CryptoPP::SHA256{}.CalculateDigest(digest.data(), data.data(), data.size());
    return digest;
}

std::string for_load(std::string_view file, std::string_view domain, base::ByteView hash,
                     std::string_view parameters, std::string_view token) {
    apdu::Command command{0x80, 0xE6, 0x02, 0x00, {}, 256};
    append_run(command.data, *base::from_hex(file));
    append_run(command.data, *base::from_hex(domain));
    append_run(command.data, hash);
    append_run(command.data, *base::from_hex(parameters));
    append_run(command.data, *base::from_hex(token));
    return base::to_hex(command.bytes());
}

std::vector<std::string> load_commands(base::ByteView block, base::ByteView before) {
    base::Bytes file(before.begin(), before.end());
    apdu::append_tlv(file, 0xC4, block);
    return load_file_commands(file);
}

std::vector<std::string> load_file_commands(base::ByteView file) {
    constexpr std::size_t BlockBytes = 200;
    std::vector<std::string> commands;
    for (std::size_t offset = 0; offset < file.size(); offset += BlockBytes) {
        const auto size = std::min(BlockBytes, file.size() - offset);
        const bool last = offset + size == file.size();
        const auto part = file.subspan(offset, size);
        const apdu::Command command{0x80,
                                    0xE8,
                                    static_cast<std::uint8_t>(last ? 0x80 : 0x00),
                                    static_cast<std::uint8_t>(offset / BlockBytes),
                                    base::Bytes(part.begin(), part.end()),
                                    256};
        commands.push_back(base::to_hex(command.bytes()));
    }
    return commands;
}

}  // namespace domain_test
