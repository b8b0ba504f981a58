#include "flows/reader_scene.hpp"

#include <algorithm>
#include <numeric>

#include "base/hex.hpp"
#include "cardos/make_chip.hpp"
#include "control/proofs.hpp"
#include "flows/watched_reader.hpp"
#include "reader/scp_crypto.hpp"

namespace flows {
namespace {

/// first, first + 1, ..
control::AesKey counted_key(std::uint8_t first) {
    std::array<std::uint8_t, 16> value{};
    std::iota(value.begin(), value.end(), first);
    return control::AesKey{value};
}

control::NonceSource counted_nonces(std::uint8_t first) {
    return [first, drawn = std::uint64_t{0}]() mutable {
        control::Nonce nonce{};
        std::iota(nonce.begin(), nonce.end(), first);
        for (unsigned i = 0; i < 8; ++i) nonce[i] ^= static_cast<std::uint8_t>(drawn >> (8 * i));
        ++drawn;
        return nonce;
    };
}

const control::AesKey Master = counted_key(0x00);
const control::AesKey PackageKey = counted_key(0x20);
const control::AesKey AccessKey = counted_key(0x30);
const control::AesKey ClientKey = counted_key(0x10);
const base::Bytes Uid{0x10, 0xE2, 0xF0, 0xA1};

control::UpdateSigner signer(std::uint8_t last) {
    std::array<std::uint8_t, 32> scalar{};
    scalar.back() = last;
    return control::UpdateSigner{base::Key<32>{scalar}};
}
constexpr std::uint8_t OurSigner = 7;
constexpr std::uint8_t OtherSigner = 8;

port::CardProfile profile() {
    port::CardProfile made;
    made.uid = Uid;
    return made;
}

/// Sector 1 holds a ticket and a key A made from the access key, as key-diversification.md, 1 lets
/// a project choose.
std::vector<port::Block> blocks(const control::AesKey& access) {
    auto made = store::delivery_blocks(port::CardKind::Classic1k);
    constexpr std::size_t First = 4 * ReaderScene::Sector;
    const std::string text = "MONTHLY TICKET 8ZONES A B C     ";
    std::copy(text.begin(), text.begin() + 16, made[First].begin());
    std::copy(text.begin() + 16, text.end(), made[First + 1].begin());
    base::Bytes input{0x01};
    input.insert(input.end(), Uid.begin(), Uid.end());
    input.push_back(ReaderScene::Sector);
    input.push_back('A');
    const auto mac = reader::cmac(reader::ScpKey{access.expose()}, input);
    std::copy_n(mac.begin(), 6, made[First + 3].begin());
    return made;
}

std::string text_of(base::ByteView bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

const std::string ReaderScene::Logic = R"(# The services of this reader.
service sector-read
  way one-by-one
  input sector number 0 15
  contactless identify -> uid
  secure sector-key uid=$uid sector=$sector -> key
  contactless read uid=$uid sector=$sector key=$key -> data
  display show line="sector read"
  answer uid data
end
service sector-write
  way one-by-one
  input block number 1 62
  input sector number 0 15
  input data bytes 16
  contactless identify -> uid
  secure sector-key uid=$uid sector=$sector -> key
  contactless write uid=$uid block=$block key=$key data=$data
  display show line="block written"
end
)";

const std::string ReaderScene::Software = "cartouche reader, version 1";

/// The chip at its contacts: what an exchange takes there passes in the reader as well.
class ReaderScene::Slot final : public hostlink::SmartCard {
public:
    Slot(ReaderHardware& hardware, StageWatch* watch) : hardware_{hardware}, watch_{watch} {
        cardos::ChipOptions options;
        if (watch != nullptr) {
            shifted_.emplace(*watch, [this] { return ahead_; });
            options.chip.observer = &*shifted_;
        }
        chip_ = cardos::make_chip(std::move(options));
        card_.emplace(*chip_);
    }

    base::Bytes power_on() override {
        return timed("power on", [&] { return card_->power_on(); });
    }
    base::Bytes reset() override {
        return timed("reset", [&] { return card_->reset(); });
    }
    void power_off() override { card_->power_off(); }
    base::Bytes transmit(base::ByteView command) override {
        return timed(log_.command_text(command), [&] { return card_->transmit(command); });
    }

private:
    template <typename Call>
    base::Bytes timed(std::string what, Call call) {
        const Tick before = card_->reader().now();
        Exchange exchange{
            .via = Via::Contacts, .command = std::move(what), .begin = hardware_.now()};
        ahead_ = exchange.begin - before;
        auto answer = call();
        hardware_.pass(card_->reader().now() - before);
        if (watch_ == nullptr) return answer;
        exchange.end = hardware_.now();
        exchange.answer = log_.text(answer);
        watch_->on_exchange(exchange);
        return answer;
    }

