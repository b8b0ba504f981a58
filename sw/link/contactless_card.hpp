/// \file contactless_card.hpp
/// The card in the reader's field as a PC/SC card: activation and RATS for power, ISO-DEP for
/// APDUs. Cards of both types are polled for.
#pragma once

#include <optional>

#include "link/memory_card.hpp"
#include "link/smart_card.hpp"
#include "reader/iso_dep.hpp"
#include "reader/reader.hpp"

namespace hostlink {

/// One use of the reader at a time: nobody else may while this lives.
class ContactlessCard final : public SmartCard {
public:
    explicit ContactlessCard(reader::Reader& reader) : reader_{&reader}, memory_{reader} {}

    base::Bytes power_on() override;
    base::Bytes reset() override { return power_on(); }
    void power_off() override;
    /// Commands of class FF are the reader's own (PC/SC part 3): GET DATA of the UID, FF CA 00 00,
    /// and of the historical bytes, FF CA 01 00. With memory cards those of MemoryCard as well, and
    /// no other class.
    base::Bytes transmit(base::ByteView command) override;

    /// Of the card that has power.
    [[nodiscard]] port::Technology technology() const noexcept { return card_.technology; }
    [[nodiscard]] reader::Rates rates() const noexcept {
        return channel_ ? channel_->rates() : reader::Rates{};
    }

private:
    [[nodiscard]] base::Bytes reader_command(base::ByteView command);
    [[nodiscard]] apdu::Response get_data(const apdu::Command& command) const;
    base::Bytes lost(reader::Status status);

    reader::Reader* reader_;
    MemoryCard memory_;
    reader::Card card_{};
    bool present_ = false;
    std::optional<reader::IsoDep> channel_{};
};

}  // namespace hostlink
