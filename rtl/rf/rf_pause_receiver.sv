// rf_pause_receiver.sv - finds the pauses of a type A reader in the level of the field.
//
// In:  level of the field, one sample a tick (ADC samples, or 0 and full scale of a comparator);
//      brief_ok_i of rf_miller_decoder: a pause may have started here. A card clocked by the carrier
//      sees only the last ticks of a pause, at least BriefTicks.
// Out: pause_low_o, the level is under the threshold, and pause_start_o, its first tick. A dip that is no
//      pause gets no pause_end_o. pause_end_o at E + PauseEndLatency; pause_brief_o goes with it: so few
//      ticks of the pause were seen that it may have been a dip.
// ISO/IEC 14443-2, 8.1.2.

`include "nfc_check.svh"

module rf_pause_receiver #(
  parameter int unsigned LevelBits  = 8,   // at least 8
  parameter int unsigned BriefTicks = 4    // shortest brief pause; 10: there are none
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  input  logic                 enable_i,       // low: no pulses

  input  logic                 brief_ok_i,
  output logic                 pause_low_o,
  output logic                 pause_start_o,
  output logic                 pause_end_o,
  output logic                 pause_brief_o,

  output logic                 resting_o       // nothing changes while level_i stays as it is
);

  localparam logic [5:0] PauseTicks   = 6'd10;  // shortest sure pause (docs/choices.md)
  localparam logic [5:0] TooLongTicks = 6'd63;   // no pause of type A is that long

  logic [7:0] level;
  logic [9:0] carrier_d, carrier_q;  // the unmodulated level, in quarters
  logic [7:0] threshold;
  logic       low_d, low_q;
  logic [5:0] width_d, width_q;      // ticks under the threshold so far
  logic       start_d, start_q;
  logic       end_d, end_q;
  logic       brief_d, brief_q;

  assign level = 8'(level_i >> (LevelBits - 8));

  // 5/16 of the carrier lies in the steep part of both edges: the default antenna crosses it between
  // 39 and 24 % when it falls and between 0 and 50 % when it rises.
  assign threshold = (carrier_q[9:2] >> 2) + (carrier_q[9:2] >> 4);

  // The carrier is followed by a quarter step a tick, so slowly that neither a pause nor an overshoot moves
  // the threshold much, and fast enough for a card that moves in the field.
  always_comb begin
    carrier_d = carrier_q;
    if (level > carrier_q[9:2])      carrier_d = carrier_q + 1'b1;
    else if (level < carrier_q[9:2]) carrier_d = carrier_q - 1'b1;
  end

  always_comb begin
    low_d   = level < threshold;
    width_d = '0;
    if (low_d) width_d = (width_q == TooLongTicks) ? width_q : width_q + 1'b1;

    start_d = enable_i && low_d && width_q == '0;
    brief_d = width_q < PauseTicks;
    end_d   = enable_i && !low_d && width_q != TooLongTicks && width_q >= 6'(BriefTicks) &&
              (!brief_d || brief_ok_i);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      carrier_q <= '0;
      low_q     <= 1'b0;
      width_q   <= '0;
      start_q   <= 1'b0;
      end_q     <= 1'b0;
      brief_q   <= 1'b0;
    end else begin
      carrier_q <= carrier_d;
      low_q     <= low_d;
      width_q   <= width_d;
      start_q   <= start_d;
      end_q     <= end_d;
      brief_q   <= brief_d;
    end
  end

  assign pause_low_o   = low_q;
  assign pause_start_o = start_q;
  assign pause_end_o   = end_q;
  assign pause_brief_o = brief_q;
  assign resting_o     = !low_d && !low_q && width_q == '0 && !end_q && carrier_d == carrier_q;

  `NFC_CHECK(end_is_not_low, !end_q || !low_q)

endmodule
