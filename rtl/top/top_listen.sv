// top_listen.sv - the level at a card to the bits of a reader's frames: type A's receivers, and which type is heard.
//
// In:  one level sample a tick; the type; the reader's rate; enable_i: a frame that begins now counts; what top_listen_b
//      beside it hears.
// Out: bits of the air, parity included, between sof_o and eof_o, as frame_receiver wants them; mark_o, from which the
//      frame delay counts (frame_fdt_timer).
//
//   type A   rf_pause_receiver -> rf_miller_decoder

module top_listen #(
  parameter int unsigned LevelBits = 8,
  parameter bit          TypeB     = 1'b1,
  parameter bit          Rates     = 1'b1
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 card_rst_ni,   // without field

  input  logic [LevelBits-1:0] level_i,
  input  logic                 powered_i,
  input  logic                 field_i,       // there is a field in this tick
  input  logic                 type_b_i,
  input  logic [1:0]           rate_i,
  input  logic                 enable_i,

  input  logic                 b_mark_i,      // top_listen_b
  input  logic                 b_sof_i,
  input  logic                 b_bit_valid_i,
  input  logic                 b_bit_i,
  input  logic                 b_eof_i,
  input  logic                 b_error_i,
  input  logic                 b_active_i,
  input  logic                 b_resting_i,

  output logic                 mark_o,
  output logic                 sof_o,
  output logic                 bit_valid_o,
  output logic                 bit_o,
  output logic                 eof_o,
  output logic                 error_o,
  output logic                 last_is_x_o,

  output logic                 active_o,      // inside a frame
  output logic                 resting_o      // nothing changes while level_i stays as it is
);

  logic is_b;
  assign is_b = TypeB && type_b_i;

  // ---- Type A ----
  logic pause_low, pause_start, pause_end, pause_brief, brief_ok, a_rests, a_active;
  logic a_sof, a_valid, a_bit, a_eof, a_error, a_last_is_x;

  rf_pause_receiver #(
    .LevelBits(LevelBits),
    .Rates    (Rates)
  ) u_rf_pause_receiver (
    .clk_i,
    .rst_ni,
    .level_i       (is_b ? '0 : level_i),   // rests in a type B card
    .enable_i      (powered_i),
    .rate_i,
    .brief_ok_i    (brief_ok),
    .pause_low_o   (pause_low),
    .pause_start_o (pause_start),
    .pause_end_o   (pause_end),
    .pause_brief_o (pause_brief),
    .resting_o     (a_rests)
  );

  rf_miller_decoder #(.Rates(Rates)) u_rf_miller_decoder (
    .clk_i,
    .rst_ni        (card_rst_ni),
    .enable_i,
    .rate_i,
    .field_i,
    .pause_low_i   (pause_low),
    .pause_start_i (pause_start),
    .pause_end_i   (pause_end),
    .pause_brief_i (pause_brief),
    .brief_ok_o    (brief_ok),
    .sof_o         (a_sof),
    .bit_valid_o   (a_valid),
    .bit_o         (a_bit),
    .eof_o         (a_eof),
    .error_o       (a_error),
    .last_is_x_o   (a_last_is_x),
    .active_o      (a_active)
  );

  // ---- Type B ----
  assign mark_o      = is_b ? b_mark_i : pause_end;
  assign sof_o       = is_b ? b_sof_i : a_sof;
  assign bit_valid_o = is_b ? b_bit_valid_i : a_valid;
  assign bit_o       = is_b ? b_bit_i : a_bit;
  assign eof_o       = is_b ? b_eof_i : a_eof;
  assign error_o     = is_b ? b_error_i : a_error;
  assign last_is_x_o = !is_b && a_last_is_x;
  assign active_o    = a_active || b_active_i;
  assign resting_o   = a_rests && b_resting_i;

endmodule
