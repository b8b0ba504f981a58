// top_picc.sv - the card behind its antenna: a half that counts ticks and a half that acts on what it hears.
//
// In:  one level sample a tick, the identity of the card, the far side of the store port, the bus of the mailbox.
// Out: the load switch, the requests to the store, the mailbox's interrupt.
// ISO/IEC 14443-2 and -3, types A and B; seams and times: docs/rooms.md, docs/choices.md.
//
//               top_picc_radio           top_picc_logic
//   level -> top_listen(_b)        -> ^key -> frame_receiver -> top_activation, anticol_b, top_memory, top_block
//   load  <- top_modulate, phases  <- ^key <- frame_transmitter <- UID, SAK, ATQB, nt, at, data, blocks

module top_picc #(
  parameter int unsigned LevelBits = 8,
  parameter bit          Dep       = 1'b1,  // has the block protocol and its mailbox
  parameter bit          TypeB     = 1'b1,  // can be a type B card
  parameter bit          Rates     = 1'b1,  // has the rates above fc/128
  parameter bit          Classic   = 1'b1,  // can be a MIFARE Classic
  parameter bit          Type2     = 1'b1,  // can be a type 2 memory
  parameter bit          Type2Aes  = 1'b1,  // which can authenticate by AES
  parameter bit          Alias     = 1'b1,  // can show another identity than its UID: random_uid_i, personalised
  parameter bit          Counters  = 1'b0   // counts the ticks of each phase
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,  // placed new, not field loss

  input  logic [LevelBits-1:0] level_i,
  output logic                 load_o,

  input  logic [79:0]          uid_i,                  // u0 in bits 7..0
  input  logic [1:0]           uid_size_i,             // 0 four, 1 seven, 2 ten bytes
  input  logic [15:0]          atqa_i,                 // low byte goes first
  input  logic [7:0]           sak_i,                  // of the last cascade level
  input  logic                 type_b_i,               // speaks type B, not type A
  input  logic [7:0]           afi_i,
  input  logic [55:0]          atqb_i,                 // application data and protocol info, first byte in bits 7..0
  input  nfc_pkg::kind_e       kind_i,
  input  logic                 random_uid_i,
  input  logic                 nak_silent_i,
  input  logic                 nonce_unpredictable_i,
  input  logic [15:0]          prng_seed_i,
  input  logic [31:0]          nonce_seed_i,

  output logic                 store_valid_o,
  output nfc_pkg::store_op_e   store_op_o,
  output logic [8:0]           store_block_o,
  output logic [3:0]           store_offset_o,
  output logic [7:0]           store_wdata_o,
  input  logic                 store_ready_i,
  input  logic [7:0]           store_rdata_i,
  input  logic                 store_error_i,

  input  logic                 psel_i,                 // mailbox: APB, no wait states
  input  logic                 penable_i,
  input  logic                 pwrite_i,
  input  logic [7:0]           paddr_i,
  input  logic [7:0]           pwdata_i,
  output logic [7:0]           prdata_o,
  output logic                 pready_o,
  output logic                 pslverr_o,
  output logic                 irq_o,                  // level: an event is pending

  output logic                 powered_o,
  output logic                 quiet_o
);

  logic          mark, sof, air_valid, air_bit, eof, coding_error;
  logic          start, program_now, silence_end, lead;
  logic [5:0]    index;
  logic          bit_ready, done, active, nonce_bit, proof_ok;
  logic          deaf, arm, follow, store_done, bit_valid, answer_bit;
  logic [1:0]    card_rate, reader_rate;
  nfc_pkg::fdt_e fdt;
  logic          b_mark, b_sof, b_bit_valid, b_bit, b_eof, b_error, b_active, b_resting;
  logic          phases_start, phases_ready, phases_done, phases_active, phases_load;
  logic [LevelBits-1:0] b_level;
  logic          nonce_draw, nonce_step, nonce_random, random_low, random_high, compare, compare_bit, rests;

  top_picc_radio #(
    .LevelBits (LevelBits),
    .TypeB     (TypeB),
    .Rates     (Rates)
  ) u_top_picc_radio (
    .clk_i,
    .rst_ni,
    .level_i,
    .load_o,
    .type_b_i,
    .prng_seed_i,
    .b_level_o       (b_level),
    .b_mark_i        (b_mark),
    .b_sof_i         (b_sof),
    .b_bit_valid_i   (b_bit_valid),
    .b_bit_i         (b_bit),
    .b_eof_i         (b_eof),
    .b_error_i       (b_error),
    .b_active_i      (b_active),
    .b_resting_i     (b_resting),
    .phases_start_o  (phases_start),
    .phases_ready_i  (phases_ready),
    .phases_done_i   (phases_done),
    .phases_active_i (phases_active),
    .phases_load_i   (phases_load),
    .powered_o,
    .mark_o         (mark),
    .sof_o          (sof),
    .bit_valid_o    (air_valid),
    .bit_o          (air_bit),
    .eof_o          (eof),
    .error_o        (coding_error),
    .start_o        (start),
    .program_o      (program_now),
    .silence_end_o  (silence_end),
    .lead_o         (lead),
    .index_o        (index),
    .bit_ready_o    (bit_ready),
    .done_o         (done),
    .active_o       (active),
    .nonce_bit_o    (nonce_bit),
    .proof_ok_o     (proof_ok),
    .deaf_i         (deaf),
    .card_rate_i    (card_rate),
    .reader_rate_i  (reader_rate),
    .arm_i          (arm),
    .fdt_i          (fdt),
    .follow_i       (follow),
    .store_done_i   (store_done),
    .bit_valid_i    (bit_valid),
    .bit_i          (answer_bit),
    .nonce_draw_i   (nonce_draw),
    .nonce_step_i   (nonce_step),
    .nonce_random_i (nonce_random),
    .random_low_i   (random_low),
    .random_high_i  (random_high),
    .compare_i      (compare),
    .compare_bit_i  (compare_bit),
    .rests_i        (rests),
    .quiet_o
  );

  // ---- Type B, and answers in phases ----
  logic card_rst_n;  // all starts anew with the field

  assign card_rst_n = rst_ni && powered_o;

  if (TypeB) begin : g_b
    top_listen_b #(.LevelBits(LevelBits)) u_top_listen_b (
      .clk_i,
      .rst_ni,
      .card_rst_ni (card_rst_n),
      .level_i     (b_level),
      .rate_i      (Rates ? reader_rate : 2'd0),
      .enable_i    (!deaf),
      .mark_o      (b_mark),
      .sof_o       (b_sof),
      .bit_valid_o (b_bit_valid),
      .bit_o       (b_bit),
      .eof_o       (b_eof),
      .error_o     (b_error),
      .active_o    (b_active),
      .resting_o   (b_resting)
    );
  end else begin : g_no_b
    logic unused;
    assign unused = &{1'b0, b_level};
    assign {b_mark, b_sof, b_bit_valid, b_bit, b_eof, b_error, b_active} = '0;
    assign b_resting = 1'b1;
  end

  if (TypeB || Rates) begin : g_phases
    top_phases u_top_phases (
      .clk_i,
      .rst_ni      (card_rst_n),
      .type_b_i    (TypeB && type_b_i),
      .rate_i      (Rates ? card_rate : 2'd0),
      .start_i     (phases_start),
      .bit_valid_i (bit_valid),
      .bit_i       (answer_bit),
      .bit_ready_o (phases_ready),
      .done_o      (phases_done),
      .active_o    (phases_active),
      .load_o      (phases_load)
    );
  end else begin : g_no_phases
    logic unused;
    assign unused = &{1'b0, card_rst_n, phases_start};
    assign {phases_ready, phases_done, phases_active, phases_load} = '0;
  end

  top_picc_logic #(
    .Dep      (Dep),
    .TypeB    (TypeB),
    .Rates    (Rates),
    .Classic  (Classic),
    .Type2    (Type2),
    .Type2Aes (Type2Aes),
    .Alias    (Alias),
    .Counters (Counters)
  ) u_top_picc_logic (
    .clk_i,
    .rst_ni,
    .powered_i      (powered_o),
    .mark_i         (mark),
    .sof_i          (sof),
    .bit_valid_i    (air_valid),
    .bit_i          (air_bit),
    .eof_i          (eof),
    .error_i        (coding_error),
    .start_i        (start),
    .program_i      (program_now),
    .silence_end_i  (silence_end),
    .lead_i         (lead),
    .index_i        (index),
    .bit_ready_i    (bit_ready),
    .done_i         (done),
    .active_i       (active),
    .nonce_bit_i    (nonce_bit),
    .proof_ok_i     (proof_ok),
    .deaf_o         (deaf),
    .card_rate_o    (card_rate),
    .reader_rate_o  (reader_rate),
    .arm_o          (arm),
    .fdt_o          (fdt),
    .follow_o       (follow),
    .store_done_o   (store_done),
    .bit_valid_o    (bit_valid),
    .bit_o          (answer_bit),
    .nonce_draw_o   (nonce_draw),
    .nonce_step_o   (nonce_step),
    .nonce_random_o (nonce_random),
    .random_low_o   (random_low),
    .random_high_o  (random_high),
    .compare_o      (compare),
    .compare_bit_o  (compare_bit),
    .rests_o        (rests),
    .uid_i,
    .uid_size_i,
    .atqa_i,
    .sak_i,
    .type_b_i,
    .afi_i,
    .atqb_i,
    .kind_i,
    .random_uid_i,
    .nak_silent_i,
    .nonce_unpredictable_i,
    .nonce_seed_i,
    .store_valid_o,
    .store_op_o,
    .store_block_o,
    .store_offset_o,
    .store_wdata_o,
    .store_ready_i,
    .store_rdata_i,
    .store_error_i,
    .psel_i,
    .penable_i,
    .pwrite_i,
    .paddr_i,
    .pwdata_i,
    .prdata_o,
    .pready_o,
    .pslverr_o,
    .irq_o
  );

endmodule
