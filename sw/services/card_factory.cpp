#include "services/card_factory.hpp"

#include <stdexcept>

namespace services {
namespace {

// Data objects of a purse's personalisation (docs/card-os.md).
constexpr std::uint8_t KeyTag = 0x81;
constexpr std::uint8_t AccountTag = 0x82;
constexpr std::uint8_t FileTag = 0x83;
constexpr std::uint8_t TacKey = 0x34;
constexpr std::uint8_t PurchaseKey = 0x3E;
constexpr std::uint8_t LoadKey = 0x3F;
constexpr std::uint8_t FirstVersion = 0x01;
constexpr std::uint8_t TripleDes = 0x00;
constexpr std::uint8_t ElectronicPurse = 0x02;
constexpr std::uint8_t PublicFile = 0x15;
constexpr std::uint32_t MostCards = 99'999'999;

void put(base::Bytes& out, std::uint8_t tag, base::ByteView value) {
    out.push_back(tag);
    out.push_back(static_cast<std::uint8_t>(value.size()));
    out.insert(out.end(), value.begin(), value.end());
}

void put_key(base::Bytes& out, std::uint8_t type, std::uint8_t index, const reader::ScpKey& master,
             const CardNumber& number) {
    base::Bytes value{type, index, FirstVersion, TripleDes};
    value.reserve(value.size() + reader::ScpKey::Longest);  // no copy of a key is left behind
    const auto key = diversify_purse_key(master, number);
    value.insert(value.end(), key.expose().begin(), key.expose().end());
    put(out, KeyTag, value);
    base::wipe(value);
}

base::Bytes public_data(const CardNumber& number) {
    base::Bytes file(8, 0x00);              // issuer
    file.insert(file.end(), {0x01, 0x01});  // application type and version
    file.insert(file.end(), number.begin(), number.end());
    file.insert(file.end(), {0x20, 0x24, 0x01, 0x01, 0x20, 0x34, 0x12, 0x31});  // from, to
    file.insert(file.end(), {0x00, 0x00});
    return file;
}

}  // namespace

CardNumber card_number(const CardPlan& plan, std::uint32_t count) {
    if (count == 0 || count > MostCards) throw std::invalid_argument{"all card numbers are used"};
    CardNumber number{};
    std::copy(plan.numbers.begin(), plan.numbers.end(), number.begin());
    for (std::size_t at = number.size(); at-- > plan.numbers.size(); count /= 100)
        number[at] = static_cast<std::uint8_t>(count % 100 / 10 * 16 + count % 10);
    return number;
}

ota::ApplicationPackage make_card(const CardPlan& plan, const PurseMasters& masters,
                                  std::uint32_t count) {
    const auto number = card_number(plan, count);
    auto package = plan.package;
    package.version += count - 1;
    auto& objects = package.parameters;
    objects.clear();
    objects.reserve(256);
    put_key(objects, LoadKey, 0x01, masters.load, number);
    put_key(objects, PurchaseKey, 0x01, masters.purchase, number);
    put_key(objects, TacKey, 0x00, masters.tac, number);
    base::Bytes account{ElectronicPurse, 0, 0, 0, 0};
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        account.push_back(static_cast<std::uint8_t>(plan.ceiling >> shift));
    account.insert(account.end(), 4, 0x00);  // online and offline serial
    put(objects, AccountTag, account);
    base::Bytes file{PublicFile};
    const auto content = public_data(number);
    file.insert(file.end(), content.begin(), content.end());
    put(objects, FileTag, file);
    return package;
}

}  // namespace services
