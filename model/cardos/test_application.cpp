#include "cardos/test_application.hpp"

#include "cardos/pin.hpp"

namespace cardos {
namespace {

using apdu::Sw;

constexpr std::uint8_t InsLong = 0x01;
constexpr std::uint8_t InsSlow = 0x02;
constexpr std::uint8_t InsCount = 0x03;
constexpr std::uint8_t InsEcho = 0x04;
constexpr std::uint8_t InsVerify = 0x20;
constexpr std::uint16_t PinNumber = 1;
constexpr std::uint8_t FirstPin[] = {0x31, 0x32, 0x33, 0x34};

}  // namespace

apdu::StatusWord TestApplication::install(Context& context, base::ByteView parameters) {
    return Pin{context, PinNumber}.set(parameters.empty() ? base::ByteView{FirstPin} : parameters);
}

apdu::Response TestApplication::select(Context&) {
    verified_ = false;
    return Sw::Ok;
}

apdu::Response TestApplication::process(Context& context, const apdu::Command& command) {
    if ((command.cla & 0x7C) != 0) return Sw::ClaNotSupported;
    switch (command.ins) {
        case InsLong: {
            base::Bytes data(command.p1p2());
            for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i);
            return {std::move(data), Sw::Ok};
        }
        case InsSlow:
            context.work().spend(context.waiting_ticks * command.p2);
            return Sw::Ok;
        case InsCount:
            return {{++count_}, Sw::Ok};
        case InsEcho:
            return {command.data, Sw::Ok};
        case InsVerify: {
            if (command.data.empty() && verified_) return Sw::Ok;
            const auto sw = Pin{context, PinNumber}.verify(command.data);
            verified_ = sw == Sw::Ok;
            return sw;
        }
        default:
            return Sw::InsNotSupported;
    }
}

}  // namespace cardos
