/// \file radio_registers.hpp
/// Where a Verilated sim_radio, and a card's other half, have what is passed over.
#pragma once

#include <array>

#include "verilated/free_counters.hpp"
#include "verilated/radio_leap.hpp"
#include "verilated/unit_member.hpp"

#define RADIO_CARD(i) \
    sim_radio__DOT__g_card__BRA__##i##__KET____DOT__u_sim_card__DOT__u_top_picc_radio
#define RADIO_CARD_MEMBER(root, i, unit, name) &(root).UNIT_MEMBER(RADIO_CARD(i), unit, name)
#define RADIO_CARD_COUNTERS(root, i, logic)                                                  \
    CardCounters {                                                                           \
        RADIO_CARD_MEMBER(root, i, u_crypto1_nonce, divider_q),                              \
            RADIO_CARD_MEMBER(root, i, u_crypto1_nonce, lfsr_q),                             \
            RADIO_CARD_MEMBER(root, i, u_frame_fdt_timer, ticks_q),                          \
            &(logic).UNIT_MEMBER(sim_picc_logic__DOT__u_top_picc_logic,                      \
                                 UNIT_PATH(g_block, UNIT_PATH(u_top_block, u_block_engine)), \
                                 state_q)                                                    \
    }

#define RADIO_PCD_MEMBER(root, unit, name) \
    &(root).UNIT_MEMBER(sim_radio__DOT__u_top_pcd_radio, unit, name)
#define RADIO_RECEIVER_MEMBER(root, name) \
    RADIO_PCD_MEMBER(root, UNIT_PATH(u_manchester_decoder, u_subcarrier_receiver), name)
#define RADIO_STEPS_MEMBER(root, name)                                                         \
    RADIO_PCD_MEMBER(                                                                          \
        root,                                                                                  \
        UNIT_PATH(u_manchester_decoder, UNIT_PATH(u_subcarrier_receiver, u_subcarrier_steps)), \
        name)
#define RADIO_SUMS_MEMBER(root, name)                                                         \
    RADIO_PCD_MEMBER(                                                                         \
        root,                                                                                 \
        UNIT_PATH(u_manchester_decoder, UNIT_PATH(u_subcarrier_receiver, u_subcarrier_sums)), \
        name)
#define RADIO_PAUSE_MEMBER(root, i, name) \
    RADIO_CARD_MEMBER(root, i, UNIT_PATH(u_top_listen, u_rf_pause_receiver), name)
#define RADIO_MILLER_MEMBER(root, i, name) \
    RADIO_CARD_MEMBER(root, i, UNIT_PATH(u_top_listen, u_rf_miller_decoder), name)
#define RADIO_SWITCH_MEMBER(root, i, name) \
    RADIO_CARD_MEMBER(root, i, UNIT_PATH(u_top_modulate, u_rf_manchester_encoder), name)
