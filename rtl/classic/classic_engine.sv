// classic_engine.sv - commands of MIFARE Classic: authentication, memory, values, UID usage.
//
// In:  whole frames in clear text with their header, while the card is ACTIVE; the store; the proof {ar}.
// Out: answers, store requests, key bits for the cipher, and the end of the session (drop, halt).
// MF1S50 data sheet; docs/choices.md, MIFARE Classic.

`include "nfc_check.svh"

module classic_engine (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  // Configuration
  input  nfc_pkg::kind_e       kind_i,
  input  logic                 nak_silent_i,
  input  logic                 can_personalize_i,  // a UID of 7 bytes

  // Activation
  input  logic                 active_i,
  input  logic                 wake_i,             // an activation begins
  input  logic                 read_ahead_i,       // this frame is a READ of block 0 that ends the activation
  output logic                 open_o,             // the next frame is a command in clear
  output logic                 drop_o,
  output logic                 halt_o,
  output logic [2:0]           usage_o,            // {personalised, usage}
  output logic                 usage_valid_o,      // one tick: usage_o is fresh

  // Frame
  input  logic                 byte_valid_i,
  input  logic [7:0]           byte_i,
  input  logic [4:0]           bytes_i,
  input  logic                 frame_end_i,
  input  logic                 whole_i,            // whole bytes only, sound coding
  input  logic                 parity_ok_i,
  input  logic                 crc_ok_i,
  input  logic [7:0]           code_i,
  input  logic [7:0]           argument_i,
  output logic                 hold_header_o,
  output logic                 read_first_o,       // the frame is a sound READ of block 0

  // Answer
  output logic                 reply_valid_o,
  output nfc_pkg::reply_e      reply_o,
  output nfc_pkg::fdt_e        fdt_o,
  input  logic                 program_i,          // programming starts with the next tick
  input  logic                 data_valid_i,       // one bit of a ReplyData is sent
  input  logic [2:0]           data_index_i,       // its place in the byte
  input  logic                 reply_done_i,
  output logic [3:0]           nibble_o,
  output logic                 data_bit_o,

  // Cipher
  output logic                 cipher_on_o,
  output logic                 nested_o,           // nt goes out encrypted
  output logic                 proving_o,          // the frame is {nr}{ar}
  input  logic                 proof_ok_i,
  output logic                 key_load_o,
  output logic                 key_bit_o,
  output logic                 nonce_draw_o,

  // Store
  output logic                 store_valid_o,
  output nfc_pkg::store_op_e   store_op_o,
  output logic [8:0]           store_block_o,
  output logic [3:0]           store_offset_o,
  output logic [7:0]           store_wdata_o,
  input  logic                 store_ready_i,
  input  logic [7:0]           store_rdata_i,
  input  logic                 store_error_i,

  output logic                 listening_o,        // no frame is being worked on
  output logic                 programming_o       // waits for the store
);

  localparam logic [3:0] FirstOfKeyB   = 4'd10;
  localparam logic [3:0] FirstOfRights = 4'd6;
  localparam logic [3:0] LastOfRights  = 4'd8;
  localparam logic [3:0] LastByte      = 4'd15;
  localparam logic [3:0] LastOfKeyA    = 4'd5;
  localparam logic [3:0] LastOfValue   = 4'd3;
  localparam logic [4:0] CommandBytes  = 5'd4;
  localparam logic [4:0] ProofBytes    = 5'd8;
  localparam logic [4:0] BlockBytes    = 5'd16;
  localparam logic [4:0] OperandBytes  = 5'd4;

  nfc_pkg::classic_state_e state_d, state_q;
  nfc_pkg::phase_e         phase_d, phase_q;

  logic       cipher_d, cipher_q;
  logic       nested_d, nested_q;
  logic       key_b_d, key_b_q;      // the session's key
  logic [7:2] open_d, open_q;        // a block of the session's sector
  logic       buffer_d, buffer_q;    // the transfer buffer is valid
  logic       ack_d, ack_q;          // the 4-bit answer is ACK
  logic       garbled_d, garbled_q;  // it is NAK for parity or CRC
  logic       failed_d, failed_q;    // the answer ends the session
  logic [3:0] offset_d, offset_q;
  logic [7:0] byte_d, byte_q;
  logic [2:0] usage_d, usage_q;
  logic       fresh_d, fresh_q;      // usage_q has just been read
  logic [2:0] shift_d, shift_q;      // bits of a key byte that are in the cipher
  logic       gap_d, gap_q;          // one tick between two store requests

  logic       wants_store, store_done;
  logic       exists_d, exists_q, same_sector_d, same_sector_q, is_trailer_d, is_trailer_q;
  logic [7:0] trailer;
  logic [1:0] group;
  logic [2:0] block_rights, trailer_rights;
  logic       rights_sound, allowed_d, allowed_q;
  logic       write_key_a, write_bits, write_key_b, read_key_b;
  logic       keep_field, mask_field;
  logic       format_ok, overflow;
  logic [7:0] value_byte;
  logic       value_check, value_operand, value_add, value_next;
  logic       is_auth_d, is_auth_q, is_halt_d, is_halt_q, is_memory_d, is_memory_q, is_personalize_d, is_personalize_q;
  logic       is_known_d, is_known_q, length_ok_d, length_ok_q, proof_length_d, proof_length_q;
  logic       personalize_ok;
  logic       refuse, refuse_garbled, accept_auth;

  // ---- The command ----
  classic_command u_classic_command (
    .phase_i       (phase_q),
    .code_i,
    .argument_i,
    .bytes_i,
    .auth_o        (is_auth_d),
    .halt_o        (is_halt_d),
    .memory_o      (is_memory_d),
    .personalize_o (is_personalize_d),
    .known_o       (is_known_d),
    .length_ok_o   (length_ok_d)
  );

  assign proof_length_d = bytes_i == ProofBytes;

  assign read_first_o   = whole_i && parity_ok_i && crc_ok_i && bytes_i == CommandBytes &&
                          code_i == nfc_pkg::CmdRead && argument_i == '0;
  assign personalize_ok = can_personalize_i && open_q == '0 && argument_i[4:0] == '0 && !argument_i[7];

  classic_address u_classic_address (
    .block_i       (argument_i),
    .kind_i,
    .open_i        (open_q),
    .exists_o      (exists_d),
    .same_sector_o (same_sector_d),
    .group_o       (group),
    .trailer_o     (trailer)
  );

  assign is_trailer_d = group == 2'd3;

  classic_rights u_classic_rights (
    .clk_i,
    .rst_ni,
    .valid_i   (state_q == nfc_pkg::ClassicRights && store_done),
    .offset_i  (offset_q[1:0]),
    .byte_i    (store_rdata_i),
    .group_i   (group),
    .block_o   (block_rights),
    .trailer_o (trailer_rights),
    .sound_o   (rights_sound)
  );

  classic_access u_classic_access (
    .block_i       (block_rights),
    .trailer_i     (trailer_rights),
    .is_trailer_i  (is_trailer_q),
    .is_first_i    (argument_i == '0),
    .key_b_i       (key_b_q),
    .code_i,
    .allowed_o     (allowed_d),
    .write_key_a_o (write_key_a),
    .write_bits_o  (write_bits),
    .write_key_b_o (write_key_b),
    .read_key_b_o  (read_key_b)
  );

  // Header, length and rights stand for a tick at least before anything follows from them.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      is_auth_q        <= 1'b0;
      is_halt_q        <= 1'b0;
      is_memory_q      <= 1'b0;
      is_personalize_q <= 1'b0;
      is_known_q       <= 1'b0;
      length_ok_q      <= 1'b0;
      proof_length_q   <= 1'b0;
      exists_q         <= 1'b0;
      same_sector_q    <= 1'b0;
      is_trailer_q     <= 1'b0;
      allowed_q        <= 1'b0;
    end else begin
      is_auth_q        <= is_auth_d;
      is_halt_q        <= is_halt_d;
      is_memory_q      <= is_memory_d;
      is_personalize_q <= is_personalize_d;
      is_known_q       <= is_known_d;
      length_ok_q      <= length_ok_d;
      proof_length_q   <= proof_length_d;
      exists_q         <= exists_d;
      same_sector_q    <= same_sector_d;
      is_trailer_q     <= is_trailer_d;
      allowed_q        <= allowed_d;
    end
  end

  classic_fields u_classic_fields (
    .is_trailer_i  (is_trailer_q),
    .offset_i      (offset_q),
    .write_key_a_i (write_key_a),
    .write_bits_i  (write_bits),
    .write_key_b_i (write_key_b),
    .read_key_b_i  (read_key_b),
    .keep_o        (keep_field),
    .mask_o        (mask_field)
  );

  classic_value u_classic_value (
    .clk_i,
    .rst_ni,
    .check_i     (value_check),
    .operand_i   (value_operand),
    .add_i       (value_add),
    .next_i      (value_next),
    .place_i     (offset_q),
    .byte_i      (value_operand ? byte_i : store_rdata_i),
    .subtract_i  (code_i == nfc_pkg::CmdDecrement),
    .restore_i   (code_i == nfc_pkg::CmdRestore),
    .format_ok_o (format_ok),
    .overflow_o  (overflow),
    .block_o     (value_byte)
  );

  assign value_check   = state_q == nfc_pkg::ClassicFormat && store_done;
  assign value_add     = state_q == nfc_pkg::ClassicAdd && store_done;
  assign value_next    = state_q == nfc_pkg::ClassicLoad && store_done && code_i == nfc_pkg::CmdTransfer;
  assign value_operand = phase_q == nfc_pkg::PhaseValue && byte_valid_i && bytes_i < OperandBytes;

  // ---- Store ----
  classic_request u_classic_request (
    .state_i       (state_q),
    .block_i       (argument_i),
    .trailer_i     (trailer),
    .offset_i      (offset_q),
    .byte_i        (byte_q),
    .value_i       (value_byte),
    .transfer_i    (code_i == nfc_pkg::CmdTransfer),
    .personalize_i (is_personalize_q),
    .valid_o       (wants_store),
    .op_o          (store_op_o),
    .block_o       (store_block_o),
    .wdata_o       (store_wdata_o)
  );

  assign store_valid_o  = wants_store && !gap_q;
  assign store_done     = store_ready_i && !gap_q;   // only what was asked for is answered
  assign store_offset_o = offset_q;
  assign gap_d          = store_done;
  assign fresh_d        = state_q == nfc_pkg::ClassicConfig && store_done;

  // ---- Frames and steps ----
  always_comb begin
    state_d        = state_q;
    phase_d        = phase_q;
    cipher_d       = cipher_q;
    nested_d       = nested_q;
    key_b_d        = key_b_q;
    open_d         = open_q;
    buffer_d       = buffer_q;
    ack_d          = ack_q;
    garbled_d      = garbled_q;
    failed_d       = failed_q;
    offset_d       = offset_q;
    byte_d         = byte_q;
    usage_d        = usage_q;
    shift_d        = shift_q;
    drop_o         = 1'b0;
    halt_o         = 1'b0;
    reply_valid_o  = 1'b0;
    reply_o        = nfc_pkg::ReplyNibble;
    fdt_o          = nfc_pkg::FdtMin;
    key_load_o     = 1'b0;
    nonce_draw_o   = 1'b0;
    refuse         = 1'b0;
    refuse_garbled = 1'b0;
    accept_auth    = 1'b0;

    unique case (state_q)
      // At power-up and at each activation: whose UID the card shows.
      nfc_pkg::ClassicConfig: begin
        if (store_done) begin
          usage_d = {store_rdata_i[0], store_rdata_i[6:5]};
          state_d = nfc_pkg::ClassicListen;
        end
      end

      // Waits for the end of a frame; bytes of a block go to the page buffer as they come.
      nfc_pkg::ClassicListen: begin
        offset_d = '0;
        if (frame_end_i && active_i) begin
          if (!whole_i) begin
            drop_o = 1'b1;
          end else if (phase_q == nfc_pkg::PhaseProof) begin
            if (!parity_ok_i || !proof_length_q) begin
              drop_o = 1'b1;
            end else if (proof_ok_i) begin
              reply_valid_o = 1'b1;
              reply_o       = nfc_pkg::ReplyProof;
              phase_d       = nfc_pkg::PhaseSession;
              state_d       = nfc_pkg::ClassicReply;
            end else if (nak_silent_i) begin
              drop_o = 1'b1;
            end else begin
              refuse_garbled = 1'b1;
            end
          end else if (phase_q == nfc_pkg::PhaseOpen) begin
            if (!parity_ok_i || !crc_ok_i || !length_ok_q) drop_o = 1'b1;
            else if (is_auth_q && exists_q)                accept_auth = 1'b1;
            else if (is_halt_q)                            halt_o = 1'b1;
            else if (is_known_q)                           refuse = 1'b1;
            else                                           drop_o = 1'b1;
          end else if (!parity_ok_i || !crc_ok_i) begin
            refuse_garbled = 1'b1;
          end else if (!length_ok_q) begin
            refuse = 1'b1;
          end else if (phase_q == nfc_pkg::PhaseWrite) begin
            state_d = nfc_pkg::ClassicHold;
          end else if (phase_q == nfc_pkg::PhaseValue) begin
            state_d = nfc_pkg::ClassicAdd;
          end else if (is_auth_q && exists_q) begin
            accept_auth = 1'b1;
          end else if (is_halt_q) begin
            halt_o = 1'b1;
          end else if (is_memory_q || is_personalize_q) begin
            offset_d = FirstOfRights;
            state_d  = nfc_pkg::ClassicRights;
          end else begin
            refuse = 1'b1;
          end
        end else if (wake_i) begin
          state_d = nfc_pkg::ClassicConfig;
        end else if (read_ahead_i) begin
          reply_valid_o = 1'b1;
          reply_o       = nfc_pkg::ReplyData;
          fdt_o         = nfc_pkg::FdtRead;
          state_d       = nfc_pkg::ClassicFetch;
        end else if (byte_valid_i && phase_q == nfc_pkg::PhaseWrite && bytes_i < BlockBytes) begin
          byte_d   = byte_i;
          offset_d = bytes_i[3:0];
          state_d  = is_trailer_q ? nfc_pkg::ClassicKeep : nfc_pkg::ClassicLoad;
        end
      end

      // A byte of a trailer field that may not be written is replaced by what stands there.
      nfc_pkg::ClassicKeep: begin
        if (store_done) begin
          if (keep_field) byte_d = store_rdata_i;
          state_d = nfc_pkg::ClassicLoad;
        end
      end

      // Page buffer: one byte of a WRITE, or all of a TRANSFER or PERSONALIZE UID USAGE.
      nfc_pkg::ClassicLoad: begin
        if (store_done) begin
          offset_d = offset_q + 1'b1;
          if (phase_q == nfc_pkg::PhaseWrite) state_d = nfc_pkg::ClassicListen;
          else if (offset_q == LastByte)      state_d = nfc_pkg::ClassicHold;
        end
      end

      // Access bytes, in order.
      nfc_pkg::ClassicRights: begin
        if (store_done) begin
          offset_d = offset_q + 1'b1;
          if (offset_q == LastOfRights) state_d = nfc_pkg::ClassicJudge;
        end
      end

      nfc_pkg::ClassicJudge: begin
        offset_d = '0;
        if (gap_q) begin
          // The rights are known in the next tick.
        end else if (is_personalize_q && rights_sound && personalize_ok) begin
          state_d = nfc_pkg::ClassicOnce;
        end else if (is_personalize_q || !rights_sound || !same_sector_q || !allowed_q) begin
          refuse = 1'b1;
        end else if (code_i == nfc_pkg::CmdRead) begin
          reply_valid_o = 1'b1;
          reply_o       = nfc_pkg::ReplyData;
          fdt_o         = nfc_pkg::FdtRead;
          state_d       = nfc_pkg::ClassicFetch;
        end else if (code_i == nfc_pkg::CmdWrite) begin
          reply_valid_o = 1'b1;
          ack_d         = 1'b1;
          phase_d       = nfc_pkg::PhaseWrite;
          state_d       = nfc_pkg::ClassicReply;
        end else if (code_i == nfc_pkg::CmdTransfer) begin
          if (buffer_q) state_d = nfc_pkg::ClassicLoad;
          else          refuse = 1'b1;
        end else begin
          state_d = nfc_pkg::ClassicFormat;
        end
      end

      // The block of a value command must be a value block.
      nfc_pkg::ClassicFormat: begin
        if (gap_q && offset_q == '0) begin
          if (format_ok) begin
            reply_valid_o = 1'b1;
            fdt_o         = nfc_pkg::FdtRead;
            ack_d         = 1'b1;
            buffer_d      = 1'b0;
            phase_d       = nfc_pkg::PhaseValue;
            state_d       = nfc_pkg::ClassicReply;
          end else begin
            refuse = 1'b1;
          end
        end else if (store_done) begin
          offset_d = offset_q + 1'b1;
        end
      end

      // Value and operand; success is silent.
      nfc_pkg::ClassicAdd: begin
        if (offset_q == LastOfValue + 1'b1) begin
          phase_d = nfc_pkg::PhaseSession;
          if (overflow) begin
            refuse = 1'b1;
          end else begin
            buffer_d = 1'b1;
            state_d  = nfc_pkg::ClassicListen;
          end
        end else if (store_done) begin
          offset_d = offset_q + 1'b1;
        end
      end

      nfc_pkg::ClassicOnce: begin
        if (store_done) begin
          if (store_rdata_i == '0) state_d = nfc_pkg::ClassicLoad;
          else                     refuse = 1'b1;
        end
      end

      // Key bytes go to the cipher, then nt is due.
      nfc_pkg::ClassicKey: begin
        if (store_done) begin
          byte_d  = store_rdata_i;
          state_d = nfc_pkg::ClassicShift;
        end
      end

      nfc_pkg::ClassicShift: begin
        key_load_o = 1'b1;
        byte_d     = {1'b0, byte_q[7:1]};
        shift_d    = shift_q + 1'b1;
        if (shift_q == '1) begin
          offset_d = offset_q + 1'b1;
          state_d  = nfc_pkg::ClassicKey;
          if (offset_q == (key_b_q ? LastByte : LastOfKeyA)) begin
            reply_valid_o = 1'b1;
            reply_o       = nfc_pkg::ReplyNonce;
            fdt_o         = nfc_pkg::FdtAuth;
            phase_d       = nfc_pkg::PhaseProof;
            state_d       = nfc_pkg::ClassicReply;
          end
        end
      end

      // The page buffer is full; programming has its tick.
      nfc_pkg::ClassicHold: if (program_i) state_d = nfc_pkg::ClassicProgram;

      nfc_pkg::ClassicProgram: begin
        if (store_done) begin
          reply_valid_o = 1'b1;
          fdt_o         = nfc_pkg::FdtStore;
          ack_d         = !store_error_i;
          garbled_d     = 1'b0;
          failed_d      = store_error_i;
          phase_d       = nfc_pkg::PhaseSession;
          state_d       = nfc_pkg::ClassicReply;
          if (code_i == nfc_pkg::CmdTransfer && !store_error_i) buffer_d = 1'b0;
        end
      end

      nfc_pkg::ClassicFetch: begin
        if (store_done) begin
          byte_d  = mask_field ? '0 : store_rdata_i;
          state_d = nfc_pkg::ClassicReply;
        end
      end

      // Waits for the end of the answer; the next byte of data is fetched behind the last bit of one.
      nfc_pkg::ClassicReply: begin
        if (data_valid_i) begin
          byte_d = {1'b0, byte_q[7:1]};
          if (data_index_i == '1 && offset_q != LastByte) begin
            offset_d = offset_q + 1'b1;
            state_d  = nfc_pkg::ClassicFetch;
          end
        end
        if (reply_done_i) begin
          state_d  = nfc_pkg::ClassicListen;
          failed_d = 1'b0;
          drop_o   = failed_q;
        end
      end

      // The store takes a reading of the configuration block for the end of a session.
      nfc_pkg::ClassicClose: if (store_done) state_d = nfc_pkg::ClassicListen;

      default: state_d = nfc_pkg::ClassicListen;
    endcase

    if (accept_auth) begin
      buffer_d     = 1'b0;
      key_b_d      = code_i[0];
      open_d       = argument_i[7:2];
      nested_d     = cipher_q;
      cipher_d     = 1'b1;
      nonce_draw_o = 1'b1;
      offset_d     = code_i[0] ? FirstOfKeyB : '0;
      state_d      = nfc_pkg::ClassicKey;
    end

    if (refuse || refuse_garbled) begin
      reply_valid_o = 1'b1;
      ack_d         = 1'b0;
      garbled_d     = refuse_garbled;
      failed_d      = 1'b1;
      state_d       = nfc_pkg::ClassicReply;
    end

    if (drop_o || halt_o) begin
      if (cipher_q) state_d = nfc_pkg::ClassicClose;
      phase_d  = nfc_pkg::PhaseOpen;
      cipher_d = 1'b0;
      buffer_d = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q   <= nfc_pkg::ClassicConfig;
      phase_q   <= nfc_pkg::PhaseOpen;
      cipher_q  <= 1'b0;
      nested_q  <= 1'b0;
      key_b_q   <= 1'b0;
      open_q    <= '0;
      buffer_q  <= 1'b0;
      ack_q     <= 1'b0;
      garbled_q <= 1'b0;
      failed_q  <= 1'b0;
      offset_q  <= '0;
      byte_q    <= '0;
      usage_q   <= '0;
      fresh_q   <= 1'b0;
      shift_q   <= '0;
      gap_q     <= 1'b0;
    end else begin
      state_q   <= state_d;
      phase_q   <= phase_d;
      cipher_q  <= cipher_d;
      nested_q  <= nested_d;
      key_b_q   <= key_b_d;
      open_q    <= open_d;
      buffer_q  <= buffer_d;
      ack_q     <= ack_d;
      garbled_q <= garbled_d;
      failed_q  <= failed_d;
      offset_q  <= offset_d;
      byte_q    <= byte_d;
      usage_q   <= usage_d;
      fresh_q   <= fresh_d;
      shift_q   <= shift_d;
      gap_q     <= gap_d;
    end
  end

  assign open_o        = phase_q == nfc_pkg::PhaseOpen;
  assign usage_o       = usage_q;
  assign usage_valid_o = fresh_q;
  assign hold_header_o = phase_q == nfc_pkg::PhaseWrite || phase_q == nfc_pkg::PhaseValue;
  assign nibble_o      = ack_q ? nfc_pkg::NibbleAck : {1'b0, !buffer_q, 1'b0, garbled_q};
  assign data_bit_o    = byte_q[0];
  assign cipher_on_o   = cipher_q;
  assign nested_o      = nested_q;
  assign proving_o     = phase_q == nfc_pkg::PhaseProof;
  assign key_bit_o     = byte_q[0];
  assign listening_o   = state_q == nfc_pkg::ClassicListen && !fresh_q;
  assign programming_o = state_q == nfc_pkg::ClassicProgram && !gap_q;

  `NFC_CHECK(store_answers_requests, !store_done || wants_store)
  `NFC_CHECK(no_session_without_cipher, phase_q == nfc_pkg::PhaseOpen || cipher_q)
  `NFC_CHECK(buffer_belongs_to_a_session, !buffer_q || cipher_q)

endmodule
