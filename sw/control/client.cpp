#include "control/client.hpp"

#include "control/octets.hpp"
#include "control/refusal.hpp"

namespace control {
namespace {

[[noreturn]] void throw_refusal(base::ByteView payload) {
    if (payload.empty() || payload[0] < 1 || payload[0] > static_cast<int>(Reason::Forged))
        throw Refusal{Reason::BadRequest, "the reader gave no answer"};
    throw Refusal{static_cast<Reason>(payload[0]), {payload.begin() + 1, payload.end()}};
}

}  // namespace

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

Services Client::login(Cloud& cloud) {
    const Nonce nonce = cloud.begin();
    const auto answer = send(FrameType::Login, {nonce.begin(), nonce.end()});
    const auto proof = cloud.prove(answer);
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

base::Bytes RemoteReader::ask(PlatformCommand command, base::ByteView arguments) {
    base::Bytes body{static_cast<std::uint8_t>(command)};
    put(body, arguments);
    const auto answer = cloud_.hear(client_.relay(cloud_.say(body)));
    if (answer.empty()) throw Refusal{Reason::BadRequest, "the reader gave no answer"};
    if (answer[0] != 0) throw_refusal(answer);
    return {answer.begin() + 1, answer.end()};
}

std::array<RemoteReader::Status, UpdateKinds.size()> RemoteReader::status() {
    const auto answer = ask(PlatformCommand::Status);
    Taker taker{answer};
    std::array<Status, UpdateKinds.size()> all{};
    for (auto& one : all) {
        one.version = static_cast<std::uint32_t>(taker.number(4));
        one.wanted = taker.number(2);
    }
    return all;
}

std::uint64_t RemoteReader::begin(base::ByteView signed_header) {
    const auto answer = ask(PlatformCommand::Begin, signed_header);
    return Taker{answer}.number(2);
}

void RemoteReader::block(UpdateKind kind, std::size_t index,
                         const UpdateSigner::Package::Block& block) {
    base::Bytes arguments{static_cast<std::uint8_t>(kind)};
    put(arguments, index, 2);
    put(arguments, block.next);
    put(arguments, block.data);
    (void)ask(PlatformCommand::Block, arguments);
}

void RemoteReader::commit(UpdateKind kind) {
    (void)ask(PlatformCommand::Commit, base::Bytes{static_cast<std::uint8_t>(kind)});
}

void RemoteReader::restart() { (void)ask(PlatformCommand::Restart); }

void RemoteReader::load(const UpdateSigner::Package& package) {
    const auto header =
        UpdateHeader::parse(base::ByteView{package.header}.first(UpdateHeader::Bytes));
    if (!header) throw Refusal{Reason::BadRequest, "this is no package"};
    for (auto i = begin(package.header); i < package.blocks.size(); ++i)
        block(header->kind, i, package.blocks[i]);
    commit(header->kind);
}

}  // namespace control
