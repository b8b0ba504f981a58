// top_type2.sv - a type 2 memory's commands, with an AES engine when it authenticates by one.
//
// In:  frames, the store, random bits, the kind of memory.
// Out: answers, store requests, the end of the selection.
// Seams: docs/rooms.md; docs/choices.md, Type 2 memory.

module top_type2 #(
  parameter bit Aes = 1'b1
) (
  input  logic               clk_i,
  input  logic               rst_ni,

  input  nfc_pkg::kind_e     kind_i,

  input  logic               active_i,
  input  logic               wake_i,
  output logic               drop_o,
  output logic               halt_o,
  output logic               fresh_o,

  input  logic               byte_valid_i,
  input  logic [7:0]         byte_i,
  input  logic [4:0]         bytes_i,
  input  logic               frame_end_i,
  input  logic               whole_i,
  input  logic               parity_ok_i,
  input  logic               crc_ok_i,
  input  logic [7:0]         code_i,
  input  logic [7:0]         argument_i,
  output logic               hold_header_o,

  output logic               reply_valid_o,
  output nfc_pkg::reply_e    reply_o,
  output nfc_pkg::fdt_e      fdt_o,
  input  logic               program_i,
  input  logic               data_valid_i,
  input  logic [2:0]         data_index_i,
  input  logic               reply_done_i,
  output logic [3:0]         nibble_o,
  output logic               data_bit_o,
  output logic               more_o,

  input  logic               random_ready_i,
  input  logic               random_bit_i,
  output logic               random_draw_o,
  output logic               random_use_o,
  output logic               random_take_o,

  output logic               store_valid_o,
  output nfc_pkg::store_op_e store_op_o,
  output logic [8:0]         store_block_o,
  output logic [3:0]         store_offset_o,
  output logic [7:0]         store_wdata_o,
  input  logic               store_ready_i,
  input  logic [7:0]         store_rdata_i,
  input  logic               store_error_i,

  output logic               listening_o,
  output logic               programming_o
);

  logic       rewind, key_valid, aes_begin, proving, answer, next, ready, proof_ok;
  logic [7:0] block_byte;

  type2_engine #(.Aes(Aes)) u_type2_engine (
    .clk_i,
    .rst_ni,
    .kind_i,
    .active_i,
    .wake_i,
    .drop_o,
    .halt_o,
    .fresh_o,
    .byte_valid_i,
    .byte_i,
    .bytes_i,
    .frame_end_i,
    .whole_i,
    .parity_ok_i,
    .crc_ok_i,
    .code_i,
    .argument_i,
    .hold_header_o,
    .reply_valid_o,
    .reply_o,
    .fdt_o,
    .program_i,
    .data_valid_i,
    .data_index_i,
    .reply_done_i,
    .nibble_o,
    .data_bit_o,
    .more_o,
    .aes_rewind_o    (rewind),
    .aes_key_valid_o (key_valid),
    .aes_begin_o     (aes_begin),
    .aes_proving_o   (proving),
    .aes_answer_o    (answer),
    .aes_next_o      (next),
    .aes_byte_i      (block_byte),
    .aes_ready_i     (ready),
    .aes_proof_ok_i  (proof_ok),
    .store_valid_o,
    .store_op_o,
    .store_block_o,
    .store_offset_o,
    .store_wdata_o,
    .store_ready_i,
    .store_rdata_i,
    .store_error_i,
    .listening_o,
    .programming_o
  );

  if (Aes) begin : g_aes
    logic       block_valid, block_next, start, decrypt, busy, done;
    logic [7:0] block;

    type2_aes u_type2_aes (
      .clk_i,
      .rst_ni,
      .begin_i       (aes_begin),
      .proving_i     (proving),
      .answer_i      (answer),
      .next_i        (next),
      .ready_o       (ready),
      .proof_ok_o    (proof_ok),
      .byte_valid_i,
      .byte_i,
      .first_i       (bytes_i == '0),
      .drawn_i       (random_ready_i),
      .random_bit_i,
      .draw_o        (random_draw_o),
      .use_o         (random_use_o),
      .take_o        (random_take_o),
      .block_valid_o (block_valid),
      .block_next_o  (block_next),
      .block_o       (block),
      .block_i       (block_byte),
      .start_o       (start),
      .decrypt_o     (decrypt),
      .done_i        (done)
    );

    aes_engine #(
      .Decrypt  (1'b1),
      .LongKeys (1'b0)
    ) u_aes_engine (
      .clk_i,
      .rst_ni,
      .key_size_i    (2'd0),
      .rewind_i      (rewind),
      .key_valid_i   (key_valid),
      .block_valid_i (block_valid),
      .next_i        (block_next),
      .data_i        (key_valid ? store_rdata_i : block),
      .data_o        (block_byte),
      .start_i       (start),
      .decrypt_i     (decrypt),
      .busy_o        (busy),
      .done_o        (done)
    );

    logic unused;
    assign unused = &{1'b0, busy};
  end else begin : g_no_aes
    logic unused;
    assign unused        = &{1'b0, rewind, key_valid, aes_begin, proving, answer, next, random_ready_i, random_bit_i};
    assign block_byte    = '0;
    assign ready         = 1'b0;
    assign proof_ok      = 1'b0;
    assign random_draw_o = 1'b0;
    assign random_use_o  = 1'b0;
    assign random_take_o = 1'b0;
  end

endmodule
