#include "cli/card_slot.hpp"

#include <numeric>
#include <utility>

#include "aes/software_engine.hpp"
#include "base/file.hpp"
#include "cardos/make_chip.hpp"
#include "cli/failure.hpp"
#include "cli/sector_card.hpp"
#include "domain/factory.hpp"
#include "store/card_file.hpp"
#include "verilated/rtl_crypto.hpp"

namespace cli {
namespace {

constexpr std::size_t MostFileBytes = 1U << 20U;
constexpr std::uint8_t HasPart4 = 0x20;  // of SAK

store::SectorStore::Options store_options(const CardOptions& options) {
    store::SectorStore::Options made;
    made.programming_ticks = options.write_ticks;
    return made;
}

std::unique_ptr<port::CryptoPort> make_engine(const CardOptions& options) {
    if (options.engine) return options.engine();
    if (options.rtl_engine) return std::make_unique<tb::RtlCrypto>();
    return std::make_unique<aes::SoftwareEngine>();
}

/// The card of the test plan with the key that card tools try first, 40..4F, for all three.
domain::Factory factory() {
    base::Bytes value(16);
    std::iota(value.begin(), value.end(), std::uint8_t{0x40});
    const domain::Secret key{value};
    domain::Factory made = domain::test_card();
    for (domain::FactoryKeys& set : made.keys) set.enc = set.mac = set.dek = key;
    return made;
}

cardos::Chip::Options chip_options(const CardOptions& options) {
    cardos::Chip::Options made;
    made.store = store_options(options);
    made.random_seed = options.random_seed;
    return made;
}

}  // namespace

bool has_card_os(const port::CardProfile& profile) noexcept {
    return (profile.sak & HasPart4) != 0;
}

port::CardProfile chip_profile() {
    port::CardProfile profile;
    profile.uid = {0x9C, 0x59, 0x9B, 0x32};
    profile.sak = HasPart4;
    profile.ats = {0x0A, 0x78, 0x77, 0x91, 0x02, 0x80, 0x73, 0xC8, 0x21, 0x10};
    return profile;
}

port::CardProfile type_b_chip_profile() {
    port::CardProfile profile = chip_profile();
    profile.technology = port::Technology::B;
    // All rates, FSC 256, ISO-DEP, FWI 9, CIDs: as the ATS of the other says.
    profile.atqb = {0x00, 0x00, 0x00, 0x00, 0x77, 0x81, 0x91};
    return profile;
}

port::CardProfile chip_profile(const dump::CardImage& sectors) {
    constexpr std::uint8_t HasSectors = 0x08;  // of SAK
    port::CardProfile profile = chip_profile();
    profile.kind = sectors.kind;
    profile.uid = sectors.uid;
    profile.atqa = sectors.atqa;
    profile.sak = HasPart4 | HasSectors;
    return profile;
}

CardSlot::CardSlot(const std::filesystem::path& path, const CardOptions& options) : path_{path} {
    const base::Bytes file = base::read_file(path, MostFileBytes);
    if (store::is_card_file(file)) {
        store::Card card = store::parse_card(file, path.string(), store_options(options));
        profile_ = card.profile;
        take(std::move(card.memory), options);
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

CardSlot::CardSlot(const port::CardProfile& profile, const CardOptions& options)
    : profile_{profile} {
    make_chip(dump::fresh(profile.kind, profile.uid, {profile.atqa, profile.sak}).blocks, factory(),
              options);
}

CardSlot::CardSlot(const dump::CardImage& sectors, const port::CardProfile& profile,
                   const CardOptions& options, std::filesystem::path path)
    : path_{std::move(path)}, profile_{profile} {
    domain::Factory made = factory();
    give_sector_access(made, sectors.blocks);
    make_chip(sectors.blocks, std::move(made), options);
    if (path_.empty()) return;
    image_ = sectors;
    saved_ = content();
}

void CardSlot::make_chip(std::vector<port::Block> sectors, domain::Factory factory,
                         const CardOptions& options) {
    auto engine = make_engine(options);
    engine_ = engine.get();
    chip_ = cardos::make_chip(
        {std::move(sectors), chip_options(options), std::move(factory), std::move(engine)});
    options.apply(profile_);
}

void CardSlot::take(store::SectorStore memory, const CardOptions& options) {
    if (!has_card_os(profile_)) {
        store_.emplace(std::move(memory));
        return;
    }
    auto engine = make_engine(options);
    engine_ = engine.get();
    chip_ =
        std::make_unique<cardos::Chip>(std::move(memory), chip_options(options), std::move(engine));
}

port::StorePort& CardSlot::store() noexcept {
    if (chip_) return *chip_;
    return *store_;
}

const store::SectorStore& CardSlot::memory() const { return chip_ ? chip_->memory() : *store_; }

base::Bytes CardSlot::content() const {
    if (!image_) return store::serialise(profile_, memory());
    base::Bytes bytes;
    for (const port::Block& block : blocks()) bytes.insert(bytes.end(), block.begin(), block.end());
    return bytes;
}

void CardSlot::save_when_settled() {
    base::Bytes now = content();
    const bool settled = now == seen_;
    seen_ = std::move(now);
    if (settled) save();
}

void CardSlot::save() {
    if (path_.empty()) return;
    base::Bytes now = content();
    if (now == saved_) return;
    if (image_) {
        image_->blocks = blocks();
        dump::save(*image_, path_);
    } else {
        store::save_card(profile_, memory(), path_);
    }
    saved_ = std::move(now);
}

void CardSlot::check() const {
    const auto* rtl = dynamic_cast<const tb::RtlCrypto*>(engine_);
    if (rtl != nullptr && rtl->check_failures() != 0)
        throw Failure{JobFailed, "assertions of the AES engine failed"};
}

std::string to_string(port::CardKind kind) {
    switch (kind) {
        case port::CardKind::Mini:
            return "Classic Mini";
        case port::CardKind::Classic1k:
            return "Classic 1K";
        case port::CardKind::Classic4k:
            break;
        case port::CardKind::Ultralight:
            return "Ultralight";
        case port::CardKind::Ntag213:
            return "NTAG213";
        case port::CardKind::Ntag215:
            return "NTAG215";
        case port::CardKind::Ntag216:
            return "NTAG216";
        case port::CardKind::UltralightAes:
            return "Ultralight AES";
    }
    return "Classic 4K";
}

}  // namespace cli
