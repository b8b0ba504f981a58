// common_clock_gate.sv - the clock of a module that may stand still.
// In:  clk_i; enable_i, from a flip-flop of clk_i.
// Out: clk_o, whole pulses of clk_i from the tick after enable_i rose to the one in which it fell.
//
// A flip-flop on the falling edge holds the enable while clk_i is high, as the latch of a gate of a cell library
// does: clk_o has no spike. Without a latch, which FPGAs lack and style.md avoids, and without a clock enable,
// which every module behind it would have to know of and which would leave its clock running. The price is half a
// tick for the path from enable_i.
//
//   clk_i     _/~\_/~\_/~\_/~\_/~\_
//   enable_i  _____/~~~~~~~~\______
//   enable_q  _______/~~~~~~~~\____
//   clk_o     _________/~\_/~\_____

module common_clock_gate (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic enable_i,
  output logic clk_o
);

  logic enable_q;

  always_ff @(negedge clk_i or negedge rst_ni) begin
    if (!rst_ni) enable_q <= 1'b0;
    else         enable_q <= enable_i;
  end

  assign clk_o = clk_i && enable_q;

endmodule
