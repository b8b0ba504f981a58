// rf_pause_receiver.sv - finds the pauses of a type A reader in the level of the field, at the four bit rates.
//
// In:  level of the field, one sample a tick (ADC samples, or 0 and full scale of a comparator);
//      brief_ok_i of rf_miller_decoder: a pause may have started here. A card clocked by the carrier
//      sees only the last ticks of a pause, at least four. Above fc/128 the field stays, and so does the clock.
// Out: pause_start_o, the first tick under the threshold, also of a dip that is no pause; pause_low_o, there is a pause
//      beyond doubt. pause_end_o at E + PauseEndLatency + (PauseHoldTicks >> rate); pause_brief_o goes with it: so
//      few ticks of the pause were seen that it may have been a dip.
// ISO/IEC 14443-2, 8.1.2.
//
// A sum tells pauses from noise, as no single sample can: it grows by what the level is below a reference, shrinks by
// what it is above, and stays between 0 and a limit. Until a pause is sure the reference is 13/16 of the carrier and
// the limit what ten ticks without any level come to; then the reference is the threshold, 5/16.
//
//   level    ________                _____________________
//                    \______________/
//   sum                      .------.
//            ____________...'        '.___________________
//   low_q    _________________|--------------|____________
//   count_q          64 65 ..           17..1
//
// A sum at its limit leaves it in the tick in which the level rises, E. If it is still away from it after the hold,
// that was the end: exactly where there is no noise, and the likeliest tick where there is.

