// os.cpp - `cartouche os`: packages of a chip OS, and a secure element in a file that takes them.

#include <cryptopp/osrng.h>
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/secret_input.hpp"
#include "flows/contact_card.hpp"
#include "loader/element_file.hpp"
#include "ota/os_loading.hpp"
#include "platform/private_file.hpp"

namespace cli {
namespace {

using End = ota::LoadResult::End;

struct OsOptions {
    std::string card{}, keys{}, image{}, package{};
    ota::OsTerms terms{};
    std::size_t stop_after = 0;
    bool force = false;
};

constexpr const char* KeyNames[] = {"enc", "mac", "dek", "image", "signer"};
constexpr std::uint8_t ImageKeyVersion = 1;

base::Bytes random_bytes(std::size_t size) {
    base::Bytes out(size);
    CryptoPP::AutoSeededRandomPool{}.GenerateBlock(out.data(), out.size());
    return out;
}

/// One of the file's keys.
base::Bytes key_bytes(const nlohmann::json& keys, const std::string& file, const char* name) {
    const std::size_t size = std::string_view{name} == "signer" ? 32 : 16;
    const auto found = keys.find(name);
    auto bytes = found != keys.end() && found->is_string()
                     ? base::from_hex(found->get<std::string>())
                     : std::nullopt;
    if (!bytes || bytes->size() != size)
        throw base::FileError{file, name, fmt::format("expected {} bytes in hexadecimal", size)};
    return std::move(*bytes);
}

template <std::size_t Size>
base::Key<Size> key_of(const nlohmann::json& keys, const std::string& file, const char* name) {
    auto bytes = key_bytes(keys, file, name);
    std::array<std::uint8_t, Size> value{};
    std::copy(bytes.begin(), bytes.end(), value.begin());
    base::wipe(bytes);
    const base::Key<Size> key{value};
    base::wipe(value);
    return key;
}

void make_keys(const OsOptions& options) {
    nlohmann::json keys;
    for (const char* name : KeyNames) {
        auto bytes = random_bytes(std::string_view{name} == "signer" ? 32 : 16);
        bytes[0] &= 0x7F;  // below the order of the curve
        keys[name] = base::to_hex(bytes);
        base::wipe(bytes);
    }
    platform::write_private_file(options.keys, keys.dump(2) + '\n');
    fmt::print("{}: keys of the loader's channel, of the blocks, and of the signer\n",
               options.keys);
}

void make_element(const OsOptions& options) {
    if (!options.force && std::filesystem::exists(options.card))
        throw Failure{WrongUse, options.card + ": exists already; --force replaces it"};
    const auto keys = platform::read_private_json(options.keys);
    const auto secret = [&](const char* name) {
        return domain::Secret{key_of<16>(keys, options.keys, name).expose()};
    };
    loader::ElementOptions made;
    made.keys.enc = secret("enc");
    made.keys.mac = secret("mac");
    made.keys.dek = secret("dek");
    made.keys.image = secret("image");
    made.keys.image_version = ImageKeyVersion;
    const auto signer = ota::public_point(key_of<32>(keys, options.keys, "signer"));
    made.keys.signer.assign(signer.begin(), signer.end());
    loader::Element element{std::move(made)};
    base::replace_file(options.card, loader::serialise(element));
    fmt::print("{}: a secure element without OS\n", options.card);
}

void make_package(OsOptions options) {
    const auto keys = platform::read_private_json(options.keys);
    const auto image = base::read_file(options.image, ota::OsPackage::MostBytes);
    options.terms.key_version = ImageKeyVersion;
    options.terms.most_revision = 0xFF;
    options.terms.load_address = options.terms.entry = loader::Identity{}.image_address;
    ota::OsPackage package;
    try {
        package =
            ota::make_os_package(options.terms, image, key_of<16>(keys, options.keys, "image"),
                                 key_of<32>(keys, options.keys, "signer"));
    } catch (const std::invalid_argument& error) {
        throw Failure{WrongUse, options.image + ": " + error.what()};
    }
    if (!options.force && std::filesystem::exists(options.package))
        throw Failure{WrongUse, options.package + ": exists already; --force replaces it"};
    base::replace_file(options.package, package.bytes());
    fmt::print("{}: version {:08X}, security version {}, {} blocks, SHA-256 {}\n", options.package,
               options.terms.version, options.terms.security_version, package.blocks.size(),
               base::to_hex(package.image_hash));
}

/// The element of a file in a contact reader; kept in the file when its power has gone.
class Slot {
public:
    explicit Slot(const std::string& path)
        : path_{path},
          element_{
              loader::parse_element(base::read_file(path, loader::MostElementFileBytes), path)},
          card_{*element_} {}

