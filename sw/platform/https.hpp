/// \file https.hpp
/// Links over HTTP and mutual TLS, 1.2 or later: each side shows a certificate of the authority.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "platform/gate.hpp"

namespace platform {

class HttpsServer {
public:
    /// Listens at `host`; port 0: any free one. Throws base::FileError for files that are no
    /// certificates, and when the port cannot be had.
    HttpsServer(Gate& gate, const Credential& own, const std::filesystem::path& authority,
                const std::string& host, int port);
    ~HttpsServer();

    [[nodiscard]] int port() const noexcept;
    /// Ends it; also from another thread.
    void stop();
    /// Until it is stopped.
    void wait();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// One connection that is kept open; made anew when it was lost.
class HttpsWire final : public Wire {
public:
    HttpsWire(const std::string& host, int port, const Credential& own,
              const std::filesystem::path& authority);
    ~HttpsWire() override;

    std::string post(const std::string& path, const std::string& body) override;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace platform
