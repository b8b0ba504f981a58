// rf_shallow_receiver.sv - finds the shallow modulation of a type B reader in the level of the field.
//
// In:  level of the field, one sample a tick; the bit rate; hold_i: inside a frame, whose low is known; ripe_i: the low
//      of SOF may end; sample_i: in the middle of a bit that was as the one before it; reset_i: the level has changed for
//      good, the present one is the carrier; off_i: no low is under way.
// Out: begin_o, a low may have begun: the deepest fall so far; low_o, the level is modulated, with fall_o and rise_o in
//      its first tick and in the first one after it. Each edge comes (ShallowTicks >> rate_i) + ShallowDelay ticks after
//      the level passed the middle, begin_o ShallowTicks >> rate_i later.
// ISO/IEC 14443-2, 9.1.2; docs/choices.md, Type B: a depth of 7 to 45 % of the level.
//
//   level   ~~~~~~~~~\_________________________/~~~~~~
//   sum     ~~~~~~~~~ \ _______________________ / ~~~~
//                        ^ begin_o              ^ rise_o

`include "nfc_check.svh"

module rf_shallow_receiver #(
  parameter int unsigned LevelBits = 8   // at least 8
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  input  logic [1:0]           rate_i,
  input  logic                 hold_i,
  input  logic                 ripe_i,
  input  logic                 sample_i,
  input  logic                 reset_i,
  input  logic                 off_i,

  output logic                 begin_o,
  output logic                 low_o,
  output logic                 fall_o,
  output logic                 rise_o,

  output logic                 resting_o   // nothing changes while level_i stays as it is
);

  localparam int unsigned Width   = LevelBits > 10 ? 10 : LevelBits;  // noise is more than the rest
  localparam int unsigned SumBits = Width + 7;

  logic [SumBits-1:0]      sum, earlier;
  logic                    turn, still, sums_rest;
  logic signed [SumBits:0] fallen;              // since the turn before
  logic [SumBits-1:0]      least;               // how much it must be to begin a low
  logic [SumBits-1:0]      deepest_d, deepest_q;
  logic [SumBits-1:0]      high_d, high_q;      // sum of the unmodulated level
  logic [SumBits-1:0]      bottom_d, bottom_q;  // sum of the low
  logic [SumBits-1:0]      middle_d, middle_q;
  logic                    trial_d, trial_q;    // SOF may have begun
  logic                    low_d, low_q;
  logic                    begin_d, begin_q;
  logic                    fall_q, rise_q;
  logic                    doubt_d, doubt_q;    // it was not low in the last turn
  logic                    vain;                // it has not
  logic                    under, under_q;      // the middle, and a tick ago

  rf_shallow_sums #(
    .LevelBits(Width),
    .SumBits  (SumBits)
  ) u_rf_shallow_sums (
    .clk_i,
    .rst_ni,
    .level_i  (Width'(level_i >> (LevelBits - Width))),
    .rate_i,
    .busy_i   (trial_q || hold_i),
    .sum_o    (sum),
    .earlier_o(earlier),
    .turn_o   (turn),
    .still_o  (still),
    .resting_o(sums_rest)
  );

  assign under = sum < middle_q;

  // ---- Where a low begins: the deepest fall, of 1/32 at least ----
  assign fallen  = signed'({1'b0, earlier}) - signed'({1'b0, sum});
  assign least   = trial_q ? deepest_q : earlier >> 5;
  assign begin_d = !hold_i && !(trial_q && ripe_i) && !reset_i && !off_i && fallen > signed'({1'b0, least});
  // What noise began is over sooner: two turns that are not low.
  assign vain    = doubt_q && !under_q;

  always_comb begin
    trial_d   = trial_q;
    deepest_d = deepest_q;
    doubt_d   = doubt_q || (turn && !under_q);
    low_d     = (hold_i || (trial_q && ripe_i)) ? under : trial_q;
    if (begin_d) begin
      trial_d   = 1'b1;
      deepest_d = fallen[SumBits-1:0];
      doubt_d   = 1'b0;
      low_d     = 1'b1;
    end else if (hold_i || reset_i || off_i || (trial_q && (ripe_i ? !under : turn && vain))) begin
      trial_d = 1'b0;
      if (!hold_i) low_d = 1'b0;
    end
  end

  // ---- Both levels, where no edge is under way: a tick for how far, a tick to go there ----
  logic                    follow, follow_low, settle;
  logic                    high_moves_d, high_moves_q, bottom_moves_d, bottom_moves_q, fast_d, fast_q;
  logic signed [SumBits:0] apart_d, apart_q;
  logic [SumBits-1:0]      step;

  // Within a frame both go the same way: a field that fades takes both along.
  assign follow     = hold_i ? sample_i : turn && !(trial_q && ripe_i);
  assign follow_low = hold_i ? low_q : trial_q && !vain;
  assign settle     = reset_i || (still && !trial_q && !hold_i);
  assign apart_d    = signed'({1'b0, sum}) - signed'({1'b0, follow_low ? bottom_q : high_q});
  // SOF has few turns for its low, and after pauses of type A the carrier is found soon.
  assign fast_d         = !hold_i && (follow_low || !apart_d[SumBits]);
  assign high_moves_d   = follow && (hold_i || !follow_low) && !settle;
  assign bottom_moves_d = follow && (hold_i || follow_low) && !begin_d;
  assign step           = fast_q ? SumBits'(apart_q >>> 2) : SumBits'(apart_q >>> 3);

  always_comb begin
    high_d   = high_q;
    bottom_d = bottom_q;
    middle_d = middle_q;
    if (high_moves_q)   high_d = high_q + step;
    if (bottom_moves_q) bottom_d = bottom_q + step;
    if (begin_d) bottom_d = high_q - fallen[SumBits-1:0];
    if (settle)  high_d = sum;
    // What SOF is tried against stays as it was where it began.
    if (begin_q || !trial_q || ripe_i) middle_d = SumBits'(((SumBits + 1)'(high_q) + (SumBits + 1)'(bottom_q)) >> 1);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      deepest_q <= '0;
      high_q    <= '0;
      bottom_q  <= '0;
      middle_q  <= '0;
      trial_q   <= 1'b0;
      low_q     <= 1'b0;
      doubt_q   <= 1'b0;
      under_q   <= 1'b0;
      begin_q   <= 1'b0;
      high_moves_q   <= 1'b0;
      bottom_moves_q <= 1'b0;
      fast_q         <= 1'b0;
      apart_q        <= '0;
      fall_q    <= 1'b0;
      rise_q    <= 1'b0;
    end else begin
      deepest_q <= deepest_d;
      high_q    <= high_d;
      bottom_q  <= bottom_d;
      middle_q  <= middle_d;
      trial_q   <= trial_d;
      low_q     <= low_d;
      doubt_q   <= doubt_d;
      under_q   <= under;
      begin_q   <= begin_d;
      high_moves_q   <= high_moves_d;
      bottom_moves_q <= bottom_moves_d;
      fast_q         <= fast_d;
      apart_q        <= apart_d;
      fall_q    <= low_d && !low_q;
      rise_q    <= !low_d && low_q;
    end
  end

  assign begin_o   = begin_q;
  assign low_o     = low_q;
  assign fall_o    = fall_q;
  assign rise_o    = rise_q;
  assign resting_o = sums_rest && !reset_i && !high_moves_q && !bottom_moves_q && !low_q && !fall_q && !rise_q;

  `NFC_CHECK(edges_alternate, !(fall_q && rise_q))

endmodule
