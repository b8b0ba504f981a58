#include "cardos/os_update.hpp"

namespace cardos {
namespace {

using apdu::Response;
using apdu::Sw;

constexpr std::uint8_t InsGetData = 0xCA;
constexpr std::uint8_t InsEnterLoader = 0xFA;
constexpr std::uint16_t ImageTag = 0x00C1;
// Bits of the security level (GlobalPlatform Card Specification, 10.4.2).
constexpr std::uint8_t Authenticated = 0x80;
constexpr std::uint8_t CMac = 0x01;

void append(base::Bytes& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::uint8_t>(value >> shift));
}

Response image(port::LoaderPort& loader) {
    const auto image = loader.image();
    base::Bytes data;
    append(data, image.version);
    append(data, image.security_version);
    data.insert(data.end(), image.hash.begin(), image.hash.end());
    return {std::move(data), Sw::Ok};
}

Response enter(Context& context) {
    constexpr std::uint8_t Needed = Authenticated | CMac;
    if ((context.security_level & Needed) != Needed) return Sw::SecurityNotSatisfied;
    const auto done = context.loader()->request(context.work().now);
    if (!done) return Sw::MemoryFailure;
    context.work().now = *done;
    return Sw::Ok;
}

}  // namespace

Response OsUpdate::process(Context& context, const apdu::Command& command) {
    if ((command.cla & 0x80) == 0) return Sw::ClaNotSupported;
    if (command.ins != InsGetData && command.ins != InsEnterLoader) return Sw::InsNotSupported;
    if (context.loader() == nullptr) return Sw::ConditionsNotSatisfied;
    if (command.ins == InsGetData)
        return command.p1p2() == ImageTag ? image(*context.loader())
                                          : Response{Sw::ReferencedDataNotFound};
    if (command.p1p2() != 0) return Sw::WrongP1P2;
    return command.data.empty() ? enter(context) : Response{Sw::WrongLength};
}

}  // namespace cardos
