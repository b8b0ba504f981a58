// bus_buffer.sv - the PCD's 256 bytes of frame data and the collision mask beside them.
//
// The bus goes through it word by word: its place moves on with next_i, back with first_i. The engine
// writes words of the answer, or reads the word engine_index_i while engine_i is high.
// Out: data_o, mask_o: the word at the present place, one tick after the place changed.

`include "nfc_check.svh"

module bus_buffer (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic        first_i,
  input  logic        next_i,
  input  logic        write_i,
  input  logic [31:0] wdata_i,

  input  logic        engine_i,
  input  logic [5:0]  engine_index_i,
  input  logic        engine_write_i,
  input  logic [5:0]  engine_windex_i,
  input  logic [31:0] engine_data_i,
  input  logic [31:0] engine_mask_i,

  output logic [31:0] data_o,
  output logic [31:0] mask_o
);

  logic [63:0] memory [64];
  logic [63:0] word_q;
  logic [5:0]  place_d, place_q, read_index, write_index;
  logic        write;
  logic [63:0] write_word;

  assign read_index  = engine_i ? engine_index_i : place_q;
  assign write       = engine_write_i || write_i;
  assign write_index = engine_write_i ? engine_windex_i : place_q;
  assign write_word  = engine_write_i ? {engine_mask_i, engine_data_i} : {32'b0, wdata_i};

  always_comb begin
    place_d = place_q;
    if (next_i) place_d = place_q + 1'b1;
    if (first_i) place_d = '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) place_q <= '0;
    else         place_q <= place_d;
  end

  always_ff @(posedge clk_i) begin
    if (write) memory[write_index] <= write_word;
    word_q <= memory[read_index];
  end

  assign data_o = word_q[31:0];
  assign mask_o = word_q[63:32];

  `NFC_CHECK(one_writer, !(engine_write_i && write_i))

endmodule
