// top_memory.sv - the commands of the card's memory: MIFARE Classic or type 2, as its kind says.
//
// In:  frames, the store, the proof {ar}, random bits, the kind of memory.
// Out: answers, store requests, orders for the cipher, the end of a session or selection.
// Seams: docs/rooms.md. The engine of the kind that the card is not rests before its first step.

module top_memory #(
  parameter bit Classic  = 1'b1,  // can be a MIFARE Classic
  parameter bit Type2    = 1'b1,  // can be a type 2 memory
  parameter bit Type2Aes = 1'b1   // which can authenticate by AES
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  // Configuration
  input  nfc_pkg::kind_e       kind_i,
  input  logic                 nak_silent_i,
  input  logic                 can_personalize_i,

  // Activation
  input  logic                 active_i,
  input  logic                 wake_i,
  input  logic                 read_ahead_i,
  output logic                 open_o,
  output logic                 drop_o,
  output logic                 halt_o,
  output logic [2:0]           usage_o,
  output logic                 usage_valid_o,

  // Frame
  input  logic                 byte_valid_i,
  input  logic [7:0]           byte_i,
  input  logic [4:0]           bytes_i,
  input  logic                 frame_end_i,
  input  logic                 whole_i,
  input  logic                 parity_ok_i,
  input  logic                 crc_ok_i,
  input  logic [7:0]           code_i,
  input  logic [7:0]           argument_i,
  output logic                 hold_header_o,
  output logic                 read_first_o,

  // Answer
  output logic                 reply_valid_o,
  output nfc_pkg::reply_e      reply_o,
  output nfc_pkg::fdt_e        fdt_o,
  input  logic                 program_i,
  input  logic                 data_valid_i,
  input  logic [2:0]           data_index_i,
  input  logic                 reply_done_i,
  output logic [3:0]           nibble_o,
  output logic                 data_bit_o,
  output logic                 more_o,             // type 2, whose data go as ReplyBlock: another byte follows

  // Cipher
  output logic                 cipher_on_o,
  output logic                 nested_o,
  output logic                 proving_o,
  input  logic                 proof_ok_i,
  output logic                 key_load_o,
  output logic                 key_bit_o,
  output logic                 nonce_draw_o,

  // Random bits of a type 2 memory
  input  logic                 random_ready_i,
  input  logic                 random_bit_i,
  output logic                 random_draw_o,
  output logic                 random_use_o,
  output logic                 random_take_o,

  // Store
  output logic                 store_valid_o,
  output nfc_pkg::store_op_e   store_op_o,
  output logic [8:0]           store_block_o,
  output logic [3:0]           store_offset_o,
  output logic [7:0]           store_wdata_o,
  input  logic                 store_ready_i,
  input  logic [7:0]           store_rdata_i,
  input  logic                 store_error_i,

  output logic                 listening_o,
  output logic                 programming_o
);

  logic pages;  // the card is a type 2 memory

  assign pages = Type2 && (!Classic || kind_i == nfc_pkg::KindUltralight || kind_i == nfc_pkg::KindNtag213 ||
                           kind_i == nfc_pkg::KindNtag215 || kind_i == nfc_pkg::KindNtag216 ||
                           kind_i == nfc_pkg::KindUltralightAes);

  // ---- MIFARE Classic ----
  nfc_pkg::reply_e    classic_reply;
  nfc_pkg::fdt_e      classic_fdt;
  nfc_pkg::store_op_e classic_op;

  logic       classic_open, classic_drop, classic_halt, classic_fresh, classic_hold, classic_reply_valid, classic_bit;
  logic       classic_store_valid, classic_listening, classic_programming;
  logic [3:0] classic_nibble, classic_offset;
  logic [8:0] classic_block;
  logic [7:0] classic_wdata;

  if (Classic) begin : g_classic
    classic_engine u_classic_engine (
      .clk_i,
      .rst_ni,
      .kind_i,
      .nak_silent_i,
      .can_personalize_i,
      .active_i,
      .wake_i,
      .read_ahead_i,
      .open_o         (classic_open),
      .drop_o         (classic_drop),
      .halt_o         (classic_halt),
      .usage_o,
      .usage_valid_o  (classic_fresh),
      .byte_valid_i,
      .byte_i,
      .bytes_i,
      .frame_end_i,
      .whole_i,
      .parity_ok_i,
      .crc_ok_i,
      .code_i,
      .argument_i,
      .hold_header_o  (classic_hold),
      .read_first_o,
      .reply_valid_o  (classic_reply_valid),
      .reply_o        (classic_reply),
      .fdt_o          (classic_fdt),
      .program_i,
      .data_valid_i,
      .data_index_i,
      .reply_done_i,
      .nibble_o       (classic_nibble),
      .data_bit_o     (classic_bit),
      .cipher_on_o,
      .nested_o,
      .proving_o,
      .proof_ok_i,
      .key_load_o,
      .key_bit_o,
      .nonce_draw_o,
      .store_valid_o  (classic_store_valid),
      .store_op_o     (classic_op),
      .store_block_o  (classic_block),
      .store_offset_o (classic_offset),
      .store_wdata_o  (classic_wdata),
      .store_ready_i  (store_ready_i && !pages),
      .store_rdata_i,
      .store_error_i,
      .listening_o    (classic_listening),
      .programming_o  (classic_programming)
    );
  end else begin : g_no_classic
    logic unused;
    assign unused              = &{1'b0, nak_silent_i, can_personalize_i, read_ahead_i, proof_ok_i};
    assign classic_open        = 1'b1;
    assign classic_drop        = 1'b0;
    assign classic_halt        = 1'b0;
    assign usage_o             = '0;
    assign classic_fresh       = 1'b0;
    assign classic_hold        = 1'b0;
    assign read_first_o        = 1'b0;
    assign classic_reply_valid = 1'b0;
    assign classic_reply       = nfc_pkg::ReplyNibble;
    assign classic_fdt         = nfc_pkg::FdtMin;
    assign classic_nibble      = '0;
    assign classic_bit         = 1'b0;
    assign cipher_on_o         = 1'b0;
    assign nested_o            = 1'b0;
    assign proving_o           = 1'b0;
    assign key_load_o          = 1'b0;
    assign key_bit_o           = 1'b0;
    assign nonce_draw_o        = 1'b0;
    assign classic_store_valid = 1'b0;
    assign classic_op          = nfc_pkg::StoreRead;
    assign classic_block       = '0;
    assign classic_offset      = '0;
    assign classic_wdata       = '0;
    assign classic_listening   = 1'b1;
    assign classic_programming = 1'b0;
  end

  // ---- Type 2 ----
  nfc_pkg::reply_e    type2_reply;
  nfc_pkg::fdt_e      type2_fdt;
  nfc_pkg::store_op_e type2_op;

  logic       type2_drop, type2_halt, type2_fresh, type2_hold, type2_reply_valid, type2_bit;
  logic       type2_store_valid, type2_listening, type2_programming;
  logic [3:0] type2_nibble, type2_offset;
  logic [8:0] type2_block;
  logic [7:0] type2_wdata;

  if (Type2) begin : g_type2
    top_type2 #(.Aes(Type2Aes)) u_top_type2 (
      .clk_i,
      .rst_ni,
      .kind_i,
      .active_i,
      .wake_i,
      .drop_o         (type2_drop),
      .halt_o         (type2_halt),
      .fresh_o        (type2_fresh),
      .byte_valid_i,
      .byte_i,
      .bytes_i,
      .frame_end_i,
      .whole_i,
      .parity_ok_i,
      .crc_ok_i,
      .code_i,
      .argument_i,
      .hold_header_o  (type2_hold),
      .reply_valid_o  (type2_reply_valid),
      .reply_o        (type2_reply),
      .fdt_o          (type2_fdt),
      .program_i,
      .data_valid_i,
      .data_index_i,
      .reply_done_i,
      .nibble_o       (type2_nibble),
      .data_bit_o     (type2_bit),
      .more_o,
      .random_ready_i,
      .random_bit_i,
      .random_draw_o,
      .random_use_o,
      .random_take_o,
      .store_valid_o  (type2_store_valid),
      .store_op_o     (type2_op),
      .store_block_o  (type2_block),
      .store_offset_o (type2_offset),
      .store_wdata_o  (type2_wdata),
      .store_ready_i  (store_ready_i && pages),
      .store_rdata_i,
      .store_error_i,
      .listening_o    (type2_listening),
      .programming_o  (type2_programming)
    );
  end else begin : g_no_type2
    logic unused;
    assign unused            = &{1'b0, random_ready_i, random_bit_i};
    assign type2_drop        = 1'b0;
    assign type2_halt        = 1'b0;
    assign type2_fresh       = 1'b0;
    assign type2_hold        = 1'b0;
    assign type2_reply_valid = 1'b0;
    assign type2_reply       = nfc_pkg::ReplyNibble;
    assign type2_fdt         = nfc_pkg::FdtMin;
    assign type2_nibble      = '0;
    assign type2_bit         = 1'b0;
    assign more_o            = 1'b0;
    assign random_draw_o     = 1'b0;
    assign random_use_o      = 1'b0;
    assign random_take_o     = 1'b0;
    assign type2_store_valid = 1'b0;
    assign type2_op          = nfc_pkg::StoreRead;
    assign type2_block       = '0;
    assign type2_offset      = '0;
    assign type2_wdata       = '0;
    assign type2_listening   = 1'b1;
    assign type2_programming = 1'b0;
  end

  // ---- The one that the card is ----
  assign open_o         = pages || classic_open;
  assign drop_o         = pages ? type2_drop : classic_drop;
  assign halt_o         = pages ? type2_halt : classic_halt;
  assign usage_valid_o  = pages ? type2_fresh : classic_fresh;
  assign hold_header_o  = pages ? type2_hold : classic_hold;
  assign reply_valid_o  = pages ? type2_reply_valid : classic_reply_valid;
  assign reply_o        = pages ? type2_reply : classic_reply;
  assign fdt_o          = pages ? type2_fdt : classic_fdt;
  assign nibble_o       = pages ? type2_nibble : classic_nibble;
  assign data_bit_o     = pages ? type2_bit : classic_bit;
  assign store_valid_o  = pages ? type2_store_valid : classic_store_valid;
  assign store_op_o     = pages ? type2_op : classic_op;
  assign store_block_o  = pages ? type2_block : classic_block;
  assign store_offset_o = pages ? type2_offset : classic_offset;
  assign store_wdata_o  = pages ? type2_wdata : classic_wdata;
  assign listening_o    = pages ? type2_listening : classic_listening;
  assign programming_o  = pages ? type2_programming : classic_programming;

endmodule
