// top_listen.sv - the level at the card to the bits of a reader's frames, of whichever type the card is.
//
// In:  one level sample a tick; the type; the reader's rate; enable_i: a frame that begins now counts.
// Out: bits of the air, parity included, between sof_o and eof_o, as frame_receiver wants them; mark_o, from which the
//      frame delay counts (frame_fdt_timer).
//
//   type A   rf_pause_receiver -> rf_miller_decoder
//   type B   rf_shallow_receiver -> rf_nrz_decoder -> frame_character

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
  input  logic                 type_b_i,
  input  logic [1:0]           rate_i,
  input  logic                 enable_i,

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
  if (TypeB) begin : g_b
    logic       low, fall, rise, b_rests, b_active, lost;
    logic       b_begin, b_sof, byte_valid, b_eof, b_error, b_valid, b_bit;
    logic [7:0] b_byte;
    logic       unused_b;

    rf_shallow_receiver #(.LevelBits(LevelBits)) u_rf_shallow_receiver (
      .clk_i,
      .rst_ni,
      .level_i   (is_b ? level_i : '0),     // rests in a type A card
      .rate_i    (Rates ? rate_i : 2'd0),
      .hold_i    (b_active),
      .reset_i   (lost),
      .low_o     (low),
      .fall_o    (fall),
      .rise_o    (rise),
      .resting_o (b_rests)
    );

    rf_nrz_decoder u_rf_nrz_decoder (
      .clk_i,
      .rst_ni       (card_rst_ni),
      .enable_i,
      .rate_i       (Rates ? rate_i : 2'd0),
      .low_i        (low),
      .fall_i       (fall),
      .rise_i       (rise),
      .begin_o      (b_begin),
      .sof_o        (b_sof),
      .byte_valid_o (byte_valid),
      .byte_o       (b_byte),
      .eof_o        (b_eof),
      .error_o      (b_error),
      .lost_o       (lost),
      .active_o     (b_active)
    );

    frame_character u_frame_character (
      .clk_i,
      .rst_ni       (card_rst_ni),
      .byte_valid_i (byte_valid),
      .byte_i       (b_byte),
      .bit_valid_o  (b_valid),
      .bit_o        (b_bit)
    );

    assign unused_b    = &{1'b0, b_begin};
    assign mark_o      = is_b ? rise : pause_end;
    assign sof_o       = is_b ? b_sof : a_sof;
    assign bit_valid_o = is_b ? b_valid : a_valid;
    assign bit_o       = is_b ? b_bit : a_bit;
    assign eof_o       = is_b ? b_eof : a_eof;
    assign error_o     = is_b ? b_error : a_error;
    assign last_is_x_o = !is_b && a_last_is_x;
    assign active_o    = a_active || b_active || b_valid;
    assign resting_o   = a_rests && b_rests;
  end else begin : g_no_b
    assign mark_o      = pause_end;
    assign sof_o       = a_sof;
    assign bit_valid_o = a_valid;
    assign bit_o       = a_bit;
    assign eof_o       = a_eof;
    assign error_o     = a_error;
    assign last_is_x_o = a_last_is_x;
    assign active_o    = a_active;
    assign resting_o   = a_rests;
  end

endmodule
