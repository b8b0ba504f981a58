// rf_field_detector.sv - tells when the card has power enough to work.
//
// In:  level of the field, one sample a tick.
// Out: powered_o, high from PowerUpTicks after the carrier came until FieldLossTicks after it went;
//      present_o, the field is there in this tick (it is not at the bottom of a pause).
// ISO/IEC 14443-2, 6; docs/choices.md, Power.

`include "nfc_check.svh"

module rf_field_detector #(
  parameter int unsigned LevelBits = 8
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  output logic                 powered_o,
  output logic                 present_o
);

  localparam int unsigned CountWidth = $clog2(nfc_pkg::PowerUpTicks);

  // The carrier starts one tick before the first sample shows it, and powered_q follows one tick
  // after the last count: both ticks belong to PowerUpTicks.
  localparam logic [CountWidth-1:0] UpCount   = CountWidth'(nfc_pkg::PowerUpTicks - 2);
  localparam logic [CountWidth-1:0] LossCount = CountWidth'(nfc_pkg::FieldLossTicks);

  logic [CountWidth-1:0] count_d, count_q;      // ticks for which present_o contradicts powered_q
  logic                  powered_d, powered_q;

  // A field is a level of at least 8 of 255.
  assign present_o = level_i >= LevelBits'(8 << (LevelBits - 8));

  always_comb begin
    powered_d = powered_q;
    count_d   = '0;
    if (present_o != powered_q) begin
      if (count_q == (powered_q ? LossCount : UpCount)) powered_d = present_o;
      else                                              count_d   = count_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_q   <= '0;
      powered_q <= 1'b0;
    end else begin
      count_q   <= count_d;
      powered_q <= powered_d;
    end
  end

  assign powered_o = powered_q;

  `NFC_CHECK(power_changes_with_the_field, powered_d == powered_q || powered_d == present_o)

endmodule
