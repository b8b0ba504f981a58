// aes_engine.sv - AES, one byte a tick through one S-box, key schedule on the fly.
//
// In:  key and block byte by byte into two memories, from the first byte after rewind_i, a block or a reset on.
// Out: the block byte by byte; it stays until it is overwritten. Both only while not busy.
//
//   state memory -> [S-box] -> columns -> + key -> state memory     (other bank)
//   key memory -----^   |                   |
//        ^   \         [t]                  |
//        +--- + <- four bytes of key -------+
//
// A register behind the S-box, and one beside it, part what it does from what comes after.
//
// Encryption makes each round key while it is needed, and leaves it in the key memory. Decryption reads them
// there: the first block under a new key is to be an encryption. FIPS 197, 5.

`include "nfc_check.svh"

module aes_engine #(
  parameter bit Decrypt  = 1'b1,          // 0: encrypts only
  parameter bit LongKeys = 1'b1           // 0: 16 bytes of key only
) (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic [1:0] key_size_i,
  input  logic       rewind_i,
  input  logic       key_valid_i,
  input  logic       block_valid_i,
  input  logic       next_i,              // a byte was read
  input  logic [7:0] data_i,
  output logic [7:0] data_o,              // of the block

  input  logic       start_i,
  input  logic       decrypt_i,
  output logic       busy_o,
  output logic       done_o
);

  // Never written where they are read in the same tick (checked below), so what that would do is not cared about.
  (* no_rw_check *) logic [7:0] state_memory [32];
  (* no_rw_check *) logic [7:0] key_memory [256];

  logic [4:0]  state_read, state_write;
  logic [7:0]  key_read, key_write;
  logic        state_valid, key_valid, stored, key_made, sbox_key, substitute, inverse, step, key_slot, constant, constant_next, grows, decrypting, row_end, mix;
  logic [7:0]  state_q, key_q, sbox_in, sbox_out, column_in, column_out, key_byte, key_next;
  logic [7:0]  substituted_d, substituted_q, beside_q;
  logic [31:0] made_d, made_q;            // the last four bytes of key, oldest on top
  logic [7:0]  constant_d, constant_q;

  aes_sequence #(
    .Decrypt  (Decrypt),
    .LongKeys (LongKeys)
  ) u_sequence (
    .clk_i,
    .rst_ni,
    .key_size_i,
    .rewind_i,
    .next_i          (next_i || key_valid_i || block_valid_i),
    .start_i,
    .decrypt_i,
    .busy_o,
    .done_o,
    .state_read_o    (state_read),
    .key_read_o      (key_read),
    .sbox_key_o      (sbox_key),
    .substitute_o    (substitute),
    .inverse_o       (inverse),
    .step_o          (step),
    .state_write_o   (state_write),
    .stored_o        (stored),
    .key_write_o     (key_write),
    .key_made_o      (key_made),
    .key_slot_o      (key_slot),
    .constant_o      (constant),
    .constant_next_o (constant_next),
    .grows_o         (grows),
    .decrypting_o    (decrypting),
    .row_end_o       (row_end),
    .mix_o           (mix)
  );

  // ---- Memories ----
  assign state_valid = busy_o ? stored : block_valid_i;
  assign key_valid   = busy_o ? key_made : key_valid_i;

  always_ff @(posedge clk_i) begin
    if (state_valid) state_memory[state_write] <= busy_o ? column_out ^ key_byte : data_i;
    state_q <= state_memory[state_read];
  end

  always_ff @(posedge clk_i) begin
    if (key_valid) key_memory[key_write] <= busy_o ? key_next : data_i;
    key_q <= key_memory[key_read];
  end

  // Nobody sees a block half done.
  assign data_o = busy_o ? 8'h00 : state_q;

  // ---- The one S-box ----
  assign sbox_in       = sbox_key ? key_q : state_q;
  assign substituted_d = substitute ? sbox_out : sbox_in;

  aes_sbox #(
    .Inverse (Decrypt)
  ) u_sbox (
    .inverse_i (inverse),
    .data_i    (sbox_in),
    .data_o    (sbox_out)
  );

  // ---- Key: added behind the S-box, before MixColumns undoes (5.3) or after it does (5.1) ----
  assign column_in = substituted_q ^ (decrypting ? beside_q : 8'h00);
  assign key_byte  = decrypting ? 8'h00 : made_q[31:24];
  assign key_next  = beside_q ^ (grows ? made_q[31:24] : 8'h00);

  always_comb begin
    made_d     = made_q;
    constant_d = constant_q;
    if (step) made_d = {made_q[23:0], key_slot ? substituted_q ^ (constant ? constant_q : 8'h00) : key_next};
    if (step && constant_next) constant_d = {constant_q[6:0], 1'b0} ^ (constant_q[7] ? 8'h1B : 8'h00);
    if (start_i) constant_d = 8'h01;
  end

  always_ff @(posedge clk_i) begin
    substituted_q <= substituted_d;
    beside_q      <= key_q;
    made_q        <= made_d;
    constant_q    <= constant_d;
  end

  aes_columns #(
    .Inverse (Decrypt)
  ) u_columns (
    .clk_i,
    .step_i    (step),
    .end_i     (row_end),
    .data_i    (column_in),
    .mix_i     (mix),
    .inverse_i (decrypting),
    .data_o    (column_out)
  );

  `NFC_CHECK(state_read_elsewhere, !(state_valid && state_write == state_read))
  `NFC_CHECK(key_read_elsewhere, !(key_valid && key_write == key_read))

endmodule
