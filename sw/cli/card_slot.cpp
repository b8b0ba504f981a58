#include "cli/card_slot.hpp"

#include <utility>

#include "base/file.hpp"
#include "store/card_file.hpp"

namespace cli {
namespace {

constexpr std::size_t MostFileBytes = 1U << 20U;

store::SectorStore::Options store_options(const CardOptions& options) {
    store::SectorStore::Options made;
    made.programming_ticks = options.write_ticks;
    return made;
}

}  // namespace

CardSlot::CardSlot(const std::filesystem::path& path, const CardOptions& options) : path_{path} {
    const base::Bytes file = base::read_file(path, MostFileBytes);
    if (store::is_card_file(file)) {
        store::Card card = store::parse_card(file, path.string(), store_options(options));
        profile_ = card.profile;
        store_.emplace(std::move(card.memory));
    } else {
        image_ = dump::parse(file, path.string());
        profile_ = dump::profile_of(*image_);
        store_.emplace(image_->blocks, store_options(options));
    }
    saved_ = content();
    options.apply(profile_);
}

CardSlot::CardSlot(const dump::CardImage& image, const CardOptions& options)
    : image_{image}, profile_{dump::profile_of(image)} {
    store_.emplace(image.blocks, store_options(options));
    options.apply(profile_);
}

CardSlot::Content CardSlot::content() const {
    Content blocks = store_->contents();
    if (!image_) blocks.push_back(store_->configuration());
    return blocks;
}

void CardSlot::save_when_settled() {
    Content now = content();
    const bool settled = now == seen_;
    seen_ = std::move(now);
    if (settled) save();
}

void CardSlot::save() {
    if (path_.empty()) return;
    Content now = content();
    if (now == saved_) return;
    if (image_) {
        image_->blocks = now;
        dump::save(*image_, path_);
    } else {
        store::save_card(profile_, *store_, path_);
    }
    saved_ = std::move(now);
}

std::string to_string(port::CardKind kind) {
    switch (kind) {
        case port::CardKind::Mini:
            return "Classic Mini";
        case port::CardKind::Classic1k:
            return "Classic 1K";
        case port::CardKind::Classic4k:
            break;
    }
    return "Classic 4K";
}

}  // namespace cli
