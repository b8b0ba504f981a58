#include "cardos/files.hpp"

#include <algorithm>

namespace cardos {
namespace {

using apdu::Response;
using apdu::Sw;

// Kind, bytes of a record, content.
constexpr std::size_t HeaderBytes = 2;
constexpr std::uint16_t FirstNumber = 0x0100;

std::uint16_t number_of(std::uint8_t sfi) { return static_cast<std::uint16_t>(FirstNumber + sfi); }

}  // namespace

std::optional<Files::File> Files::load(std::uint8_t sfi) const {
    const auto bytes = data_.read(number_of(sfi));
    if (!bytes || bytes->size() < HeaderBytes) return std::nullopt;
    return File{
        static_cast<Kind>((*bytes)[0]), (*bytes)[1], {bytes->begin() + HeaderBytes, bytes->end()}};
}

void Files::save(std::uint8_t sfi, const File& file) {
    base::Bytes bytes{static_cast<std::uint8_t>(file.kind), file.record_bytes};
    bytes.insert(bytes.end(), file.content.begin(), file.content.end());
    data_.write(number_of(sfi), bytes);
}

void Files::make(std::uint8_t sfi, base::ByteView content) {
    save(sfi, {Kind::Transparent, 0, {content.begin(), content.end()}});
}

void Files::make_records(std::uint8_t sfi, Kind kind, std::uint8_t record_bytes,
                         std::uint8_t count) {
    save(sfi, {kind, record_bytes, base::Bytes(std::size_t{record_bytes} * count)});
}

bool Files::exists(std::uint8_t sfi) const { return data_.read(number_of(sfi)).has_value(); }

Response Files::read_binary(std::uint8_t sfi, std::size_t offset, std::size_t ne) const {
    const auto file = load(sfi);
    if (!file) return Sw::FileNotFound;
    if (file->kind != Kind::Transparent) return Sw::CommandIncompatible;
    if (offset > file->content.size()) return Sw::OutsideOfFile;
    const std::size_t count = std::min(ne, file->content.size() - offset);
    const auto part = base::ByteView{file->content}.subspan(offset, count);
    const bool all = count == ne || ne >= apdu::MostShortNe;
    return {{part.begin(), part.end()}, all ? Sw::Ok : Sw::EndOfFile};
}

apdu::StatusWord Files::update_binary(std::uint8_t sfi, std::size_t offset, base::ByteView bytes) {
    auto file = load(sfi);
    if (!file) return Sw::FileNotFound;
    if (file->kind != Kind::Transparent) return Sw::CommandIncompatible;
    if (offset > file->content.size()) return Sw::OutsideOfFile;
    if (bytes.size() > file->content.size() - offset) return Sw::NotEnoughMemory;
    std::copy(bytes.begin(), bytes.end(),
              file->content.begin() + static_cast<std::ptrdiff_t>(offset));
    save(sfi, *file);
    return Sw::Ok;
}

Response Files::read_record(std::uint8_t sfi, std::uint8_t number, std::size_t ne) const {
    const auto file = load(sfi);
    if (!file) return Sw::FileNotFound;
    if (file->kind == Kind::Transparent) return Sw::CommandIncompatible;
    if (number == 0 || number > file->records()) return Sw::RecordNotFound;
    if (ne < apdu::MostShortNe && ne != file->record_bytes)
        return static_cast<apdu::StatusWord>(Sw::WrongLe + file->record_bytes);
    const auto record = base::ByteView{file->content}.subspan(
        std::size_t{number - 1U} * file->record_bytes, file->record_bytes);
    return {{record.begin(), record.end()}, Sw::Ok};
}

apdu::StatusWord Files::may_update(std::uint8_t sfi, std::uint8_t number, std::size_t bytes) const {
    const auto file = load(sfi);
    if (!file) return Sw::FileNotFound;
    if (file->kind != Kind::Linear) return Sw::CommandIncompatible;
    if (number == 0 || number > file->records()) return Sw::RecordNotFound;
    return bytes <= file->record_bytes ? Sw::Ok : Sw::WrongLength;
}

apdu::StatusWord Files::update_record(std::uint8_t sfi, std::uint8_t number,
                                      base::ByteView record) {
    const auto sw = may_update(sfi, number, record.size());
    if (sw != Sw::Ok) return sw;
    auto file = load(sfi).value();
    base::Bytes whole{record.begin(), record.end()};
    whole.resize(file.record_bytes);
    const std::size_t at = std::size_t{number - 1U} * file.record_bytes;
    std::copy(whole.begin(), whole.end(), file.content.begin() + static_cast<std::ptrdiff_t>(at));
    save(sfi, file);
    return Sw::Ok;
}

apdu::StatusWord Files::append(std::uint8_t sfi, base::ByteView record) {
    auto file = load(sfi);
    if (!file) return Sw::FileNotFound;
    if (file->kind != Kind::Cyclic) return Sw::CommandIncompatible;
    if (record.size() != file->record_bytes) return Sw::WrongLength;
    file->content.insert(file->content.begin(), record.begin(), record.end());
    file->content.resize(file->content.size() - record.size());
    save(sfi, *file);
    return Sw::Ok;
}

}  // namespace cardos
