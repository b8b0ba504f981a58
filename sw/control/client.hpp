/// \file client.hpp
/// The client on the connected device, and what a platform does through it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "control/cloud.hpp"
#include "control/frame.hpp"
#include "control/platform_body.hpp"
#include "control/service_interface.hpp"

namespace control {

/// Knows its own key and nothing of the platform's. All throw Refusal when the reader says no, or
/// answers what is no answer (BadRequest).
class Client {
public:
    /// A frame to the reader, its answer.
    using Wire = std::function<Frame(const Frame&)>;

    Client(Wire wire, std::string id, const AesKey& key)
        : wire_{std::move(wire)}, id_{std::move(id)}, key_{key} {}

    /// `counter`: higher than in any request before. `serial`: of the reader.
    void connect(std::uint64_t counter, std::string_view serial);
    /// Carries the three messages. Returns the services that are enabled. A platform that does not
    /// know the reader: Refusal (Unauthentic).
    Services login(PlatformEnd& platform);
    [[nodiscard]] base::Bytes call(Service service, base::ByteView request);
    [[nodiscard]] std::string call(std::string_view preset);
    /// What a platform says in session, and what the reader answers.
    [[nodiscard]] base::Bytes relay(base::ByteView message);
    void disconnect();

private:
    base::Bytes send(FrameType type, base::Bytes payload);

    Wire wire_;
    std::string id_;
    AesKey key_;
    std::uint8_t sequence_ = 0;
};

/// A reader in session, as the platform sees it through the client. Throws Refusal.
class RemoteReader {
public:
    RemoteReader(Cloud& cloud, Client& client) : cloud_{cloud}, client_{client} {}

    [[nodiscard]] UpdateStates status();
    /// All of it, from the block on that the reader wants.
    void load(const UpdateSigner::Package& package);
    std::size_t begin(base::ByteView signed_header);
    void block(UpdateKind kind, std::size_t index, const UpdateSigner::Package::Block& block);
    void commit(UpdateKind kind);
    void restart();

private:
    base::Bytes ask(base::ByteView body);

    Cloud& cloud_;
    Client& client_;
};

}  // namespace control
