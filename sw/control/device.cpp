#include "control/device.hpp"

#include "control/refusal.hpp"

namespace control {
namespace {

base::Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }
std::string text_of(base::ByteView bytes) { return {bytes.begin(), bytes.end()}; }

Credentials credentials_of(base::ByteView content) {
    auto credentials = Credentials::parse(content);
    if (!credentials)
        throw Refusal{Reason::BadRequest, "the content is no authentication information"};
    return std::move(*credentials);
}

void judge_content(UpdateKind kind, base::ByteView content) {
    if (kind == UpdateKind::Credentials) (void)credentials_of(content);
    if (kind != UpdateKind::Logic) return;
    try {
        (void)parse_logic(text_of(content));
    } catch (const LogicError& error) {
        throw Refusal{Reason::BadRequest, error.what()};
    }
}

}  // namespace

struct Device::Parts {
    Parts(const Hardware& hardware, Flash& flash, const Factory& factory, const NonceSource& nonces,
          bool& restart)
        : store{flash,
                factory.identity,
                {{UpdateKind::Software, bytes_of(factory.software)},
                 {UpdateKind::Credentials, factory.credentials.bytes()},
                 {UpdateKind::Logic, bytes_of(factory.logic)}},
                judge_content},
          software{store.active(UpdateKind::Software)},
          security{factory.identity.serial, flash, nonces},
          secure{hardware.engine, [this] { return security.credentials().access; }},
          contact{hardware.slot},
          display{hardware.power, hardware.keypad},
          control{hardware.power, modules(hardware)},
          preset{control},
          contactless_card{control, port::Module::Contactless},
          contact_card{control, port::Module::Contact},
          pn532{control},
          mac{control},
          lines{control},
          door{store, [this](UpdateKind kind) { use(kind); }, [&restart] { restart = true; }},
          interface {
        security, {&preset, &contactless_card, &contact_card, &pn532, &mac, &lines},
            [this](base::ByteView body) { return door.handle(body); }
    } {
        use(UpdateKind::Credentials);
        use(UpdateKind::Logic);
    }
    ~Parts() { interface.disable(); }

    std::vector<ServiceModule*> modules(const Hardware& hardware) {
        std::vector<ServiceModule*> all{&secure, &contact, &display};
        if (hardware.contactless == nullptr) return all;
        contactless.emplace(*hardware.contactless, hardware.policy);
        all.push_back(&*contactless);
        return all;
    }

    void use(UpdateKind kind) {
        const auto& content = store.active(kind).bytes;
        if (kind == UpdateKind::Credentials) security.use(credentials_of(content));
        if (kind == UpdateKind::Logic) control.use(parse_logic(text_of(content)));
    }

    UpdateStore store;
    UpdateStore::Content software;
    SecurityModule security;
    std::optional<ContactlessModule> contactless{};
    SecureModule secure;
    ContactModule contact;
    DisplayModule display;
    MainControl control;
    PresetInterface preset;
    CardInterface contactless_card;
    CardInterface contact_card;
    Pn532Interface pn532;
    SecureInterface mac;
    DisplayInterface lines;
    UpdateDoor door;
    InterfaceModule interface;
};

Device::Device(const Hardware& hardware, Flash& flash, const Factory& factory, NonceSource nonces)
    : hardware_{hardware}, flash_{flash}, factory_{factory}, nonces_{std::move(nonces)} {
    start();
}

Device::~Device() = default;

void Device::start() {
    parts_.reset();
    for (const auto module : port::Modules) hardware_.power.set(module, false);
    restart_ = false;
    parts_ = std::make_unique<Parts>(hardware_, flash_, factory_, nonces_, restart_);
    parts_->pn532.use(hooks_);
    tell();
}

Frame Device::handle(const Frame& request) {
    auto answer = parts_->interface.handle(request);
    if (restart_) start();
    tell();
    return answer;
}

void Device::connection_lost() noexcept {
    parts_->interface.disable();
    tell();
}

base::Bytes Device::serve(Service service, base::ByteView request) {
    return parts_->interface.serve(service, request);
}

void Device::watch(std::function<void(Services)> enabled) {
    enabled_ = std::move(enabled);
    tell();
}

void Device::tell() const { enabled_(parts_->interface.enabled()); }

void Device::use(std::optional<hostlink::Hooks> hooks) {
    parts_->pn532.use(hooks);
    hooks_ = std::move(hooks);
}

const UpdateStore::Content& Device::software() const { return parts_->software; }
MainControl& Device::control() { return parts_->control; }
SecurityModule& Device::security() { return parts_->security; }
const InterfaceModule& Device::interface() const { return parts_->interface; }
const UpdateStore& Device::updates() const { return parts_->store; }
const DisplayModule& Device::display() const { return parts_->display; }

}  // namespace control
