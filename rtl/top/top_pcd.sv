// top_pcd.sv - the reader, types A and B at all rates: level in, carrier and its modulation out, registers behind
// APB.
//
//   APB - top_pcd_logic -> top_pcd_radio -> pause_o
//                       <-      |        <- level_i
//                         rf_bpsk_decoder <-
//
// Register map: rtl/bus/registers.json. ISO/IEC 14443-2, 8; 14443-3, 6.2.

module top_pcd #(
  parameter int unsigned LevelBits = 12,
  parameter bit          TypeB     = 1'b1,  // speaks type B too
  parameter bit          Rates     = 1'b1,  // has the rates above fc/128
  parameter bit          Counters  = 1'b0   // counts the ticks of each phase
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  output logic                 carrier_o,
  output logic                 pause_o,          // the carrier is modulated,
  output logic                 shallow_o,        // only a little: type B
  output logic [1:0]           rate_o,           // of what is sent: 0 to 3 is fc/128 to fc/16

  input  logic                 psel_i,
  input  logic                 penable_i,
  input  logic                 pwrite_i,
  input  logic [7:0]           paddr_i,
  input  logic [31:0]          pwdata_i,
  output logic [31:0]          prdata_o,
  output logic                 pready_o,
  output logic                 pslverr_o,

  output logic                 irq_o,
  output logic                 quiet_o
);

  logic [31:0]          tick, alarm_at, field_at;
  logic                 exact, due, field_pending, pause_end, tx_bit_ready, sent, sof, lost, rx_bit_valid;
  logic                 rx_bit, collision, eof, error, settled, alarm_set, field_set, field_on, send, stop;
  logic                 tx_bit_valid, tx_bit, listen, rests;
  logic [1:0]           rx_rate;
  nfc_pkg::pcd_config_t settings;
  logic bpsk_listen, bpsk_sof, bpsk_lost, bpsk_bit_valid, bpsk_bit, bpsk_eof, bpsk_error, bpsk_settled;

  top_pcd_radio #(
    .LevelBits (LevelBits),
    .TypeB     (TypeB)
  ) u_top_pcd_radio (
    .clk_i,
    .rst_ni,
    .level_i,
    .carrier_o,
    .pause_o,
    .bpsk_listen_o    (bpsk_listen),
    .bpsk_sof_i       (bpsk_sof),
    .bpsk_lost_i      (bpsk_lost),
    .bpsk_bit_valid_i (bpsk_bit_valid),
    .bpsk_bit_i       (bpsk_bit),
    .bpsk_eof_i       (bpsk_eof),
    .bpsk_error_i     (bpsk_error),
    .bpsk_settled_i   (bpsk_settled),
    .tick_o           (tick),
    .exact_o          (exact),
    .due_o            (due),
    .field_pending_o  (field_pending),
    .pause_end_o      (pause_end),
    .bit_ready_o      (tx_bit_ready),
    .sent_o           (sent),
    .sof_o            (sof),
    .lost_o           (lost),
    .bit_valid_o      (rx_bit_valid),
    .bit_o            (rx_bit),
    .collision_o      (collision),
    .eof_o            (eof),
    .error_o          (error),
    .settled_o        (settled),
    .alarm_set_i      (alarm_set),
    .alarm_at_i       (alarm_at),
    .field_set_i      (field_set),
    .field_on_i       (field_on),
    .field_at_i       (field_at),
    .type_b_i         (shallow_o),
    .tx_rate_i        (rate_o),
    .rx_rate_i        (rx_rate),
    .settings_i       (settings),
    .send_i           (send),
    .stop_i           (stop),
    .bit_valid_i      (tx_bit_valid),
    .bit_i            (tx_bit),
    .listen_i         (listen),
    .rests_i          (rests),
    .quiet_o
  );

  if (TypeB || Rates) begin : g_bpsk
    rf_bpsk_decoder #(
      .LevelBits (LevelBits),
      .TypeB     (TypeB)
    ) u_bpsk_decoder (
      .clk_i,
      .rst_ni,
      .level_i,
      .listen_i    (bpsk_listen),
      .type_b_i    (shallow_o),
      .rate_i      (rx_rate),
      .sof_o       (bpsk_sof),
      .lost_o      (bpsk_lost),
      .bit_valid_o (bpsk_bit_valid),
      .bit_o       (bpsk_bit),
      .eof_o       (bpsk_eof),
      .error_o     (bpsk_error),
      .settled_o   (bpsk_settled)
    );
  end else begin : g_no_bpsk
    logic unused;
    assign unused = bpsk_listen;
    assign {bpsk_sof, bpsk_lost, bpsk_bit_valid, bpsk_bit, bpsk_eof, bpsk_error, bpsk_settled} = '0;
  end

  top_pcd_logic #(
    .TypeB     (TypeB),
    .Rates     (Rates),
    .Counters  (Counters)
  ) u_top_pcd_logic (
    .clk_i,
    .rst_ni,
    .carrier_i       (carrier_o),
    .tick_i          (tick),
    .exact_i         (exact),
    .due_i           (due),
    .field_pending_i (field_pending),
    .pause_end_i     (pause_end),
    .bit_ready_i     (tx_bit_ready),
    .sent_i          (sent),
    .sof_i           (sof),
    .lost_i          (lost),
    .bit_valid_i     (rx_bit_valid),
    .bit_i           (rx_bit),
    .collision_i     (collision),
    .eof_i           (eof),
    .error_i         (error),
    .settled_i       (settled),
    .alarm_set_o     (alarm_set),
    .alarm_at_o      (alarm_at),
    .field_set_o     (field_set),
    .field_on_o      (field_on),
    .field_at_o      (field_at),
    .type_b_o        (shallow_o),
    .tx_rate_o       (rate_o),
    .rx_rate_o       (rx_rate),
    .settings_o      (settings),
    .send_o          (send),
    .stop_o          (stop),
    .bit_valid_o     (tx_bit_valid),
    .bit_o           (tx_bit),
    .listen_o        (listen),
    .rests_o         (rests),
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
