/// \file page_card.hpp
/// A type 2 engine over a memory in RAM, spoken to in hex as on the air.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/hex.hpp"
#include "frame/bits.hpp"
#include "type2/engine.hpp"

namespace type2_test {

class PageStore final : public port::StorePort {
public:
    std::array<port::Block, 257> blocks{};
    bool worn = false;

    port::Block read(port::BlockAddress block, base::Tick) override { return blocks[block]; }
    Programming program(port::BlockAddress block, const port::Block& data,
                        base::Tick start) override {
        if (!worn) blocks[block] = data;
        return {start + 27'136, !worn};
    }
    void power_lost(base::Tick) override {}
    void power_up(base::Tick) override {}
    [[nodiscard]] std::unique_ptr<StorePort> clone() const override {
        return std::make_unique<PageStore>(*this);
    }
};

/// Answers: "silent", "A" (four bits), or bytes without CRC; "halt" for a silent HLTA. A `-` behind
/// an answer: the card has fallen back.
class PageCard {
public:
    explicit PageCard(port::CardKind kind) : engine_{kind, store_, nonces_} {
        store_.blocks[0] = block("04 AC 6B 4B 72 BA 6C 80 24 48 00 00 E1 10 12 00");
        if (kind == port::CardKind::UltralightAes) {
            set(0x29, "00 00 00 FF");
        } else if (kind != port::CardKind::Ultralight) {
            set(port::pages_of(kind) - 4, "04 00 00 FF");
        }
    }

    std::string send(std::string_view hex) {
        return raw(frame::standard_bits_with_crc(base::from_hex(hex).value()));
    }
    std::string raw(const base::Bits& bits) {
        auto outcome = engine_.frame(bits, 0);
        if (outcome.programs) {
            const auto order = engine_.order();
            const auto done = store_.program(order.block, order.data, 0);
            outcome = engine_.programmed(done.ok);
        }
        index = outcome.fdt_index;
        if (outcome.then == frame::Outcome::Then::Halt) return "halt";
        const std::string fall = outcome.then == frame::Outcome::Then::FallBack ? "-" : "";
        if (outcome.fdt_index == 0) return "silent" + fall;
        const auto& reply = engine_.reply();
        if (reply.size() == 4) {
            unsigned nibble = 0;
            for (unsigned i = 0; i < 4; ++i) nibble |= unsigned{reply[i]} << i;
            return std::string{"0123456789ABCDEF"[nibble]} + fall;
        }
        base::Bytes bytes;
        for (std::size_t at = 0; at + 9 <= reply.size(); at += 9)
            bytes.push_back(frame::byte_at(reply, at));
        bytes.resize(bytes.size() - 2);
        return base::to_hex(bytes) + fall;
    }

    void set(unsigned page, std::string_view hex) {
        const auto bytes = base::from_hex(hex).value();
        std::copy(bytes.begin(), bytes.end(), store_.blocks[page / 4].begin() + 4 * (page % 4));
    }
    [[nodiscard]] std::string page(unsigned number) const {
        const auto* first = store_.blocks[number / 4].data() + 4 * (number % 4);
        return base::to_hex(base::ByteView{first, 4});
    }

    PageStore& store() { return store_; }
    void leave() { engine_.reset(); }
    unsigned index = 0;  ///< n of the last answer

private:
    static port::Block block(std::string_view hex) {
        port::Block result{};
        const auto bytes = base::from_hex(hex).value();
        std::copy(bytes.begin(), bytes.end(), result.begin());
        return result;
    }

    PageStore store_{};
    crypto1::NonceSource nonces_{false, 0x2001, 2463534242U};
    type2::Engine engine_;
};

}  // namespace type2_test