#define RADIO_CARD_LEAP(root, i)                                                   \
    CardLeap {                                                                     \
        .field_count = RADIO_CARD_MEMBER(root, i, u_rf_field_detector, count_q),   \
        .rests = &(root).EXPAND_UNIT_MEMBER(RADIO_CARD(i), rests),                 \
        .rests_before = &(root).EXPAND_UNIT_MEMBER(RADIO_CARD(i), rests_q),        \
        .listen = {.carrier = RADIO_PAUSE_MEMBER(root, i, carrier_q),              \
                   .step = RADIO_PAUSE_MEMBER(root, i, step_q),                    \
                   .under = RADIO_PAUSE_MEMBER(root, i, under_q),                  \
                   .sum = RADIO_PAUSE_MEMBER(root, i, sum_q),                      \
                   .limit = RADIO_PAUSE_MEMBER(root, i, limit_q),                  \
                   .low = RADIO_PAUSE_MEMBER(root, i, low_q),                      \
                   .count = RADIO_PAUSE_MEMBER(root, i, count_q),                  \
                   .still = RADIO_PAUSE_MEMBER(root, i, still_q),                  \
                   .start = RADIO_PAUSE_MEMBER(root, i, start_q),                  \
                   .end = RADIO_PAUSE_MEMBER(root, i, end_q),                      \
                   .brief = RADIO_PAUSE_MEMBER(root, i, brief_q),                  \
                   .active = RADIO_MILLER_MEMBER(root, i, active_q),               \
                   .time = RADIO_MILLER_MEMBER(root, i, time_q),                   \
                   .gap = RADIO_MILLER_MEMBER(root, i, gap_q),                     \
                   .is_x = RADIO_MILLER_MEMBER(root, i, is_x_q),                   \
                   .zero = RADIO_MILLER_MEMBER(root, i, zero_q),                   \
                   .one = RADIO_MILLER_MEMBER(root, i, one_q),                     \
                   .sof = RADIO_MILLER_MEMBER(root, i, sof_q),                     \
                   .eof = RADIO_MILLER_MEMBER(root, i, eof_q),                     \
                   .trial = RADIO_MILLER_MEMBER(root, i, trial_q),                 \
                   .doubt = RADIO_MILLER_MEMBER(root, i, doubt_q),                 \
                   .was_low = RADIO_MILLER_MEMBER(root, i, was_low_q)},            \
        .delay = {.ticks = RADIO_CARD_MEMBER(root, i, u_frame_fdt_timer, ticks_q), \
                  .late = RADIO_CARD_MEMBER(root, i, u_frame_fdt_timer, late_q)},  \
        .encoder_active = RADIO_SWITCH_MEMBER(root, i, active_q),                  \
        .encoder_load = RADIO_SWITCH_MEMBER(root, i, load_q),                      \
        .seeded = RADIO_CARD_MEMBER(root, i, u_crypto1_nonce, seeded_q)            \
    }

