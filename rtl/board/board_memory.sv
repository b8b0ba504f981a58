// board_memory.sv - the sectors of a MIFARE Classic card in block RAM.
//
// In:  the card's store port (nfc_pkg::store_op_e); accesses of the host, byte by byte, which wait for the card.
// Out: store_ready_o a tick after StoreRead and StoreLoad, with the byte, 32 ticks after StoreProgram; host_ready_o
//      a tick after the access, with the byte.
// Nothing fails, and nothing survives a power cut of the board. Behind the blocks lie the page buffer and block 256.

`include "nfc_check.svh"

module board_memory #(
  parameter int unsigned Blocks = 64,
  parameter              Image  = ""   // file for $readmemh: bytes of all blocks, of the page buffer and of block 256
) (
  input  logic               clk_i,
  input  logic               rst_ni,

  input  logic               store_valid_i,
  input  nfc_pkg::store_op_e store_op_i,
  input  logic [8:0]         store_block_i,
  input  logic [3:0]         store_offset_i,
  input  logic [7:0]         store_wdata_i,
  output logic               store_ready_o,
  output logic [7:0]         store_rdata_o,

  input  logic               host_valid_i,   // until host_ready_o
  input  logic               host_write_i,
  input  logic [8:0]         host_block_i,
  input  logic [3:0]         host_offset_i,
  input  logic [7:0]         host_wdata_i,
  output logic               host_ready_o,
  output logic [7:0]         host_rdata_o
);

  localparam int unsigned RowBits   = $clog2(Blocks + 2);
  localparam int unsigned BlockBits = $clog2(Blocks);
  localparam logic [RowBits-1:0] PageRow   = RowBits'(Blocks);
  localparam logic [RowBits-1:0] ConfigRow = RowBits'(Blocks + 1);

  (* no_rw_check *) logic [7:0] memory [16 * (Blocks + 2)];
  logic [7:0] data_q;

  if (Image != "") begin : g_image
    initial $readmemh(Image, memory);
  end

  logic               write;
  logic [RowBits-1:0] row;
  logic [3:0]         offset;
  logic [7:0]         wdata;
  logic               store_ready_d, store_ready_q, host_ready_d, host_ready_q;
  logic [4:0]         copy_d, copy_q;    // byte of the page; it is read, then written
  logic [8:0]         block;
  logic               block_exists;

  assign block        = store_valid_i ? store_block_i : host_block_i;
  assign block_exists = block[8] || 9'(block[BlockBits-1:0]) == block;

  always_comb begin
    write         = 1'b0;
    row           = block[8] ? ConfigRow : RowBits'(block[BlockBits-1:0]);
    offset        = store_offset_i;
    wdata         = store_wdata_i;
    store_ready_d = 1'b0;
    host_ready_d  = 1'b0;
    copy_d        = '0;
    if (store_ready_q || host_ready_q) begin
      // The other side sees that it is done.
    end else if (store_valid_i) begin
      unique case (store_op_i)
        nfc_pkg::StoreLoad: begin
          write         = 1'b1;
          row           = PageRow;
          store_ready_d = 1'b1;
        end
        nfc_pkg::StoreProgram: begin
          copy_d        = copy_q + 1'b1;
          offset        = copy_q[4:1];
          wdata         = data_q;
          write         = copy_q[0] && block_exists;
          store_ready_d = copy_q == '1;
          if (!copy_q[0]) row = PageRow;
        end
        default: store_ready_d = 1'b1;
      endcase
    end else if (host_valid_i) begin
      offset       = host_offset_i;
      wdata        = host_wdata_i;
      write        = host_write_i && block_exists;
      host_ready_d = 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (write) memory[{row, offset}] <= wdata;
    data_q <= memory[{row, offset}];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      store_ready_q <= 1'b0;
      host_ready_q  <= 1'b0;
      copy_q        <= '0;
    end else begin
      store_ready_q <= store_ready_d;
      host_ready_q  <= host_ready_d;
      copy_q        <= copy_d;
    end
  end

  assign store_ready_o = store_ready_q;
  assign store_rdata_o = data_q;
  assign host_ready_o  = host_ready_q;
  assign host_rdata_o  = data_q;

  `NFC_CHECK(one_side_at_a_time, !store_ready_q || !host_ready_q)

endmodule
