#include "cardos/chip.hpp"

#include <stdexcept>
#include <utility>

#include "aes/software_engine.hpp"

namespace cardos {

/// In the order in which they stand on each other.
struct Chip::Parts {
    Options options;
    store::SectorStore memory;
    store::Objects objects;
    Sectors sectors;
    std::unique_ptr<port::CryptoPort> crypto;
    Os os;
    Processor processor{};
    Interface air;
    Interface contacts;
    bool field = false;
    bool vcc = false;

    static Options unobserved(Options options) {
        options.observer = nullptr;
        return options;
    }

    Parts(const Options& given, store::SectorStore store, std::unique_ptr<port::CryptoPort> engine)
        : options{given},
          memory{std::move(store)},
          objects{memory.memory(), memory.object_root(), memory.object_heap(),
                  memory.options().programming_ticks},
          sectors{memory, objects},
          crypto{std::move(engine)},
          os{objects, sectors, *crypto,
             Os::Options{options.random_seed,
                         {options.air_waiting_ticks, options.contact_waiting_ticks}}},
          air{os, memory.memory(), processor, Via::Air, options.observer},
          contacts{os, memory.memory(), processor, Via::Contacts, options.observer} {}

    Parts(const Parts& other, std::unique_ptr<port::CryptoPort> engine)
        : options{unobserved(other.options)},
          memory{other.memory},
          objects{other.objects, memory.memory()},
          sectors{memory, objects},
          crypto{std::move(engine)},
          os{other.os, objects, sectors, *crypto},
          processor{other.processor},
          air{os, memory.memory(), processor, Via::Air, nullptr},
          contacts{os, memory.memory(), processor, Via::Contacts, nullptr},
          field{other.field},
          vcc{other.vcc} {}
};

namespace {

/// A card that comes from a file shall not draw what it drew before: each change of its memory has
/// left erases behind.
std::uint64_t seed_of(std::uint64_t seed, store::SectorStore& memory) {
    const auto& cells = memory.memory().cells();
    for (std::size_t page = 0; page < cells.pages(); ++page) seed = seed * 31 + cells.erases(page);
    return seed;
}

store::SectorStore::Options with_objects(store::SectorStore::Options options) {
    if (options.object_pages == 0) options.object_pages = Chip::ObjectPages;
    return options;
}

}  // namespace

Chip::Chip(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}

Chip::Chip(std::span<const port::Block> sectors, const Options& options,
           std::unique_ptr<port::CryptoPort> crypto, const domain::Factory& factory)
    : parts_{std::make_unique<Parts>(
          options, store::SectorStore{sectors, with_objects(options.store)}, std::move(crypto))} {
    parts_->objects.format();
    if (!parts_->objects.mount()) throw std::logic_error("a fresh memory holds no objects");
    parts_->os.personalise(factory);
    parts_->memory.memory().finish();
}

Chip::Chip(store::SectorStore memory, const Options& options,
           std::unique_ptr<port::CryptoPort> crypto)
    : parts_{} {
    if (memory.options().object_pages == 0) throw std::invalid_argument("this card has no card OS");
    Options mixed = options;
    mixed.random_seed = seed_of(options.random_seed, memory);
    parts_ = std::make_unique<Parts>(mixed, std::move(memory), std::move(crypto));
}

Chip::~Chip() = default;

port::Block Chip::read(port::BlockAddress block, Tick now) {
    const port::Block content = parts_->memory.read(block, now);
    if (block == port::ConfigurationBlock) {
        // Read only when no session is open.
        parts_->sectors.release_air();
        return content;
    }
    return parts_->field ? parts_->sectors.shown_to_air(block, content, now) : content;
}

port::StorePort::Programming Chip::program(port::BlockAddress block, const port::Block& data,
                                           Tick start) {
    const auto programming = parts_->memory.program(block, data, start);
    if (auto* observer = parts_->options.observer; observer != nullptr)
        observer->on_work(port::CardUnit::Nvm, start, programming.done);
    return programming;
}

void Chip::power(bool& source, bool on, Tick at) {
    const bool before = parts_->field || parts_->vcc;
    source = on;
    const bool after = parts_->field || parts_->vcc;
    if (after && !before) parts_->memory.power_up(at);
    if (before && !after) {
        parts_->memory.power_lost(at);
        parts_->os.power_lost();
        parts_->sectors.power_lost();
        parts_->processor = {};
    }
}

void Chip::power_lost(Tick at) {
    power(parts_->field, false, at);
    parts_->sectors.release_air();
    parts_->air.clear();
    parts_->os.reset(Via::Air);
}

void Chip::power_up(Tick at) { power(parts_->field, true, at); }

void Chip::contacts_on(Tick at) { power(parts_->vcc, true, at); }

void Chip::contacts_off(Tick at) {
    power(parts_->vcc, false, at);
    parts_->contacts.clear();
    parts_->os.reset(Via::Contacts);
}

port::ApduPort* Chip::air() noexcept { return &parts_->air; }
port::ApduPort& Chip::contacts() noexcept { return parts_->contacts; }
store::SectorStore& Chip::memory() noexcept { return parts_->memory; }
const store::SectorStore& Chip::memory() const noexcept { return parts_->memory; }
domain::Open& Chip::open() noexcept { return parts_->os.open(); }

void Chip::attach(port::LoaderPort& loader) noexcept { parts_->os.attach(loader); }

void Chip::fix_random(base::ByteView bytes) {
    parts_->os.random().fix(bytes);
    parts_->os.open().random().fix(bytes);
}

std::unique_ptr<port::StorePort> Chip::clone() const {
    return std::unique_ptr<Chip>(
        new Chip(std::make_unique<Parts>(*parts_, std::make_unique<aes::SoftwareEngine>())));
}

}  // namespace cardos