    ReaderHardware& hardware_;
    StageWatch* watch_;
    Log log_{};
    std::optional<Shifted> shifted_{};
    Tick ahead_ = 0;  ///< how far the reader's clock is before the one at the contacts
    std::unique_ptr<cardos::Chip> chip_{};
    std::optional<ContactCard> card_{};
};

control::Factory ReaderScene::factory() {
    control::Factory made;
    made.identity = {Serial, PackageKey, signer(OurSigner).public_key()};
    made.credentials.reader = control::reader_key(Master, Serial);
    made.credentials.access = AccessKey;
    made.credentials.clients = {{"desk", ClientKey, control::AllServices}};
    made.logic = Logic;
    made.software = Software;
    return made;
}

control::Cloud ReaderScene::make_cloud(control::NonceSource nonces) {
    return {Master, std::move(nonces)};
}

ReaderScene::ReaderScene(Level level, bool counted)
    : ReaderScene{level, counted, nullptr, nullptr, factory(), counted_nonces(0xB0)} {}

ReaderScene::ReaderScene(Level level, StageWatch* watch, const std::string& name)
    : ReaderScene{level,     watch != nullptr && watch->counts_toggles(),
                  watch,     nullptr,
                  factory(), counted_nonces(0xB0)} {
    if (watch != nullptr) watch->on_stage(hardware_->now(), name);
}

ReaderScene::ReaderScene(Level level, control::Flash& flash, const control::Factory& made)
    : ReaderScene{level, false, nullptr, &flash, made, control::system_nonces()} {}

ReaderScene::ReaderScene(Level level, bool counted, StageWatch* watch, control::Flash* flash,
                         const control::Factory& made, control::NonceSource nonces)
    : watch_{watch},
      memory_{blocks(made.credentials.access)},
      hardware_{make_reader_hardware(level, profile(), memory_, counted, watch)},
      slot_{std::make_unique<Slot>(*hardware_, watch)},
      device_{std::make_unique<control::Device>(hardware_->hardware(slot_.get()),
                                                flash == nullptr ? flash_ : *flash, made,
                                                std::move(nonces))},
      cloud_{make_cloud(counted_nonces(0xA0))},
      client_{[this](const control::Frame& frame) { return device_->handle(frame); }, "desk",
              ClientKey} {}

void ReaderScene::finish() {
    hardware_->finish();
    if (watch_ == nullptr) return;
    const Tick end = hardware_->now();  // to ask for the counts takes time
    watch_->on_modules(hardware_->ticks(), hardware_->toggles());
    watch_->on_stage_over(end);
}

ReaderScene::~ReaderScene() = default;

control::Client ReaderScene::stranger() {
    return {[this](const control::Frame& frame) { return device_->handle(frame); }, "desk",
            counted_key(0x77)};
}

control::UpdateSigner::Package ReaderScene::package(control::UpdateKind kind, std::uint32_t version,
                                                    const std::string& content) const {
    return signer(OurSigner).make(kind, version, Serial, PackageKey,
                                  base::Bytes{content.begin(), content.end()});
}

control::UpdateSigner::Package ReaderScene::forged(control::UpdateKind kind, std::uint32_t version,
                                                   const std::string& content) const {
    return signer(OtherSigner)
        .make(kind, version, Serial, PackageKey, base::Bytes{content.begin(), content.end()});
}

std::string ReaderScene::sector() const {
    const auto all = memory_.contents();
    std::string text;
    for (std::size_t block = 4 * Sector; block < 4 * Sector + 3; ++block)
        text += base::to_hex(all[block]);
    return text;
}

bool ReaderScene::all_off() const {
    auto& power = hardware_->hardware(nullptr).power;
    return std::none_of(port::Modules.begin(), port::Modules.end(),
                        [&](port::Module module) { return power.on(module); });
}

std::string ReaderScene::software() const { return text_of(device_->software().bytes); }

}  // namespace flows
