#include "lab/business_lab.hpp"

#include <optional>

#include "lab/folder.hpp"
#include "lab/lab_wire.hpp"
#include "platform/certificates.hpp"

namespace lab {
namespace {

constexpr const char* PlatformName = "business";
constexpr const char* TerminalName = "terminal";

ota::KeyRing ring() {
    const auto master = [](std::uint8_t first) {
        base::Bytes bytes;
        for (std::uint8_t i = 0; i < 16; ++i) bytes.push_back(static_cast<std::uint8_t>(first + i));
        return reader::ScpKey{bytes};
    };
    return ota::diversified({master(0x40), master(0x50), master(0x60)});
}

}  // namespace

struct BusinessLab::Parts {
    explicit Parts(const std::filesystem::path& folder)
        : own{folder / "business.crt", folder / "business.key"},
          terminal{folder / "terminal.crt", folder / "terminal.key"} {}

    platform::Credential own;
    platform::Credential terminal;
    std::unique_ptr<ota::BusinessPlatform> business{};
    std::unique_ptr<platform::Gate> gate{};
    std::unique_ptr<platform::HttpsServer> server{};
    int port = 0;
    std::unique_ptr<platform::Wire> wire{};
    std::unique_ptr<platform::Remote> line{};
};

BusinessLab::BusinessLab(BusinessLabOptions options)
    : options_{std::move(options)}, folder_{new_folder()} {
    platform::make_certificates(folder_, {PlatformName, TerminalName});
    parts_ = std::make_unique<Parts>(folder_);
    start();
    std::unique_ptr<platform::Wire> wire;
    if (options_.https)
        wire = std::make_unique<platform::HttpsWire>("127.0.0.1", parts_->port, parts_->terminal,
                                                     folder_ / "authority.crt");
    else
        wire = std::make_unique<LabWire>([this]() -> platform::Gate& { return *parts_->gate; },
                                         parts_->terminal.certificate());
    parts_->wire = options_.between ? options_.between(std::move(wire)) : std::move(wire);
    parts_->line = std::make_unique<platform::Remote>(*parts_->wire, parts_->terminal,
                                                      parts_->own.certificate());
}

BusinessLab::~BusinessLab() {
    parts_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void BusinessLab::start() {
    auto& parts = *parts_;
    parts.business = std::make_unique<ota::BusinessPlatform>(
        ota::BusinessPlatformOptions{
            .keys = ring(), .terminals = {{TerminalName, Element}}, .shelf = options_.shelf},
        issuers_);
    parts.gate = std::make_unique<platform::Gate>(parts.own, *parts.business);
    if (!options_.https) return;
    parts.server = std::make_unique<platform::HttpsServer>(
        *parts.gate, parts.own, folder_ / "authority.crt", "127.0.0.1", parts.port);
    parts.port = parts.server->port();
}

void BusinessLab::restart() {
    parts_->server.reset();
    parts_->gate.reset();
    parts_->business.reset();
    start();
}

ota::BusinessPlatform& BusinessLab::business() { return *parts_->business; }
platform::Remote& BusinessLab::line() { return *parts_->line; }
ota::ElementKeys BusinessLab::keys() { return ring()(Element).value(); }

}  // namespace lab
