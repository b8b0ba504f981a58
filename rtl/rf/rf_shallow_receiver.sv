// rf_shallow_receiver.sv - finds the shallow modulation of a type B reader in the level of the field.
//
// In:  level of the field, one sample a tick; the bit rate; hold_i: inside a frame, whose low is known;
//      reset_i: the level has changed for good, the present one is the carrier.
// Out: low_o, the level is modulated, with fall_o and rise_o in its first tick and in the first one after it. Each comes
//      ShallowTicks >> rate_i ticks after the level passed the threshold; what is shorter than that does not come
//      at all, nor does noise that is over the threshold less than half of the time.
// ISO/IEC 14443-2, 9.1.2; docs/choices.md, Type B: a depth of 7 to 45 % of the level.

`include "nfc_check.svh"

module rf_shallow_receiver #(
  parameter int unsigned LevelBits = 8   // at least 8
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  input  logic [1:0]           rate_i,
  input  logic                 hold_i,
  input  logic                 reset_i,

  output logic                 low_o,
  output logic                 fall_o,
  output logic                 rise_o,

  output logic                 resting_o   // nothing changes while level_i stays as it is
);

  // Levels have 10 bits here: a quarter of one of 255 is what an average moves by in a tick.
  localparam int unsigned Width      = 10;
  localparam int unsigned CountWidth = $clog2(nfc_pkg::ShallowTicks + 1);

  logic [Width-1:0]      level;
  logic [Width-1:0]      high_d, high_q;      // the unmodulated level
  logic [Width-1:0]      bottom_d, bottom_q;  // the level of the low
  logic                  known_d, known_q;    // bottom_q is that of this frame
  logic [Width-1:0]      average, followed;   // the one of them that moves
  logic [Width-1:0]      depth;
  logic [Width-1:0]      threshold_d, threshold_q;   // of the levels a tick ago
  logic                  under;
  logic [CountWidth-1:0] longest;
  logic [CountWidth-1:0] count_d, count_q;    // how far the level has made up its mind
  logic                  low_d, low_q;
  logic                  fall_q, rise_q;

  if (LevelBits >= Width) begin : g_fine
    assign level = Width'(level_i >> (LevelBits - Width));
  end else begin : g_coarse
    assign level = {level_i, {(Width - LevelBits){1'b0}}};
  end

  // Before the low is known a fall by 1/32 counts. Then the threshold lies 3/8 above the low: as near to the middle as
  // the default antenna allows, whose rise gets half of the way in its first tick.
  assign depth       = high_q - bottom_q;
  assign threshold_d = known_q ? bottom_q + (depth >> 2) + (depth >> 3) : high_q - (high_q >> 5);
  assign under       = level < threshold_q;
  assign longest     = CountWidth'(nfc_pkg::ShallowTicks) >> rate_i;

  always_comb begin
    count_d = count_q;
    if (under && count_q < longest)   count_d = count_q + 1'b1;
    else if (!under && count_q != '0) count_d = count_q - 1'b1;
    low_d = low_q;
    if (count_d == '0)           low_d = 1'b0;
    else if (count_d >= longest) low_d = 1'b1;
    if (reset_i) begin
      count_d = '0;
      low_d   = 1'b0;
    end
  end

  assign average = (count_q == '0) ? high_q : bottom_q;

  always_comb begin
    followed = average;
    if (level > average)      followed = average + 1'b1;
    else if (level < average) followed = average - 1'b1;
  end

  // Each average follows the level only where no edge may be under way.
  always_comb begin
    high_d   = high_q;
    bottom_d = bottom_q;
    known_d  = known_q;
    if (count_q == '0)           high_d = followed;
    else if (count_q >= longest) bottom_d = followed;
    if (low_d && !known_q) begin
      known_d  = 1'b1;
      bottom_d = level;
    end else if (!low_d && !hold_i) begin
      known_d = 1'b0;
    end
    if (reset_i) high_d = level;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      high_q      <= '0;
      bottom_q    <= '0;
      known_q     <= 1'b0;
      count_q     <= '0;
      low_q       <= 1'b0;
      fall_q      <= 1'b0;
      rise_q      <= 1'b0;
      threshold_q <= '0;
    end else begin
      high_q      <= high_d;
      bottom_q    <= bottom_d;
      known_q     <= known_d;
      count_q     <= count_d;
      low_q       <= low_d;
      fall_q      <= low_d && !low_q;
      rise_q      <= !low_d && low_q;
      threshold_q <= threshold_d;
    end
  end

  assign low_o     = low_q;
  assign fall_o    = fall_q;
  assign rise_o    = rise_q;
  assign resting_o = !reset_i && !under && count_q == '0 && !low_q && !known_q && !fall_q && !rise_q && high_d == high_q;

  `NFC_CHECK(edges_alternate, !(fall_q && rise_q))

endmodule
