#include "control/update_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "control/octets.hpp"
#include "control/refusal.hpp"

namespace control {
namespace {

// ---- A slot ----
constexpr std::size_t MarkAt = UpdateHeader::SignedBytes;  // "DONE"
constexpr std::size_t TakenAt = MarkAt + 6;                // 00 for each block that is written
constexpr std::size_t BlocksAt = 256;
constexpr std::size_t DigestBytes = 32;
constexpr std::size_t StoredBytes = UpdateHeader::BlockBytes + DigestBytes;
const base::Bytes Mark{'D', 'O', 'N', 'E'};
constexpr std::uint8_t Taken = 0;
static_assert(TakenAt + UpdateHeader::MostBlocks <= BlocksAt);
static_assert(BlocksAt + UpdateHeader::MostBlocks * StoredBytes <= Flash::RegionBytes);

constexpr std::uint32_t FactoryVersion = 1;

std::pair<Region, Region> slots_of(UpdateKind kind) {
    switch (kind) {
        case UpdateKind::Software:
            return {Region::SoftwareA, Region::SoftwareB};
        case UpdateKind::Credentials:
            return {Region::CredentialsA, Region::CredentialsB};
        default:
            return {Region::LogicA, Region::LogicB};
    }
}

std::size_t place_of(std::size_t block) { return BlocksAt + block * StoredBytes; }

Digest digest_from(base::ByteView bytes) {
    Digest digest{};
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

}  // namespace

UpdateStore::UpdateStore(Flash& flash, const Identity& identity,
                         std::map<UpdateKind, base::Bytes> factory, Judge judge)
    : flash_{flash}, identity_{identity}, judge_{std::move(judge)} {
    for (const UpdateKind kind : UpdateKinds) {
        load(kind, factory[kind]);
        base::wipe(factory[kind]);
    }
}

UpdateStore::~UpdateStore() {
    for (auto& [kind, content] : active_) base::wipe(content.bytes);
}

void UpdateStore::load(UpdateKind kind, const base::Bytes& factory) {
    active_[kind] = {FactoryVersion, factory};
    slot_[kind].reset();
    incoming_[kind].reset();
    const auto [first, second] = slots_of(kind);
    for (const Region region : {first, second}) {
        auto content = verified(region);
        if (!content || content->version <= active_[kind].version) continue;
        base::wipe(active_[kind].bytes);
        active_[kind] = std::move(*content);
        slot_[kind] = region;
    }
    auto part = incoming(free_slot(kind));
    if (part && part->header.kind == kind && part->header.version > active_[kind].version)
        incoming_[kind] = std::move(part);
}

Region UpdateStore::free_slot(UpdateKind kind) const {
    const auto [first, second] = slots_of(kind);
    return slot_.at(kind) == first ? second : first;
}

std::optional<UpdateStore::Incoming> UpdateStore::incoming(Region region) const {
    Incoming part;
    part.signed_header = flash_.read(region, 0, UpdateHeader::SignedBytes);
    const auto header =
        UpdateHeader::parse(base::ByteView{part.signed_header}.first(UpdateHeader::Bytes));
    if (!header || !signed_by(part.signed_header, identity_.update_key)) return {};
    part.header = *header;
    part.expected = header->first;
    const auto taken = flash_.read(region, TakenAt, header->blocks);
    while (part.next < header->blocks && taken[part.next] == Taken) {
        part.expected = digest_from(
            flash_.read(region, place_of(part.next) + UpdateHeader::BlockBytes, DigestBytes));
        ++part.next;
    }
    return part;
}

std::optional<UpdateStore::Content> UpdateStore::verified(Region region) const {
    if (flash_.read(region, MarkAt, Mark.size()) != Mark) return {};
    const auto part = incoming(region);
    if (!part || part->next != part->header.blocks || part->header.serial != identity_.serial)
        return {};
    base::Bytes blocks;
    Digest expected = part->header.first;
    for (std::size_t i = 0; i < part->header.blocks; ++i) {
        const auto stored = flash_.read(region, place_of(i), StoredBytes);
        const auto data = base::ByteView{stored}.first(UpdateHeader::BlockBytes);
        const auto next = digest_from(base::ByteView{stored}.last(DigestBytes));
        if (block_digest(i, data, next) != expected) return {};
        expected = next;
        put(blocks, data);
    }
    auto content = opened(part->header, identity_.package_key, blocks);
    if (!content) return {};
    return Content{part->header.version, std::move(*content)};
}

std::optional<std::size_t> UpdateStore::wanted(UpdateKind kind) const {
    const auto& part = incoming_.at(kind);
    if (!part) return {};
    return part->next;
}

std::size_t UpdateStore::begin(base::ByteView signed_header) {
    if (signed_header.size() != UpdateHeader::SignedBytes)
        throw Refusal{Reason::BadRequest, "header and signature have 130 bytes"};
    const auto header = UpdateHeader::parse(signed_header.first(UpdateHeader::Bytes));
    if (!header) throw Refusal{Reason::BadRequest, "this is no header of an update"};
    if (!signed_by(signed_header, identity_.update_key))
        throw Refusal{Reason::Forged, "the signature of the update is wrong"};
    if (header->serial != identity_.serial)
        throw Refusal{Reason::Forged, "the update is for another reader"};
    const auto running = active(header->kind).version;
    if (header->version <= running)
        throw Refusal{Reason::Outdated,
                      fmt::format("{}: version {} is not newer than {}", to_string(header->kind),
                                  header->version, running)};
    auto& part = incoming_[header->kind];
    if (part && std::equal(part->signed_header.begin(), part->signed_header.end(),
                           signed_header.begin(), signed_header.end()))
        return part->next;
    const Region region = free_slot(header->kind);
    part.reset();
    flash_.erase(region);
    flash_.program(region, 0, signed_header);
    part = Incoming{*header, {signed_header.begin(), signed_header.end()}, 0, header->first};
    return 0;
}

void UpdateStore::block(UpdateKind kind, std::size_t index, base::ByteView data,
                        const Digest& next) {
    auto& part = incoming_.at(kind);
    if (!part) throw Refusal{Reason::OutOfOrder, "no update has begun"};
    if (index != part->next || index >= part->header.blocks)
        throw Refusal{Reason::OutOfOrder, fmt::format("block {} is wanted", part->next)};
    if (data.size() != UpdateHeader::BlockBytes)
        throw Refusal{Reason::BadRequest, "a block has 256 bytes"};
    if (block_digest(index, data, next) != part->expected)
        throw Refusal{Reason::Forged, fmt::format("block {} is not the one signed", index)};
    const Region region = free_slot(kind);
    base::Bytes stored{data.begin(), data.end()};
    put(stored, next);
    flash_.program(region, place_of(index), stored);
    flash_.program(region, TakenAt + index, base::Bytes{Taken});
    part->expected = next;
    ++part->next;
}

void UpdateStore::commit(UpdateKind kind) {
    auto& part = incoming_.at(kind);
    if (!part || part->next != part->header.blocks)
        throw Refusal{Reason::OutOfOrder, "blocks are missing"};
    const Region region = free_slot(kind);
    base::Bytes blocks;
    for (std::size_t i = 0; i < part->header.blocks; ++i)
        put(blocks, flash_.read(region, place_of(i), UpdateHeader::BlockBytes));
    auto content = opened(part->header, identity_.package_key, blocks);
    if (!content) throw Refusal{Reason::Forged, "the content does not open"};
    try {
        judge_(kind, *content);
    } catch (const Refusal&) {
        base::wipe(*content);
        throw;
    }
    base::wipe(*content);
    flash_.program(region, MarkAt, Mark);
    auto written = verified(region);
    if (!written) throw Refusal{Reason::ServiceFailed, "the memory does not hold the update"};
    base::wipe(active_[kind].bytes);
    active_[kind] = std::move(*written);
    slot_[kind] = region;
    part.reset();
}

}  // namespace control
