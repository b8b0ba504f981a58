#include "loader/channel.hpp"

namespace loader {
namespace {

using apdu::Response;
using apdu::Sw;

constexpr std::uint32_t LastSequence = 0xFF'FFFF;
constexpr std::uint8_t ProtocolScp03 = 0x03;

void append(base::Bytes& out, base::ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}

}  // namespace

void Channel::close() noexcept {
    protocol_.reset();
    open_ = false;
}

Response Channel::initialize_update(const apdu::Command& command, base::ByteView diversification,
                                    Vault& vault, domain::Engine& engine, store::Work& work) {
    close();
    if (command.p1 != 0 && command.p1 != KeyVersion) return Sw::ReferencedDataNotFound;
    if (command.p2 != 0) return Sw::WrongP1P2;
    if (command.data.size() != domain::Scp03::size(I)) return Sw::WrongLength;
    auto counters = vault.counters(work.now);
    if (counters.failures >= MostFailures) return Sw::MethodBlocked;
    if (counters.sequence >= LastSequence) return Sw::ConditionsNotSatisfied;
    ++counters.sequence;
    if (!vault.write(counters, work)) return Sw::MemoryFailure;

    const auto keys = vault.keys(work.now);
    domain::Scp03 protocol{{keys.enc, keys.mac, keys.dek}, I};
    const auto challenge = protocol.pseudo_random(engine, counters.sequence, {});
    const auto cryptogram = protocol.begin(engine, command.data, challenge);
    protocol_ = std::move(protocol);

    base::Bytes out(diversification.begin(), diversification.end());
    append(out, base::Bytes{KeyVersion, ProtocolScp03, I});
    append(out, challenge);
    append(out, cryptogram);
    for (const int shift : {16, 8, 0})
        out.push_back(static_cast<std::uint8_t>(counters.sequence >> shift));
    return {std::move(out), Sw::Ok};
}

Response Channel::external_authenticate(const apdu::Command& command, Vault& vault,
                                        domain::Engine& engine, store::Work& work) {
    if (!protocol_ || open_) {
        close();
        return Sw::SecurityNotSatisfied;
    }
    const bool level = domain::Scp03::has_level(I, command.p1) &&
                       (command.p1 & domain::Level::CMac) != 0 && command.p2 == 0;
    if (!level) {
        close();
        return Sw::WrongP1P2;
    }
    auto counters = vault.counters(work.now);
    ++counters.failures;
    if (!vault.write(counters, work)) {
        close();
        return Sw::MemoryFailure;
    }
    const auto proof = protocol_->prove(engine, command);
    if (proof != domain::Proof::Right) {
        close();
        return proof == domain::Proof::WrongMac ? Sw::SecurityNotSatisfied : Sw::VerificationFailed;
    }
    counters.failures = 0;
    if (!vault.write(counters, work)) {
        close();
        return Sw::MemoryFailure;
    }
    open_ = true;
    return Sw::Ok;
}

std::optional<apdu::Command> Channel::unwrap(const apdu::Command& command, domain::Engine& engine) {
    std::optional<apdu::Command> plain;
    if (open_) plain = protocol_->unwrap(engine, command);
    if (!plain) close();
    return plain;
}

void Channel::wrap(Response& response, domain::Engine& engine) {
    if (open_) protocol_->wrap(engine, response);
}

}  // namespace loader
