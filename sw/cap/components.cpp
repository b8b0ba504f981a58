// The components of a CAP file, Java Card 2.2.2 VM specification, 6.2 to 6.13.

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <stdexcept>

#include "cap/package.hpp"

namespace cap {
namespace {

constexpr std::array<std::uint8_t, 4> Magic{0xDE, 0xCA, 0xFF, 0xED};
constexpr std::uint8_t FileMinor = 1;  // of the format, 2.1
constexpr std::uint8_t FileMajor = 2;
constexpr std::uint8_t HasApplets = 0x04;

enum Tag : std::uint8_t {
    Header = 1,
    Directory,
    AppletTag,
    Import,
    ConstantPool,
    Class,
    Method,
    StaticField,
    ReferenceLocation,
    Export,
    Descriptor
};

/// Of all applets: the only method there is, after the count of handlers.
constexpr std::uint16_t InstallMethod = 1;

void put(base::Bytes& out, std::size_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U));
    out.push_back(static_cast<std::uint8_t>(value));
}

void put_aid(base::Bytes& out, const base::Bytes& aid) {
    if (aid.size() < 5 || aid.size() > 16) throw std::invalid_argument{"an AID has 5 to 16 bytes"};
    out.push_back(static_cast<std::uint8_t>(aid.size()));
    out.insert(out.end(), aid.begin(), aid.end());
}

base::Bytes header(const Package& package) {
    base::Bytes info(Magic.begin(), Magic.end());
    info.insert(info.end(), {FileMinor, FileMajor, HasApplets, package.minor, package.major});
    put_aid(info, package.aid);
    return info;
}

base::Bytes applets(const Package& package) {
    base::Bytes info{static_cast<std::uint8_t>(package.applets.size())};
    for (const Applet& applet : package.applets) {
        put_aid(info, applet.aid);
        put(info, InstallMethod);
    }
    return info;
}

base::Bytes directory(const std::map<Tag, base::Bytes>& others, std::size_t applet_count) {
    constexpr std::size_t DirectoryBytes = 11 * 2 + 3 * 2 + 3;
    base::Bytes info;
    for (unsigned tag = Header; tag <= Descriptor; ++tag) {
        const auto found = others.find(static_cast<Tag>(tag));
        put(info, tag == Directory        ? DirectoryBytes
                  : found == others.end() ? 0
                                          : found->second.size());
    }
    for (int i = 0; i < 3; ++i) put(info, 0);  // no static fields
    info.insert(info.end(), {0, static_cast<std::uint8_t>(applet_count), 0});
    return info;
}

bool is_identifier(std::string_view name) {
    return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
           });
}

void check(const Package& package) {
    std::string_view rest = package.name;
    while (true) {
        const auto dot = rest.find('.');
        if (!is_identifier(rest.substr(0, dot)))
            throw std::invalid_argument{package.name + " is no name of a package"};
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    if (package.applets.empty() || package.applets.size() > 255)
        throw std::invalid_argument{"a package has 1 to 255 applets"};
    for (const Applet& applet : package.applets)
        if (!is_identifier(applet.name))
            throw std::invalid_argument{applet.name + " is no name of an applet"};
}

}  // namespace

std::vector<Component> components(const Package& package) {
    check(package);
    std::map<Tag, base::Bytes> infos;
    infos[Header] = header(package);
    infos[AppletTag] = applets(package);
    infos[Import] = {0};
    infos[ConstantPool] = {0, 0};
    infos[Class] = {};
    // No handlers; a static method of three arguments that returns at once (code 7A).
    infos[Method] = {0x00, 0x00, 0x30, 0x7A};
    infos[StaticField] = base::Bytes(10, 0);
    infos[ReferenceLocation] = base::Bytes(4, 0);
    infos[Descriptor] = {0, 0, 0};
    infos[Directory] = directory(infos, package.applets.size());

    std::vector<Component> all;
    for (const auto& [tag, name] : {std::pair{Header, "Header"},
                                    {Directory, "Directory"},
                                    {Import, "Import"},
                                    {AppletTag, "Applet"},
                                    {Class, "Class"},
                                    {Method, "Method"},
                                    {StaticField, "StaticField"},
                                    {ConstantPool, "ConstantPool"},
                                    {ReferenceLocation, "RefLocation"},
                                    {Descriptor, "Descriptor"}}) {
        base::Bytes content{tag};
        put(content, infos[tag].size());
        content.insert(content.end(), infos[tag].begin(), infos[tag].end());
        all.push_back({name, std::move(content)});
    }
    return all;
}

base::Bytes load_file_data_block(const Package& package) {
    base::Bytes block;
    for (const Component& component : components(package)) {
        if (component.name == "Descriptor") continue;
        block.insert(block.end(), component.content.begin(), component.content.end());
    }
    return block;
}

}  // namespace cap
