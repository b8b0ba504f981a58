#include "loader/element.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "aes/software_engine.hpp"
#include "cardos/make_chip.hpp"

namespace loader {

using cardos::Via;

namespace {

constexpr Tick Latest = std::numeric_limits<Tick>::max() / 2;

}  // namespace

std::unique_ptr<cardos::Chip> make_default_os(const port::LoaderPort::Image&) {
    cardos::ChipOptions options;
    cardos::preload(options.factory, "os-update", base::ByteView{});
    return cardos::make_chip(std::move(options));
}

/// One interface as its transport sees it.
class Element::Door final : public port::ApduPort {
public:
    /// Longest command of the loader's; an OS looks after itself.
    static constexpr std::size_t MostCommand = 1024;
    static constexpr Tick LeastTicks = 256;

    Door(Parts& element, Via via) : element_{element}, via_{via} {}

    void reset(Tick at) override;
    Taken take(base::ByteView piece, bool more, Tick at) override;
    void clear() {
        command_.clear();
        too_long_ = false;
    }

private:
    [[nodiscard]] base::Bytes run(store::Work& work);

    Parts& element_;
    Via via_;
    base::Bytes command_{};
    bool too_long_ = false;
};

struct Element::Parts final : port::LoaderPort {
    MakeOs make_os;
    std::unique_ptr<port::CryptoPort> crypto;
    Vault vault;
    Boot boot;
    std::unique_ptr<cardos::Chip> chip{};  ///< of the last OS that ran
    std::uint32_t chip_load = 0;           ///< the load it came with
    bool started = false;                  ///< it was looked for an OS since power came
    bool running = false;                  ///< and one runs
    std::array<bool, 2> powered{};
    Tick busy_until = 0;
    std::optional<Via> talks{};  ///< whose channel the loader has
    Door air{*this, Via::Air};
    Door contacts{*this, Via::Contacts};

    explicit Parts(ElementOptions options)
        : make_os{std::move(options.make_os)},
          crypto{options.crypto ? std::move(options.crypto)
                                : std::make_unique<aes::SoftwareEngine>()},
          vault{options.vault, options.keys, options.counters},
          boot{vault, *crypto, options.identity} {
        if (options.os) vault.preset(*options.os);
    }

    Parts(const Parts& other)
        : LoaderPort{},
          make_os{other.make_os},
          crypto{std::make_unique<aes::SoftwareEngine>()},
          vault{other.vault},
          boot{other.boot, vault, *crypto},
          chip_load{other.chip_load},
          started{other.started},
          running{other.running},
          powered{other.powered},
          busy_until{other.busy_until} {
        if (!other.chip) return;
        chip.reset(dynamic_cast<cardos::Chip*>(other.chip->clone().release()));
        chip->attach(*this);
    }
    Parts& operator=(const Parts&) = delete;

    [[nodiscard]] bool is_powered() const { return powered[0] || powered[1]; }
    void switch_chip(Via via, bool on, Tick at);
    void start(Tick at);
    void start_os(store::Work& work);
    void stop_os(Tick at);
    void reset(Via via, Tick at);
    [[nodiscard]] Door& door(Via via) { return via == Via::Air ? air : contacts; }
    [[nodiscard]] port::ApduPort& chip_port(Via via) {
        return via == Via::Air ? *chip->air() : chip->contacts();
    }

