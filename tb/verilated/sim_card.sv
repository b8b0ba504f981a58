// sim_card.sv - the half of a card that counts ticks, with what it hears and is told packed into words. Simulation only.
// In:  level of the field, what the card is, the words of sim_picc_logic and sim_picc_b.
// Out: the load switch, the words for those.

module sim_card (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic [7:0]  level_i,
  output logic        load_o,

  input  logic        type_b_i,
  input  logic [15:0] prng_seed_i,

  input  logic [31:0] said_i,       // of sim_picc_logic
  output logic [31:0] heard_o,
  input  logic [31:0] b_told_i,     // of sim_picc_b
  output logic [31:0] b_heard_o,

  output logic        powered_o,
  output logic        quiet_o
);

  logic          deaf, arm, follow, store_done, bit_valid, answer_bit, nonce_draw, nonce_step, nonce_random, random_low,
                 random_high, compare, compare_bit, rests;
  logic [1:0]    card_rate, reader_rate;
  logic          frame_sof, air_valid, air_bit, frame_eof, coding_error, start, program_now, silence_end, lead,
                 bit_ready, done, active, nonce_bit, proof_ok, mark;
  logic [5:0]    index;
  nfc_pkg::fdt_e fdt;
  logic [11:0]   unused_said;
  logic [19:0]   unused_told;
  logic [7:0]    b_level;
  logic          b_mark, b_sof, b_bit_valid, b_bit, b_eof, b_error, b_active, b_resting;
  logic          phases, phases_start, phases_ready, phases_done, phases_active, phases_load;

  assign {unused_said, deaf, arm, follow, store_done, bit_valid, answer_bit, nonce_draw, nonce_step, nonce_random, random_low,
          random_high, compare, compare_bit, rests, card_rate, reader_rate, fdt} = said_i;
  assign heard_o = {11'd0, powered_o, frame_sof, air_valid, air_bit, frame_eof, coding_error, start, program_now, silence_end,
                    lead, bit_ready, done, active, nonce_bit, proof_ok, index};

  // Only what counts there: the others of a card's settings and bits would keep it awake.
  assign phases    = type_b_i || card_rate != '0;
  assign b_heard_o = {14'd0, powered_o, type_b_i, type_b_i && !deaf, phases_start, phases && bit_valid, phases && answer_bit,
                      type_b_i ? reader_rate : 2'd0, card_rate, b_level};
  assign {unused_told, b_mark, b_sof, b_bit_valid, b_bit, b_eof, b_error, b_active, b_resting,
          phases_ready, phases_done, phases_active, phases_load} = b_told_i;

  top_picc_radio u_top_picc_radio (
    .clk_i, .rst_ni, .level_i, .load_o, .type_b_i, .prng_seed_i,
    .b_level_o(b_level), .b_mark_i(b_mark), .b_sof_i(b_sof), .b_bit_valid_i(b_bit_valid), .b_bit_i(b_bit), .b_eof_i(b_eof),
    .b_error_i(b_error), .b_active_i(b_active), .b_resting_i(b_resting), .phases_start_o(phases_start),
    .phases_ready_i(phases_ready), .phases_done_i(phases_done), .phases_active_i(phases_active),
    .phases_load_i(phases_load),
    .powered_o, .mark_o(mark), .sof_o(frame_sof), .bit_valid_o(air_valid), .bit_o(air_bit), .eof_o(frame_eof),
    .error_o(coding_error), .start_o(start), .program_o(program_now), .silence_end_o(silence_end), .lead_o(lead),
    .index_o(index), .bit_ready_o(bit_ready), .done_o(done), .active_o(active), .nonce_bit_o(nonce_bit),
    .proof_ok_o(proof_ok),
    .deaf_i(deaf), .card_rate_i(card_rate), .reader_rate_i(reader_rate), .arm_i(arm), .fdt_i(fdt),
    .follow_i(follow), .store_done_i(store_done), .bit_valid_i(bit_valid), .bit_i(answer_bit), .nonce_draw_i(nonce_draw),
    .nonce_step_i(nonce_step), .nonce_random_i(nonce_random), .random_low_i(random_low),
    .random_high_i(random_high), .compare_i(compare), .compare_bit_i(compare_bit), .rests_i(rests),
    .quiet_o
  );

  // Only counters want to know marks.
  logic unused;
  assign unused = &{1'b0, unused_said, unused_told, mark};

endmodule
