#include "flows/gate.hpp"

#include <fmt/format.h>

namespace flows {
namespace {

constexpr Tick CardHoldTicks = 1040;  // from field loss to that of the card's own power

}  // namespace

Gate::Gate(reader::Reader& reader, Log& log, std::function<void()> before)
    : reader_{reader}, log_{log}, before_{std::move(before)} {}

template <typename Call>
auto Gate::logged(const std::string& what, Call call) {
    if (host_latency_ != 0) reader_.port().wait_until(reader_.port().now() + host_latency_);
    Exchange exchange{.via = Via::Gate, .command = what, .begin = reader_.port().now()};
    const auto start = std::chrono::steady_clock::now();
    auto [result, answer] = call();
    exchange.wall = std::chrono::steady_clock::now() - start;
    exchange.end = reader_.port().now();
    exchange.answer = std::move(answer);
    log_.add(std::move(exchange));
    return result;
}

reader::Status Gate::open(std::uint8_t block, const base::SectorKey& key, reader::KeyKind kind) {
    before_();
    const std::string what = fmt::format("WUPA, select, AUTH key {} block {}",
                                         kind == reader::KeyKind::A ? 'A' : 'B', block);
    return logged(what, [&] {
        reader_.field_on();
        const auto found = reader_.activate(reader::Wake::All);
        const auto status = found.status == reader::Status::Ok
                                ? reader_.authenticate(kind, block, key, found.card.auth_uid())
                                : found.status;
        return std::pair{status, std::string{to_string(status)}};
    });
}

reader::Read Gate::read(std::uint8_t block) {
    return logged(fmt::format("READ {}", block), [&] {
        auto answer = reader_.read(block);
        std::string text = answer.status == reader::Status::Ok
                               ? log_.text(answer.data)
                               : std::string{to_string(answer.status)};
        return std::pair{std::move(answer), std::move(text)};
    });
}

reader::Done Gate::write(std::uint8_t block, base::ByteView data) {
    return logged(fmt::format("WRITE {} {}", block, log_.text(data)), [&] {
        const auto done = reader_.write(block, data);
        return std::pair{done, std::string{to_string(done.status)}};
    });
}

reader::Status Gate::halt() {
    return logged("HLTA", [&] {
        const auto status = reader_.halt();
        return std::pair{status, std::string{to_string(status)}};
    });
}

void Gate::leave() {
    (void)logged("field off", [&] {
        reader_.field_off();
        // Until the card has noticed: what it held for the gate is free then.
        auto& port = reader_.port();
        port.wait_until(port.now() + CardHoldTicks);
        return std::pair{true, std::string{}};
    });
}

}  // namespace flows
