#include "control/client.hpp"

#include "control/octets.hpp"
#include "control/refusal.hpp"

namespace control {
base::Bytes Client::send(FrameType type, base::Bytes payload) {
    const Frame request{static_cast<std::uint8_t>(type), ++sequence_, std::move(payload)};
    auto answer = wire_(request);
    if (answer.sequence != request.sequence)
        throw Refusal{Reason::BadRequest, "the answer to another frame"};
    if (answer.type != (request.type | AnswerBit)) throw_refusal(answer.payload);
    return std::move(answer.payload);
}

void Client::connect(std::uint64_t counter, std::string_view serial) {
    base::Bytes payload;
    put_short(payload, id_);
    put(payload, counter, 8);
    put(payload, client_proof(key_, counter, serial, id_));
    (void)send(FrameType::Connect, std::move(payload));
}

Services Client::login(PlatformEnd& platform) {
    const Nonce nonce = platform.begin();
    const auto answer = send(FrameType::Login, {nonce.begin(), nonce.end()});
    const auto proof = platform.prove(answer);
    if (!proof) throw Refusal{Reason::Unauthentic, "the platform does not know this reader"};
    const auto enabled = send(FrameType::LoginProof, {proof->begin(), proof->end()});
    return static_cast<Services>(Taker{enabled}.number(4));
}

base::Bytes Client::call(Service service, base::ByteView request) {
    base::Bytes payload{static_cast<std::uint8_t>(service)};
    put(payload, request);
    return send(FrameType::Call, std::move(payload));
}

std::string Client::call(std::string_view preset) {
    const auto answer = call(Service::Preset, base::Bytes{preset.begin(), preset.end()});
    return {answer.begin(), answer.end()};
}

base::Bytes Client::relay(base::ByteView message) {
    return send(FrameType::Platform, {message.begin(), message.end()});
}

void Client::disconnect() { (void)send(FrameType::Disconnect, {}); }

base::Bytes RemoteReader::ask(base::ByteView body) {
    return accepted(cloud_.hear(client_.relay(cloud_.say(body))));
}

UpdateStates RemoteReader::status() { return states_from(ask(status_body())); }

std::size_t RemoteReader::begin(base::ByteView signed_header) {
    return wanted_from(ask(begin_body(signed_header)));
}

void RemoteReader::block(UpdateKind kind, std::size_t index,
                         const UpdateSigner::Package::Block& block) {
    (void)ask(block_body(kind, index, block));
}

void RemoteReader::commit(UpdateKind kind) { (void)ask(commit_body(kind)); }
void RemoteReader::restart() { (void)ask(restart_body()); }

void RemoteReader::load(const UpdateSigner::Package& package) {
    const auto header =
        UpdateHeader::parse(base::ByteView{package.header}.first(UpdateHeader::Bytes));
    if (!header) throw Refusal{Reason::BadRequest, "this is no package"};
    for (auto i = begin(package.header); i < package.blocks.size(); ++i)
        block(header->kind, i, package.blocks[i]);
    commit(header->kind);
}

}  // namespace control
