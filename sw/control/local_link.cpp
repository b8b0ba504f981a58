#include "control/local_link.hpp"

#include <array>

#include "control/refusal.hpp"

namespace control {
namespace {

// Controls of CardInterface.
constexpr std::array<std::uint8_t, 1> PowerOff{0x00};
constexpr std::array<std::uint8_t, 1> PowerOn{0x01};
constexpr std::array<std::uint8_t, 1> Reset{0x02};

}  // namespace

// A refusal is what a card that is not there says: nothing.
base::Bytes LinkedCard::ask(base::ByteView request) {
    try {
        return device_.serve(service_, request);
    } catch (const Refusal&) {
        return {};
    }
}

base::Bytes LinkedCard::power_on() { return ask(PowerOn); }
base::Bytes LinkedCard::reset() { return ask(Reset); }
void LinkedCard::power_off() { (void)ask(PowerOff); }

base::Bytes LinkedCard::transmit(base::ByteView command) {
    // One byte would be a control.
    return command.size() < 2 ? base::Bytes{} : ask(command);
}

LinkedPn532::LinkedPn532(Device& device, int master, const hostlink::ServerOptions& options)
    : device_{device},
      server_{[&device](base::ByteView command) -> std::optional<base::Bytes> {
                  try {
                      auto frame = device.serve(Service::Pn532, command);
                      if (frame.empty()) return std::nullopt;
                      return frame;
                  } catch (const Refusal&) {
                      return std::nullopt;
                  }
              },
              master, options} {
    device_.use(server_.hooks());
    device_.watch(
        [this](Services enabled) { server_.enable((enabled & bit_of(Service::Pn532)) != 0); });
}

LinkedPn532::~LinkedPn532() {
    device_.watch([](Services) {});
    device_.use(std::nullopt);
}

}  // namespace control
