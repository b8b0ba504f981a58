#include "loader/chip_card.hpp"

#include <stdexcept>

namespace loader {
namespace {

constexpr std::uint8_t ClaCard = 0x80;
constexpr std::uint8_t InsChoose = 0xF1;
constexpr std::uint8_t Ask = 0xFF;
constexpr std::uint8_t None = 0xFF;
constexpr Tick ChoosingTicks = 256;

}  // namespace

std::string_view to_string(Mode mode) noexcept {
    switch (mode) {
        case Mode::Contact:
            return "contact";
        case Mode::Bluetooth:
            return "contactless, Bluetooth";
        case Mode::Nfc:
            return "contactless, NFC";
        case Mode::None:
            break;
    }
    return "none";
}

/// One way as its transport sees it: what is for the card itself stays here.
class ChipCard::Door final : public port::ApduPort {
public:
    Door(ChipCard& card, Way way) : card_{card}, way_{way} {}

    void reset(Tick at) override {
        within_ = false;
        if (auto* element = card_.chosen(way_)) port_of(*element).reset(at);
    }

    Taken take(base::ByteView piece, bool more, Tick at) override {
        const bool whole = !more && !within_;
        within_ = more;
        const auto command = whole ? apdu::parse(piece) : std::nullopt;
        if (command && command->cla == ClaCard && command->ins == InsChoose)
            return {at + ChoosingTicks, card_.choose(way_, *command, at).bytes()};
        if (auto* element = card_.chosen(way_)) return port_of(*element).take(piece, more, at);
        if (more || piece.empty()) return {at, {}};
        return {at + ChoosingTicks, apdu::Response{apdu::Sw::ConditionsNotSatisfied}.bytes()};
    }

private:
    [[nodiscard]] port::ApduPort& port_of(Element& element) const {
        return way_ == Way::Nfc ? *element.air() : element.contacts();
    }

    ChipCard& card_;
    Way way_;
    bool within_ = false;  ///< a command whose end has not come yet
};

ChipCard::ChipCard(std::vector<ElementOptions> elements) {
    if (elements.empty()) throw std::invalid_argument{"a chip card without secure element"};
    for (auto& options : elements)
        elements_.push_back(std::make_unique<Element>(std::move(options)));
    make_doors();
}

ChipCard::ChipCard(const ChipCard& other, int) {
    for (const auto& element : other.elements_)
        elements_.emplace_back(dynamic_cast<Element*>(element->clone().release()));
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        lines_[i].powered = other.lines_[i].powered;
        lines_[i].chosen = other.lines_[i].chosen;
    }
    make_doors();
}

ChipCard::~ChipCard() = default;

void ChipCard::make_doors() {
    for (const Way way : {Way::Contacts, Way::Bluetooth, Way::Nfc})
        line(way).door = std::make_unique<Door>(*this, way);
}

std::unique_ptr<port::StorePort> ChipCard::clone() const {
    return std::unique_ptr<ChipCard>(new ChipCard(*this, 0));
}

port::ApduPort& ChipCard::port(Way way) noexcept { return *line(way).door; }

Element* ChipCard::chosen(Way way) noexcept {
    const auto& number = line(way).chosen;
    return number ? elements_[*number].get() : nullptr;
}

bool ChipCard::taken(Way way, std::size_t number) const noexcept {
    if (way == Way::Nfc) return false;
    const Line& other = line(way == Way::Contacts ? Way::Bluetooth : Way::Contacts);
    return other.chosen == number;
}

void ChipCard::give_power(Way way, bool on, Tick at) {
    auto* element = chosen(way);
    if (element == nullptr) return;
    if (way == Way::Nfc) {
        on ? element->power_up(at) : element->power_lost(at);
    } else {
        on ? element->contacts_on(at) : element->contacts_off(at);
    }
}

void ChipCard::power(Way way, bool on, Tick at) {
    Line& one = line(way);
    if (one.powered == on) return;
    one.powered = on;
    if (on) {
        if (!taken(way, 0)) one.chosen = 0;
        give_power(way, true, at);
    } else {
        give_power(way, false, at);
        one.chosen.reset();
    }
}

apdu::Response ChipCard::choose(Way way, const apdu::Command& command, Tick at) {
    using apdu::Sw;
    if (command.p2 != 0) return Sw::WrongP1P2;
    if (!command.data.empty()) return Sw::WrongLength;
    Line& one = line(way);
    if (command.p1 == Ask) {
        const auto mine = one.chosen ? static_cast<std::uint8_t>(*one.chosen) : None;
        return {{static_cast<std::uint8_t>(elements_.size()), mine}, Sw::Ok};
    }
    if (command.p1 >= elements_.size()) return Sw::ReferencedDataNotFound;
    if (taken(way, command.p1)) return Sw::ConditionsNotSatisfied;
    if (one.chosen == command.p1) return Sw::Ok;
    give_power(way, false, at);
    one.chosen = command.p1;
    give_power(way, true, at);
    one.door->reset(at);
    return Sw::Ok;
}

base::Bytes ChipCard::loader_bytes() {
    return elements_[line(Way::Contacts).chosen.value_or(0)]->loader_bytes();
}

Mode ChipCard::mode() const noexcept {
    if (line(Way::Contacts).powered) return Mode::Contact;
    if (line(Way::Bluetooth).powered) return Mode::Bluetooth;
    return line(Way::Nfc).powered ? Mode::Nfc : Mode::None;
}

port::Block ChipCard::read(port::BlockAddress block, Tick now) {
    auto* element = chosen(Way::Nfc);
    return element != nullptr ? element->read(block, now) : port::Block{};
}

port::StorePort::Programming ChipCard::program(port::BlockAddress block, const port::Block& data,
                                               Tick start) {
    auto* element = chosen(Way::Nfc);
    return element != nullptr ? element->program(block, data, start) : Programming{start, false};
}

}  // namespace loader
