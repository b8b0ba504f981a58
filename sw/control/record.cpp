#include "control/record.hpp"

#include <cryptopp/crc.h>

#include <algorithm>
#include <stdexcept>

#include "control/octets.hpp"

namespace control {
namespace {

constexpr std::size_t HeadBytes = 6;
constexpr std::size_t CheckBytes = 4;
constexpr std::size_t MostContent = 1024;

base::Bytes check_of(base::ByteView data) {
    base::Bytes check(CheckBytes);
    CryptoPP::CRC32{}.CalculateDigest(check.data(), data.data(), data.size());
    return check;
}

}  // namespace

Record::Page Record::page(Region region) const {
    const auto all = flash_->read(region, 0, HeadBytes + MostContent + CheckBytes);
    Taker taker{all};
    Page page;
    page.number = static_cast<std::uint32_t>(taker.number(4));
    const auto length = taker.number(2);
    if (length > MostContent) return {};
    const auto content = taker.bytes(length);
    const auto check = taker.bytes(CheckBytes);
    const auto good = check_of(base::ByteView{all}.first(HeadBytes + length));
    if (!std::equal(check.begin(), check.end(), good.begin(), good.end())) return {};
    page.content.assign(content.begin(), content.end());
    return page;
}

base::Bytes Record::load() const {
    auto first = page(pages_[0]);
    auto second = page(pages_[1]);
    return first.number >= second.number ? std::move(first.content) : std::move(second.content);
}

void Record::store(base::ByteView content) {
    if (content.size() > MostContent) throw std::invalid_argument{"a record that is too long"};
    const auto first = page(pages_[0]).number;
    const auto second = page(pages_[1]).number;
    const Region target = first > second ? pages_[1] : pages_[0];
    base::Bytes bytes;
    put(bytes, std::max(first, second) + 1U, 4);
    put(bytes, content.size(), 2);
    put(bytes, content);
    put(bytes, check_of(bytes));
    flash_->erase(target);
    flash_->program(target, 0, bytes);
}

}  // namespace control
