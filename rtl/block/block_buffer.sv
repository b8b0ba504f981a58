// block_buffer.sv - bytes of a block: one side writes, the other reads.
//
// Out: data_o, the byte at read_place_i of the last tick with read_i. The content outlives resets.
// What is written counts for reads from the next tick on; a read in the same tick may get anything.

module block_buffer #(
  parameter int unsigned PlaceBits = 8
) (
  input  logic                 clk_i,

  input  logic                 write_i,
  input  logic [PlaceBits-1:0] write_place_i,
  input  logic [7:0]           data_i,

  input  logic                 read_i,
  input  logic [PlaceBits-1:0] read_place_i,
  output logic [7:0]           data_o
);

  (* no_rw_check *) logic [7:0] memory [2**PlaceBits];
  logic [7:0] data_q;

  always_ff @(posedge clk_i) begin
    if (write_i) memory[write_place_i] <= data_i;
    if (read_i)  data_q <= memory[read_place_i];
  end

  assign data_o = data_q;

endmodule
