#include "platform/https.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "base/file.hpp"

namespace platform {
namespace {

constexpr std::size_t Threads = 16;  // a connection that is open has one
constexpr std::size_t ManyRequests = 1'000'000'000;
constexpr time_t IdleSeconds = 2;  // a server that stops waits as long for open connections
constexpr time_t AnswerSeconds = 30;
constexpr int Refused = 403;

/// Crypto of today only.
bool harden(SSL_CTX* context) {
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
}

}  // namespace

struct HttpsServer::Parts {
    Parts(Gate& gate, const Credential& own, const std::filesystem::path& authority)
        : server{own.certificate_file().c_str(), own.key_file().c_str(), authority.c_str()} {
        if (!server.is_valid() || !harden(server.ssl_context()))
            throw base::FileError{authority.string(), "TLS",
                                  "certificates that cannot be used for a server"};
        server.set_tcp_nodelay(true);
        // A port is one server's: by default, httplib lets a second one have a share of it.
        server.set_socket_options([](socket_t socket) {
            const int yes = 1;
            ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        });
        server.set_keep_alive_max_count(ManyRequests);
        server.set_keep_alive_timeout(IdleSeconds);
        server.set_payload_max_length(LongestBody);
        server.new_task_queue = [] { return new httplib::ThreadPool(Threads); };
        server.Post(R"(/v1/(link|message))",
                    [&gate](const httplib::Request& request, httplib::Response& response) {
                        const auto peer = owned(SSL_get_peer_certificate(request.ssl));
                        const auto answer =
                            peer ? gate.receive(peer, request.path, request.body) : std::nullopt;
                        if (answer)
                            response.set_content(*answer, "application/json");
                        else
                            response.status = Refused;
                    });
    }
    ~Parts() { stop(); }
    void stop() {
        server.stop();
        if (listener.joinable()) listener.join();
    }

    httplib::SSLServer server;
    int port = 0;
    std::thread listener{};
};

HttpsServer::HttpsServer(Gate& gate, const Credential& own, const std::filesystem::path& authority,
                         const std::string& host, int port)
    : parts_{std::make_unique<Parts>(gate, own, authority)} {
    auto& server = parts_->server;
    parts_->port = port;
    if (port == 0)
        parts_->port = server.bind_to_any_port(host);
    else if (!server.bind_to_port(host, port))
        parts_->port = -1;
    if (parts_->port <= 0)
        throw base::FileError{fmt::format("{}:{}", host, port), "port", "cannot be had"};
    parts_->listener = std::thread{[&server] { server.listen_after_bind(); }};
    // A stop() that comes before the thread listens would be lost.
    while (!server.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

HttpsServer::~HttpsServer() = default;
int HttpsServer::port() const noexcept { return parts_->port; }
void HttpsServer::stop() { parts_->server.stop(); }
void HttpsServer::wait() {
    if (parts_->listener.joinable()) parts_->listener.join();
}

struct HttpsWire::Parts {
    Parts(const std::string& host, int port, const Credential& own,
          const std::filesystem::path& authority)
        : client{host, port, own.certificate_file().string(), own.key_file().string()} {
        // A platform that dies must cost a message, not the terminal and the card in it: OpenSSL
        // writes without MSG_NOSIGNAL. httplib's servers do this for themselves.
        std::signal(SIGPIPE, SIG_IGN);
        client.set_ca_cert_path(authority.string());
        client.enable_server_certificate_verification(true);
        client.set_keep_alive(true);
        client.set_tcp_nodelay(true);
        client.set_read_timeout(AnswerSeconds);
        if (!client.is_valid() || !harden(client.ssl_context()))
            throw base::FileError{authority.string(), "TLS",
                                  "certificates that cannot be used for a client"};
    }
    httplib::SSLClient client;
};

HttpsWire::HttpsWire(const std::string& host, int port, const Credential& own,
                     const std::filesystem::path& authority)
    : parts_{std::make_unique<Parts>(host, port, own, authority)} {}
HttpsWire::~HttpsWire() = default;

std::string HttpsWire::post(const std::string& path, const std::string& body) {
    auto answer = parts_->client.Post(path, body, "application/json");
    // The server may just have closed an idle connection. Nothing is done twice: a message that
    // did arrive is refused the second time.
    if (!answer) answer = parts_->client.Post(path, body, "application/json");
    if (!answer) throw LineLost{"the platform cannot be reached: " + to_string(answer.error())};
    if (answer->status != 200) throw LineLost{"the message was refused"};
    if (answer->body.size() > LongestBody) throw LineLost{"the answer is too long"};
    return answer->body;
}

}  // namespace platform
