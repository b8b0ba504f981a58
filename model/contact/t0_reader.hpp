/// \file t0_reader.hpp
/// T=0 at the reader, and APDUs over it (ISO/IEC 7816-3:2006, 10 and 12.2).
#pragma once

#include <cstdint>
#include <span>

#include "contact/atr.hpp"
#include "contact/reader_io.hpp"
#include "contact/status.hpp"

namespace contact {

class T0Reader {
public:
    /// `io` is configured already.
    T0Reader(ReaderIo& io, const Parameters& card);

    /// One command APDU, short or extended, and its response; status words that only T=0 knows are
    /// followed, not passed on.
    Result transmit(base::ByteView apdu);

private:
    struct Tpdu {
        Status status = Status::Ok;
        base::Bytes data{};
        std::uint8_t sw1 = 0;
        std::uint8_t sw2 = 0;
    };
    using Head = std::span<const std::uint8_t, 4>;

    /// `data` go to the card, or `expected` bytes come from it.
    Tpdu exchange(Head head, std::uint8_t p3, base::ByteView data, std::size_t expected);
    Tpdu receive_data(Head head, std::size_t expected);
    Tpdu get_response(std::uint8_t cla, std::size_t expected);
    Tpdu envelopes(base::ByteView apdu);
    /// Fetches what 61xx, or 9000 without data, promises.
    Result collect(Tpdu tpdu, std::uint8_t cla, std::size_t expected, bool ask);
    [[nodiscard]] Status send(base::ByteView bytes);

    ReaderIo* io_;
    Cycle wait_;
};

}  // namespace contact
