#include "cli/served_reader.hpp"

#include "cli/failure.hpp"
#include "control/refusal.hpp"

namespace cli {
namespace {

constexpr const char* Serial = "SERVE";
constexpr const char* ClientId = "link";
// A reader has at least one service logic.
constexpr const char* Logic = "service hello\n  display show line=\"hello\"\nend\n";

control::AesKey fresh_key() { return control::AesKey{control::system_nonces()()}; }

}  // namespace

control::Factory ServedReader::factory(control::Service service, const control::AesKey& master,
                                       const control::AesKey& client) {
    control::Factory made;
    made.identity.serial = Serial;
    made.identity.package_key = fresh_key();
    made.credentials.reader = control::reader_key(master, Serial);
    made.credentials.access = fresh_key();
    made.credentials.clients = {{ClientId, client, control::bit_of(service)}};
    made.logic = Logic;
    made.software = "cartouche serve";
    return made;
}

ServedReader::ServedReader(control::Service service, port::ReaderPort* field,
                           hostlink::SmartCard* slot, const reader::Policy& policy)
    : master_{fresh_key()},
      client_key_{fresh_key()},
      power_{[field] { return field == nullptr ? base::Tick{0} : field->now(); }},
      device_{{.power = power_,
               .contactless = field,
               .engine = crypto_,
               .slot = slot,
               .policy = policy},
              flash_,
              factory(service, master_, client_key_),
              control::system_nonces()},
      cloud_{master_, control::system_nonces()},
      client_{[this](const control::Frame& frame) { return device_.handle(frame); }, ClientId,
              client_key_} {
    log_in();
}

void ServedReader::log_in() {
    try {
        client_.connect(++counter_, Serial);
        client_.login(cloud_);
    } catch (const control::Refusal& refusal) {
        throw Failure{JobFailed, refusal.what()};
    }
}

void ServedReader::log_out() { device_.connection_lost(); }

bool ServedReader::handle(const nlohmann::json& request) {
    const std::string command = request.value("command", "");
    if (command == "login") {
        log_in();
        return true;
    }
    if (command != "logout") return false;
    log_out();
    return true;
}

}  // namespace cli
