#include "ota/module_commands.hpp"

#include <algorithm>

#include "apdu/tlv.hpp"
#include "base/hex.hpp"

namespace ota {
namespace {

constexpr std::uint8_t Class = 0x80;
constexpr std::size_t StatusBytes = 8 + 1 + 1 + 2 + 2;

base::Bytes aid(const char* hex) { return base::from_hex(hex).value(); }

std::uint32_t number(base::ByteView bytes) {
    std::uint32_t value = 0;
    for (const std::uint8_t byte : bytes) value = value << 8 | byte;
    return value;
}

base::Bytes copy(base::ByteView bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

apdu::Command select(base::ByteView name) {
    return {0x00, 0xA4, 0x04, 0x00, copy(name), apdu::MostShortNe};
}

apdu::Command select_module() { return select(aid(ModuleAid)); }

apdu::Command select_manager(unsigned card) {
    auto name = aid(ManagerAid);
    name.push_back(static_cast<std::uint8_t>(card));
    return select(name);
}

apdu::Command determine_target(Kind kind) {
    return {Class, 0x30, static_cast<std::uint8_t>(kind), 0x00, {}, apdu::MostShortNe};
}

apdu::Command begin_download(base::ByteView header) {
    return {Class, 0x32, 0x00, 0x00, copy(header), apdu::MostShortNe};
}

apdu::Command download_block(std::size_t index, base::ByteView block) {
    return {Class,
            0x34,
            static_cast<std::uint8_t>(index >> 8),
            static_cast<std::uint8_t>(index),
            copy(block),
            apdu::MostShortNe};
}

apdu::Command install_download() { return {Class, 0x36, 0x00, 0x00, {}, apdu::MostShortNe}; }

apdu::Command download_status() { return {Class, 0x38, 0x00, 0x00, {}, apdu::MostShortNe}; }

std::optional<DownloadStatus> parse_status(base::ByteView data) {
    if (data.size() != StatusBytes || data[8] > 4) return std::nullopt;
    DownloadStatus made;
    std::copy_n(data.begin(), made.request.size(), made.request.begin());
    made.state = static_cast<DownloadStatus::State>(data[8]);
    made.card = data[9];
    made.next = number(data.subspan(10, 2));
    made.blocks = number(data.subspan(12, 2));
    return made;
}

apdu::Command get_card() { return {Class, 0xCA, 0x00, 0x00, {}, apdu::MostShortNe}; }

std::optional<ManagedCard> parse_card(base::ByteView data) {
    const auto objects = apdu::read_all(data);
    if (!objects) return std::nullopt;
    ManagedCard made;
    for (const auto& object : *objects) {
        const auto value = object.value;
        if (object.tag == 0x4F)
            made.aid = copy(value);
        else if (object.tag == 0x80 && value.size() == 1 && kind_from(value[0]))
            made.kind = *kind_from(value[0]);
        else if (object.tag == 0x81 && value.size() == 4)
            made.version = number(value);
        else if (object.tag == 0x82 && value.size() == 4)
            made.deposit = number(value);
        else if (object.tag == 0x83 && value.size() == 4)
            made.purse = number(value);
        else if (object.tag == 0x86)
            made.business.assign(value.begin(), value.end());
        else
            return std::nullopt;
    }
    if (made.aid.empty()) return std::nullopt;
    return made;
}

}  // namespace ota
