// top_picc.sv - the card behind its antenna: receivers, activation, MIFARE Classic engine, load switch.
//
// In:  one level sample a tick, the identity of the card, the far side of the store port.
// Out: the load switch and the requests to the store.
// ISO/IEC 14443-2 and -3 (type A, 106 kbit/s); seams and times: docs/rooms.md, docs/choices.md.

module top_picc #(
  parameter int unsigned LevelBits = 8
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,  // placed new, not field loss

  input  logic [LevelBits-1:0] level_i,
  output logic                 load_o,

  input  logic [79:0]          uid_i,                  // u0 in bits 7..0
  input  logic [1:0]           uid_size_i,             // 0 four, 1 seven, 2 ten bytes
  input  logic [15:0]          atqa_i,                 // low byte goes first
  input  logic [7:0]           sak_i,                  // of the last cascade level
  input  nfc_pkg::kind_e       kind_i,
  input  logic                 random_uid_i,
  input  logic                 nak_silent_i,
  input  logic                 nonce_unpredictable_i,
  input  logic [15:0]          prng_seed_i,
  input  logic [31:0]          nonce_seed_i,

  output logic                 store_valid_o,
  output nfc_pkg::store_op_e   store_op_o,
  output logic [8:0]           store_block_o,
  output logic [3:0]           store_offset_o,
  output logic [7:0]           store_wdata_o,
  input  logic                 store_ready_i,
  input  logic [7:0]           store_rdata_i,
  input  logic                 store_error_i,

  output logic                 powered_o,
  output logic                 quiet_o
);

  assign load_o         = 1'b0;
  assign store_valid_o  = 1'b0;
  assign store_op_o     = nfc_pkg::StoreRead;
  assign store_block_o  = '0;
  assign store_offset_o = '0;
  assign store_wdata_o  = '0;
  assign powered_o      = 1'b0;
  assign quiet_o        = 1'b1;

endmodule
