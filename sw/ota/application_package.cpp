#include "ota/application_package.hpp"

#include <array>
#include <stdexcept>

#include "apdu/tlv.hpp"
#include "base/key.hpp"

namespace ota {
namespace {

constexpr apdu::Tag PackageTag = 0xE1;
constexpr apdu::Tag KindTag = 0x80;
constexpr apdu::Tag VersionTag = 0x81;
constexpr apdu::Tag LoadFileTag = 0x4F;
constexpr apdu::Tag ModuleTag = 0x82;
constexpr apdu::Tag InstanceTag = 0x84;
constexpr apdu::Tag BusinessTag = 0x86;
constexpr apdu::Tag ParametersTag = 0xC9;
constexpr apdu::Tag BlockTag = 0xC4;
constexpr std::size_t VersionBytes = 4;

bool is_aid(base::ByteView bytes) { return bytes.size() >= 5 && bytes.size() <= 16; }

bool is_sound(const ApplicationPackage& package) {
    return is_aid(package.load_file) && is_aid(package.module) && is_aid(package.instance) &&
           !package.business.empty() &&
           package.business.size() <= ApplicationPackage::MostBusinessBytes &&
           !package.block.empty() && package.block.size() <= ApplicationPackage::MostBytes &&
           package.parameters.size() <= ApplicationPackage::MostBytes;
}

}  // namespace

std::optional<Kind> kind_from(std::uint8_t value) noexcept {
    if (value < 1 || value > 3) return std::nullopt;
    return static_cast<Kind>(value);
}

std::string_view to_string(Kind kind) noexcept {
    switch (kind) {
        case Kind::OneCard:
            return "one-card";
        case Kind::Bank:
            return "bank";
        default:
            return "merchant";
    }
}

std::optional<Kind> kind_named(std::string_view name) noexcept {
    for (const Kind kind : {Kind::OneCard, Kind::Bank, Kind::Merchant})
        if (to_string(kind) == name) return kind;
    return std::nullopt;
}

ApplicationPackage::~ApplicationPackage() { base::wipe(parameters); }

base::Bytes ApplicationPackage::bytes() const {
    if (!is_sound(*this)) throw std::invalid_argument{"a field of the package is out of bounds"};
    base::Bytes fields;
    apdu::append_tlv(fields, KindTag, std::array{static_cast<std::uint8_t>(kind)});
    const std::array number{
        static_cast<std::uint8_t>(version >> 24), static_cast<std::uint8_t>(version >> 16),
        static_cast<std::uint8_t>(version >> 8), static_cast<std::uint8_t>(version)};
    apdu::append_tlv(fields, VersionTag, number);
    apdu::append_tlv(fields, LoadFileTag, load_file);
    apdu::append_tlv(fields, ModuleTag, module);
    apdu::append_tlv(fields, InstanceTag, instance);
    apdu::append_tlv(fields, BusinessTag, base::Bytes{business.begin(), business.end()});
    apdu::append_tlv(fields, ParametersTag, parameters);
    apdu::append_tlv(fields, BlockTag, block);
    base::Bytes made = apdu::tlv(PackageTag, fields);
    base::wipe(fields);
    if (made.size() > MostBytes) throw std::invalid_argument{"the package is too long"};
    return made;
}

std::optional<ApplicationPackage> ApplicationPackage::parse(base::ByteView bytes) {
    if (bytes.size() > MostBytes) return std::nullopt;
    apdu::TlvReader outer{bytes};
    const auto whole = outer.next();
    if (!whole || whole->tag != PackageTag || !outer.rest().empty()) return std::nullopt;
    apdu::TlvReader reader{whole->value};
    const auto take = [&](apdu::Tag tag) -> std::optional<base::Bytes> {
        const auto field = reader.next();
        if (!field || field->tag != tag) return std::nullopt;
        return base::Bytes{field->value.begin(), field->value.end()};
    };
    ApplicationPackage made;
    const auto kind = take(KindTag);
    const auto version = take(VersionTag);
    if (!kind || kind->size() != 1 || !kind_from(kind->front()) || !version ||
        version->size() != VersionBytes)
        return std::nullopt;
    made.kind = *kind_from(kind->front());
    made.version = 0;
    for (const std::uint8_t byte : *version) made.version = made.version << 8 | byte;
    const auto into = [&](apdu::Tag tag, base::Bytes& field) {
        auto value = take(tag);
        if (value) field = std::move(*value);
        return value.has_value();
    };
    base::Bytes text;
    if (!into(LoadFileTag, made.load_file) || !into(ModuleTag, made.module) ||
        !into(InstanceTag, made.instance) || !into(BusinessTag, text) ||
        !into(ParametersTag, made.parameters) || !into(BlockTag, made.block) ||
        !reader.rest().empty())
        return std::nullopt;
    made.business.assign(text.begin(), text.end());
    if (!is_sound(made)) return std::nullopt;
    return made;
}

}  // namespace ota
