/// \file contactless_card.hpp
/// The card in the reader's field as a PC/SC card: activation and RATS for power, ISO-DEP for
/// APDUs.
#pragma once

#include <optional>

#include "link/smart_card.hpp"
#include "reader/iso_dep.hpp"
#include "reader/reader.hpp"

namespace hostlink {

/// One use of the reader at a time: nobody else may while this lives.
class ContactlessCard final : public SmartCard {
public:
    explicit ContactlessCard(reader::Reader& reader) : reader_{&reader} {}

    base::Bytes power_on() override;
    base::Bytes reset() override { return power_on(); }
    void power_off() override;
    /// Commands of class FF are the reader's own (PC/SC part 3): GET DATA of the UID, FF CA 00 00,
    /// and of the historical bytes, FF CA 01 00. Memory cards know no other.
    base::Bytes transmit(base::ByteView command) override;

private:
    [[nodiscard]] base::Bytes reader_command(base::ByteView command) const;

    reader::Reader* reader_;
    reader::Card card_{};
    bool present_ = false;
    std::optional<reader::IsoDep> channel_{};
};

}  // namespace hostlink
