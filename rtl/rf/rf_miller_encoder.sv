// rf_miller_encoder.sv - bits of a PCD frame to pauses, type A.
//
// In:  start_i in the tick before the SOC; then one bit for each bit time, taken with bit_ready_o.
//      bit_valid_i low at that moment ends the frame. stop_i ends it at once. A bit lasts 128 ticks >> rate_i.
// Out: pause_o, P ticks long; pause_end_o in its last tick; done_o once no further pause can come.
// ISO/IEC 14443-2, 8.1.3: one = X, zero = Y after a one, else Z; SOC = Z, EOC = zero and Y.
//
//   tick of the bit   0        64       127     at rate 0
//                     |   Z    |   X    ^ bit_ready_o: next bit taken

`include "nfc_check.svh"

module rf_miller_encoder (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       start_i,
  input  logic       stop_i,
  input  logic [1:0] rate_i,
  input  logic [5:0] pause_ticks_i,

  input  logic       bit_valid_i,
  input  logic       bit_i,
  output logic       bit_ready_o,

  output logic       pause_o,
  output logic       pause_end_o,
  output logic       done_o
);

  localparam int unsigned TickWidth = $clog2(nfc_pkg::BitTicks);

  logic [TickWidth-1:0] tick_d, tick_q;      // position in the bit
  logic                 active_d, active_q;  // SOC or bits under way
  logic                 ending_d, ending_q;  // the pause of an EOC under way
  logic                 one_d, one_q;        // present bit
  logic                 pause_d, pause_q;
  logic [5:0]           left_d, left_q;      // ticks left of the pause
  logic                 boundary, pause_start;
  logic [TickWidth-1:0] last_tick, before_half;

  assign last_tick   = TickWidth'(nfc_pkg::BitTicks - 1) >> rate_i;
  assign before_half = TickWidth'(nfc_pkg::HalfBitTicks - 1) >> rate_i;
  assign boundary    = active_q && tick_q == last_tick;
  assign bit_ready_o = boundary && bit_valid_i;
  assign pause_end_o = pause_q && left_q == '0;

  always_comb begin
    tick_d      = tick_q;
    active_d    = active_q;
    ending_d    = ending_q;
    one_d       = one_q;
    pause_d     = pause_q && !pause_end_o;
    left_d      = pause_q && !pause_end_o ? left_q - 1'b1 : left_q;
    pause_start = 1'b0;
    done_o      = 1'b0;

    if (active_q) begin
      tick_d = tick_q + 1'b1;
      if (boundary) begin
        tick_d      = '0;
        one_d       = bit_i && bit_valid_i;
        active_d    = bit_valid_i;
        pause_start = !one_d && !one_q;
        ending_d    = !bit_valid_i && !one_q;
        done_o      = !bit_valid_i && one_q;
      end else if (one_q && tick_q == before_half) begin
        pause_start = 1'b1;
      end
    end else if (start_i) begin
      tick_d      = '0;
      active_d    = 1'b1;
      one_d       = 1'b0;
      pause_start = 1'b1;
    end

    if (ending_q && pause_end_o) begin
      ending_d = 1'b0;
      done_o   = 1'b1;
    end
    if (pause_start) begin
      pause_d = 1'b1;
      left_d  = pause_ticks_i - 1'b1;
    end
    if (stop_i) begin
      active_d = 1'b0;
      ending_d = 1'b0;
      pause_d  = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      tick_q   <= '0;
      active_q <= 1'b0;
      ending_q <= 1'b0;
      one_q    <= 1'b0;
      pause_q  <= 1'b0;
      left_q   <= '0;
    end else begin
      tick_q   <= tick_d;
      active_q <= active_d;
      ending_q <= ending_d;
      one_q    <= one_d;
      pause_q  <= pause_d;
      left_q   <= left_d;
    end
  end

  assign pause_o = pause_q;

  `NFC_CHECK(pauses_are_apart, !(pause_start && pause_q && !pause_end_o))
  `NFC_CHECK(done_is_last, !done_o || (!pause_start && !pause_d))
  `NFC_CHECK(idle_is_quiet, active_q || ending_q || start_i || !pause_q)

endmodule
