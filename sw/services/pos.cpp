#include "services/pos.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.hpp"
#include "platform/terminal.hpp"

namespace services {
namespace {

using apdu::Command;

constexpr std::uint8_t ClaPurse = 0x80;
constexpr std::uint8_t InsInitialize = 0x50;
constexpr std::uint8_t InsCredit = 0x52;
constexpr std::uint8_t InsDebit = 0x54;
constexpr std::uint8_t InsProve = 0x5A;
constexpr std::uint8_t InsBalance = 0x5C;
constexpr std::uint8_t ElectronicPurse = 0x02;
constexpr std::uint8_t KeyIndex = 0x01;
constexpr std::uint8_t PublicFile = 0x95;  // READ BINARY of SFI 15
constexpr std::size_t PublicBytes = 30;
constexpr std::size_t NumberAt = 10;
constexpr std::size_t MacBytes = 4;
constexpr std::size_t LoadOfferBytes = 16;
constexpr std::size_t PurchaseOfferBytes = 15;

void append(base::Bytes& out, base::ByteView part) {
    out.insert(out.end(), part.begin(), part.end());
}

void append_number(base::Bytes& out, std::uint32_t value) {
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t number(base::ByteView bytes) {
    std::uint32_t value = 0;
    for (const auto byte : bytes) value = value << 8U | byte;
    return value;
}

PurseMac mac_of(base::ByteView bytes) {
    PurseMac mac{};
    std::copy_n(bytes.begin(), mac.size(), mac.begin());
    return mac;
}

}  // namespace

CardRefused::CardRefused(const std::string& command, apdu::StatusWord word)
    : std::runtime_error{fmt::format("the card refuses {} with {:04X}", command, word)},
      sw_{word} {}

Pos::Pos(hostlink::SmartCard& card, base::Bytes aid, TerminalNumber terminal)
    : card_{card}, aid_{std::move(aid)}, terminal_{terminal} {}

apdu::Response Pos::send(const Command& command) {
    const auto answer = apdu::parse_response(card_.transmit(command.bytes()));
    if (!answer) throw platform::CardLost{"the card is gone"};
    return *answer;
}

base::Bytes Pos::need(const char* name, const Command& command, std::size_t size) {
    auto answer = send(command);
    if (!answer.ok()) throw CardRefused{name, answer.sw};
    // Cards may give less or more than the sheet says; nobody must read past what came.
    if (answer.data.size() != size) throw CardRefused{name, apdu::Sw::Unknown};
    return std::move(answer.data);
}

std::optional<CardView> Pos::find() {
    if (card_.power_on().empty()) return {};
    const auto selected = send({0x00, 0xA4, 0x04, 0x00, aid_, apdu::MostShortNe});
    if (!selected.ok()) return {};
    CardView view;
    const auto file =
        need("READ BINARY", {0x00, 0xB0, PublicFile, 0x00, {}, PublicBytes}, PublicBytes);
    std::copy_n(file.begin() + NumberAt, view.number.size(), view.number.begin());
    view.balance = balance();
    return view;
}

Fen Pos::balance() {
    return number(need("GET BALANCE", {ClaPurse, InsBalance, 0x00, ElectronicPurse, {}, 4}, 4));
}

Offer Pos::initialize(PurseStep step, Fen amount) {
    const bool load = step == PurseStep::Load;
    Command command{ClaPurse,        InsInitialize, static_cast<std::uint8_t>(load ? 0 : 1),
                    ElectronicPurse, {KeyIndex},    load ? LoadOfferBytes : PurchaseOfferBytes};
    append_number(command.data, static_cast<std::uint32_t>(amount));
    append(command.data, terminal_);
    const auto data = need("INITIALIZE", command, load ? LoadOfferBytes : PurchaseOfferBytes);
    const base::ByteView view{data};
    Offer offer;
    offer.balance = number(view.first(4));
    offer.serial = static_cast<std::uint16_t>(number(view.subspan(4, 2)));
    const auto rest = view.subspan(load ? 6 : 9);  // a purchase tells its overdraft
    offer.version = rest[0];
    offer.algorithm = rest[1];
    std::copy_n(rest.begin() + 2, offer.random.size(), offer.random.begin());
    if (load) offer.mac = mac_of(rest.subspan(6));
    return offer;
}

PurseMac Pos::apply(PurseStep step, const Instruction& instruction) {
    const bool load = step == PurseStep::Load;
    Command command{
        ClaPurse, load ? InsCredit : InsDebit,   static_cast<std::uint8_t>(load ? 0 : 1), 0x00,
        {},       load ? MacBytes : 2 * MacBytes};
    if (!load) append_number(command.data, instruction.terminal_serial);
    append(command.data, instruction.moment);
    append(command.data, instruction.mac);
    return mac_of(need(load ? "CREDIT FOR LOAD" : "DEBIT FOR PURCHASE", command,
                       load ? MacBytes : 2 * MacBytes));
}

std::optional<PurseMac> Pos::proof(PurseStep step, std::uint16_t serial) {
    const auto after = static_cast<std::uint16_t>(serial + 1);
    const Command command{
        ClaPurse,
        InsProve,
        0x00,
        static_cast<std::uint8_t>(step),
        {static_cast<std::uint8_t>(after >> 8U), static_cast<std::uint8_t>(after)},
        2 * MacBytes};
    const auto answer = send(command);
    if (answer.sw == NoProof) return {};
    if (!answer.ok() || answer.data.size() != 2 * MacBytes)
        throw CardRefused{"GET TRANSACTION PROVE", answer.sw};
    return mac_of(base::ByteView{answer.data}.last(MacBytes));
}

base::Bytes purse_aid() { return base::from_hex("D276000118AA3001").value(); }

}  // namespace services
