#include "domain/bytes_io.hpp"
#include "domain/content.hpp"

namespace domain {

namespace {

// Components of a CAP file (Java Card Virtual Machine Specification, 6).
constexpr std::uint8_t HeaderComponent = 1;
constexpr std::uint8_t AppletComponent = 3;

bool read_header(base::ByteView component, LoadFileBlock& block) {
    ByteReader in{component};
    constexpr std::size_t MagicAndFormat = 4 + 2 + 1;
    (void)in.raw(MagicAndFormat);
    const auto minor = in.byte();
    const auto major = in.byte();
    block.version = {major, minor};
    block.package = Aid::from(in.short_run());
    return in.ok() && block.package.has_value();
}

bool read_applets(base::ByteView component, LoadFileBlock& block) {
    ByteReader in{component};
    const auto count = in.byte();
    for (unsigned i = 0; i < count; ++i) {
        const auto aid = Aid::from(in.short_run());
        (void)in.word();  // where its install method lies
        if (!in.ok() || !aid) return false;
        block.modules.push_back(*aid);
    }
    return true;
}

}  // namespace

std::optional<LoadFileBlock> read_load_file(base::ByteView bytes) {
    LoadFileBlock block;
    ByteReader in{bytes};
    while (in.ok() && !in.rest().empty()) {
        const auto tag = in.byte();
        const auto component = in.run();
        if (!in.ok()) return std::nullopt;
        if (tag == HeaderComponent && !read_header(component, block)) return std::nullopt;
        if (tag == AppletComponent && !read_applets(component, block)) return std::nullopt;
    }
    return block;
}

}  // namespace domain
