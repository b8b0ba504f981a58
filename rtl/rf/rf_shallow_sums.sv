// rf_shallow_sums.sv - the level of a field added up over most of a bit, and over as long a time before that.
//
// In:  level, one sample a tick; the bit rate; busy_i: the sums are wanted although the level stands.
// Out: sum_o, the last 2 * (ShallowTicks >> rate_i) + 1 samples; earlier_o, as many before them; turn_o once in so many
//      ticks, so that what is added up in one turn is not in the next one. All are 0 for that long after a new rate.
//
//   samples   ... earlier_o | sum_o |
//             x1 -> x2       x -> x1      what leaves the one enters the other

module rf_shallow_sums #(
  parameter int unsigned LevelBits = 8,
  parameter int unsigned SumBits   = LevelBits + 7
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  input  logic [1:0]           rate_i,
  input  logic                 busy_i,

  output logic [SumBits-1:0]   sum_o,
  output logic [SumBits-1:0]   earlier_o,
  output logic                 turn_o,
  output logic                 still_o,    // the level has not moved for as long as both take

  output logic                 resting_o   // nothing changes while level_i stays as it is
);

  localparam int unsigned PlaceBits = $clog2(2 * nfc_pkg::ShallowTicks + 1);
  // Turns without a change after which both sums and all that is kept are made of one level.
  localparam logic [1:0] AllTheSame = 2'd3;

  // A sample, and the one a turn before it. No word is written in the tick in which it is read.
  (* no_rw_check *)
  logic [2*LevelBits-1:0] kept [2 ** PlaceBits];
  logic [2*LevelBits-1:0] old_q;
  logic [LevelBits-1:0]   leaving, older;
  logic [PlaceBits-1:0]   last;
  logic [PlaceBits-1:0]   place_d, place_q;
  logic [LevelBits-1:0]   level_q;
  logic [1:0]             rate_q;
  logic [SumBits-1:0]     sum_d, sum_q;
  logic [SumBits-1:0]     earlier_d, earlier_q;
  logic                   full_d, full_q;         // what is kept is of this rate
  logic                   empty_d, empty_q;       // nothing is
  logic                   moved_d, moved_q;       // the level did, in this turn
  logic [1:0]             same_d, same_q;         // turns since it did
  logic                   turn_q;
  logic                   run, anew;

  assign last    = PlaceBits'(2 * nfc_pkg::ShallowTicks) >> rate_i;
  assign anew    = rate_i != rate_q;
  assign run     = empty_q || !still_o || busy_i || level_i != level_q;
  assign leaving = full_q ? old_q[LevelBits-1:0] : '0;
  assign older   = old_q[2*LevelBits-1:LevelBits];

  always_comb begin
    place_d   = place_q;
    sum_d     = sum_q + SumBits'(level_q) - SumBits'(leaving);
    earlier_d = earlier_q + SumBits'(leaving) - SumBits'(older);
    full_d    = full_q;
    empty_d   = anew;
    moved_d   = moved_q;
    same_d    = same_q;
    if (run) begin
      place_d   = place_q + 1'b1;
      if (place_q == last) begin
        place_d = '0;
        full_d  = 1'b1;
        moved_d = 1'b0;
        if (same_q != AllTheSame) same_d = same_q + 1'b1;
        if (moved_q)              same_d = '0;
      end
    end
    if (level_i != level_q) begin
      moved_d = 1'b1;
      same_d  = '0;
    end
    if (empty_q) begin
      place_d = '0;
      full_d  = 1'b0;
      moved_d = 1'b1;
      same_d  = '0;
    end
  end

  // A memory has no reset, and the sums have their own.
  always_ff @(posedge clk_i) begin
    if (run) kept[place_q] <= {leaving, level_q};
    old_q <= kept[place_d];
    if (run) begin
      if (empty_q) sum_q <= '0;
      else         sum_q <= sum_d;
      if (empty_q || !full_q) earlier_q <= '0;
      else                    earlier_q <= earlier_d;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      place_q <= '0;
      level_q <= '0;
      rate_q  <= '0;
      full_q  <= 1'b0;
      empty_q <= 1'b1;
      moved_q <= 1'b1;
      same_q  <= '0;
      turn_q  <= 1'b0;
    end else begin
      place_q <= place_d;
      level_q <= level_i;
      rate_q  <= rate_i;
      full_q  <= full_d;
      empty_q <= empty_d;
      moved_q <= moved_d;
      same_q  <= same_d;
      turn_q  <= run && full_q && place_q == last;
    end
  end

  assign sum_o     = sum_q;
  assign earlier_o = earlier_q;
  assign turn_o    = turn_q;
  assign still_o   = same_q == AllTheSame;
  assign resting_o = !run && !anew && !turn_q;

endmodule
