#include "cardos/remote_script.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "apdu/tlv.hpp"

namespace cardos {
namespace {

using apdu::Command;
using apdu::Response;

constexpr apdu::StatusWord Shortened = 0x62F1;
constexpr apdu::Tag CommandTag = 0x22;
constexpr apdu::Tag ResponseTag = 0x23;
constexpr apdu::Tag CountTag = 0x80;
constexpr apdu::Tag ChainingTag = 0x83;
constexpr apdu::Tag BadFormatTag = 0x90;
constexpr std::uint8_t Definite = 0xAA;
constexpr std::uint8_t Indefinite = 0xAE;
constexpr std::uint8_t UnknownTag = 0x01;
constexpr std::uint8_t WrongLength = 0x02;
constexpr std::uint8_t LengthNotFound = 0x03;
constexpr std::uint8_t ChainingNotSupported = 0x02;

bool goes_on(apdu::StatusWord sw) {
    return sw == apdu::Sw::Ok || apdu::is_warning(sw) || sw >> 8 == 0x61;
}

/// Whether P3 is the length of the answer.
bool brings_data(std::uint8_t cla, std::uint8_t ins) {
    constexpr std::array<std::uint8_t, 5> Outgoing{0xB0, 0xB2, 0x84, 0xCA, 0xC0};
    constexpr std::uint8_t GetBalance = 0x5C;
    return std::find(Outgoing.begin(), Outgoing.end(), ins) != Outgoing.end() ||
           (cla >= 0x80 && ins == GetBalance);
}

/// CLA INS P1 P2 P3 [data], one after the other; nothing when the last one is cut off.
std::optional<std::vector<Command>> read_compact(base::ByteView payload) {
    std::vector<Command> commands;
    while (!payload.empty()) {
        if (payload.size() < apdu::HeaderBytes + 1) return std::nullopt;
        Command command{payload[0], payload[1], payload[2], payload[3], {}, {}};
        const std::size_t p3 = payload[4];
        payload = payload.subspan(apdu::HeaderBytes + 1);
        if (p3 == 0 || brings_data(command.cla, command.ins)) {
            command.ne = p3 == 0 ? apdu::MostShortNe : p3;
        } else {
            if (payload.size() < p3) return std::nullopt;
            command.data.assign(payload.begin(), payload.begin() + static_cast<long>(p3));
            payload = payload.subspan(p3);
        }
        commands.push_back(std::move(command));
    }
    return commands;
}

base::Bytes run_compact(base::ByteView payload,
                        const std::function<Response(const Command&)>& run) {
    const auto commands = read_compact(payload);
    std::uint8_t count = 0;
    Response last = commands ? apdu::Sw::Ok : apdu::Sw::WrongLength;
    for (const auto& command : commands.value_or(std::vector<Command>{})) {
        last = run(command);
        ++count;
        if (!goes_on(last.sw)) break;
    }
    if (last.data.size() > MostScriptResponse - 3) {
        last.data.resize(MostScriptResponse - 3);
        last.sw = Shortened;
    }
    base::Bytes answer{count, static_cast<std::uint8_t>(last.sw >> 8),
                       static_cast<std::uint8_t>(last.sw)};
    answer.insert(answer.end(), last.data.begin(), last.data.end());
    return answer;
}

/// The inside of AA, or of AE 80 up to its end mark; nothing: it cannot be found.
std::optional<base::ByteView> inside(base::ByteView payload) {
    if (payload[0] == Definite) {
        apdu::TlvReader reader{payload};
        const auto whole = reader.next();
        if (!whole || !reader.rest().empty()) return std::nullopt;
        return whole->value;
    }
    if (payload.size() < 4 || payload[payload.size() - 1] != 0 || payload[payload.size() - 2] != 0)
        return std::nullopt;
    return payload.subspan(2, payload.size() - 4);
}

base::Bytes run_expanded(base::ByteView payload,
                         const std::function<Response(const Command&)>& run) {
    const bool definite = payload[0] == Definite;
    const auto answer = [&](const base::Bytes& objects) {
        if (definite) return apdu::tlv(0xAB, objects);
        base::Bytes made{0xAF, 0x80};
        made.insert(made.end(), objects.begin(), objects.end());
        made.insert(made.end(), {0x00, 0x00});
        return made;
    };
    const auto refusal = [&](apdu::Tag tag, std::uint8_t reason) {
        base::Bytes objects = apdu::tlv(CountTag, base::Bytes{0});
        apdu::append_tlv(objects, tag, base::Bytes{reason});
        return answer(objects);
    };
    const auto script = inside(payload);
    if (!script) return refusal(BadFormatTag, LengthNotFound);
    const auto objects = apdu::read_all(*script);
    if (!objects) return refusal(BadFormatTag, WrongLength);
    std::vector<Command> commands;
    for (const auto& object : *objects) {
        if (object.tag == ChainingTag) return refusal(ChainingTag, ChainingNotSupported);
        if (object.tag != CommandTag) return refusal(BadFormatTag, UnknownTag);
        const auto command = apdu::parse(object.value);
        if (!command) return refusal(BadFormatTag, WrongLength);
        commands.push_back(*command);
    }

    base::Bytes responses;
    std::uint8_t count = 0;
    for (const auto& command : commands) {
        // Room for what stands around: AF 80 80 01 nn 00 00, and 23 L.
        constexpr std::size_t Around = 7 + 2;
        Response response = run(command);
        ++count;
        const bool last = !goes_on(response.sw);
        if (responses.size() + Around + response.data.size() + 2 > MostScriptResponse) {
            if (responses.size() + Around + 2 > MostScriptResponse) break;
            response = Shortened;
        }
        apdu::append_tlv(responses, ResponseTag, response.bytes());
        if (last) break;
    }
    base::Bytes all = apdu::tlv(CountTag, base::Bytes{count});
    all.insert(all.end(), responses.begin(), responses.end());
    return answer(all);
}

}  // namespace

base::Bytes run_script(base::ByteView payload, const std::function<Response(const Command&)>& run) {
    const bool expanded = payload.size() >= 2 && (payload[0] == Definite ||
                                                  (payload[0] == Indefinite && payload[1] == 0x80));
    return expanded ? run_expanded(payload, run) : run_compact(payload, run);
}

}  // namespace cardos
