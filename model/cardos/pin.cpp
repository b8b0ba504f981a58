#include "cardos/pin.hpp"

#include "base/key.hpp"

namespace cardos {
namespace {

// Tries left, then the number.
constexpr std::size_t LeftAt = 0;
constexpr std::size_t ValueAt = 1;

}  // namespace

apdu::StatusWord Pin::set(base::ByteView pin) {
    if (pin.empty() || pin.size() > MostBytes) return apdu::Sw::WrongData;
    base::Bytes kept{tries_};
    kept.insert(kept.end(), pin.begin(), pin.end());
    context_.data().write(number_, kept);
    base::wipe(kept);
    return apdu::Sw::Ok;
}

apdu::StatusWord Pin::unblock() {
    auto kept = context_.data().read(number_);
    if (!kept || kept->size() <= ValueAt) return apdu::Sw::ReferenceDataUnusable;
    (*kept)[LeftAt] = tries_;
    context_.data().write(number_, *kept);
    base::wipe(*kept);
    return apdu::Sw::Ok;
}

std::size_t Pin::length() const {
    const auto kept = context_.data().read(number_);
    return kept && kept->size() > ValueAt ? kept->size() - ValueAt : 0;
}

apdu::StatusWord Pin::verify(base::ByteView pin) {
    auto kept = context_.data().read(number_);
    if (!kept || kept->size() <= ValueAt) return apdu::Sw::ReferenceDataUnusable;
    std::uint8_t& left = (*kept)[LeftAt];
    const auto tries_left = [&] {
        return static_cast<apdu::StatusWord>(apdu::Sw::TriesLeft + left);
    };
    if (left == 0) return apdu::Sw::MethodBlocked;
    if (pin.empty()) return tries_left();

    --left;
    context_.data().write(number_, *kept);
    if (!context_.keep_now()) return apdu::Sw::MemoryFailure;

    const bool right = base::equal_in_constant_time(base::ByteView{*kept}.subspan(ValueAt), pin);
    if (right) {
        left = tries_;
        context_.data().write(number_, *kept);
    }
    base::wipe(std::span{*kept}.subspan(ValueAt));
    return right ? apdu::Sw::Ok : tries_left();
}

}  // namespace cardos