    [[nodiscard]] Image image() override;
    Tick confirm(Tick now) override;
    [[nodiscard]] std::optional<Tick> request(Tick now) override;
};

// ---- Power and start ----

void Element::Parts::switch_chip(Via via, bool on, Tick at) {
    if (via == Via::Air) {
        on ? chip->power_up(at) : chip->power_lost(at);
    } else {
        on ? chip->contacts_on(at) : chip->contacts_off(at);
    }
}

void Element::Parts::start(Tick at) {
    store::Work work{std::max(at, busy_until)};
    started = true;
    talks.reset();
    const auto loader = boot.start(work);
    const auto load = vault.progress(work.now).load;
    // What the old OS kept is nobody else's.
    if (chip && chip_load != load) chip.reset();
    if (!loader) start_os(work);
    busy_until = work.now;
}

void Element::Parts::start_os(store::Work& work) {
    if (!chip) {
        chip = make_os(image());
        chip_load = vault.progress(work.now).load;
        if (!chip) return;
        chip->attach(*this);
    }
    running = true;
    for (const Via via : {Via::Air, Via::Contacts})
        if (powered[static_cast<std::size_t>(via)]) switch_chip(via, true, work.now);
}

void Element::Parts::stop_os(Tick at) {
    if (!running) return;
    for (const Via via : {Via::Air, Via::Contacts})
        if (powered[static_cast<std::size_t>(via)]) switch_chip(via, false, at);
    running = false;
}

void Element::Parts::reset(Via via, Tick at) {
    vault.memory().settle(at);
    door(via).clear();
    if (started && running && vault.progress(std::max(at, busy_until)).requested) {
        stop_os(std::max(at, busy_until));
        started = false;
    }
    if (started && !running && boot.reset_due()) started = false;
    if (!started) start(at);
    if (running) {
        chip_port(via).reset(at);
    } else if (talks == via) {
        boot.end_session();
        talks.reset();
    }
}

void Element::power(Via via, bool on, Tick at) {
    Parts& parts = *parts_;
    bool& source = parts.powered[static_cast<std::size_t>(via)];
    if (source == on) return;
    const bool before = parts.is_powered();
    if (parts.running) parts.switch_chip(via, on, at);
    source = on;
    if (!before) {
        parts.vault.memory().power_up(at);
        parts.started = false;
        parts.busy_until = at;
    } else if (!parts.is_powered()) {
        parts.vault.memory().power_lost(at);
        parts.boot.end_session();
        parts.talks.reset();
        parts.running = false;
        parts.started = false;
        parts.busy_until = 0;
    } else if (!on && parts.talks == via) {
        parts.boot.end_session();
        parts.talks.reset();
    }
    parts.door(via).clear();
}

// ---- Commands ----

void Element::Door::reset(Tick at) { element_.reset(via_, at); }

port::ApduPort::Taken Element::Door::take(base::ByteView piece, bool more, Tick at) {
    element_.vault.memory().settle(at);
    if (!element_.started) element_.start(at);
    const Tick start = std::max(at, element_.busy_until);
    if (element_.running) return element_.chip_port(via_).take(piece, more, start);

    if (piece.size() > MostCommand - command_.size()) too_long_ = true;
    if (!too_long_) command_.insert(command_.end(), piece.begin(), piece.end());
    if (more || (command_.empty() && !too_long_)) return {at, {}};
    store::Work work{start};
    base::Bytes response = run(work);
    element_.busy_until = std::max(work.now, start + LeastTicks);
    return {element_.busy_until, std::move(response)};
}

base::Bytes Element::Door::run(store::Work& work) {
    const auto bytes = std::exchange(command_, {});
    const auto command = std::exchange(too_long_, false) ? std::nullopt : apdu::parse(bytes);
    if (!command) return apdu::Response{apdu::Sw::WrongLength}.bytes();
    // The loader has one channel: another interface's commands end it.
    if (element_.talks && element_.talks != via_) element_.boot.end_session();
    element_.talks = via_;
    return element_.boot.run(*command, via_ == Via::Air, work).bytes();
}

// ---- What the OS asks ----

port::LoaderPort::Image Element::Parts::image() {
    const auto known = boot.header(Latest);
    return known ? Image{known->version, known->security_version, known->image} : Image{};
}

Tick Element::Parts::confirm(Tick now) {
    auto progress = vault.progress(now);
    if (progress.confirmed) return now;
    store::Work work{now};
    auto counters = vault.counters(now);
    if (const auto known = boot.header(now); known)
        counters.security_version = std::max(counters.security_version, known->security_version);
    progress.confirmed = true;
    // In this order: a cut in between does it again.
    if (vault.write(counters, work)) (void)vault.write(progress, work);
    return work.now;
}

std::optional<Tick> Element::Parts::request(Tick now) {
    store::Work work{now};
    auto progress = vault.progress(now);
    progress.requested = true;
    if (!vault.write(progress, work)) return std::nullopt;
    return work.now;
}

// ---- The element ----

Element::Element(ElementOptions options) : parts_{std::make_unique<Parts>(std::move(options))} {}
Element::Element(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
Element::~Element() = default;

port::Block Element::read(port::BlockAddress block, Tick now) {
    return parts_->running ? parts_->chip->read(block, now) : port::Block{};
}

port::StorePort::Programming Element::program(port::BlockAddress block, const port::Block& data,
                                              Tick start) {
    if (parts_->running) return parts_->chip->program(block, data, start);
    return {start, false};
}

port::ApduPort* Element::air() noexcept { return &parts_->air; }
port::ApduPort& Element::contacts() noexcept { return parts_->contacts; }

std::unique_ptr<port::StorePort> Element::clone() const {
    return std::unique_ptr<Element>(new Element(std::make_unique<Parts>(*parts_)));
}

base::Bytes Element::loader_bytes() {
    store::Work work{Latest};
    auto state = parts_->boot.look(work);
    if (!state && parts_->started && !parts_->running) state = State::Invalid;
    return state ? parts_->boot.historical(*state) : base::Bytes{};
}

cardos::Chip* Element::os() noexcept { return parts_->running ? parts_->chip.get() : nullptr; }
Vault& Element::vault() noexcept { return parts_->vault; }
cardos::Chip* Element::last_os() noexcept { return parts_->chip.get(); }
std::uint32_t Element::last_load() const noexcept { return parts_->chip_load; }

void Element::adopt(std::unique_ptr<cardos::Chip> os, std::uint32_t load) {
    parts_->chip = std::move(os);
    parts_->chip->attach(*parts_);
    parts_->chip_load = load;
}

}  // namespace loader
