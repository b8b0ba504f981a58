#include "ota/os_loading.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ota {
namespace {

using End = LoadResult::End;

constexpr std::uint8_t Cla = 0x80;
constexpr std::uint8_t InsStatus = 0xF0;
constexpr std::uint8_t InsBegin = 0xF2;
constexpr std::uint8_t InsBlock = 0xF4;
constexpr std::uint8_t InsCommit = 0xF6;
constexpr std::uint8_t InsAbort = 0xF8;
constexpr std::uint8_t InsEnterLoader = 0xFA;
constexpr std::uint8_t LoaderKeys = 0x01;  ///< version of the loader's key set
constexpr std::uint8_t Level = reader::SecurityLevel::CMac | reader::SecurityLevel::CDecryption |
                               reader::SecurityLevel::RMac | reader::SecurityLevel::REncryption;
constexpr std::size_t StatusBytes = 26;
const apdu::Command AskStatus{Cla, InsStatus, 0x00, 0x00, {}, apdu::MostShortNe};
const base::Bytes OsUpdate{0xD2, 0x76, 0x00, 0x01, 0x18, 0xAA, 0x50, 0x01};

std::uint32_t number(base::ByteView bytes, std::size_t at, std::size_t size) {
    std::uint32_t value = 0;
    for (const auto byte : bytes.subspan(at, size)) value = value << 8 | byte;
    return value;
}

LoadResult ended(End end, apdu::StatusWord sw = 0) {
    return {end, sw, end == End::Refused ? why(sw) : std::string{}, 0};
}

}  // namespace

std::string to_string(LoaderState state) {
    switch (state) {
        case LoaderState::NoOs:
            return "no OS";
        case LoaderState::Invalid:
            return "OS invalid";
        case LoaderState::Interrupted:
            return "update interrupted";
        case LoaderState::Requested:
            return "update requested by the OS";
    }
    return "unknown";
}

std::string why(apdu::StatusWord sw) {
    switch (sw) {
        case 0x63F0:
            return "roll-back: its security version is below the least the card accepts";
        case 0x6581:
            return "the card's memory failed";
        case 0x6982:
            return "signature or authentication wrong";
        case 0x6983:
            return "the loader is locked after too many wrong tries";
        case 0x6984:
            return "the image does not have the hash that was signed";
        case 0x6985:
            return "not for this chip, or not now";
        case 0x6988:
            return "a block is not the one that was signed";
        case 0x6A80:
            return "malformed";
        case 0x6A84:
            return "does not fit into the card";
        case 0x6A86:
            return "a block out of order";
        default:
            return fmt::format("the card answers {:04X}", sw);
    }
}

std::optional<LoaderStatus> parse_loader_status(base::ByteView data) {
    if (data.size() != StatusBytes || data[0] > static_cast<std::uint8_t>(LoaderState::Requested))
        return std::nullopt;
    LoaderStatus out;
    out.state = static_cast<LoaderState>(data[0]);
    out.loader_version = static_cast<std::uint16_t>(number(data, 1, 2));
    out.chip_type = static_cast<std::uint16_t>(number(data, 3, 2));
    out.revision = data[5];
    std::copy_n(data.begin() + 6, out.serial.size(), out.serial.begin());
    out.version = number(data, 14, 4);
    out.security_version = number(data, 18, 4);
    out.most_block_bytes = static_cast<std::uint16_t>(number(data, 22, 2));
    out.next_block = static_cast<std::uint16_t>(number(data, 24, 2));
    return out;
}

OsLoading::OsLoading(hostlink::SmartCard& card, reader::ChannelKeys keys, Challenge challenge)
    : card_{card}, channel_{std::move(keys)}, challenge_{std::move(challenge)} {}

std::optional<apdu::Response> OsLoading::send(const apdu::Command& command) {
    return apdu::parse_response(card_.transmit(command.bytes()));
}

std::optional<LoaderStatus> OsLoading::status() {
    const auto answer = send(AskStatus);
    return answer && answer->ok() ? parse_loader_status(answer->data) : std::nullopt;
}

