// board_clock.sv - the one clock of a board's design and its reset.
//
// In:  an oscillator of 13.56 MHz, or of twice that (Double), or the field's clock held over; the reset button.
// Out: clk_o of 13.56 MHz; rst_no, asserted at once, also when the FPGA has just been configured (flip-flops are 0
//      then), released with the clock.

module board_clock #(
  parameter bit Double = 1'b0   // clk_i is 27.12 MHz
) (
  input  logic clk_i,
  input  logic reset_ni,
  output logic clk_o,
  output logic rst_no
);

  if (Double) begin : g_double
    // Needs no reset: either edge will do for the first one.
    logic half_q = 1'b0;
    always_ff @(posedge clk_i) half_q <= !half_q;
    assign clk_o = half_q;
  end else begin : g_single
    assign clk_o = clk_i;
  end

  common_sync u_sync (
    .clk_i  (clk_o),
    .rst_ni (reset_ni),
    .data_i (1'b1),
    .data_o (rst_no)
  );

endmodule
