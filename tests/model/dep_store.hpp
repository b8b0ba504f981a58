// dep_store.hpp - a store with a host behind the air interface, and ISO-DEP cards of both types.
#pragma once

#include <utility>

#include "memory_store.hpp"
#include "port/apdu_port.hpp"

namespace model_test {

/// Answers each command with itself and 9000, 256 ticks later; one of no bytes with none.
class EchoHost final : public port::ApduPort {
public:
    void reset(Tick at) override {
        resets.push_back(at);
        command_.clear();
    }
    Taken take(base::ByteView piece, bool more, Tick at) override {
        command_.insert(command_.end(), piece.begin(), piece.end());
        if (more) return {at, {}};
        auto answer = std::exchange(command_, {});
        if (answer.empty()) return {at, {}};
        answer.insert(answer.end(), {0x90, 0x00});
        return {at + 256, std::move(answer)};
    }

    std::vector<Tick> resets{};

private:
    Bytes command_{};
};

class DepStore final : public MemoryStore {
public:
    port::ApduPort* air() noexcept override { return &host; }
    EchoHost host{};
};

/// DEP4 of the test plan: UID 9C 59 9B 32, all rates, FSC 64.
inline port::CardProfile dep4() {
    port::CardProfile profile;
    profile.uid = hex("9C599B32");
    profile.sak = 0x20;
    profile.ats = hex("067577810280");
    return profile;
}

/// The type B card of the test plan: PUPI 56 64 73 F2, FSC 256, FWI 7, CID.
inline port::CardProfile type_b() {
    port::CardProfile profile;
    profile.technology = port::Technology::B;
    profile.uid = hex("566473F2");
    return profile;
}

}  // namespace model_test