namespace tb {

/// Of a sim_radio.
template <class Root>
[[nodiscard]] EncodersLeap encoders_leap(Root& root) {
    return {.tick = RADIO_PCD_MEMBER(root, u_miller_encoder, tick_q),
            .active = RADIO_PCD_MEMBER(root, u_miller_encoder, active_q),
            .one = RADIO_PCD_MEMBER(root, u_miller_encoder, one_q),
            .pause = RADIO_PCD_MEMBER(root, u_miller_encoder, pause_q),
            .left = RADIO_PCD_MEMBER(root, u_miller_encoder, left_q),
            .nrz_state = RADIO_PCD_MEMBER(root, UNIT_PATH(g_nrz, u_nrz_encoder), state_q),
            .nrz_tick = RADIO_PCD_MEMBER(root, UNIT_PATH(g_nrz, u_nrz_encoder), tick_q),
            .nrz_left = RADIO_PCD_MEMBER(root, UNIT_PATH(g_nrz, u_nrz_encoder), left_q)};
}
/// Of a sim_radio.
template <class Root>
[[nodiscard]] DecoderLeap decoder_leap(Root& root) {
    return {.active = RADIO_PCD_MEMBER(root, u_manchester_decoder, active_q),
            .trial = RADIO_PCD_MEMBER(root, u_manchester_decoder, trial_q),
            .sof = RADIO_PCD_MEMBER(root, u_manchester_decoder, sof_q),
            .bit_valid = RADIO_PCD_MEMBER(root, u_manchester_decoder, bit_valid_q),
            .eof = RADIO_PCD_MEMBER(root, u_manchester_decoder, eof_q),
            .drop = RADIO_PCD_MEMBER(root, u_manchester_decoder, drop_q),
            .state = RADIO_RECEIVER_MEMBER(root, state_q),
            .measure = RADIO_RECEIVER_MEMBER(root, measure_q),
            .half_valid = RADIO_RECEIVER_MEMBER(root, half_valid_q),
            .soc = RADIO_RECEIVER_MEMBER(root, soc_q),
            .shift = RADIO_RECEIVER_MEMBER(root, shift_q),
            .size = RADIO_RECEIVER_MEMBER(root, size_q),
            .noise = RADIO_RECEIVER_MEMBER(root, noise_q),
            .age = RADIO_RECEIVER_MEMBER(root, age_q),
            .place = RADIO_SUMS_MEMBER(root, place_q),
            .full = RADIO_SUMS_MEMBER(root, full_q),
            .zeros = RADIO_SUMS_MEMBER(root, zeros_q),
            .change_valid = RADIO_SUMS_MEMBER(root, change_valid_q),
            .sums_valid = RADIO_SUMS_MEMBER(root, valid_q),
            .change = RADIO_SUMS_MEMBER(root, change_q),
            .sum = RADIO_SUMS_MEMBER(root, sum_q),
            .turn = RADIO_SUMS_MEMBER(root, turn_q),
            .phase = RADIO_STEPS_MEMBER(root, phase_q),
            .filled = RADIO_STEPS_MEMBER(root, filled_q),
            .skip = RADIO_STEPS_MEMBER(root, skip_q),
            .valid = RADIO_STEPS_MEMBER(root, valid_q),
            .group = RADIO_STEPS_MEMBER(root, sum_q),
            .last = RADIO_STEPS_MEMBER(root, last_q),
            .older = RADIO_STEPS_MEMBER(root, older_q),
            .step = RADIO_STEPS_MEMBER(root, step_q)};
}
/// Of a sim_radio.
template <class Root>
[[nodiscard]] AirLeap air_leap(Root& root) {
    return {.work = &root.sim_radio__DOT__u_sim_antenna__DOT__u_sim_air__DOT__work,
            .rest = &root.sim_radio__DOT__u_sim_antenna__DOT__u_sim_air__DOT__rest_q,
            .fading_step = &root.sim_radio__DOT__u_sim_antenna__DOT__fading_step_q};
}
template <unsigned Cards, class Root>
[[nodiscard]] std::array<CardLeap, Cards> card_leaps(Root& root) {
    if constexpr (Cards == 1) {
        return {RADIO_CARD_LEAP(root, 0)};
    } else {
        static_assert(Cards == 8);
        return {RADIO_CARD_LEAP(root, 0), RADIO_CARD_LEAP(root, 1), RADIO_CARD_LEAP(root, 2),
                RADIO_CARD_LEAP(root, 3), RADIO_CARD_LEAP(root, 4), RADIO_CARD_LEAP(root, 5),
                RADIO_CARD_LEAP(root, 6), RADIO_CARD_LEAP(root, 7)};
    }
}

/// `logic`: each card's sim_picc_logic, as a pointer to something that has root().
template <unsigned Cards, class Root, class Logic>
[[nodiscard]] FreeCounters<Cards> counters_of(Root& root, const std::array<Logic, Cards>& logic) {
    const PcdCounters pcd{RADIO_PCD_MEMBER(root, u_timer, tick_q),
                          RADIO_PCD_MEMBER(root, u_timer, alarm_q),
                          RADIO_PCD_MEMBER(root, u_timer, pending_q)};
    const auto of = [&logic](unsigned i) -> auto& { return logic[i]->root(); };
    if constexpr (Cards == 1) {
        return {pcd, {RADIO_CARD_COUNTERS(root, 0, of(0))}};
    } else {
        static_assert(Cards == 8);
        return {pcd,
                {RADIO_CARD_COUNTERS(root, 0, of(0)), RADIO_CARD_COUNTERS(root, 1, of(1)),
                 RADIO_CARD_COUNTERS(root, 2, of(2)), RADIO_CARD_COUNTERS(root, 3, of(3)),
                 RADIO_CARD_COUNTERS(root, 4, of(4)), RADIO_CARD_COUNTERS(root, 5, of(5)),
                 RADIO_CARD_COUNTERS(root, 6, of(6)), RADIO_CARD_COUNTERS(root, 7, of(7))}};
    }
}

}  // namespace tb