std::optional<OsDigest> OsLoading::image_hash() {
    OsDigest out{};
    const auto answer = send({Cla, InsStatus, 0x00, 0x01, {}, apdu::MostShortNe});
    if (!answer || !answer->ok() || answer->data.size() != out.size()) return std::nullopt;
    std::copy(answer->data.begin(), answer->data.end(), out.begin());
    return out;
}

std::optional<LoadResult> OsLoading::open() {
    const auto challenge = challenge_();
    const auto offer = card_.transmit(reader::initialize_update(LoaderKeys, challenge));
    const auto answer = apdu::parse_response(offer);
    if (!answer) return ended(End::Lost);
    if (!answer->ok()) return ended(End::Refused, answer->sw);
    // A card that does not know the keys gets no package.
    if (!channel_.offered(challenge, offer))
        return ended(End::Refused, apdu::Sw::SecurityNotSatisfied);
    const auto proof = card_.transmit(channel_.external_authenticate(Level));
    if (proof.empty()) return ended(End::Lost);
    if (!channel_.opened(proof)) return ended(End::Refused, apdu::Sw::SecurityNotSatisfied);
    return std::nullopt;
}

std::optional<LoadResult> OsLoading::run(std::uint8_t ins, base::ByteView data) {
    // With an Le: T=0 fetches the R-MAC only then.
    const auto answer =
        channel_.transmit({Cla, ins, 0x00, 0x00, {data.begin(), data.end()}, apdu::MostShortNe},
                          [this](base::ByteView apdu) { return card_.transmit(apdu); });
    // Gone, or an answer that nobody may believe: either way the status tells where things are.
    if (!answer) return ended(End::Lost);
    if (!answer->ok()) return ended(End::Refused, answer->sw);
    return std::nullopt;
}

LoadResult OsLoading::load(const OsPackage& package, const Progress& progress) {
    const auto there = send(AskStatus);
    if (!there) return ended(End::Lost);
    const auto before = there->ok() ? parse_loader_status(there->data) : std::nullopt;
    if (!before) return ended(End::NoLoader);
    if (package.terms.block_bytes > before->most_block_bytes)
        return ended(End::Refused, apdu::Sw::NotEnoughMemory);
    if (auto end = open()) return *end;
    if (auto end = run(InsBegin, package.head)) return *end;
    const auto after = status();
    if (!after) return ended(End::Lost);
    LoadResult result;
    for (std::size_t i = after->next_block; i < package.blocks.size(); ++i) {
        if (auto end = run(InsBlock, package.block_data(i))) {
            end->sent = result.sent;
            return *end;
        }
        ++result.sent;
        if (progress) progress(i + 1, package.blocks.size());
    }
    if (auto end = run(InsCommit, {})) {
        end->sent = result.sent;
        return *end;
    }
    result.end = End::Loaded;
    return result;
}

bool OsLoading::give_up() { return !open() && !run(InsAbort, {}); }

std::optional<apdu::StatusWord> enter_loader(hostlink::SmartCard& card,
                                             const reader::ChannelKeys& keys,
                                             base::ByteView challenge) {
    const auto send = [&](base::ByteView apdu) { return card.transmit(apdu); };
    const auto sent = [&](base::ByteView apdu) { return apdu::parse_response(send(apdu)); };
    const apdu::Command select{0x00, 0xA4, 0x04, 0x00, OsUpdate, apdu::MostShortNe};
    const auto selected = sent(select.bytes());
    if (!selected) return std::nullopt;
    if (!selected->ok()) return selected->sw;
    reader::SecureChannel channel{keys};
    const auto offer = send(reader::initialize_update(0, challenge));
    const auto answer = apdu::parse_response(offer);
    if (!answer) return std::nullopt;
    if (!answer->ok()) return answer->sw;
    if (!channel.offered(challenge, offer)) return apdu::Sw::SecurityNotSatisfied;
    const auto proof = sent(channel.external_authenticate(reader::SecurityLevel::CMac));
    if (!proof) return std::nullopt;
    if (!channel.opened(proof->bytes())) return proof->sw;
    const auto done = channel.transmit({Cla, InsEnterLoader, 0x00, 0x00, {}, {}}, send);
    if (!done) return std::nullopt;
    return done->sw;
}

}  // namespace ota
