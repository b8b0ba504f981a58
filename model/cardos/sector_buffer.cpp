#include "cardos/sector_buffer.hpp"

#include <algorithm>

#include "base/key.hpp"

namespace cardos {
namespace {

constexpr std::size_t BlockBytes = std::tuple_size_v<port::Block>;
constexpr std::size_t BackupAt = 1;

}  // namespace

base::Bytes sector_bytes(Context& context, const SectorPlace& place) {
    base::Bytes all;
    for (std::size_t i = 0; i < place.count; ++i) {
        const port::Block block = context.sectors().read(place.first + i);
        all.insert(all.end(), block.begin(), block.end());
    }
    return all;
}

SectorBuffer::SectorBuffer(Context& context, unsigned sector, const SectorPlace& place)
    : context_{context},
      number_{static_cast<std::uint16_t>(0x300 + sector)},
      size_{place.count * BlockBytes},
      content_{context.data().read(number_).value_or(base::Bytes{})} {}

SectorBuffer::~SectorBuffer() { base::wipe(content_); }

base::ByteView SectorBuffer::backup() const noexcept {
    return base::ByteView{content_}.subspan(BackupAt, size_);
}

base::ByteView SectorBuffer::entry() const noexcept {
    if (state() == State::Idle) return backup();
    return base::ByteView{content_}.subspan(BackupAt + size_, size_);
}

void SectorBuffer::keep(base::ByteView sector) { save(State::Idle, sector, {}); }

void SectorBuffer::begin_entry(base::ByteView sector) { save(State::Entered, sector, sector); }

void SectorBuffer::changed(base::ByteView old, base::ByteView written) {
    save(State::Changed, old, written);
}

void SectorBuffer::enter(std::size_t offset, base::ByteView data) {
    std::copy(data.begin(), data.end(),
              content_.begin() + static_cast<std::ptrdiff_t>(BackupAt + size_ + offset));
    context_.data().write(number_, content_);
}

void SectorBuffer::save(State state, base::ByteView backup, base::ByteView entry) {
    base::Bytes made{static_cast<std::uint8_t>(state)};
    made.insert(made.end(), backup.begin(), backup.end());
    made.insert(made.end(), entry.begin(), entry.end());
    content_.swap(made);
    base::wipe(made);
    context_.data().write(number_, content_);
}

}  // namespace cardos
