// aes_columns.sv - gathers a column byte by byte and gives it out mixed, row by row, while the next one comes in.
//
// In:  a byte a tick while step_i; with the last of its column end_i.
// Out: data_o, from the next tick on: row 0 of the column, then rows 1 to 3, one a step. mix_i: MixColumns
//      (inverse_i: its inverse), else as it came.
// FIPS 197, 5.1.3 and 5.3.3.

module aes_columns #(
  parameter bit Inverse = 1'b1      // 0: inverse_i does nothing
) (
  input  logic       clk_i,

  input  logic       step_i,
  input  logic       end_i,
  input  logic [7:0] data_i,

  input  logic       mix_i,
  input  logic       inverse_i,
  output logic [7:0] data_o
);

  // Oldest byte on top: rows 0 to 2 of the column to come; row of data_o first, then those below it.
  logic [23:0] gather_d, gather_q;
  logic [31:0] turn_d, turn_q;
  logic [7:0]  a, b, c, d, ab, ac, mixed, more;

  always_comb begin
    gather_d = gather_q;
    turn_d   = turn_q;
    if (step_i) begin
      gather_d = {gather_q[15:0], data_i};
      turn_d   = end_i ? {gather_q, data_i} : {turn_q[23:0], turn_q[31:24]};
    end
  end

  always_ff @(posedge clk_i) begin
    gather_q <= gather_d;
    turn_q   <= turn_d;
  end

  assign {a, b, c, d} = turn_q;
  assign ab = a ^ b;

  // Times x in GF(2^8).
  function automatic logic [7:0] twice(input logic [7:0] x);
    twice = {x[6:0], 1'b0} ^ (x[7] ? 8'h1B : 8'h00);
  endfunction

  // 2a + 3b + c + d = a + (2(a + b) + (a + b) + c + d); the inverse has 8(a + b + c + d) + 4(a + c) more.
  assign mixed = twice(ab) ^ ab ^ c ^ d;
  assign ac    = a ^ c;
  assign more  = Inverse && inverse_i ? twice(twice(twice(ab ^ c ^ d) ^ ac)) : 8'h00;
  assign data_o = a ^ (mix_i ? mixed ^ more : 8'h00);

endmodule
