// os_messages.cpp - secured short messages: ENVELOPE brings them, their payload runs as if it came
// by an interface of its own, proofs go back in the answer or by a proactive command.

#include "apdu/tlv.hpp"
#include "cardos/os.hpp"
#include "cardos/remote_script.hpp"

namespace cardos {
namespace {

using apdu::Command;
using apdu::Response;
using apdu::Sw;
using Status = domain::SecuredPacket::Status;
using Tar = std::array<std::uint8_t, 3>;

constexpr std::uint8_t ToolkitClass = 0x80;
constexpr std::uint8_t InsEnvelope = 0xC2;
constexpr std::uint8_t InsFetch = 0x12;
constexpr std::uint8_t InsTerminalResponse = 0x14;
constexpr apdu::Tag DownloadTag = 0xD1;
constexpr std::uint8_t ProofBySubmit = 0x20;

// Toolkit application references (ETSI TS 101 220, and one of its proprietary range).
constexpr Tar IssuerTars[] = {{0x00, 0x00, 0x00}, {0xB2, 0x01, 0x00}};
constexpr Tar ModuleTar{0xBF, 0xFF, 0x01};
constexpr std::uint8_t ModuleAid[] = {0xD2, 0x76, 0x00, 0x01, 0x18, 0xAA, 0x60, 0x01};

/// What the phone shall do next: 91 and the length of a proactive command.
Response fetch_next(const ShortMessages& messages) {
    const auto size = messages.waiting().size();
    if (size == 0) return Sw::Ok;
    return static_cast<apdu::StatusWord>(0x9100 | (size & 0xFF));
}

}  // namespace

std::optional<Response> Os::toolkit(const Command& command, store::Work& work) {
    if (command.cla != ToolkitClass) return std::nullopt;
    if (command.ins == InsFetch && !messages_.waiting().empty()) {
        const auto waiting = messages_.waiting();
        return Response{{waiting.begin(), waiting.end()}, Sw::Ok};
    }
    if (command.ins == InsTerminalResponse && !messages_.waiting().empty()) {
        messages_.done();
        return fetch_next(messages_);
    }
    if (command.ins != InsEnvelope) return std::nullopt;
    const auto download = apdu::find(command.data, DownloadTag);
    if (!download) return std::nullopt;
    const auto taken = messages_.take(*download);
    if (!taken) return Response{Sw::WrongData};
    if (*taken != ShortMessages::Taken::Packet) return fetch_next(messages_);
    return receive(messages_.packet(), work);
}

Response Os::receive(const ArrivedPacket& arrived, store::Work& work) {
    domain::SecuredPacket packet = open_.receive(arrived.packet, work);
    base::Bytes data;
    if (packet.status == Status::Ok) {
        const auto target = target_of(packet.tar);
        if (target) {
            data = execute(*target, packet.payload, work);
        } else {
            packet.status = Status::TarUnknown;
        }
        base::wipe(packet.payload);
    }
    const base::Bytes proof = open_.proof(packet, data, work);
    if (proof.empty()) return fetch_next(messages_);
    // A message that costs money is sent to nobody but who has the keys.
    if ((packet.spi2 & ProofBySubmit) == 0 || !packet.authentic) return {proof, Sw::Ok};
    messages_.send(proof, arrived.sender);
    return fetch_next(messages_);
}

std::optional<domain::Slot> Os::target_of(const Tar& tar) const {
    for (const Tar& issuer : IssuerTars)
        if (tar == issuer) return open_.issuer().slot;
    if (tar != ModuleTar) return std::nullopt;
    const auto* module = open_.registry().find(domain::Aid::from(ModuleAid).value());
    if (module == nullptr || !module->selectable()) return std::nullopt;
    return module->slot;
}

base::Bytes Os::execute(domain::Slot target, base::ByteView payload, store::Work& work) {
    Channel& channel = channels_[static_cast<std::size_t>(Via::Message)][0];
    channel.close();
    channel.select(target, open_.registry().at(target)->aid);
    domain::Open::trust(channel.session);
    base::Bytes answer = run_script(payload, [&](const Command& command) {
        const auto bytes = run(Via::Message, command.bytes(), work);
        return apdu::parse_response(bytes).value_or(Response{Sw::Unknown});
    });
    channel.close();
    return answer;
}

}  // namespace cardos
