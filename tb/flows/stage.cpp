#include "flows/stage.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

#include "aes/software_engine.hpp"
#include "flows/other_clock.hpp"
#include "flows/watched_chip.hpp"
#include "lockstep/lockstep_world.hpp"
#include "verilated/rtl_crypto.hpp"

namespace flows {
namespace {

constexpr unsigned Slot = 0;

std::unique_ptr<port::World> world_of(const StageOptions& options, port::ChipPort& chip) {
    WorldOptions made;
    made.level = options.level;
    made.air = options.air;
    made.fst = options.fst;
    if (options.watch != nullptr && made.fst.empty()) made.fst = options.watch->waveform();
    auto world = make_world(made);
    if (options.watch != nullptr) {
        options.watch->on_stage(world->now(), {});
        world->observe(options.watch);
    }
    world->place(Slot, options.profile, chip);
    return world;
}

/// The chip and, on both levels, the model's copy of it.
std::vector<port::ChipPort*> chips_of(port::ChipPort& chip, port::World& world) {
    std::vector<port::ChipPort*> chips{&chip};
    if (auto* both = dynamic_cast<tb::LockstepWorld*>(&world))
        chips.push_back(&dynamic_cast<port::ChipPort&>(both->model_store(Slot)));
    return chips;
}

}  // namespace

port::CardProfile dual_profile() {
    port::CardProfile profile;
    profile.uid = {0x9C, 0x59, 0x9B, 0x32};
    profile.sak = 0x28;
    profile.ats = {0x0A, 0x78, 0x77, 0x91, 0x02, 0x80, 0x73, 0xC8, 0x21, 0x10};
    return profile;
}

port::CardProfile type_b_profile() {
    port::CardProfile profile = dual_profile();
    profile.technology = port::Technology::B;
    // All rates, FSC 256, ISO-DEP, FWI 9, CIDs: as the ATS of the other says.
    profile.atqb = {0x00, 0x00, 0x00, 0x00, 0x77, 0x81, 0x91};
    return profile;
}

struct Stage::Made {
    std::unique_ptr<cardos::Chip> owned{};
    std::unique_ptr<port::ChipPort> watched{};
    port::ChipPort* chip = nullptr;
    const port::CryptoPort* engine = nullptr;

    Made(const StageOptions& stage, cardos::ChipOptions options) {
        if (!options.crypto) {
            if (stage.level == Level::Tlm)
                options.crypto = std::make_unique<aes::SoftwareEngine>();
            else
                options.crypto = std::make_unique<tb::RtlCrypto>();
        }
        engine = options.crypto.get();
        const Knobs& knobs = stage.knobs;
        if (knobs.aes_clock != Knobs{}.aes_clock)
            options.crypto =
                std::make_unique<OtherClock>(std::move(options.crypto), knobs.aes_clock);
        if (knobs.write_ticks != Knobs{}.write_ticks)
            options.chip.store.programming_ticks = knobs.write_ticks;
        options.chip.observer = stage.watch;
        owned = cardos::make_chip(std::move(options));
        chip = owned.get();
    }
    Made(const StageOptions& stage, port::ChipPort& given) : chip{&given} {
        if (stage.watch == nullptr) return;
        watched = std::make_unique<WatchedChip>(given, *stage.watch);
        chip = watched.get();
    }
};

Stage::Stage(const StageOptions& options, cardos::ChipOptions chip)
    : Stage{options, Made{options, std::move(chip)}} {}

Stage::Stage(const StageOptions& options, port::ChipPort& chip)
    : Stage{options, Made{options, chip}} {}

Stage::Stage(const StageOptions& options, Made made)
    : level_{options.level},
      technology_{options.profile.technology},
      watch_{options.watch},
      owned_{std::move(made.owned)},
      watched_{std::move(made.watched)},
      chip_{made.chip},
      engine_{made.engine},
      world_{world_of(options, *chip_)},
      reader_{*world_, options.policy},
      air_{reader_, log_, *world_},
      contacts_{chips_of(*chip_, *world_), log_, *world_},
      gate_{reader_, log_, [this] { air_.power_off(); }} {
    if (watch_ != nullptr)
        log_.listen([watch = watch_](const Exchange& exchange) { watch->on_exchange(exchange); });
    for (Interface* way : {static_cast<Interface*>(&air_), static_cast<Interface*>(&contacts_)})
        way->set_host_latency(options.knobs.host_latency);
    gate_.set_host_latency(options.knobs.host_latency);
}

Stage::~Stage() {
    if (watch_ != nullptr) watch_->on_stage_over(world_->now());
}

Interface& Stage::interface(Via via) {
    if (via == Via::Contacts) return contacts_;
    if (via == Via::Air) return air_;
    throw std::invalid_argument{"a stage has contacts and air for APDUs"};
}

Gate& Stage::gate() {
    if (technology_ == port::Technology::B)
        throw std::logic_error{"a gate reads cards of type A only"};
    return gate_;
}

hostlink::SmartCard& Stage::card(Via via) { return interface(via); }

apdu::Response Stage::exchange(Via via, const apdu::Command& command) {
    Interface& way = interface(via);
    if (!way.powered() && way.power_on().empty()) throw CardLost{"no answer to reset"};
    const auto answer = apdu::parse_response(way.transmit(command.bytes()));
    if (!answer) throw CardLost{"the card was lost"};
    return *answer;
}

cardos::Chip& Stage::chip() { return dynamic_cast<cardos::Chip&>(*chip_); }

Tick Stage::now() const { return world_->now(); }
void Stage::wait_until(Tick at) {
    if (at > now()) world_->wait_until(at);
}

void Stage::cut(Via via, Tick at) { interface(via).cut(at); }

void Stage::finish() {
    flows::finish(*world_);
    const auto* rtl = dynamic_cast<const tb::RtlCrypto*>(engine_);
    if (rtl != nullptr && rtl->check_failures() != 0)
        throw std::runtime_error{"assertions of the AES engine failed"};
}

}  // namespace flows
