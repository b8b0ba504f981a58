#include "type2/memory.hpp"

#include <algorithm>

namespace type2 {
namespace {

constexpr unsigned PagesOfABlock = 4;
constexpr unsigned LockPage = 2;
constexpr unsigned FirstDynamicPage = 16;
constexpr unsigned AesAccessPage = 0x29;
constexpr unsigned AesKeyPage = 0x30;
constexpr unsigned AesKeyPages = 8;  // two keys; only the first is used

constexpr std::uint8_t AccessReadToo = 0x80;
constexpr std::uint8_t AccessLocked = 0x40;
constexpr std::uint8_t AccessTries = 0x07;

bool is_ntag(port::CardKind kind) {
    return kind == port::CardKind::Ntag213 || kind == port::CardKind::Ntag215 ||
           kind == port::CardKind::Ntag216;
}

unsigned access_page(port::CardKind kind) {
    if (is_ntag(kind)) return port::pages_of(kind) - 4;
    return kind == port::CardKind::UltralightAes ? AesAccessPage : 0;
}

}  // namespace

Memory::Memory(port::CardKind kind, port::StorePort& store)
    : kind_{kind},
      store_{store},
      pages_{port::pages_of(kind)},
      ntag_{is_ntag(kind)},
      access_page_{access_page(kind)} {}

Page Memory::at(unsigned page, base::Tick now) {
    const auto block = store_.read(static_cast<port::BlockAddress>(page / PagesOfABlock), now);
    Page bytes{};
    std::copy_n(block.begin() + 4 * (page % PagesOfABlock), bytes.size(), bytes.begin());
    return bytes;
}

unsigned Memory::auth0(base::Tick now) {
    return access_page_ == 0 ? pages_ : at(access_page_, now)[3];
}

std::uint8_t Memory::access(base::Tick now) { return at(access_page_ + 1, now)[0]; }

bool Memory::is_secret(unsigned page) const noexcept {
    if (has_key()) return page >= AesKeyPage && page < AesKeyPage + AesKeyPages;
    return ntag_ && page >= pages_ - 2;
}

Page Memory::shown(unsigned page, base::Tick now) {
    return is_secret(page) ? Page{} : at(page, now);
}

unsigned Memory::readable_end(bool authenticated, base::Tick now) {
    if (access_page_ == 0 || authenticated || (access(now) & AccessReadToo) == 0) return pages_;
    return std::min(pages_, auth0(now));
}

unsigned Memory::most_tries(base::Tick now) {
    const unsigned k = access(now) & AccessTries;
    return k == 0 ? 0 : 1U << k;
}

base::Key<16> Memory::key(base::Tick now) {
    std::array<std::uint8_t, 16> bytes{};
    for (unsigned i = 0; i < bytes.size(); ++i) bytes[15 - i] = at(AesKeyPage + i / 4, now)[i % 4];
    const base::Key<16> key{bytes};
    base::wipe(bytes);
    return key;
}

bool Memory::locked(unsigned page, base::Tick now) {
    const Page own = at(LockPage, now);
    const unsigned bits = own[2] | static_cast<unsigned>(own[3]) << 8;
    if (page == 3 || (page >= 4 && page < FirstDynamicPage)) return (bits >> page & 1U) != 0;
    if (!ntag_ || page < FirstDynamicPage || page >= pages_ - 5) return false;
    const unsigned span = kind_ == port::CardKind::Ntag213 ? 2 : 16;
    const Page dynamic = at(pages_ - 5, now);
    const unsigned bit = (page - FirstDynamicPage) / span;
    const unsigned dynamic_bits = dynamic[0] | static_cast<unsigned>(dynamic[1]) << 8;
    return (dynamic_bits >> bit & 1U) != 0;
}

Page Memory::merged(unsigned page, const Page& data, base::Tick now) {
    const Page old = at(page, now);
    Page result = data;
    if (page == LockPage) {
        result = old;
        const unsigned bits = old[2] | static_cast<unsigned>(old[3]) << 8;
        unsigned frozen = 0;
        if ((bits & 1U) != 0) frozen |= 0x0008;
        if ((bits & 2U) != 0) frozen |= 0x03F0;
        if ((bits & 4U) != 0) frozen |= 0xFC00;
        const unsigned asked = (data[2] | static_cast<unsigned>(data[3]) << 8) & ~frozen;
        result[2] = static_cast<std::uint8_t>(bits | asked);
        result[3] = static_cast<std::uint8_t>((bits | asked) >> 8);
    } else if (page == 3) {
        for (unsigned i = 0; i < 4; ++i) result[i] = old[i] | data[i];
    } else if (ntag_ && page == pages_ - 5) {
        const unsigned bits = old[0] | static_cast<unsigned>(old[1]) << 8;
        unsigned frozen = 0;
        for (unsigned i = 0; i < 8; ++i)
            if ((old[2] >> i & 1U) != 0) frozen |= 3U << (2 * i);
        const unsigned asked = (data[0] | static_cast<unsigned>(data[1]) << 8) & ~frozen;
        result[0] = static_cast<std::uint8_t>(bits | asked);
        result[1] = static_cast<std::uint8_t>((bits | asked) >> 8);
        result[2] = old[2] | data[2];
        result[3] = old[3] | data[3];
    }
    return result;
}

std::optional<frame::Order> Memory::write(unsigned page, const Page& data, bool authenticated,
                                          base::Tick now) {
    if (page < LockPage || page >= pages_ || locked(page, now)) return std::nullopt;
    if (!authenticated && page >= auth0(now)) return std::nullopt;
    const bool configuration = page == access_page_ || page == access_page_ + 1;
    if (access_page_ != 0 && configuration && (access(now) & AccessLocked) != 0)
        return std::nullopt;
    frame::Order order{static_cast<port::BlockAddress>(page / PagesOfABlock), {}};
    order.data = store_.read(order.block, now);
    const Page content = merged(page, data, now);
    std::copy(content.begin(), content.end(), order.data.begin() + 4 * (page % PagesOfABlock));
    return order;
}

}  // namespace type2
