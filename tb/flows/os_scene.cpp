#include "flows/os_scene.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"
#include "cardos/make_chip.hpp"
#include "flows/hex.hpp"
#include "verilated/rtl_crypto.hpp"

namespace flows {
namespace {

// Keys of the fact sheet (cos-loading.md, 4); the signer's is the example key of RFC 6979, A.2.5.
constexpr std::string_view ImageKey = "000102030405060708090A0B0C0D0E0F";
constexpr std::string_view SignerKey =
    "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
// Those of the test plan's card, for the loader's channel and for the OS's own.
constexpr std::string_view Enc = "404142434445464748494A4B4C4D4E4F";
constexpr std::string_view Mac = "505152535455565758595A5B5C5D5E5F";
constexpr std::string_view Dek = "606162636465666768696A6B6C6D6E6F";
constexpr std::uint8_t KeyVersion = 5;
constexpr std::size_t FactoryImageBytes = 200;

template <std::size_t Size>
base::Key<Size> key(std::string_view text) {
    std::array<std::uint8_t, Size> bytes{};
    const auto given = hex(text);
    std::copy_n(given.begin(), Size, bytes.begin());
    return base::Key<Size>{bytes};
}

reader::ChannelKeys channel_keys() {
    return {reader::ScpKey{hex(Enc)}, reader::ScpKey{hex(Mac)}, reader::ScpKey{hex(Dek)}};
}

std::unique_ptr<port::CryptoPort> engine(Level level) {
    if (level == Level::Tlm) return nullptr;
    return std::make_unique<tb::RtlCrypto>();
}

std::unique_ptr<cardos::Chip> make_os(Level level) {
    cardos::ChipOptions options;
    cardos::preload(options.factory, "os-update", base::ByteView{});
    options.crypto = engine(level);
    return cardos::make_chip(std::move(options));
}

loader::FactoryOs factory_os() {
    auto terms = OsScene::terms();
    terms.version = 0x01000000;
    terms.security_version = 5;
    const auto image = OsScene::image(FactoryImageBytes);
    return {OsScene::package(terms, image).head, image, 0};
}

loader::ElementOptions element(Level level, std::uint8_t number) {
    loader::ElementOptions made;
    made.identity.serial[7] = number;
    made.identity.field_loads = true;
    made.keys.enc = domain::Secret{hex(Enc)};
    made.keys.mac = domain::Secret{hex(Mac)};
    made.keys.dek = domain::Secret{hex(Dek)};
    made.keys.image = domain::Secret{hex(ImageKey)};
    made.keys.image_version = KeyVersion;
    const auto signer = ota::public_point(key<32>(SignerKey));
    made.keys.signer.assign(signer.begin(), signer.end());
    made.vault.seed = number + 1U;
    made.make_os = [level](const auto&) { return make_os(level); };
    made.crypto = engine(level);
    if (number == OsScene::WithOs) {
        made.os = factory_os();
        made.counters.security_version = 5;
    }
    return made;
}

std::vector<loader::ElementOptions> elements(Level level) {
    std::vector<loader::ElementOptions> all;
    for (const auto number : {OsScene::Empty, OsScene::WithOs, OsScene::AlsoEmpty})
        all.push_back(element(level, number));
    return all;
}

/// SAK 20: ISO-DEP only. Historical bytes: the loader's seven, or those of an OS.
port::CardProfile profile(loader::ChipCard& card, port::CardProfile made) {
    made.sak = 0x20;
    const auto loader = card.loader_bytes();
    if (loader.empty()) return made;
    made.ats = {0x0C, 0x78, 0x77, 0x91, 0x02};
    made.ats.insert(made.ats.end(), loader.begin(), loader.end());
    return made;
}

}  // namespace

OsScene::OsScene(const FlowOptions& options)
    : options_{options}, card_{std::make_unique<loader::ChipCard>(elements(options.level))} {
    bring_to_terminal();
}

void OsScene::bring_to_terminal() {
    if (stage_) {
        if (bluetooth_) bluetooth_->power_off();
        stage_->card(Via::Contacts).power_off();
        stage_->card(Via::Air).power_off();
        stage_->finish();
    }
    bluetooth_.reset();
    stage_.reset();
    StageOptions options = stage_options(options_);
    options.profile = profile(*card_, options.profile);
    stage_ = std::make_unique<Stage>(options, *card_);
    if (options_.level == Level::Tlm)
        bluetooth_ = std::make_unique<BluetoothInterface>(*card_, stage_->log(), stage_->world());
}

hostlink::SmartCard& OsScene::card(Via via) {
    if (via != Via::Bluetooth) return stage_->card(via);
    if (!bluetooth_) throw std::invalid_argument{"Bluetooth runs on level tlm"};
    return *bluetooth_;
}

void OsScene::cut(Via via, Tick at) {
    if (via == Via::Bluetooth && bluetooth_) return bluetooth_->cut(at);
    stage_->cut(via, at);
}

base::Bytes OsScene::challenge() {
    base::Bytes out(8);
    ++challenges_;
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::uint8_t>(challenges_ * 0x9E3779B97F4A7C15U >> (8 * i));
    return out;
}

ota::OsLoading OsScene::host(Via via) {
    return {card(via), channel_keys(), [this] { return challenge(); }};
}

std::string OsScene::send(Via via, std::string_view apdu) {
    const auto answer = card(via).transmit(hex(apdu));
    if (answer.empty()) throw CardLost{"the card was lost"};
    return base::to_hex(answer);
}

void OsScene::choose(Via via, std::uint8_t element) {
    if (card(via).power_on().empty()) throw CardLost{"no answer to reset"};
    require(send(via, fmt::format("80F1{:02X}0000", element)) == "9000",
            "the card does not give that element");
}

void OsScene::enter_loader(Via via) {
    const auto done = ota::enter_loader(card(via), channel_keys(), challenge());
    if (!done) throw CardLost{"the card was lost"};
    require(*done == apdu::Sw::Ok, fmt::format("the OS answers {:04X}", *done));
}

std::string OsScene::os_image(Via via) {
    if (send(via, "00A4040008D276000118AA500100").substr(0, 2) != "6F") return {};
    const auto answer = send(via, "80CA00C100");
    require(answer.size() == 84 && answer.substr(80) == "9000", "the OS does not say what it is");
    return answer.substr(0, 80);
}

ota::OsTerms OsScene::terms() {
    ota::OsTerms made;
    made.chip_type = 0x1234;
    made.most_revision = 2;
    made.key_version = KeyVersion;
    made.version = 0x01020003;
    made.security_version = 7;
    made.load_address = 0x0001'0000;
    made.entry = 0x0001'0100;
    made.block_bytes = 16;
    return made;
}

ota::OsPackage OsScene::package(const ota::OsTerms& terms, base::ByteView image) {
    return ota::make_os_package(terms, image, key<16>(ImageKey), key<32>(SignerKey));
}

base::Bytes OsScene::image(std::size_t bytes) {
    base::Bytes out;
    for (std::size_t j = 0; j < bytes; ++j) out.push_back(static_cast<std::uint8_t>(7 * j + 3));
    return out;
}

const std::string& OsScene::image_hash() {
    static const std::string hash =
        "0873681BD0F82F74733BD4B4639467130C6FF71A09281210ED60C3DC95D6AA90";
    return hash;
}

}  // namespace flows
