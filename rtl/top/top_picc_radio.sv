// top_picc_radio.sv - the half of a card that counts ticks: field, receivers, instants of answers, load switch, the clocked
// nonce generator.
//
// In:  one level sample a tick; what top_picc_logic says.
// Out: the load switch; what top_picc_logic hears, which is nothing most of the time.
// ISO/IEC 14443-2 and -3, types A and B; seams and times: docs/rooms.md, docs/choices.md.

module top_picc_radio #(
  parameter int unsigned LevelBits = 8,
  parameter bit          TypeB     = 1'b1,  // as in top_picc
  parameter bit          Rates     = 1'b1
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,           // placed new, not field loss

  input  logic [LevelBits-1:0] level_i,
  output logic                 load_o,

  input  logic                 type_b_i,         // speaks type B, not type A
  input  logic [15:0]          prng_seed_i,

  // What it has beside it for type B and for answers in phases: top_listen_b, top_phases.
  output logic [LevelBits-1:0] b_level_o,        // 0 in a card of type A
  input  logic                 b_mark_i,
  input  logic                 b_sof_i,
  input  logic                 b_bit_valid_i,
  input  logic                 b_bit_i,
  input  logic                 b_eof_i,
  input  logic                 b_error_i,
  input  logic                 b_active_i,
  input  logic                 b_resting_i,
  output logic                 phases_start_o,
  input  logic                 phases_ready_i,
  input  logic                 phases_done_i,
  input  logic                 phases_active_i,
  input  logic                 phases_load_i,

  // Heard: what top_picc_logic acts on.
  output logic                 powered_o,
  output logic                 mark_o,           // a pause has ended; only counters want to know
  output logic                 sof_o,            // a frame of the reader: bits of the air, parity included
  output logic                 bit_valid_o,
  output logic                 bit_o,
  output logic                 eof_o,
  output logic                 error_o,
  output logic                 start_o,          // the answer's instant is there
  output logic                 program_o,        // the store's
  output logic                 silence_end_o,
  output logic                 lead_o,           // while follow_i
  output logic [5:0]           index_o,          // counts only together with lead_o
  output logic                 bit_ready_o,      // of the encoder
  output logic                 done_o,
  output logic                 active_o,         // an answer is being sent
  output logic                 nonce_bit_o,
  output logic                 proof_ok_o,

  // Said: what it wants.
  input  logic                 deaf_i,           // frames that begin now are lost
  input  logic [1:0]           card_rate_i,
  input  logic [1:0]           reader_rate_i,
  input  logic                 arm_i,            // an answer waits for its instant
  input  nfc_pkg::fdt_e        fdt_i,
  input  logic                 follow_i,         // it waits for its host and for lead_o
  input  logic                 store_done_i,
  input  logic                 bit_valid_i,      // the answer's next bit
  input  logic                 bit_i,
  input  logic                 nonce_draw_i,     // for crypto1_nonce
  input  logic                 nonce_step_i,
  input  logic                 nonce_random_i,
  input  logic                 random_low_i,
  input  logic                 random_high_i,
  input  logic                 compare_i,
  input  logic                 compare_bit_i,
  input  logic                 rests_i,          // it waits for none but us

  output logic                 quiet_o
);

  logic powered;
  logic card_rst_n;  // all starts anew with the field

  assign card_rst_n = rst_ni && powered;
  assign powered_o  = powered;

  logic field_present;

  rf_field_detector #(.LevelBits(LevelBits)) u_rf_field_detector (
    .clk_i,
    .rst_ni,
    .level_i,
    .powered_o (powered),
    .present_o (field_present)
  );

  // ---- Reader to card ----
  logic last_is_x, in_frame, level_rests;

  top_listen #(
    .LevelBits(LevelBits),
    .TypeB    (TypeB),
    .Rates    (Rates)
  ) u_top_listen (
    .clk_i,
    .rst_ni,
    .card_rst_ni (card_rst_n),
    .level_i,
    .powered_i   (powered),
    .field_i     (field_present),
    .type_b_i,
    .rate_i      (reader_rate_i),
    .enable_i    (!deaf_i),
    .b_mark_i,
    .b_sof_i,
    .b_bit_valid_i,
    .b_bit_i,
    .b_eof_i,
    .b_error_i,
    .b_active_i,
    .b_resting_i,
    .mark_o,
    .sof_o,
    .bit_valid_o,
    .bit_o,
    .eof_o,
    .error_o,
    .last_is_x_o (last_is_x),
    .active_o    (in_frame),
    .resting_o   (level_rests)
  );

  assign b_level_o = TypeB && type_b_i ? level_i : '0;

  // ---- Card to reader ----
  logic lead;

  assign lead_o = lead && follow_i;

  frame_fdt_timer #(
    .TypeB(TypeB),
    .Rates(Rates)
  ) u_frame_fdt_timer (
    .clk_i,
    .rst_ni        (card_rst_n),
    .type_b_i,
    .rate_i        (reader_rate_i),
    .pause_end_i   (mark_o),
    .deaf_i,
    .frame_end_i   (eof_o),
    .last_is_x_i   (last_is_x),
    .arm_i,
    .fdt_i,
    .store_done_i,
    .start_o,
    .program_o,
    .silence_end_o,
    .lead_o        (lead),
    .index_o
  );

  top_modulate #(
    .TypeB(TypeB),
    .Rates(Rates)
  ) u_top_modulate (
    .clk_i,
    .rst_ni      (card_rst_n),
    .type_b_i,
    .rate_i      (card_rate_i),
    .start_i     (start_o),
    .bit_valid_i,
    .bit_i,
    .bit_ready_o,
    .done_o,
    .active_o,
    .phases_start_o,
    .phases_ready_i,
    .phases_done_i,
    .phases_active_i,
    .phases_load_i,
    .load_o
  );

  // ---- Nonces ----
  crypto1_nonce u_crypto1_nonce (
    .clk_i,
    .rst_ni        (card_rst_n),
    .seed_i        (prng_seed_i),
    .draw_i        (nonce_draw_i),
    .step_i        (nonce_step_i),
    .random_i      (nonce_random_i),
    .random_low_i,
    .random_high_i,
    .bit_o         (nonce_bit_o),
    .start_i       (sof_o),
    .compare_i,
    .data_i        (compare_bit_i),
    .same_o        (proof_ok_o)
  );

  // ---- Rest ----
  // The tick after it all stopped settles what follows a tick later.
  logic rests, rests_q;

  assign rests   = field_present == powered && level_rests && !in_frame && (!powered || rests_i);
  assign quiet_o = rests && rests_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) rests_q <= 1'b0;
    else         rests_q <= rests;
  end

endmodule
