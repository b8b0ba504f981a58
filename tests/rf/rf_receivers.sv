// rf_receivers.sv - the receivers of both directions side by side, for the tests of rtl/rf.
//
// In:  level at the card and level at the reader. Out: what the decoders make of them.

module rf_receivers (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic [7:0]  card_level_i,
  input  logic        enable_i,
  input  logic [1:0]  rate_i,
  output logic        powered_o,
  output logic        pause_start_o,
  output logic        pause_end_o,
  output logic        card_sof_o,
  output logic        card_bit_valid_o,
  output logic        card_bit_o,
  output logic        card_eof_o,
  output logic        card_error_o,
  output logic        last_is_x_o,

  output logic        b_begin_o,
  output logic        b_rise_o,
  output logic        b_sof_o,
  output logic        b_valid_o,
  output logic [7:0]  b_byte_o,
  output logic        b_eof_o,
  output logic        b_error_o,

  input  logic [11:0] reader_level_i,
  input  logic        listen_i,
  output logic        reader_sof_o,
  output logic        reader_bit_valid_o,
  output logic        reader_bit_o,
  output logic        collision_o,
  output logic        reader_eof_o,
  output logic        reader_error_o
);

  logic brief_ok;
  logic pause_low;
  logic pause_brief;
  logic present;

  rf_field_detector u_field_detector (
    .clk_i,
    .rst_ni,
    .level_i  (card_level_i),
    .powered_o,
    .present_o(present)
  );

  logic resting, active, settled, unused;
  assign unused = &{1'b0, resting, active, settled};

  rf_pause_receiver u_pause_receiver (
    .clk_i,
    .rst_ni,
    .level_i      (card_level_i),
    .enable_i     (1'b1),
    .rate_i,
    .brief_ok_i   (brief_ok),
    .pause_low_o  (pause_low),
    .pause_start_o,
    .pause_end_o,
    .pause_brief_o(pause_brief),
    .resting_o    (resting)
  );

  rf_miller_decoder u_miller_decoder (
    .clk_i,
    .rst_ni,
    .enable_i,
    .rate_i,
    .field_i      (present),
    .pause_low_i  (pause_low),
    .pause_start_i(pause_start_o),
    .pause_end_i  (pause_end_o),
    .pause_brief_i(pause_brief),
    .brief_ok_o   (brief_ok),
    .sof_o        (card_sof_o),
    .bit_valid_o  (card_bit_valid_o),
    .bit_o        (card_bit_o),
    .eof_o        (card_eof_o),
    .error_o      (card_error_o),
    .last_is_x_o,
    .active_o     (active)
  );

  logic b_low, b_fall, b_hold, b_ripe, b_sample, b_lost, b_active, b_rests, b_drop, unused_b;
  assign unused_b = &{1'b0, b_rests, b_active, b_drop};

  rf_shallow_receiver u_shallow_receiver (
    .clk_i,
    .rst_ni,
    .level_i  (card_level_i),
    .rate_i,
    .hold_i   (b_hold),
    .ripe_i   (b_ripe),
    .sample_i (b_sample),
    .reset_i  (b_lost),
    .off_i    (1'b0),
    .begin_o  (b_begin_o),
    .low_o    (b_low),
    .fall_o   (b_fall),
    .rise_o   (b_rise_o),
    .resting_o(b_rests)
  );

  rf_nrz_decoder u_nrz_decoder (
    .clk_i,
    .rst_ni,
    .enable_i,
    .rate_i,
    .begin_i     (b_begin_o),
    .low_i       (b_low),
    .fall_i      (b_fall),
    .rise_i      (b_rise_o),
    .hold_o      (b_hold),
    .ripe_o      (b_ripe),
    .sample_o    (b_sample),
    .lost_o      (b_lost),
    .sof_o       (b_sof_o),
    .drop_o      (b_drop),
    .byte_valid_o(b_valid_o),
    .byte_o      (b_byte_o),
    .eof_o       (b_eof_o),
    .error_o     (b_error_o),
    .active_o    (b_active)
  );

  rf_manchester_decoder u_manchester_decoder (
    .clk_i,
    .rst_ni,
    .level_i    (reader_level_i),
    .listen_i,
    .sof_o      (reader_sof_o),
    .bit_valid_o(reader_bit_valid_o),
    .bit_o      (reader_bit_o),
    .collision_o,
    .eof_o      (reader_eof_o),
    .error_o    (reader_error_o),
    .settled_o  (settled)
  );

endmodule
