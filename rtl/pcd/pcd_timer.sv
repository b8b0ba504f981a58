// pcd_timer.sv - the PCD's time: free-running tick, one alarm, and the switch of the carrier.
//
// Out: exact_o in the tick before the alarm, due_o from then on: what is registered on them happens at
//      the alarm tick or later; neither in the first tick of a new alarm, which is at least three ticks ahead to be exact.
//      carrier_o changes at the tick asked for, or at once when that is past.
// While nothing else changes, tick_q may be moved on by a simulation that skips time, as long as it
// passes neither alarm_q (sequencer busy) nor field_at_q (field_pending_o).

`include "nfc_check.svh"

module pcd_timer (
  input  logic        clk_i,
  input  logic        rst_ni,

  output logic [31:0] tick_o,

  input  logic        alarm_set_i,
  input  logic [31:0] alarm_at_i,
  output logic        exact_o,
  output logic        due_o,

  input  logic        field_set_i,
  input  logic        field_on_i,
  input  logic [31:0] field_at_i,
  output logic        field_pending_o,
  output logic        field_due_o,       // the carrier is switched with the next tick
  output logic        carrier_o
);

  logic [31:0] tick_q;
  logic [31:0] alarm_q;
  logic [31:0] tick_d, to_alarm, to_field;
  logic        exact_d, exact_q, due_d, due_q;
  logic        pending_d, pending_q;
  logic        carrier_d, carrier_q;

  assign tick_d   = tick_q + 1'b1;
  // Less tick_d, in one carry chain.
  assign to_alarm = alarm_q + ~tick_q;
  assign to_field = field_at_i + ~tick_q;
  assign exact_d  = !alarm_set_i && to_alarm == 32'd1;
  assign due_d    = !alarm_set_i && (to_alarm[31] || to_alarm[30:1] == '0);

  assign field_due_o = pending_q && (to_field == '0 || to_field[31]);

  always_comb begin
    pending_d = pending_q || field_set_i;
    carrier_d = carrier_q;
    if (field_due_o) begin
      pending_d = field_set_i;
      carrier_d = field_on_i;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      tick_q    <= '0;
      alarm_q   <= '0;
      exact_q   <= 1'b0;
      due_q     <= 1'b0;
      pending_q <= 1'b0;
      carrier_q <= 1'b0;
    end else begin
      tick_q    <= tick_d;
      exact_q   <= exact_d;
      due_q     <= due_d;
      pending_q <= pending_d;
      carrier_q <= carrier_d;
      if (alarm_set_i) alarm_q <= alarm_at_i;
    end
  end

  assign tick_o          = tick_q;
  assign exact_o         = exact_q;
  assign due_o           = due_q;
  assign field_pending_o = pending_q;
  assign carrier_o       = carrier_q;

  `NFC_CHECK(carrier_changes_when_asked, pending_q || carrier_d == carrier_q)

endmodule
