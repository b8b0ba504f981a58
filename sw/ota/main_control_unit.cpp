#include "ota/main_control_unit.hpp"

#include "base/hex.hpp"
#include "ota/module_commands.hpp"
#include "platform/refusal.hpp"

namespace ota {
namespace {

constexpr std::uint8_t ModuleKeys = 0x30;  ///< version of the issuer's keys for SCP03
constexpr std::uint8_t Level = reader::SecurityLevel::CMac | reader::SecurityLevel::CDecryption |
                               reader::SecurityLevel::RMac | reader::SecurityLevel::REncryption;
constexpr std::uint8_t InsExternalAuthenticate = 0x82;

/// A key out of the platform's answer, which keeps no copy of it.
reader::ScpKey taken_key(nlohmann::json& answer, const char* name) {
    auto& text = answer.at(name).get_ref<std::string&>();
    auto bytes = base::from_hex(text);
    base::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    if (!bytes || bytes->size() != 16)
        throw platform::Refusal{"platform", "the platform gave no session keys"};
    const reader::ScpKey key{*bytes};
    base::wipe(*bytes);
    return key;
}

}  // namespace

apdu::Response MainControlUnit::send(const apdu::Command& command) {
    const auto answer = apdu::parse_response(element_.transmit(command.bytes()));
    if (!answer) throw ElementLost{"the secure element does not answer"};
    return *answer;
}

void MainControlUnit::open_module() {
    channel_.reset();
    if (element_.power_on().empty()) throw ElementLost{"there is no secure element"};
    if (!send(select_module()).ok())
        throw platform::Refusal{"module", "the secure element has no secure channel module"};
    const auto challenge = random_(8);
    const auto raw = element_.transmit(reader::initialize_update(ModuleKeys, challenge));
    const auto offer = reader::parse_offer(raw);
    if (raw.empty()) throw ElementLost{"the secure element does not answer"};
    if (!offer) throw platform::Refusal{"offer", "the secure element offers no session"};
    auto answer = business_.call({{"do", "right"},
                                  {"element", id_},
                                  {"challenge", base::to_hex(challenge)},
                                  {"offer", base::to_hex(raw)}});
    const reader::Scp03SessionKeys keys{taken_key(answer, "enc"), taken_key(answer, "mac"),
                                        taken_key(answer, "rmac")};
    auto session = reader::make_scp03_session(keys, *offer, challenge);
    if (!base::equal_in_constant_time(session->card_cryptogram(), offer->cryptogram))
        throw platform::Refusal{"platform", "the platform does not know this session"};
    apdu::Command authenticate{0x80, InsExternalAuthenticate, Level, 0x00,
                               session->host_cryptogram()};
    session->protect(authenticate, reader::SecurityLevel::CMac);
    const auto opened = send(authenticate);
    if (told_) told_("EXTERNAL AUTHENTICATE", opened.sw);
    if (!opened.ok()) throw platform::Refusal{"module", "the module does not open"};
    channel_ = std::make_unique<reader::SecureChannel>(reader::ScpProtocol::Scp03,
                                                       std::move(session), Level);
}

nlohmann::json MainControlUnit::download(Kind kind) {
    if (!channel_) open_module();
    auto next = business_.call(
        {{"do", "download"}, {"element", id_}, {"kind", std::string{to_string(kind)}}});
    while (!next.contains("done")) {
        const auto bytes = base::from_hex(next.at("apdu").get<std::string>());
        const auto command = bytes ? apdu::parse(*bytes) : std::nullopt;
        if (!command) throw platform::Refusal{"platform", "the platform sent no command"};
        const auto answer = channel_->transmit(
            *command, [this](base::ByteView apdu) { return element_.transmit(apdu); });
        if (told_) told_(next.at("name").get<std::string>(), answer ? answer->sw : 0);
        if (!answer) {
            channel_.reset();
            throw ElementLost{"the secure element does not answer, or not as itself"};
        }
        next = business_.call({{"do", "answer"},
                               {"element", id_},
                               {"step", next.at("step")},
                               {"response", base::to_hex(answer->bytes())}});
    }
    return next;
}

}  // namespace ota
