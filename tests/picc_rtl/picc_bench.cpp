#include "picc_bench.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "Vrtl_picc_alone___024root.h"
#include "verilated/coverage.hpp"
#include "verilated/unit_member.hpp"

namespace picc_rtl {

PiccBench::PiccBench(const Card& card)
    : context_{std::make_unique<VerilatedContext>()},
      dut_{std::make_unique<Vrtl_picc_alone>(context_.get())} {
    context_->fatalOnError(false);
    dut_->uid_i[0] = dut_->uid_i[1] = dut_->uid_i[2] = 0;
    for (std::size_t n = 0; n < card.uid.size(); ++n) {
        dut_->uid_i[n / 4] |= static_cast<std::uint32_t>(card.uid[n]) << (8 * (n % 4));
    }
    dut_->uid_size_i = card.uid.size() == 4 ? 0 : card.uid.size() == 7 ? 1 : 2;
    dut_->atqa_i = card.atqa;
    dut_->sak_i = card.sak;
    dut_->kind_i = static_cast<std::uint8_t>(card.kind);
    dut_->random_uid_i = card.random_uid;
    dut_->nak_silent_i = card.nak_silent;
    dut_->nonce_unpredictable_i = card.unpredictable;
    dut_->prng_seed_i = card.prng_seed;
    dut_->nonce_seed_i = card.nonce_seed;
    dut_->type_b_i = card.type_b;
    dut_->afi_i = card.afi;
    dut_->atqb_i = 0;
    for (std::size_t n = 0; n < card.atqb.size(); ++n)
        dut_->atqb_i |= static_cast<std::uint64_t>(card.atqb[n]) << (8 * n);
    dut_->psel_i = 0;
    dut_->penable_i = 0;
    dut_->store_ready_i = 0;
    dut_->level_i = 0;
    dut_->rst_ni = 1;
    dut_->clk_i = 0;
    dut_->eval();
    dut_->rst_ni = 0;
    dut_->eval();
    dut_->clk_i = 1;
    dut_->eval();
    dut_->rst_ni = 1;
    dut_->clk_i = 0;
    dut_->eval();
    for (std::size_t sector = 0; sector < 40; ++sector) {
        const std::size_t trailer = sector < 32 ? 4 * sector + 3 : 128 + 16 * (sector - 32) + 15;
        const Bytes bytes = hex("FFFFFFFFFFFF FF078069 FFFFFFFFFFFF");
        std::copy(bytes.begin(), bytes.end(), memory[trailer].begin());
    }
    power_cycle(64);
}

PiccBench::~PiccBench() {
    EXPECT_EQ(context_->errorCount(), 0) << "assertions of the RTL";
    tb::save_coverage(*context_);
}

void PiccBench::serve_store() {
    dut_->store_ready_i = 0;
    if (!dut_->store_valid_o) {
        store_busy_ = false;
        return;
    }
    if (!store_busy_) {
        store_busy_ = true;
        store_since_ = now();
        if (dut_->store_op_o == 2) program_requests.push_back(now());
    }
    const Tick wait = dut_->store_op_o == 2 ? program_ticks : store_latency;
    if (now() < store_since_ + wait) return;
    auto& block = memory.at(dut_->store_block_o);
    dut_->store_ready_i = 1;
    dut_->store_error_i = 0;
    dut_->store_rdata_i = 0xA5;  // good for reads only
    switch (dut_->store_op_o) {
        case 0:
            dut_->store_rdata_i = block[dut_->store_offset_o];
            ++reads;
            break;
        case 1:
            page_[dut_->store_offset_o] = dut_->store_wdata_o;
            break;
        default:
            if (program_fails) {
                dut_->store_error_i = 1;
            } else {
                block = page_;
            }
    }
    store_busy_ = false;
}

void PiccBench::tick(std::uint8_t level) {
    dut_->level_i = level;
    serve_store();
    dut_->eval();
    dut_->clk_i = 1;
    dut_->eval();
    dut_->clk_i = 0;
    dut_->eval();
}

Tick PiccBench::skip(Tick end) {
    if (store_busy_) end = std::min(end, store_since_ + program_ticks);
    if (!skips || !dut_->quiet_o || end <= now()) return 0;
    auto& divider =
        dut_->rootp->UNIT_MEMBER(top_picc, UNIT_PATH(u_top_picc_radio, u_crypto1_nonce), divider_q);
    auto& lfsr =
        dut_->rootp->UNIT_MEMBER(top_picc, UNIT_PATH(u_top_picc_radio, u_crypto1_nonce), lfsr_q);
    auto& ticks =
        dut_->rootp->UNIT_MEMBER(top_picc, UNIT_PATH(u_top_picc_radio, u_frame_fdt_timer), ticks_q);
    const Tick count = end - now();
    if (dut_->powered_o) {
        for (Tick n = (divider + count) / 128; n > 0; --n) {
            const unsigned bit = (lfsr ^ (lfsr >> 2) ^ (lfsr >> 3) ^ (lfsr >> 5)) & 1U;
            lfsr = static_cast<std::uint16_t>((lfsr >> 1) | (bit << 15));
        }
        divider = static_cast<std::uint8_t>((divider + count) % 128);
        ticks = static_cast<std::uint16_t>((ticks + count) % 8192);
    }
    skipped += count;
    return count;
}

void PiccBench::write(std::uint8_t address, std::uint8_t value) {
    dut_->psel_i = 1;
    dut_->pwrite_i = 1;
    dut_->paddr_i = address;
    dut_->pwdata_i = value;
    step();
    dut_->penable_i = 1;
    step();
    dut_->psel_i = 0;
    dut_->penable_i = 0;
}

std::uint8_t PiccBench::read(std::uint8_t address) {
    dut_->psel_i = 1;
    dut_->pwrite_i = 0;
    dut_->paddr_i = address;
    step();
    dut_->penable_i = 1;
    dut_->eval();
    const std::uint8_t value = dut_->prdata_o;
    step();
    dut_->psel_i = 0;
    dut_->penable_i = 0;
    return value;
}

}  // namespace picc_rtl
