#include "terminal/server.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <charconv>
#include <chrono>
#include <random>
#include <stdexcept>
#include <thread>

#include "base/hex.hpp"
#include "base/key.hpp"
#include "terminal/page.hpp"
#include "terminal/views_json.hpp"
#include "terminal/worker.hpp"

namespace terminal {
namespace {

constexpr const char* Host = "127.0.0.1";
constexpr const char* TokenHeader = "X-Cartouche-Token";
constexpr std::size_t TokenBytes = 16;
constexpr std::size_t MostTraffic = 500;  // of one answer
constexpr std::size_t Threads = 8;

std::string new_token() {
    std::random_device random;
    base::Bytes token(TokenBytes);
    for (std::uint8_t& byte : token) byte = static_cast<std::uint8_t>(random());
    return base::to_hex(token);
}

base::ByteView bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

const httplib::Headers& common_headers() {
    static const httplib::Headers Headers{
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
         "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
        {"Cache-Control", "no-store"},
    };
    return Headers;
}

void answer(httplib::Response& response, const Reply& reply) {
    response.status = reply.status;
    // A text that is no UTF-8 must not end the answer.
    response.set_content(reply.body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                         "application/json");
}

void refuse(httplib::Response& response, int status, const char* title, const char* advice) {
    answer(response,
           {status, {{"ok", false}, {"refusal", to_json(Refusal{{}, title, advice, {}})}}});
}

}  // namespace

struct Server::Parts {
    Parts(Session& session, const Log& traffic) : api{session}, log{traffic} {}

    Api api;
    const Log& log;
    Worker worker{};
    httplib::Server http{};
    std::string token = new_token();
    int port = 0;
    std::thread listener{};

    [[nodiscard]] bool is_ours(const std::string& authority) const {
        return authority == fmt::format("{}:{}", Host, port) ||
               authority == fmt::format("localhost:{}", port);
    }

    /// True when the request may go on.
    bool admit(const httplib::Request& request, httplib::Response& response) const {
        const std::string origin = request.get_header_value("Origin");
        constexpr std::string_view Scheme = "http://";
        const bool from_here =
            origin.empty() || (origin.starts_with(Scheme) && is_ours(origin.substr(Scheme.size())));
        if (!is_ours(request.get_header_value("Host")) || !from_here) {
            refuse(response, 403, "Not from here", "This server talks to its own page only.");
            return false;
        }
        if (!request.path.starts_with("/api/")) return true;
        if (base::equal_in_constant_time(bytes_of(request.get_header_value(TokenHeader)),
                                         bytes_of(token)))
            return true;
        refuse(response, 403, "This page is not connected",
               "Open the address that `cartouche terminal` has printed.");
        return false;
    }

    void call(const httplib::Request& request, httplib::Response& response) {
        Reply reply;
        const bool served =
            worker.do_now([&] { reply = api.handle(request.method, request.path, request.body); });
        if (served) return answer(response, reply);
        refuse(response, 503, "The terminal is ending", "Start `cartouche terminal` again.");
    }

    void trace(const httplib::Request& request, httplib::Response& response) const {
        const std::string text = request.get_param_value("after");
        std::uint64_t after = 0;
        std::from_chars(text.data(), text.data() + text.size(), after);
        nlohmann::ordered_json entries = nlohmann::ordered_json::array();
        for (const Traffic& traffic : log.after(after, MostTraffic))
            entries.push_back(to_json(traffic));
        answer(response, {200, {{"ok", true}, {"traffic", std::move(entries)}}});
    }

    void set_up() {
        http.new_task_queue = [] { return new httplib::ThreadPool{Threads}; };
        http.set_payload_max_length(Api::MostBodyBytes);
        // The library's default shares the port with others.
        http.set_socket_options([](socket_t socket) {
            const int yes = 1;
            setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        });
        http.set_read_timeout(5);
        http.set_write_timeout(5);
        http.set_default_headers(common_headers());
        http.set_pre_routing_handler([this](const auto& request, auto& response) {
            return admit(request, response) ? httplib::Server::HandlerResponse::Unhandled
                                            : httplib::Server::HandlerResponse::Handled;
        });
        http.set_exception_handler([](const auto&, auto& response, const std::exception_ptr&) {
            refuse(response, 500, "The terminal failed", "See what `cartouche terminal` prints.");
        });
        for (const PageFile& file : page_files())
            http.Get(std::string{file.path}, [file](const auto&, auto& response) {
                response.set_content(file.content.data(), file.content.size(),
                                     std::string{file.type});
            });
        http.Get("/api/trace",
                 [this](const auto& request, auto& response) { trace(request, response); });
        const auto api_call = [this](const auto& request, auto& response) {
            call(request, response);
        };
        http.Get("/api/.*", api_call);
        http.Post("/api/.*", api_call);
    }
};

Server::Server(Session& session, const Log& log, int port)
    : parts_{std::make_unique<Parts>(session, log)} {
    Parts& parts = *parts_;
    parts.set_up();
    if (port == 0)
        parts.port = parts.http.bind_to_any_port(Host);
    else if (parts.http.bind_to_port(Host, port))
        parts.port = port;
    if (parts.port <= 0)
        throw std::runtime_error{fmt::format("port {} of this machine is taken", port)};
    parts.listener = std::thread{[&parts] { parts.http.listen_after_bind(); }};
    // stop() reaches only a server that listens.
    while (!parts.http.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

Server::~Server() {
    parts_->worker.stop();
    parts_->http.stop();
    parts_->listener.join();
}

std::string Server::address() const {
    return fmt::format("http://{}:{}/#{}", Host, parts_->port, parts_->token);
}

void Server::run() { parts_->worker.run(); }

void Server::stop() { parts_->worker.stop(); }

}  // namespace terminal
