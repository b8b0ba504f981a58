// top_listen_b.sv - the level at a card of type B to the bits of a reader's frames. Rests in a card of type A, whose level it
// does not see.
//
// In:  one level sample a tick, 0 in a card of type A; the reader's rate; enable_i: a frame that begins now counts.
// Out: as those of top_listen.
//
//   rf_shallow_receiver -> rf_nrz_decoder -> frame_character

module top_listen_b #(
  parameter int unsigned LevelBits = 8
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 card_rst_ni,   // without field

  input  logic [LevelBits-1:0] level_i,
  input  logic [1:0]           rate_i,
  input  logic                 enable_i,

  output logic                 mark_o,
  output logic                 sof_o,
  output logic                 bit_valid_o,
  output logic                 bit_o,
  output logic                 eof_o,
  output logic                 error_o,

  output logic                 active_o,      // inside a frame
  output logic                 resting_o      // nothing changes while level_i stays as it is
);

  logic       begins, low, fall, hold, ripe, sample, decoding, lost, byte_valid, drop_unused;
  logic [7:0] byte_value;

  rf_shallow_receiver #(.LevelBits(LevelBits)) u_rf_shallow_receiver (
    .clk_i,
    .rst_ni,
    .level_i,
    .rate_i,
    .hold_i    (hold),
    .ripe_i    (ripe),
    .sample_i  (sample),
    .reset_i   (lost),
    .off_i     (!card_rst_ni),
    .begin_o   (begins),
    .low_o     (low),
    .fall_o    (fall),
    .rise_o    (mark_o),
    .resting_o
  );

  rf_nrz_decoder u_rf_nrz_decoder (
    .clk_i,
    .rst_ni       (card_rst_ni),
    .enable_i,
    .rate_i,
    .begin_i      (begins),
    .low_i        (low),
    .fall_i       (fall),
    .rise_i       (mark_o),
    .hold_o       (hold),
    .ripe_o       (ripe),
    .sample_o     (sample),
    .lost_o       (lost),
    .sof_o,
    .drop_o       (drop_unused),   // nobody minds another sof_o
    .byte_valid_o (byte_valid),
    .byte_o       (byte_value),
    .eof_o,
    .error_o,
    .active_o     (decoding)
  );

  frame_character u_frame_character (
    .clk_i,
    .rst_ni       (card_rst_ni),
    .byte_valid_i (byte_valid),
    .byte_i       (byte_value),
    .bit_valid_o,
    .bit_o
  );

  assign active_o = decoding || bit_valid_o;

  logic unused;
  assign unused = &{1'b0, drop_unused};

endmodule
