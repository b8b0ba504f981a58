// A secure element without OS: any commands, in plain and in the loader's channel. The input: a
// command after the other, each behind its length (a byte); with the highest bit of the length its
// first byte is an instruction of the channel and the rest its data.
#include "fuzz.hpp"
#include "loader/element.hpp"
#include "ota/os_package.hpp"
#include "reader/secure_channel.hpp"

namespace {

constexpr std::uint8_t InChannel = 0x80;
constexpr std::size_t MostCommands = 24;
constexpr std::size_t MostInChannel =
    1 + 240;  // instruction and data: a short command with its MAC

base::Bytes key(std::uint8_t first) {
    base::Bytes out(16);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(first + i);
    return out;
}

ota::OsSigner signer() {
    std::array<std::uint8_t, 32> secret{};
    secret.back() = 7;
    return ota::OsSigner{secret};
}

ota::OsPackage worked() {
    std::array<std::uint8_t, 16> image_key{};
    const auto bytes = key(0x00);
    std::copy(bytes.begin(), bytes.end(), image_key.begin());
    ota::OsTerms terms;
    terms.chip_type = 0x1234;
    terms.most_revision = 2;
    terms.key_version = 5;
    terms.security_version = 1;
    terms.load_address = 0x10000;
    terms.entry = 0x10000;
    terms.block_bytes = 16;
    return ota::make_os_package(terms, base::Bytes(40, 0x5A), ota::OsKey{image_key}, signer());
}

loader::ElementOptions options() {
    static const auto Point = ota::public_point(signer());
    loader::ElementOptions made;
    made.keys.enc = domain::Secret{key(0x40)};
    made.keys.mac = domain::Secret{key(0x50)};
    made.keys.dek = domain::Secret{key(0x60)};
    made.keys.image = domain::Secret{key(0x00)};
    made.keys.image_version = 5;
    made.keys.signer.assign(Point.begin(), Point.end());
    return made;
}

class Host {
public:
    explicit Host(loader::Element& element) : element_{element} {
        element_.contacts_on(0);
        element_.contacts().reset(1000);
    }

    base::Bytes send(base::ByteView command) {
        const auto taken = element_.contacts().take(command, false, now_ + 1000);
        now_ = taken.ready;
        fuzz::require(command.empty() || taken.response.size() >= 2, "a command without an answer");
        fuzz::require(taken.response.size() <= 258, "more than a short answer holds");
        return taken.response;
    }
    void send_in_channel(base::ByteView input) {
        if (input.empty()) return;
        if (!channel_.is_open() && !open()) return;
        apdu::Command command{0x80, input[0], 0x00, 0x00, {}, {}};
        command.data.assign(input.begin() + 1, input.end());
        (void)channel_.transmit(command, [this](base::ByteView apdu) { return send(apdu); });
    }
    void power_cycle() {
        element_.contacts_off(now_ += 1000);
        element_.contacts_on(now_ += 1000);
        element_.contacts().reset(now_ += 1000);
        channel_.close();
    }
    [[nodiscard]] base::Tick now() const { return now_; }

private:
    bool open() {
        const base::Bytes challenge(8, 0x11);
        if (!channel_.offered(challenge, send(reader::initialize_update(1, challenge))))
            return false;
        return channel_.opened(send(channel_.external_authenticate(0x01)));
    }

    loader::Element& element_;
    reader::SecureChannel channel_{
        {reader::ScpKey{key(0x40)}, reader::ScpKey{key(0x50)}, reader::ScpKey{key(0x60)}}};
    base::Tick now_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    base::ByteView rest{data, size};
    loader::Element element{options()};
    Host host{element};
    for (std::size_t i = 0; i < MostCommands && !rest.empty(); ++i) {
        const bool in_channel = (rest[0] & InChannel) != 0;
        // A BEGIN has 165 bytes: lengths in the channel count double.
        const std::size_t length =
            in_channel ? std::min<std::size_t>(2U * (rest[0] & 0x7FU) + 1U, MostInChannel)
                       : rest[0];
        const auto part = rest.subspan(1, std::min(length, rest.size() - 1));
        rest = rest.subspan(1 + part.size());
        in_channel ? host.send_in_channel(part) : (void)host.send(part);
    }
    host.power_cycle();
    static const auto Worked = worked();
    auto& vault = element.vault();
    if (vault.progress(host.now()).stage == loader::Stage::Active) {
        fuzz::require(vault.image(0, 40, host.now()) == base::Bytes(40, 0x5A),
                      "an image that was not signed");
        return 0;
    }
    const auto status = host.send(base::Bytes{0x80, 0xF0, 0x00, 0x00, 0x00});
    fuzz::require(status.size() == 28, "the loader has been lost");
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    const auto behind_length = [](std::size_t length, const base::Bytes& bytes) {
        base::Bytes out(1, static_cast<std::uint8_t>(length));
        for (const auto byte : bytes) out.push_back(byte);
        return out;
    };
    const auto plain = [&](const base::Bytes& command) {
        return behind_length(command.size(), command);
    };
    const auto secure = [&](std::uint8_t ins, const base::Bytes& bytes) {
        base::Bytes all(1, ins);
        for (const auto byte : bytes) all.push_back(byte);
        return behind_length(InChannel | (bytes.size() / 2), all);
    };
    const auto package = worked();
    const auto joined = [](std::initializer_list<base::Bytes> parts) {
        base::Bytes out;
        for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
        return out;
    };
    const auto begin = secure(0xF2, package.head);
    const auto block = [&](std::size_t i) { return secure(0xF4, package.block_data(i)); };
    const auto status = plain({0x80, 0xF0, 0x00, 0x00, 0x00});
    return {joined({status, plain({0x00, 0xA4, 0x04, 0x00, 0x00})}),
            joined({begin, block(0), block(1), block(2), secure(0xF6, {})}),
            joined({begin, block(1), block(0), block(0), status, secure(0xF8, {}), block(1)}),
            joined({plain({0x80, 0x50, 0x01, 0x00, 0x08, 1, 2, 3, 4, 5, 6, 7, 8, 0x00}),
                    plain({0x84, 0x82, 0x33, 0x00, 0x10, 1,  2,  3,  4,  5, 6,
                           7,    8,    9,    10,   11,   12, 13, 14, 15, 16})}),
            joined({begin, secure(0xF6, {}), plain({0x80, 0xF0, 0x00, 0x01, 0x00})})};
}
