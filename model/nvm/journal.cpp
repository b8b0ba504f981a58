#include "nvm/journal.hpp"

#include <algorithm>
#include <stdexcept>

#include "nvm/crc_32.hpp"

namespace nvm {
namespace {

// Marker page: 4 bytes of magic, number of pages, their numbers (low byte first), CRC-32 of all
// that and of the pages themselves at the end.
constexpr std::uint8_t Magic[] = {0x43, 0x4A, 0x4E, 0x4C};
constexpr std::size_t CountAt = 4;
constexpr std::size_t NumbersAt = 5;
constexpr std::size_t CrcAt = PageBytes - 4;
static_assert(NumbersAt + 2 * Journal::MostPages <= CrcAt);

Step erase(std::size_t page) { return {Step::Kind::Erase, page, {}}; }
Step program(std::size_t page, base::Bytes image) {
    return {Step::Kind::Program, page, std::move(image)};
}

}  // namespace

Range Layout::add(std::string_view name, std::size_t size) {
    Range range{std::string{name}, pages_ * PageBytes, size};
    pages_ += (size + PageBytes - 1) / PageBytes;
    ranges_.push_back(range);
    return range;
}

void Transaction::write(const Range& range, std::size_t offset, base::ByteView bytes) {
    if (offset > range.size || bytes.size() > range.size - offset)
        throw std::out_of_range("write beyond the end of " + range.name);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes_[range.address + offset + i] = bytes[i];
}

Journal::Journal(const Options& options) : options_{options} {
    if (options.slots == 0 || options.transaction_pages == 0 ||
        options.transaction_pages > MostPages)
        throw std::invalid_argument("a journal needs slots of 1 to 24 pages");
}

std::size_t Journal::pages(const Options& options) noexcept {
    return options.slots * (1 + options.transaction_pages);
}

std::size_t Journal::slot_page(std::size_t slot) const noexcept {
    return options_.first_page + slot * (1 + options_.transaction_pages);
}

std::optional<std::size_t> Journal::fresh_slot(const Nvm& memory) const {
    std::optional<std::size_t> best;
    for (std::size_t slot = 0; slot < options_.slots; ++slot) {
        const std::size_t first = slot_page(slot);
        bool usable = true;
        for (std::size_t i = 0; i <= options_.transaction_pages; ++i)
            usable = usable && !memory.worn(first + i);
        if (usable && (!best || memory.erases(first) < memory.erases(slot_page(*best))))
            best = slot;
    }
    return best;
}

std::optional<Plan> Journal::commit(Nvm& memory, const Transaction& transaction) const {
    std::map<std::size_t, base::Bytes> images;
    for (const auto& [address, byte] : transaction.bytes()) {
        const std::size_t page = address / PageBytes;
        auto found = images.find(page);
        if (found == images.end()) found = images.emplace(page, memory.read(page)).first;
        found->second[address % PageBytes] = byte;
    }
    if (images.size() > options_.transaction_pages)
        throw std::length_error("transaction touches too many pages");
    for (const auto& [page, image] : images)
        if (memory.worn(page)) return std::nullopt;

    Plan in_place;
    for (const auto& [page, image] : images) {
        in_place.push_back(erase(page));
        in_place.push_back(program(page, image));
    }
    if (!options_.enabled || images.empty()) return in_place;

    const auto slot = fresh_slot(memory);
    if (!slot) return std::nullopt;
    const std::size_t first = slot_page(*slot);

    Plan plan;
    base::Bytes marker(PageBytes);
    std::copy(std::begin(Magic), std::end(Magic), marker.begin());
    marker[CountAt] = static_cast<std::uint8_t>(images.size());
    std::size_t index = 0;
    for (const auto& [page, image] : images) {
        marker[NumbersAt + 2 * index] = static_cast<std::uint8_t>(page);
        marker[NumbersAt + 2 * index + 1] = static_cast<std::uint8_t>(page >> 8);
        ++index;
        plan.push_back(erase(first + index));
        plan.push_back(program(first + index, image));
    }
    std::uint32_t crc = crc_32(base::ByteView{marker}.first(CrcAt), Crc32Start);
    for (const auto& [page, image] : images) crc = crc_32(image, crc);
    for (std::size_t i = 0; i < 4; ++i)
        marker[CrcAt + i] = static_cast<std::uint8_t>(crc >> (8 * i));

    plan.push_back(program(first, marker));
    plan.insert(plan.end(), in_place.begin(), in_place.end());
    plan.push_back(erase(first));
    return plan;
}

std::optional<std::vector<Journal::Entry>> Journal::entries(Nvm& memory, std::size_t slot,
                                                            const base::Bytes& marker) const {
    const std::size_t count = marker[CountAt];
    if (!std::equal(std::begin(Magic), std::end(Magic), marker.begin())) return std::nullopt;
    if (count == 0 || count > options_.transaction_pages) return std::nullopt;

    std::vector<Entry> list;
    std::uint32_t crc = crc_32(base::ByteView{marker}.first(CrcAt), Crc32Start);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t low = marker[NumbersAt + 2 * i];
        const std::size_t high = marker[NumbersAt + 2 * i + 1];
        if ((high << 8 | low) >= options_.first_page) return std::nullopt;
        list.push_back({high << 8 | low, memory.read(slot_page(slot) + 1 + i)});
        crc = crc_32(list.back().image, crc);
    }
    for (std::size_t i = 0; i < 4; ++i)
        if (marker[CrcAt + i] != static_cast<std::uint8_t>(crc >> (8 * i))) return std::nullopt;
    return list;
}

Plan Journal::recover(Nvm& memory) const {
    Plan plan;
    if (!options_.enabled) return plan;
    for (std::size_t slot = 0; slot < options_.slots; ++slot) {
        const std::size_t first = slot_page(slot);
        // A weak marker may happen to read as erased now and as valid next time: look at the
        // margin.
        if (memory.blank(first)) continue;
        const base::Bytes marker = memory.read(first);
        if (const auto list = entries(memory, slot, marker)) {
            plan.push_back(program(first, marker));
            for (const Entry& entry : *list) {
                plan.push_back(erase(entry.page));
                plan.push_back(program(entry.page, entry.image));
            }
        }
        plan.push_back(erase(first));
    }
    return plan;
}

}  // namespace nvm
