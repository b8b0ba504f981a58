// block_rates.sv - the bit rates in force.
//
// In:  rates that were agreed on, or the end of the session; done_i with the last tick of each answer.
// Out: the rates of both directions: 0 fc/128 to 3 fc/16. What was agreed on counts when its answer has ended.
// ISO/IEC 14443-4, 5.3; docs/choices.md, Higher rates.

`include "nfc_check.svh"

module block_rates (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       agreed_i,
  input  logic [1:0] card_i,       // the rates of that,
  input  logic [1:0] reader_i,
  input  logic       end_i,        // the session ends: fc/128
  input  logic       done_i,

  output logic [1:0] card_o,
  output logic [1:0] reader_o
);

  logic [3:0] next_d, next_q;
  logic [3:0] rates_d, rates_q;

  always_comb begin
    next_d  = next_q;
    rates_d = rates_q;
    if (end_i)         next_d = '0;
    else if (agreed_i) next_d = {card_i, reader_i};
    if (done_i) rates_d = next_q;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      next_q  <= '0;
      rates_q <= '0;
    end else begin
      next_q  <= next_d;
      rates_q <= rates_d;
    end
  end

  assign {card_o, reader_o} = rates_q;

  `NFC_CHECK(changes_with_an_answer, rates_d == rates_q || done_i)

endmodule