    hostlink::SmartCard& power_on() {
        if (card_.power_on().empty()) throw Failure{JobFailed, path_ + ": no answer to reset"};
        return card_;
    }
    void save() {
        card_.power_off();
        base::replace_file(path_, loader::serialise(*element_));
    }

private:
    std::string path_;
    std::unique_ptr<loader::Element> element_;
    flows::ContactCard card_;
};

void print_os(hostlink::SmartCard& card) {
    const auto select = card.transmit(base::from_hex("00A4040008D276000118AA500100").value());
    const auto answer = apdu::parse_response(card.transmit(base::from_hex("80CA00C128").value()));
    if (select.empty() || !answer || !answer->ok() || answer->data.size() != 40)
        throw Failure{JobFailed, "neither a loader nor an OS of ours answers"};
    const auto hex = base::to_hex(answer->data);
    fmt::print("OS runs: version {}, security version {}, SHA-256 {}\n", hex.substr(0, 8),
               std::stoul(hex.substr(8, 8), nullptr, 16), hex.substr(16));
}

void print(const ota::LoaderStatus& status) {
    fmt::print(
        "loader {}.{}: {}; chip {:04X} revision {}, serial {}; least security version {}, "
        "blocks up to {} bytes, next block {}\n",
        status.loader_version >> 8, status.loader_version & 0xFF, to_string(status.state),
        status.chip_type, status.revision, base::to_hex(status.serial), status.security_version,
        status.most_block_bytes, status.next_block);
}

ota::OsLoading host(hostlink::SmartCard& card, const reader::ChannelKeys& keys) {
    return {card, keys, [] { return random_bytes(8); }};
}

void show_status(const OsOptions& options) {
    Slot slot{options.card};
    auto& card = slot.power_on();
    const auto status = host(card, {}).status();
    status ? print(*status) : print_os(card);
    slot.save();
}

/// The well-known test keys that the OS's issuer domain has (docs/card-os.md).
reader::ChannelKeys test_keys() {
    const auto key = [](std::uint8_t first) {
        base::Bytes bytes(16);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<std::uint8_t>(first + i);
        return reader::ScpKey{bytes};
    };
    return {key(0x40), key(0x50), key(0x60)};
}

void load(const OsOptions& options) {
    const auto file = base::read_file(options.package, ota::OsPackage::MostBytes);
    const auto read = ota::parse_os_package(file);
    if (const auto* fault = std::get_if<ota::OsFault>(&read))
        throw Failure{WrongUse, options.package + ": " + fault->text};
    const auto& package = std::get<ota::OsPackage>(read);
    const auto keys = platform::read_private_json(options.keys);
    const auto key = [&](const char* name) {
        return reader::ScpKey{key_of<16>(keys, options.keys, name).expose()};
    };
    const reader::ChannelKeys channel{key("enc"), key("mac"), key("dek")};

    Slot slot{options.card};
    auto* card = &slot.power_on();
    if (!host(*card, {}).status()) {
        const auto done = ota::enter_loader(*card, test_keys(), random_bytes(8));
        if (done != apdu::Sw::Ok)
            throw Failure{JobFailed, "the OS does not give its loader control"};
        card = &slot.power_on();
    }
    const auto result = host(*card, channel).load(package, [&](std::size_t done, std::size_t of) {
        fmt::print("block {} of {}\n", done, of);
        if (done == options.stop_after) card->power_off();
    });
    // A refused package leaves an OS that was there at work.
    if (result.end == End::Refused) (void)host(*card, channel).give_up();
    if (result.end == End::Loaded) print_os(slot.power_on());
    slot.save();
    if (result.end == End::Lost) fmt::print("power has gone; load again to go on from there\n");
    if (result.end == End::Refused) throw Failure{JobFailed, "refused: " + result.why};
}

}  // namespace

void add_os(CLI::App& app, Context&) {
    CLI::App* os = app.add_subcommand("os", "loads a chip OS into a secure element in a file");
    os->require_subcommand(1);
    const auto options = std::make_shared<OsOptions>();
    const auto add = [&](const char* name, const char* what, auto job) {
        CLI::App* command = os->add_subcommand(name, what);
        command->callback([options, job] {
            hide_memory();
            job(*options);
        });
        return command;
    };
    const auto with_keys = [&](CLI::App* command) {
        command->add_option("--keys", options->keys, "file that `os keys` made")->required();
    };
    const auto with_force = [&](CLI::App* command) {
        command->add_flag("--force", options->force, "replace a file that is there");
    };
    const auto with_card = [&](CLI::App* command) {
        command->add_option("CARD", options->card, "file of the secure element")->required();
    };

    CLI::App* keys = add("keys", "draws keys of a product: loader, blocks, signer", make_keys);
    keys->add_option("FILE", options->keys, "new file, its owner's alone")->required();

    CLI::App* made = add("new", "a secure element without OS", make_element);
    with_card(made);
    with_keys(made);
    with_force(made);

    CLI::App* package = add("package", "encrypts and signs an image", make_package);
    package->add_option("IMAGE", options->image, "any bytes, up to 4096 for our element")
        ->required();
    package->add_option("PACKAGE", options->package, "what to write")->required();
    with_keys(package);
    with_force(package);
    options->terms.chip_type = loader::Identity{}.chip_type;
    package->add_option("--version", options->terms.version, "as people count")->required();
    package
        ->add_option("--security-version", options->terms.security_version,
                     "cards never go below the highest they ran")
        ->required();
    package->add_option("--chip", options->terms.chip_type, "type of chip")->capture_default_str();
    package->add_option("--block", options->terms.block_bytes, "bytes of a block")
        ->capture_default_str();

    with_card(add("status", "what the element is, and what runs in it", show_status));

    CLI::App* load_it = add("load", "loads a package, or goes on with it", load);
    with_card(load_it);
    load_it->add_option("PACKAGE", options->package, "file that `os package` made")->required();
    with_keys(load_it);
    load_it->add_option("--stop-after", options->stop_after,
                        "take power away behind that many blocks");
}

}  // namespace cli