`include "nfc_check.svh"

module rf_pause_receiver #(
  parameter int unsigned LevelBits = 8,   // at least 8
  parameter bit          Answers   = 1'b0, // cards answer into the level: no pause has gaps or is brief
  parameter bit          Rates     = 1'b1  // has the rates above fc/128
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  input  logic                 enable_i,       // low: no pulses
  input  logic [1:0]           rate_i,

  input  logic                 brief_ok_i,
  output logic                 pause_low_o,
  output logic                 pause_start_o,
  output logic                 pause_end_o,
  output logic                 pause_brief_o,

  output logic                 resting_o       // nothing changes while level_i stays as it is
);

  localparam int unsigned Coarse    = Rates ? 0 : 2;  // lowest bits of the level that only fc/16 needs in the sum
  localparam int unsigned StepBits  = 9 - Coarse;
  localparam int unsigned SumBits   = 11 - Coarse;    // eight times the carrier
  localparam int unsigned CountBits = 7;
  localparam logic [CountBits-1:0] FirstDown = 7'd64;
  localparam logic [CountBits-1:0] LoadTicks = CountBits'(nfc_pkg::SubcarrierTicks / 2);  // a card's load lasts so long

  logic [7:0]           level, depth;            // depth: the level, but for what is deeper than it counts for
  logic [1:0]           rate;
  logic [9:0]           carrier_d, carrier_q;    // the unmodulated level, in quarters
  logic [7:0]           carrier, threshold, reference, deepest;
  logic                 falls, moves;            // the carrier
  logic                 still_d, still_q;        // the level is the carrier
  logic                 under, under_q;          // the level is under the threshold
  logic [StepBits-1:0]  step_d, step_q;          // how far the level is above the reference
  logic [SumBits:0]     tick;                    // the carrier of a tick
  logic [SumBits:0]     limit_d, limit_q;        // of the sum
  logic [SumBits+1:0]   sum;
  logic [SumBits-1:0]   sum_d, sum_q;
  logic                 none, full;              // the sum is less than nothing, is at its limit
  logic                 low_d, low_q;
  // From FirstDown on up: ticks that the level has been down for. Below, down to 1: ticks left of the hold.
  logic [CountBits-1:0] count_d, count_q, count_next, hold;
  logic                 up, down, long_brief, whole;
  logic                 too_long;                // no pause of type A is that long
  logic                 start_d, start_q;
  logic                 end_d, end_q;
  logic                 brief_d, brief_q;

  assign level   = 8'(level_i >> (LevelBits - 8));
  assign rate    = Rates ? rate_i : 2'd0;
  assign carrier = carrier_q[9:2];

  // 5/16 of the carrier lies in the steep part of both edges: the default antenna crosses it between 39 and 24 % when
  // it falls and between 0 and 50 % when it rises. At fc/32 up to 38 % may be left in a pause, at fc/16 up to 58 %, and
  // an antenna has no time to go further down, or up again between two of them: there the reference is the threshold.
  always_comb begin
    threshold = (carrier >> 2) + (carrier >> 4);
    reference = threshold + (carrier >> 1);
    if (rate == 2'd3 && !low_q) reference = carrier - (carrier >> 3) + (carrier >> 5);
    if (low_q)                  reference = (rate == 2'd3) ? carrier >> 1 : threshold;
    // So a single tick is no pause at fc/16, nor are three at fc/32.
    unique case (rate)
      2'd2:    deepest = carrier >> 3;
      2'd3:    deepest = (carrier >> 2) + (carrier >> 4);
      default: deepest = '0;
    endcase
    depth = (level < deepest) ? deepest : level;

    tick = (SumBits+1)'(carrier[7:Coarse]);
    unique case (rate)
      2'd1:    limit_d = (tick << 2) + tick;
      2'd2:    limit_d = (tick << 1) + (tick >> 3);
      2'd3:    limit_d = (tick >> 1) + (tick >> 3);
      default: limit_d = tick << 3;
    endcase
    hold = CountBits'(nfc_pkg::PauseHoldTicks >> rate) + CountBits'(nfc_pkg::PauseEndLatency - 2);
  end

  // Outside of pauses the carrier is followed by a quarter step a tick, so slowly that an overshoot does not move the
  // threshold much, and fast enough for a card that moves in the field.
  always_comb begin
    falls     = level < carrier;
    still_d   = level == carrier;
    moves     = !still_d && (!low_q || too_long);
    carrier_d = carrier_q + {{9{falls && moves}}, moves};
  end

  assign step_d   = StepBits'(({1'b0, depth} - {1'b0, reference}) >> Coarse);
  assign under    = rate[1] ? step_d[StepBits-1] : level < threshold;
  assign sum      = {2'b00, sum_q} - {{SumBits+2-StepBits{step_q[StepBits-1]}}, step_q};
  assign none     = sum[SumBits+1];
  assign full     = step_q[StepBits-1] && sum[SumBits:0] >= limit_q;

  assign down       = count_q[CountBits-1];
  // In the tick in which a pause has become sure the sum still counts from the higher reference.
  assign up         = (low_q && !brief_q) ? full : under_q;
  assign count_next = count_q + {{CountBits-1{!up}}, 1'b1};
  assign too_long   = count_q == '1;
  assign whole      = !Answers || rate[1] || count_q >= FirstDown + LoadTicks;
  assign long_brief = !Answers && rate == 2'd0 && (count_q[CountBits-2:2] != '0 || count_q[1:0] == '1);

  always_comb begin
    sum_d = sum[SumBits-1:0];
    if (none)      sum_d = '0;
    else if (full) sum_d = limit_q[SumBits-1:0];

    low_d   = low_q || (full && under_q && whole);
    count_d = count_q;
    start_d = enable_i && under && !under_q;
    brief_d = !Answers && !low_q;
    end_d   = 1'b0;
    if (up) begin
      if (!down)          count_d = FirstDown;
      else if (!too_long) count_d = count_next;
    end else if (down) begin
      count_d = '0;
      if (too_long)                 low_d   = 1'b0;
      else if (low_q || long_brief) count_d = hold;
    end else if (count_q == CountBits'(1)) begin
      // The level has risen for good, or the pause goes on.
      if (!low_q || none) begin
        count_d = '0;
        low_d   = 1'b0;
        end_d   = enable_i && (low_q || brief_ok_i);
      end
    end else if (count_q != '0) begin
      count_d = count_next;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      carrier_q <= '0;
      step_q    <= '0;
      limit_q   <= '0;
      under_q   <= 1'b0;
      sum_q     <= '0;
      low_q     <= 1'b0;
      count_q   <= '0;
      still_q   <= 1'b0;
      start_q   <= 1'b0;
      end_q     <= 1'b0;
      brief_q   <= 1'b0;
    end else begin
      carrier_q <= carrier_d;
      step_q    <= step_d;
      limit_q   <= limit_d;
      under_q   <= under;
      sum_q     <= sum_d;
      low_q     <= low_d;
      count_q   <= count_d;
      still_q   <= still_d;
      start_q   <= start_d;
      end_q     <= end_d;
      brief_q   <= brief_d;
    end
  end

  assign pause_low_o   = low_q;
  assign pause_start_o = start_q;
  assign pause_end_o   = end_q;
  assign pause_brief_o = brief_q;
  assign resting_o     = still_d && still_q && !low_q && sum_q == '0 && count_q == '0 && !end_q;

  `NFC_CHECK(end_is_not_low, !end_q || !low_q)

endmodule
