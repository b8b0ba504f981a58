// rf_activity.sv - bursts of modulation, whoever makes them and however.
//
// In:  level of the field, one sample a tick.
// Out: start_o, the first low after silence; end_o, QuietTicks after the last one (which ended at the last mark_o). With
//      end_o: many_o, there were at least 16 of them, and usual_o, how long most of them were:
//      0: up to 11 ticks, 1: up to 23, 2: up to 47, 3: up to 95, 4: up to 191, 5: longer.
//
// A low is a level under its own mean less 1/32; it ends above the mean plus 1/64. The mean is over 256 ticks.

`include "nfc_check.svh"

module rf_activity #(
  parameter int unsigned LevelBits = 12
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,

  output logic                 start_o,
  output logic                 mark_o,
  output logic                 end_o,
  output logic                 many_o,
  output logic [2:0]           usual_o
);

  localparam int unsigned MeanShift  = 8;
  localparam logic [10:0] QuietTicks = 11'd2047;  // ISO/IEC 15693, 1 out of 4: a low every 1024 ticks on average
  localparam logic [LevelBits-1:0] NoField = LevelBits'(8 << (LevelBits - 8));

  logic [LevelBits+MeanShift-1:0] mean_d, mean_q;
  logic [LevelBits-1:0]           mean;
  logic                           low_d, low_q;
  logic [7:0]                     width_d, width_q;    // of this low
  logic [10:0]                    quiet_d, quiet_q;    // since the last low
  logic                           busy_d, busy_q;
  logic [3:0]                     count_d, count_q;    // lows
  logic [2:0]                     usual_d, usual_q;
  logic [3:0]                     lead_d, lead_q;      // how many more of them than of others
  logic                           start_d, start_q;
  logic                           mark_d, mark_q;
  logic                           end_d, end_q;
  logic [2:0]                     length;

  assign mean = mean_q[LevelBits+MeanShift-1 -: LevelBits];

  always_comb begin
    length = 3'd5;
    if (width_q < 8'd12)       length = 3'd0;
    else if (width_q < 8'd24)  length = 3'd1;
    else if (width_q < 8'd48)  length = 3'd2;
    else if (width_q < 8'd96)  length = 3'd3;
    else if (width_q < 8'd192) length = 3'd4;
  end

  always_comb begin
    mean_d  = mean_q + {{MeanShift{1'b0}}, level_i} - {{MeanShift{1'b0}}, mean};
    low_d   = low_q;
    width_d = width_q;
    quiet_d = quiet_q;
    busy_d  = busy_q;
    count_d = count_q;
    usual_d = usual_q;
    lead_d  = lead_q;
    start_d = 1'b0;
    mark_d  = 1'b0;
    end_d   = 1'b0;

    if (mean >= NoField && level_i < mean - (mean >> 5)) low_d = 1'b1;
    else if (level_i > mean + (mean >> 6) || mean < NoField) low_d = 1'b0;

    if (low_d) begin
      width_d = !low_q ? 8'd1 : width_q == '1 ? width_q : width_q + 1'b1;
      quiet_d = '0;
      if (!busy_q) begin
        start_d = 1'b1;
        busy_d  = 1'b1;
        count_d = '0;
        lead_d  = '0;
      end
    end else if (busy_q) begin
      quiet_d = quiet_q + 1'b1;
      if (quiet_q == QuietTicks) begin
        busy_d = 1'b0;
        end_d  = 1'b1;
      end
    end

    if (low_q && !low_d) begin
      mark_d = 1'b1;
      if (count_q != '1) count_d = count_q + 1'b1;
      if (lead_q == '0) begin
        usual_d = length;
        lead_d  = 4'd1;
      end else if (length == usual_q) begin
        if (lead_q != '1) lead_d = lead_q + 1'b1;
      end else begin
        lead_d = lead_q - 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      mean_q  <= '0;
      low_q   <= 1'b0;
      width_q <= '0;
      quiet_q <= '0;
      busy_q  <= 1'b0;
      count_q <= '0;
      usual_q <= '0;
      lead_q  <= '0;
      start_q <= 1'b0;
      mark_q  <= 1'b0;
      end_q   <= 1'b0;
    end else begin
      mean_q  <= mean_d;
      low_q   <= low_d;
      width_q <= width_d;
      quiet_q <= quiet_d;
      busy_q  <= busy_d;
      count_q <= count_d;
      usual_q <= usual_d;
      lead_q  <= lead_d;
      start_q <= start_d;
      mark_q  <= mark_d;
      end_q   <= end_d;
    end
  end

  assign start_o = start_q;
  assign mark_o  = mark_q;
  assign end_o   = end_q;
  assign many_o  = count_q == '1;
  assign usual_o = usual_q;

  `NFC_CHECK(ends_what_has_begun, !end_d || busy_q)

endmodule
