// rf_pause_receiver.sv - finds the pauses of a type A reader in the level of the field, at the four bit rates.
//
// In:  level of the field, one sample a tick (ADC samples, or 0 and full scale of a comparator);
//      brief_ok_i of rf_miller_decoder: a pause may have started here. A card clocked by the carrier
//      sees only the last ticks of a pause, at least BriefTicks. Above fc/128 the field stays, and so does the clock.
// Out: pause_low_o, the level is under the threshold, and pause_start_o, its first tick. A dip that is no
//      pause gets no pause_end_o. pause_end_o at E + PauseEndLatency; pause_brief_o goes with it: so few
//      ticks of the pause were seen that it may have been a dip.
// ISO/IEC 14443-2, 8.1.2.

`include "nfc_check.svh"

module rf_pause_receiver #(
  parameter int unsigned LevelBits  = 8,   // at least 8
  parameter int unsigned BriefTicks = 4,   // shortest brief pause; 10: there are none
  parameter bit          Rates      = 1'b1 // has the rates above fc/128
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

  localparam logic [5:0] PauseTicks   = 6'd10;  // shortest sure pause (docs/choices.md), and at the other rates:
  localparam logic [5:0] PauseTicks64 = 6'd6;
  localparam logic [5:0] PauseTicks32 = 6'd4;
  localparam logic [5:0] PauseTicks16 = 6'd2;
  localparam logic [5:0] TooLongTicks = 6'd63;   // no pause of type A is that long

  logic [7:0] level;
  logic [9:0] carrier_d, carrier_q;  // the unmodulated level, in quarters
  logic [7:0] threshold;
  logic [5:0] shortest;              // pause
  logic       rising;                // out of a pause that did not go down
  logic       still;                 // nothing of that moves
  logic       low_d, low_q;
  logic [5:0] width_d, width_q;      // ticks under the threshold so far
  logic       start_d, start_q;
  logic       end_d, end_q;
  logic       brief_d, brief_q;

  assign level = 8'(level_i >> (LevelBits - 8));

  // 5/16 of the carrier lies in the steep part of both edges: the default antenna crosses it between
  // 39 and 24 % when it falls and between 0 and 50 % when it rises. At fc/32 up to 38 % may be left in a pause, at fc/16
  // up to 58 %, and an antenna has no time to go further down, or up again between two of them.
  always_comb begin
    threshold = (carrier_q[9:2] >> 2) + (carrier_q[9:2] >> 4);
    shortest  = 6'(BriefTicks);
    if (Rates) begin
      unique case (rate_i)
        2'd1: shortest = PauseTicks64;
        2'd2: begin
          threshold = carrier_q[9:2] >> 1;
          shortest  = PauseTicks32;
        end
        2'd3: begin
          threshold = carrier_q[9:2] - (carrier_q[9:2] >> 3) - (carrier_q[9:2] >> 4);
          shortest  = PauseTicks16;
        end
        default: ;
      endcase
    end
  end

  // At fc/16 the threshold lies so high that the level passes it a tick or two after the steepest part of the rise, which
  // is the end of the pause.
  if (Rates) begin : g_rising
    logic [7:0] before_q;              // the level a tick ago
    logic       rising_d, rising_q;
    logic [8:0] step;                  // this far in a tick is steep

    assign step = 9'(carrier_q[9:5]);

    always_comb begin
      rising_d = 1'b0;
      if (rate_i == 2'd3 && level < threshold) begin
        if (9'(level) >= 9'(before_q) + step)      rising_d = 1'b1;
        else if (9'(before_q) < 9'(level) + step)  rising_d = rising_q;
      end
    end

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        before_q <= '0;
        rising_q <= 1'b0;
      end else begin
        before_q <= (rate_i == 2'd3) ? level : '0;
        rising_q <= rising_d;
      end
    end

    assign rising = rising_d;
    assign still  = before_q == ((rate_i == 2'd3) ? level : '0) && rising_d == rising_q;
  end else begin : g_no_rising
    logic unused;
    assign unused = &{1'b0, rate_i};
    assign rising = 1'b0;
    assign still  = 1'b1;
  end

  // The carrier is followed by a quarter step a tick, so slowly that neither a pause nor an overshoot moves
  // the threshold much, and fast enough for a card that moves in the field.
  always_comb begin
    carrier_d = carrier_q;
    if (level > carrier_q[9:2])      carrier_d = carrier_q + 1'b1;
    else if (level < carrier_q[9:2]) carrier_d = carrier_q - 1'b1;
  end

  always_comb begin
    low_d   = level < threshold && !rising;
    width_d = '0;
    if (low_d) width_d = (width_q == TooLongTicks) ? width_q : width_q + 1'b1;

    start_d = enable_i && low_d && width_q == '0;
    brief_d = width_q < PauseTicks && !(Rates && rate_i != '0);
    end_d   = enable_i && !low_d && width_q != TooLongTicks && width_q >= shortest &&
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
  assign resting_o     = still && !low_d && !low_q && width_q == '0 && !end_q && carrier_d == carrier_q;

  `NFC_CHECK(end_is_not_low, !end_q || !low_q)

endmodule
