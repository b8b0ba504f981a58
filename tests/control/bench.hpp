/// \file bench.hpp
/// A reader without an air, its client and its platform, all deterministic.
#pragma once

#include <numeric>
#include <string>

#include "aes/software_engine.hpp"
#include "base/hex.hpp"
#include "control/client.hpp"
#include "control/counted_power.hpp"
#include "control/device.hpp"
#include "control/refusal.hpp"

namespace control_test {

inline base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

inline control::AesKey key(std::string_view text) {
    const auto bytes = hex(text);
    std::array<std::uint8_t, 16> value{};
    std::copy(bytes.begin(), bytes.end(), value.begin());
    return control::AesKey{value};
}

/// Each nonce `first`, first + 1, ..; the next one begins one higher.
inline control::NonceSource counting_nonces(std::uint8_t first) {
    return [first]() mutable {
        control::Nonce nonce{};
        std::iota(nonce.begin(), nonce.end(), first++);
        return nonce;
    };
}

inline const char* Serial = "RDR-000042";
inline const control::AesKey Master = key("000102030405060708090A0B0C0D0E0F");
inline const control::AesKey ClientKey = key("101112131415161718191A1B1C1D1E1F");

inline control::UpdateSigner signer(std::uint8_t last = 7) {
    std::array<std::uint8_t, 32> scalar{};
    scalar.back() = last;
    return control::UpdateSigner{base::Key<32>{scalar}};
}

inline const char* Logic = R"(# what this reader can do
service hello
  way together
  input name text 16
  display show line=$name
  secure mac data=0102 -> mac
  display show-bytes data=$mac
  answer mac
end
service typed
  display ask line="PIN?" -> typed
  answer typed
end
)";

inline control::Factory factory() {
    control::Factory made;
    made.identity = {Serial, key("202122232425262728292A2B2C2D2E2F"), signer().public_key()};
    made.credentials.reader = control::reader_key(Master, Serial);
    made.credentials.access = key("303132333435363738393A3B3C3D3E3F");
    made.credentials.clients = {{"desk", ClientKey, control::AllServices},
                                {"door", key("404142434445464748494A4B4C4D4E4F"),
                                 control::bit_of(control::Service::Display)}};
    made.logic = Logic;
    made.software = "reader software 1";
    return made;
}

/// A PCD that is not there.
class NoReader final : public port::ReaderPort {
public:
    void field(bool, base::Tick) override {}
    port::Answer exchange(const port::Request& request) override {
        now_ = request.start + request.timeout + 1000;
        return {};
    }
    port::AuthAnswer authenticate(const port::AuthRequest&) override { return {}; }
    void crypto1_off() override {}
    [[nodiscard]] bool crypto1_on() const override { return false; }
    void wait_until(base::Tick at) override { now_ = at; }
    [[nodiscard]] base::Tick now() const override { return now_; }

private:
    base::Tick now_ = 0;
};

struct Bench {
    explicit Bench(const control::Factory& made = factory(), std::uint8_t reader_nonce = 0xB0)
        : device{hardware, flash, made, counting_nonces(reader_nonce)} {}

    NoReader no_reader{};
    control::CountedPower power{};
    aes::SoftwareEngine software_engine{};
    control::CountedCrypto engine{software_engine, power};
    control::Hardware hardware{power, &no_reader, engine, nullptr,
                               [](const std::string&) { return std::string{"1234"}; }};
    control::MemoryFlash flash{};
    control::Device device;
    control::Cloud cloud{Master, counting_nonces(0xA0)};
    control::Client client{[this](const control::Frame& frame) { return device.handle(frame); },
                           "desk", ClientKey};
    std::uint64_t counter = 0;

    void connect() { client.connect(++counter, Serial); }
    control::Services login() { return client.login(cloud); }
    [[nodiscard]] control::RemoteReader remote() { return {cloud, client}; }

    [[nodiscard]] bool all_off() const {
        for (const auto module : port::Modules)
            if (power.on(module)) return false;
        return true;
    }
    [[nodiscard]] control::InterfaceModule::State state() const {
        return device.interface().state();
    }
};

/// Why `action` was refused; nothing: it was not.
template <typename Action>
std::optional<control::Reason> refused(Action action) {
    try {
        action();
    } catch (const control::Refusal& refusal) {
        return refusal.reason();
    }
    return {};
}

}  // namespace control_test
