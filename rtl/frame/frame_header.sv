// frame_header.sv - the first two bytes of a frame, kept for those who judge it at its end.
//
// In:  whole bytes with their place in the frame; hold_i keeps the header of the frame before, whose
//      second part this one is.
// Out: code (SEL, command) and argument (NVB, block number).

`include "nfc_check.svh"

module frame_header (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       hold_i,
  input  logic       byte_valid_i,
  input  logic [7:0] byte_i,
  input  logic [4:0] bytes_i,       // bytes before this one

  output logic [7:0] code_o,
  output logic [7:0] argument_o
);

  logic [7:0] code_d, code_q;
  logic [7:0] argument_d, argument_q;

  always_comb begin
    code_d     = code_q;
    argument_d = argument_q;
    if (byte_valid_i && !hold_i) begin
      if (bytes_i == 5'd0) code_d = byte_i;
      if (bytes_i == 5'd1) argument_d = byte_i;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      code_q     <= '0;
      argument_q <= '0;
    end else begin
      code_q     <= code_d;
      argument_q <= argument_d;
    end
  end

  assign code_o     = code_q;
  assign argument_o = argument_q;

  `NFC_CHECK(hold_keeps, !hold_i || (code_d == code_q && argument_d == argument_q))

endmodule
