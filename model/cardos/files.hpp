/// \file files.hpp
/// Elementary files of an application: transparent, linear and cyclic records
/// (ISO/IEC 7816-4, 7), addressed by short identifier.
#pragma once

#include "apdu/command.hpp"
#include "cardos/context.hpp"

namespace cardos {

/// Files lie in an application's data under 0100 + short identifier. Rights are the application's.
class Files {
public:
    enum class Kind : std::uint8_t { Transparent = 1, Linear = 2, Cyclic = 3 };
    static constexpr std::uint8_t MostIdentifier = 30;

    explicit Files(AppData data) : data_{data} {}

    void make(std::uint8_t sfi, base::ByteView content);
    void make_records(std::uint8_t sfi, Kind kind, std::uint8_t record_bytes, std::uint8_t count);
    [[nodiscard]] bool exists(std::uint8_t sfi) const;

    /// As many bytes as there are when `ne` is 256 or more; 6282 when there are fewer than `ne`.
    [[nodiscard]] apdu::Response read_binary(std::uint8_t sfi, std::size_t offset,
                                             std::size_t ne) const;
    [[nodiscard]] apdu::StatusWord update_binary(std::uint8_t sfi, std::size_t offset,
                                                 base::ByteView bytes);
    /// Records count from 1; of a cyclic file 1 is the newest. 6Cxx when `ne` is another length.
    [[nodiscard]] apdu::Response read_record(std::uint8_t sfi, std::uint8_t number,
                                             std::size_t ne) const;
    /// Of a linear file; a shorter one is filled with zeros.
    [[nodiscard]] apdu::StatusWord update_record(std::uint8_t sfi, std::uint8_t number,
                                                 base::ByteView record);
    /// To a cyclic file; the oldest goes.
    [[nodiscard]] apdu::StatusWord append(std::uint8_t sfi, base::ByteView record);
    /// What update_record would say, without doing it.
    [[nodiscard]] apdu::StatusWord may_update(std::uint8_t sfi, std::uint8_t number,
                                              std::size_t bytes) const;

private:
    struct File {
        Kind kind = Kind::Transparent;
        std::uint8_t record_bytes = 0;
        base::Bytes content{};

        [[nodiscard]] std::size_t records() const noexcept {
            return record_bytes == 0 ? 0 : content.size() / record_bytes;
        }
    };
    [[nodiscard]] std::optional<File> load(std::uint8_t sfi) const;
    void save(std::uint8_t sfi, const File& file);

    AppData data_;
};

}  // namespace cardos
