// aes_sequence.sv - where the engine is in a block, and the addresses that follow from it.
//
// A frame is a round; the first one only adds a round key. A slot is four ticks, one for each row, in which a
// column goes through the S-box, or the key does: before column 0, with 24 bytes of key also before column 2.
// A tick later it is added and gathered, and put back in the slot after that:
//
//   slot       | key   | col 0 | col 1 | col 2 | col 3 | key   | col 0 ...
//   S-box      | key   | col 0 | col 1 | col 2 | col 3 | key   | col 0
//   gathered   | key   | col 0 | col 1 | col 2 | col 3 | key   | col 0
//   put back   | col 3 |       | col 0 | col 1 | col 2 | col 3 |
//
// Its only inputs are commands, so neither key nor data can change how long a block takes.
// While idle it is the place of the byte that the bus moves next.
// Memories read at addresses of the tick to come (they register them), and are written at those of this tick.

`include "nfc_check.svh"

module aes_sequence #(
  parameter bit Decrypt  = 1'b1,
  parameter bit LongKeys = 1'b1
) (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic [1:0] key_size_i,           // 0 to 2: 16, 24, 32 bytes
  input  logic       rewind_i,             // idle: back to the first byte
  input  logic       next_i,               // idle: on to the next byte
  input  logic       start_i,
  input  logic       decrypt_i,            // with start_i
  output logic       busy_o,
  output logic       done_o,               // the last tick of a block

  output logic [4:0] state_read_o,
  output logic [7:0] key_read_o,
  output logic       sbox_key_o,           // this tick's byte in the S-box is one of key
  output logic       substitute_o,         // it is substituted
  output logic       inverse_o,

  // Of the byte that was in the S-box a tick before.
  output logic       step_o,
  output logic [4:0] state_write_o,
  output logic       stored_o,             // a column leaves
  output logic [7:0] key_write_o,
  output logic       key_made_o,           // a byte of the key is made
  output logic       key_slot_o,
  output logic       constant_o,           // it gets the round constant
  output logic       constant_next_o,      // on to the next round constant
  output logic       grows_o,              // the byte of the key made is added to the one four before it
  output logic       decrypting_o,
  output logic       row_end_o,
  output logic       mix_o                 // the column that leaves is to be mixed
);

  logic [3:0] frame_d, frame_q, frame_step, rounds;
  logic [1:0] column_d, column_q, column_step, row_d, row_q, phase_d, phase_q;
  logic       key_slot_d, key_slot_q, first_d, first_q, busy_d, busy_q, decrypt_d, decrypt_q;
  logic       bank_d, bank_q, stored_d, stored_q, mix_d, mix_q;
  logic       row_end, frame_end, last, size_192, size_256, idle;

  typedef struct packed {
    logic       step;
    logic [4:0] state_write;
    logic       stored;
    logic [7:0] key_write;
    logic       key_made;
    logic       key_slot;
    logic       constant;
    logic       constant_next;
    logic       grows;
    logic       decrypting;
    logic       row_end;
    logic       mix;
    logic       last;
  } gather_t;

  gather_t gather_d, gather_q;

  assign size_192 = LongKeys && key_size_i == 2'd1;
  assign size_256 = LongKeys && key_size_i == 2'd2;
  assign rounds   = size_256 ? 4'd14 : size_192 ? 4'd12 : 4'd10;

  assign idle      = !busy_q && !gather_q.step;
  assign row_end   = row_q == 2'd3;
  assign frame_end = row_end && !key_slot_q && column_q == 2'd3;
  assign last      = key_slot_q && row_end && frame_q == (decrypt_q ? 4'd15 : rounds + 4'd1);

  // Where a busy engine is in the next tick.
  always_comb begin
    column_step = column_q;
    frame_step  = frame_q;
    if (row_end && !key_slot_q) column_step = column_q + 2'd1;
    if (frame_end) frame_step = decrypt_q ? frame_q - 4'd1 : frame_q + 4'd1;
  end

  always_comb begin
    frame_d    = frame_q;
    column_d   = column_q;
    row_d      = row_q;
    phase_d    = phase_q;
    key_slot_d = key_slot_q;
    first_d    = first_q;
    busy_d     = busy_q;
    decrypt_d  = decrypt_q;
    bank_d     = bank_q;
    stored_d   = stored_q;
    mix_d      = mix_q;

    if (busy_q || next_i) begin
      row_d    = row_q + 2'd1;
      column_d = column_step;
      frame_d  = frame_step;
    end
    if (busy_q && row_end) begin
      key_slot_d = !key_slot_q && (column_q == 2'd3 || (size_192 && column_q == 2'd1));
      stored_d   = !key_slot_q;
      mix_d      = !first_q && frame_q != (decrypt_q ? 4'd0 : rounds);
    end
    if (busy_q && frame_end) begin
      first_d = 1'b0;
      bank_d  = !bank_q;
      phase_d = phase_q == 2'd2 ? 2'd0 : phase_q + 2'd1;
    end
    if (busy_q && last) begin
      busy_d     = 1'b0;
      key_slot_d = 1'b0;
      first_d    = 1'b1;
      decrypt_d  = 1'b0;
    end
    if (idle && (rewind_i || start_i)) begin
      frame_d  = '0;
      column_d = '0;
      row_d    = '0;
    end
    if (idle && start_i) begin
      busy_d    = 1'b1;
      stored_d  = 1'b0;
      phase_d   = '0;
      decrypt_d = Decrypt && decrypt_i;
      if (Decrypt && decrypt_i) frame_d = rounds;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      frame_q    <= '0;
      column_q   <= '0;
      row_q      <= '0;
      phase_q    <= '0;
      key_slot_q <= 1'b0;
      first_q    <= 1'b1;
      busy_q     <= 1'b0;
      decrypt_q  <= 1'b0;
      bank_q     <= 1'b0;
      stored_q   <= 1'b0;
      mix_q      <= 1'b0;
    end else begin
      frame_q    <= frame_d;
      column_q   <= column_d;
      row_q      <= row_d;
      phase_q    <= LongKeys ? phase_d : '0;
      key_slot_q <= key_slot_d;
      first_q    <= first_d;
      busy_q     <= busy_d;
      decrypt_q  <= decrypt_d;
      bank_q     <= bank_d;
      stored_q   <= stored_d;
      mix_q      <= mix_d;
    end
  end

  // ---- Key schedule: word w[i], i = {frame, column}, comes from w[i - Nk] and w[i - 1] or what a key slot made of it ----
  logic       turns_d, turns_q, grows_d, grows_q;
  logic [5:0] word_d, word_step;

  assign word_d    = {frame_d, column_d};
  assign word_step = {frame_step, column_step};

  always_comb begin
    // Key slot: i is a multiple of Nk. The first tick of a block has neither.
    turns_d = 1'b1;
    grows_d = frame_step != '0;
    if (size_192) begin
      turns_d = (phase_d == 2'd0 && !column_step[1]) || (phase_d == 2'd1 && column_step[1]);
      grows_d = word_step >= 6'd6;
    end
    if (size_256) begin
      turns_d = !frame_step[0];
      grows_d = frame_step[3:1] != '0;
    end
    if (!busy_q) grows_d = 1'b0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      turns_q <= 1'b0;
      grows_q <= 1'b0;
    end else begin
      turns_q <= turns_d;
      grows_q <= grows_d;
    end
  end

  logic [5:0] back;
  always_comb begin
    back = '0;
    if (key_slot_d) back = 6'd1;
    else if (grows_d && !decrypt_d) back = size_256 ? 6'd8 : size_192 ? 6'd6 : 6'd4;
  end

  assign key_read_o   = {word_d - back, row_d + {1'b0, key_slot_d && turns_d}};
  assign substitute_o = key_slot_q ? turns_q || size_256 : !first_q;

  // ---- State: two banks, so that ShiftRows is only an order of reading ----
  logic [1:0] shift_d;
  assign shift_d      = first_d ? 2'd0 : decrypt_d ? 2'd0 - row_d : row_d;
  assign state_read_o = {bank_d, column_d + shift_d, row_d};

  // ---- What is done with the byte a tick later ----
  assign gather_d.step          = busy_q;
  assign gather_d.state_write   = {bank_q ^ !(key_slot_q && column_q == 2'd0), column_q - 2'd1, row_q};
  assign gather_d.stored        = busy_q && stored_q;
  assign gather_d.key_write     = {frame_q, column_q, row_q};
  assign gather_d.key_made      = busy_q && !key_slot_q && !decrypt_q;
  assign gather_d.key_slot      = key_slot_q;
  assign gather_d.constant      = key_slot_q && turns_q && row_q == 2'd0;
  assign gather_d.constant_next = key_slot_q && turns_q && row_end;
  assign gather_d.grows         = grows_q;
  assign gather_d.decrypting    = decrypt_q;
  assign gather_d.row_end       = row_end;
  assign gather_d.mix           = mix_q;
  assign gather_d.last          = busy_q && last;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) gather_q <= '0;
    else         gather_q <= gather_d;
  end

  assign step_o          = gather_q.step;
  assign state_write_o   = idle ? {bank_q, column_q, row_q} : gather_q.state_write;
  assign stored_o        = gather_q.stored;
  assign key_write_o     = idle ? {frame_q, column_q, row_q} : gather_q.key_write;
  assign key_made_o      = gather_q.key_made;
  assign key_slot_o      = gather_q.key_slot;
  assign constant_o      = gather_q.constant;
  assign constant_next_o = gather_q.constant_next;
  assign grows_o         = gather_q.grows;
  assign decrypting_o    = gather_q.decrypting;
  assign row_end_o       = gather_q.row_end;
  assign mix_o           = gather_q.mix;

  assign busy_o       = !idle;
  assign done_o       = gather_q.last;
  assign sbox_key_o   = key_slot_q;
  assign inverse_o    = decrypt_q;

  `NFC_CHECK(idle_is_plain, busy_q || (first_q && !key_slot_q && !decrypt_q))

endmodule
