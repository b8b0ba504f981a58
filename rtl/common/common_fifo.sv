// common_fifo.sv - words that wait for a slow reader.
//
// In:  words, valid/ready. Out: the same words in the same order, valid/ready.

`include "nfc_check.svh"

module common_fifo #(
  parameter int unsigned Width     = 8,
  parameter int unsigned DepthBits = 4    // 2 ** DepthBits words
) (
  input  logic             clk_i,
  input  logic             rst_ni,

  input  logic             in_valid_i,
  output logic             in_ready_o,
  input  logic [Width-1:0] in_data_i,

  output logic             out_valid_o,
  input  logic             out_ready_i,
  output logic [Width-1:0] out_data_o
);

  logic [Width-1:0]     words [2 ** DepthBits];
  logic [DepthBits:0]   head_d, head_q;    // next word to be written,
  logic [DepthBits:0]   tail_d, tail_q;    // to be read; one bit more than an address
  logic                 valid_d, valid_q;  // of the word that stands at the output
  logic [Width-1:0]     out_q;
  logic                 take;              // a word is moved to the output

  assign in_ready_o = head_q[DepthBits-1:0] != tail_q[DepthBits-1:0] || head_q[DepthBits] == tail_q[DepthBits];
  assign take       = head_q != tail_q && (!valid_q || out_ready_i);

  always_comb begin
    head_d  = head_q;
    tail_d  = tail_q;
    valid_d = valid_q && !out_ready_i;
    if (in_valid_i && in_ready_o) head_d = head_q + 1'b1;
    if (take) begin
      tail_d  = tail_q + 1'b1;
      valid_d = 1'b1;
    end
  end

  // A memory has no reset.
  always_ff @(posedge clk_i) begin
    if (in_valid_i && in_ready_o) words[head_q[DepthBits-1:0]] <= in_data_i;
    if (take)                     out_q <= words[tail_q[DepthBits-1:0]];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_q  <= '0;
      tail_q  <= '0;
      valid_q <= 1'b0;
    end else begin
      head_q  <= head_d;
      tail_q  <= tail_d;
      valid_q <= valid_d;
    end
  end

  assign out_valid_o = valid_q;
  assign out_data_o  = out_q;

  `NFC_CHECK(no_more_than_it_holds, (head_q - tail_q) <= (DepthBits + 1)'(2 ** DepthBits))

endmodule
