#include "terminal/link.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.hpp"
#include "base/key.hpp"
#include "terminal/sector_view.hpp"

namespace terminal {
namespace {

using apdu::Command;

constexpr std::uint8_t Interindustry = 0x00;
constexpr std::uint8_t Proprietary = 0x80;
const base::Bytes SectorApplication{0xD2, 0x76, 0x00, 0x01, 0x18, 0xAA, 0x40, 0x01};
const base::Bytes PurseApplication{0xD2, 0x76, 0x00, 0x01, 0x18, 0xAA, 0x30, 0x01};

std::uint8_t byte(std::size_t value) { return static_cast<std::uint8_t>(value); }

/// Bytes in hexadecimal, those from `from` to `to` hidden.
struct Hidden {
    std::size_t from;
    std::size_t to;
};
std::string text(base::ByteView bytes, std::initializer_list<Hidden> hidden) {
    std::string made;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const bool secret = std::any_of(hidden.begin(), hidden.end(), [i](const Hidden& part) {
            return i >= part.from && i < part.to;
        });
        if (i != 0) made += ' ';
        made += secret ? std::string{"··"} : base::to_hex(bytes.subspan(i, 1));
    }
    return made;
}

/// The keys of a trailer that begins at `at`.
std::string text_with_trailer(base::ByteView bytes, std::size_t at) {
    return text(bytes, {{at, at + KeyBytes}, {at + KeyBAt, at + BlockBytes}});
}

/// `asked`: the command had no data, so that it only asks how things stand.
std::string note_of(apdu::StatusWord sw, bool asked) {
    if (sw == apdu::Sw::Ok) return "done";
    if ((sw & 0xFFF0U) == apdu::Sw::TriesLeft)
        return fmt::format("{}{} tries left", asked ? "" : "refused, ", sw & 0x0FU);
    if ((sw & 0xFF00U) == apdu::Sw::MoreBytes) return "more to come";
    return fmt::format("refused, {:04X}", sw);
}

}  // namespace

Link::Answer Link::send(const Command& command, std::string_view what, Secret secret) {
    base::Bytes bytes = command.bytes();
    constexpr std::size_t DataAt = apdu::HeaderBytes + 1;
    std::string sent;
    switch (secret) {
        case Secret::Data:
            sent = base::to_hex(base::ByteView{bytes}.first(apdu::HeaderBytes), " ") + " ··";
            break;
        case Secret::TrailerInData:
            sent = text_with_trailer(bytes, DataAt);
            break;
        default:
            sent = base::to_hex(bytes, " ");
    }
    base::wipe(bytes);
    const base::Tick start = card_.now();
    Answer answer = card_.exchange(command);
    const base::Tick end = card_.now();
    log_.add(
        {0, Traffic::Way::Contacts, "terminal", start, end, std::move(sent), std::string{what}});
    if (!answer) {
        log_.add({0, Traffic::Way::Contacts, "card", end, end, {}, "no answer"});
        return answer;
    }
    const base::Bytes back = answer->bytes();
    const bool hide = secret == Secret::TrailerInAnswer && answer->data.size() >= BlockBytes;
    log_.add(
        {0, Traffic::Way::Contacts, "card", end, end,
         hide ? text_with_trailer(back, answer->data.size() - BlockBytes) : base::to_hex(back, " "),
         note_of(answer->sw, command.data.empty())});
    return answer;
}

Link::Answer Link::send_secret(std::uint8_t ins, base::Bytes data, std::string_view what) {
    Command command{Interindustry, ins, 0, 0, std::move(data), {}};
    const Answer answer = send(command, what, Secret::Data);
    base::wipe(command.data);
    return answer;
}

Link::Answer Link::select() {
    return send({Interindustry, 0xA4, 0x04, 0x00, SectorApplication, 256}, "choose sector access");
}

Link::Answer Link::pin_state() {
    return send({Interindustry, 0x20, 0, 0, {}, {}}, "ask for the PIN's state");
}

Link::Answer Link::verify(std::string_view pin) {
    return send_secret(0x20, {pin.begin(), pin.end()}, "verify the PIN");
}

Link::Answer Link::unblock(std::string_view code, std::string_view new_pin) {
    base::Bytes data{code.begin(), code.end()};
    data.insert(data.end(), new_pin.begin(), new_pin.end());
    return send_secret(0x2C, std::move(data), "set a new PIN with the unblocking code");
}

Link::Answer Link::get_data(unsigned sector) {
    return send({Proprietary, 0xCA, byte(sector), 0, {}, 256},
                fmt::format("get data of sector {}", sector), Secret::TrailerInAnswer);
}

Link::Answer Link::backup(unsigned sector) {
    return send({Proprietary, 0x32, byte(sector), 0, {}, {}},
                fmt::format("back up sector {} into the buffer file", sector));
}

Link::Answer Link::write_buffer(unsigned sector, unsigned block, const port::Block& data) {
    Command command{Proprietary, 0xD6, byte(sector), byte(block), {data.begin(), data.end()}, {}};
    const bool trailer = block + 1 == blocks_in(sector);
    const Answer answer =
        send(command, fmt::format("write block {} of the buffer file", first_block(sector) + block),
             trailer ? Secret::TrailerInData : Secret::Nothing);
    base::wipe(command.data);
    return answer;
}

Link::Answer Link::modify(unsigned sector, bool trailer) {
    return send({Proprietary, 0x34, byte(sector), byte(trailer ? 1 : 0), {}, {}},
                fmt::format("modify sector {} from the buffer file{}", sector,
                            trailer ? ", with its trailer" : ""));
}

Link::Answer Link::restore(unsigned sector) {
    return send({Proprietary, 0x36, byte(sector), 0, {}, {}},
                fmt::format("restore sector {} from its backup", sector));
}

Link::Answer Link::purse_balance() {
    const Answer channel = send({Interindustry, 0x70, 0, 0, {}, 1}, "open a logical channel");
    if (!channel || !channel->ok() || channel->data.size() != 1) return channel;
    const std::uint8_t number = channel->data[0];
    if (number == 0 || number > 3) return apdu::Response{apdu::Sw::ChannelNotSupported};
    Answer answer = send({number, 0xA4, 0x04, 0x00, PurseApplication, 256}, "choose the e-purse");
    if (answer && answer->ok())
        answer = send({byte(Proprietary | number), 0x5C, 0, 0x02, {}, 4}, "ask for its balance");
    (void)send({number, 0x70, 0x80, number, {}, {}}, "close the channel");
    return answer;
}

}  // namespace terminal
