// top_pcd_radio.sv - the half of the reader that counts ticks: its time, encoders and the switch of the carrier, the decoder of type A at
// fc/128, which the other rates and type B have beside it (rf_bpsk_decoder).
//
// In:  one level sample a tick; what top_pcd_logic says.
// Out: carrier and its modulation; what top_pcd_logic hears, which is nothing most of the time.
// ISO/IEC 14443-2, 8 and 9; docs/choices.md, Time.

module top_pcd_radio #(
  parameter int unsigned LevelBits = 12,
  parameter bit          TypeB     = 1'b1   // as in top_pcd
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  output logic                 carrier_o,
  output logic                 pause_o,

  // The decoder of answers in phases.
  output logic                 bpsk_listen_o,
  input  logic                 bpsk_sof_i,
  input  logic                 bpsk_lost_i,
  input  logic                 bpsk_bit_valid_i,
  input  logic                 bpsk_bit_i,
  input  logic                 bpsk_eof_i,
  input  logic                 bpsk_error_i,
  input  logic                 bpsk_settled_i,

  // Heard: what top_pcd_logic acts on. tick_o counts for it only together with another of these or with a bus access.
  output logic [31:0]          tick_o,
  output logic                 exact_o,
  output logic                 due_o,
  output logic                 field_pending_o,
  output logic                 pause_end_o,
  output logic                 bit_ready_o,
  output logic                 sent_o,
  output logic                 sof_o,
  output logic                 lost_o,
  output logic                 bit_valid_o,
  output logic                 bit_o,
  output logic                 collision_o,
  output logic                 eof_o,
  output logic                 error_o,
  output logic                 settled_o,

  // Said: what it wants.
  input  logic                 alarm_set_i,
  input  logic [31:0]          alarm_at_i,
  input  logic                 field_set_i,
  input  logic                 field_on_i,
  input  logic [31:0]          field_at_i,
  input  logic                 type_b_i,
  input  logic [1:0]           tx_rate_i,
  input  logic [1:0]           rx_rate_i,
  input  nfc_pkg::pcd_config_t settings_i,       // of its own
  input  logic                 send_i,
  input  logic                 stop_i,
  input  logic                 bit_valid_i,
  input  logic                 bit_i,
  input  logic                 listen_i,
  input  logic                 rests_i,          // it waits for none but us

  output logic                 quiet_o
);

  logic ook_sof, ook_bit_valid, ook_bit, ook_collision, ook_eof, ook_error, ook_settled;
  logic phases;          // the answer is one of phases
  logic miller_pause, miller_end, miller_ready, miller_done, nrz_low, nrz_end, nrz_ready, nrz_done;
  logic field_due;

  assign phases = type_b_i || rx_rate_i != '0;

  pcd_timer u_timer (
    .clk_i,
    .rst_ni,
    .tick_o,
    .alarm_set_i,
    .alarm_at_i,
    .exact_o,
    .due_o,
    .field_set_i,
    .field_on_i,
    .field_at_i,
    .field_pending_o,
    .field_due_o     (field_due),
    .carrier_o
  );

  // ---- Sending ----
  assign pause_o   = miller_pause || nrz_low;
  assign pause_end_o = miller_end || nrz_end;
  assign bit_ready_o  = miller_ready || nrz_ready;
  assign sent_o      = miller_done || nrz_done;

  rf_miller_encoder u_miller_encoder (
    .clk_i,
    .rst_ni,
    .start_i       (send_i && !type_b_i),
    .stop_i,
    .rate_i        (tx_rate_i),
    .pause_ticks_i (settings_i.pause_ticks),
    .bit_valid_i,
    .bit_i,
    .bit_ready_o   (miller_ready),
    .pause_o       (miller_pause),
    .pause_end_o   (miller_end),
    .done_o        (miller_done)
  );

  if (TypeB) begin : g_nrz
    rf_nrz_encoder u_nrz_encoder (
      .clk_i,
      .rst_ni,
      .start_i     (send_i && type_b_i),
      .stop_i,
      .rate_i      (tx_rate_i),
      .sof_low_i   (settings_i.sof_low),
      .sof_high_i  (settings_i.sof_high),
      .egt_i       (settings_i.egt),
      .bit_valid_i,
      .bit_i,
      .bit_ready_o (nrz_ready),
      .low_o       (nrz_low),
      .low_end_o   (nrz_end),
      .done_o      (nrz_done)
    );
  end else begin : g_nrz
    logic unused;
    assign {nrz_ready, nrz_low, nrz_end, nrz_done} = '0;
    assign unused = &{1'b0, settings_i.sof_low, settings_i.sof_high, settings_i.egt};
  end

  // ---- Receiving ----
  rf_manchester_decoder #(
    .LevelBits (LevelBits)
  ) u_manchester_decoder (
    .clk_i,
    .rst_ni,
    .level_i,
    .listen_i    (listen_i && !phases),
    .sof_o       (ook_sof),
    .bit_valid_o (ook_bit_valid),
    .bit_o       (ook_bit),
    .collision_o (ook_collision),
    .eof_o       (ook_eof),
    .error_o     (ook_error),
    .settled_o   (ook_settled)
  );

  assign bpsk_listen_o = listen_i && phases;

  assign lost_o      = bpsk_lost_i;
  assign sof_o       = phases ? bpsk_sof_i : ook_sof;
  assign bit_valid_o = phases ? bpsk_bit_valid_i : ook_bit_valid;
  assign bit_o       = phases ? bpsk_bit_i : ook_bit;
  assign collision_o = !phases && ook_collision;
  assign eof_o       = phases ? bpsk_eof_i : ook_eof;
  assign error_o     = phases ? bpsk_error_i : ook_error;
  assign settled_o   = phases ? bpsk_settled_i : ook_settled;

  // The rest of the settings is top_pcd_logic's.
  logic unused_settings;
  assign unused_settings = &{1'b0, settings_i};

  assign quiet_o = rests_i && !field_due;

endmodule
