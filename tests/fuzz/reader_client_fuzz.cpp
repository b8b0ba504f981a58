// The reader's client protocol, from a client that has proved nothing: any bytes, above all valid
// messages that were altered. Nothing but a connection request is ever acted on.
#include <algorithm>
#include <numeric>

#include "aes/software_engine.hpp"
#include "control/client.hpp"
#include "control/counted_power.hpp"
#include "control/device.hpp"
#include "fuzz.hpp"

namespace {

using control::Frame;
using control::FrameType;

control::AesKey key_of(std::uint8_t first) {
    std::array<std::uint8_t, 16> value{};
    std::iota(value.begin(), value.end(), first);
    return control::AesKey{value};
}

control::Nonce nonce_of(std::uint8_t first) {
    control::Nonce nonce{};
    std::iota(nonce.begin(), nonce.end(), first);
    return nonce;
}

constexpr const char* Serial = "RDR-000042";
constexpr const char* Id = "desk";
constexpr std::uint64_t Counter = 1;
const control::AesKey Master = key_of(0);
const control::AesKey ClientKey = key_of(0x10);

class NoReader final : public port::ReaderPort {
public:
    void field(bool, base::Tick) override { std::abort(); }
    port::Answer exchange(const port::Request&) override { std::abort(); }
    port::AuthAnswer authenticate(const port::AuthRequest&) override { std::abort(); }
    void crypto1_off() override { std::abort(); }
    [[nodiscard]] bool crypto1_on() const override { return false; }
    void wait_until(base::Tick) override { std::abort(); }
    [[nodiscard]] base::Tick now() const override { return 0; }
};

/// Ends the run when a module is switched on.
class WatchedPower final : public port::PowerPort {
public:
    void set(port::Module, bool on) override { fuzz::require(!on, "a module was switched on"); }
    [[nodiscard]] bool on(port::Module) const override { return false; }
    [[nodiscard]] base::Tick ticks(port::Module) override { return 0; }
    void spend(base::Tick) override { std::abort(); }
};

struct Target {
    static control::Factory factory() {
        control::Factory made;
        made.identity.serial = Serial;
        made.credentials.reader = control::reader_key(Master, Serial);
        made.credentials.clients = {{Id, ClientKey, control::AllServices}};
        made.logic = "service hello\n  display show line=\"hello\"\nend\n";
        made.software = "software";
        return made;
    }

    WatchedPower power{};
    NoReader no_reader{};
    aes::SoftwareEngine engine{};
    control::MemoryFlash flash{};
    control::Device device{
        {power, &no_reader, engine}, flash, factory(), [] { return nonce_of(0xB0); }};
};

control::Proof valid_proof() { return control::client_proof(ClientKey, Counter, Serial, Id); }

/// A client with the right proof would be no stranger: the input loses it.
void spoil(base::Bytes& input) {
    const auto proof = valid_proof();
    auto at = input.begin();
    while ((at = std::search(at, input.end(), proof.begin(), proof.end())) != input.end())
        *at++ ^= 1U;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Target target;
    auto& device = target.device;
    base::Bytes input{data, data + size};
    spoil(input);
    device.connection_lost();
    const auto tries_left = device.security().clients_locked();
    if (tries_left) device.security().unlock();
    const auto writes = target.flash.writes();
    control::FrameReader frames;
    frames.feed(input);
    bool asked = false;
    while (const auto frame = frames.next()) {
        asked = asked || frame->type == static_cast<std::uint8_t>(FrameType::Connect);
        const auto answer = device.handle(*frame);
        fuzz::require(answer.type == control::RefusalType, "something was acted on");
        fuzz::require(answer.sequence == frame->sequence, "the answer to another frame");
        (void)answer.bytes();
    }
    fuzz::require(device.interface().state() == control::InterfaceModule::State::Disabled,
                  "the interface is not disabled");
    fuzz::require(device.interface().enabled() == 0, "a service is enabled");
    fuzz::require(!device.security().logged_in(), "a session is open");
    fuzz::require(device.control().calls() == 0, "a module was called");
    fuzz::require(!device.security().platforms_locked(), "a login was counted");
    fuzz::require(asked || target.flash.writes() == writes, "the memory was written");
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    const auto frame = [](FrameType type, base::Bytes payload) {
        return Frame{static_cast<std::uint8_t>(type), 1, std::move(payload)}.bytes();
    };
    base::Bytes request{4, 'd', 'e', 's', 'k', 0, 0, 0, 0, 0, 0, 0, Counter};
    const auto proof = valid_proof();
    request.insert(request.end(), proof.begin(), proof.end());
    const control::Meeting meeting{nonce_of(0xA0), nonce_of(0xB0)};
    const auto reader = control::reader_key(Master, Serial);
    const auto platform = control::platform_proof(reader, meeting, Serial);
    const auto session = control::session_key(reader, meeting);
    const auto protected_status =
        control::protect(session, control::Direction::ToReader, 1, base::Bytes{1});

    const auto connect = frame(FrameType::Connect, request);
    const auto nonce = nonce_of(0xA0);
    const auto login = frame(FrameType::Login, {nonce.begin(), nonce.end()});
    const auto prove = frame(FrameType::LoginProof, {platform.begin(), platform.end()});
    const auto preset = frame(FrameType::Call, {0, 'h', 'e', 'l', 'l', 'o'});
    const auto apdu = frame(FrameType::Call, {1, 0xFF, 0xCA, 0, 0, 0});
    const auto pn532 = frame(FrameType::Call, {3, 0x4A, 1, 0});
    const auto status = frame(FrameType::Platform, protected_status);
    const auto bye = frame(FrameType::Disconnect, {});
    base::Bytes all;
    for (const auto& one : {connect, login, prove, preset, apdu, pn532, status, bye})
        all.insert(all.end(), one.begin(), one.end());
    return {connect, login, prove, preset, apdu, pn532, status, bye, all};
}
