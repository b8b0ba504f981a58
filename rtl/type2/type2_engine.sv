// type2_engine.sv - commands of a type 2 memory: pages of four bytes, lock bits, password, authentication.
//
// In:  whole frames with their header, while the card is ACTIVE; the store; what the AES unit says.
// Out: answers, store requests, orders for the AES unit, and the end of the selection (drop, halt).
// docs/choices.md, Type 2 memory. Bytes of a WRITE go to the page buffer as they come, those of an answer are
// fetched as they go.

`include "nfc_check.svh"

module type2_engine #(
  parameter bit Aes = 1'b1                             // 0: cannot authenticate by AES
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  nfc_pkg::kind_e       kind_i,

  // Activation
  input  logic                 active_i,
  input  logic                 wake_i,                 // an activation begins
  output logic                 drop_o,
  output logic                 halt_o,
  output logic                 fresh_o,                // one tick: the configuration block has been read

  // Frame
  input  logic                 byte_valid_i,
  input  logic [7:0]           byte_i,
  input  logic [4:0]           bytes_i,
  input  logic                 frame_end_i,
  input  logic                 whole_i,                // whole bytes only, sound coding
  input  logic                 parity_ok_i,
  input  logic                 crc_ok_i,
  input  logic [7:0]           code_i,
  input  logic [7:0]           argument_i,
  output logic                 hold_header_o,

  // Answer
  output logic                 reply_valid_o,
  output nfc_pkg::reply_e      reply_o,
  output nfc_pkg::fdt_e        fdt_o,
  input  logic                 program_i,              // programming starts with the next tick
  input  logic                 data_valid_i,           // one bit of a ReplyBlock is sent
  input  logic [2:0]           data_index_i,           // its place in the byte
  input  logic                 reply_done_i,
  output logic [3:0]           nibble_o,
  output logic                 data_bit_o,
  output logic                 more_o,                 // another byte follows this one

  // AES unit
  output logic                 aes_rewind_o,           // 16 bytes of key follow
  output logic                 aes_key_valid_o,        // store_rdata_i is one
  output logic                 aes_begin_o,            // first step: E(RndB)
  output logic                 aes_proving_o,          // the frame is the second step
  output logic                 aes_answer_o,           // it was right: E(RndA')
  output logic                 aes_next_o,             // aes_byte_i was taken
  input  logic [7:0]           aes_byte_i,
  input  logic                 aes_ready_i,
  input  logic                 aes_proof_ok_i,         // the frame so far is a right proof

  // Store
  output logic                 store_valid_o,
  output nfc_pkg::store_op_e   store_op_o,
  output logic [8:0]           store_block_o,
  output logic [3:0]           store_offset_o,
  output logic [7:0]           store_wdata_o,
  input  logic                 store_ready_i,
  input  logic [7:0]           store_rdata_i,
  input  logic                 store_error_i,

  output logic                 listening_o,            // no frame is being worked on
  output logic                 programming_o           // waits for the store
);

  localparam logic [4:0] HeaderBytes   = 5'd2;
  localparam logic [4:0] LongBytes     = 5'd18;        // second part of a COMPATIBILITY WRITE
  localparam logic [4:0] LastOfRead    = 5'd15;
  localparam logic [4:0] LastOfVersion = 5'd7;
  localparam logic [4:0] LastOfPack    = 5'd1;
  localparam logic [4:0] LastOfAes     = 5'd16;

  // Bits of the access byte.
  localparam int unsigned Shuts = 4;                   // reading too
  localparam int unsigned Fixed = 3;                   // configuration

  nfc_pkg::type2_state_e state_d, state_q;
  nfc_pkg::type2_phase_e phase_d, phase_q;

  logic       trusted_d, trusted_q;  // has authenticated
  logic       shut_d, shut_q;        // the page lies behind the first shut one
  logic       tail_d, tail_q;        // the frame is over, the rest of the block is loaded
  logic       wrong_d, wrong_q;      // a byte of the password was
  logic       ends_d, ends_q;        // the answer ends the selection
  logic [4:0] access_d, access_q;    // {Shuts, Fixed, how many wrong passwords}
  logic [3:0] nibble_d, nibble_q;
  logic [7:0] page_d, page_q;
  logic [7:0] bound_d, bound_q;      // last page of a FAST_READ, else the first shut one
  logic [4:0] count_d, count_q;
  logic [7:0] byte_d, byte_q;
  logic       fresh_d, fresh_q;
  logic       gap_d, gap_q;          // one tick between two store requests

  logic       is_read, is_read_fast, is_write, is_write_long, is_version, is_password, is_auth, is_halt, length_ok;
  logic       exists, last, serial, locks, once, dynamic_locks, config_page, secret, pack, guarded;
  logic [7:0] base, next_page, frozen, version;
  logic       second, locked, wants_store, store_done;
  logic       is_reading, is_auth_answer, may_run, masked, over, tail_ends;
  logic       in_part, takes_secret, takes_page;
  logic       refuse, take_write, accept;
  logic [3:0] reason;

  type2_command #(.Aes(Aes)) u_type2_command (
    .kind_i,
    .code_i,
    .argument_i,
    .bytes_i,
    .read_o         (is_read),
    .read_fast_o    (is_read_fast),
    .write_o        (is_write),
    .write_long_o   (is_write_long),
    .version_o      (is_version),
    .password_o     (is_password),
    .authenticate_o (is_auth),
    .halt_o         (is_halt),
    .length_ok_o    (length_ok)
  );

  type2_page u_type2_page (
    .kind_i,
    .page_i    (page_q),
    .exists_o  (exists),
    .last_o    (last),
    .serial_o  (serial),
    .locks_o   (locks),
    .once_o    (once),
    .dynamic_o (dynamic_locks),
    .config_o  (config_page),
    .secret_o  (secret),
    .pack_o    (pack),
    .guarded_o (guarded),
    .base_o    (base)
  );

  type2_locks u_type2_locks (
    .kind_i,
    .page_i    (page_q),
    .second_o  (second),
    .byte_i    (store_rdata_i),
    .locked_o  (locked),
    .locks_i   (locks),
    .dynamic_i (dynamic_locks),
    .place_i   (count_q[1:0]),
    .frozen_o  (frozen)
  );

  type2_version u_type2_version (
    .kind_i,
    .place_i (count_q[2:0]),
    .byte_o  (version)
  );

  // ---- Store ----
  type2_request u_type2_request (
    .state_i    (state_q),
    .page_i     (page_q),
    .base_i     (base),
    .count_i    (count_q[3:0]),
    .tail_i     (tail_q),
    .password_i (is_password),
    .second_i   (second),
    .valid_o    (wants_store),
    .op_o       (store_op_o),
    .block_o    (store_block_o),
    .offset_o   (store_offset_o)
  );

  assign is_auth_answer = Aes && (code_i == nfc_pkg::CmdMore || is_auth);
  assign store_valid_o  = wants_store && !gap_q && !(state_q == nfc_pkg::Type2Fetch && (is_version || is_auth_answer));
  assign store_done     = store_valid_o && store_ready_i;
  assign store_wdata_o  = byte_q;
  assign gap_d          = store_done;
  assign fresh_d        = state_q == nfc_pkg::Type2Config && store_done;

  // ---- What the page allows ----
  assign is_reading = is_read || is_read_fast;

  always_comb begin
    may_run = exists && !(shut_q && !trusted_q && (access_q[Shuts] || !is_reading));
    if (is_read_fast && argument_i > bound_q)                                    may_run = 1'b0;
    if (!is_reading && (serial || (config_page && access_q[Fixed])))             may_run = 1'b0;
  end

  // A READ goes on at page 0 behind the last page it may see.
  always_comb begin
    next_page = page_q + 8'd1;
    if (is_read && (last || (access_q[Shuts] && !trusted_q && next_page == bound_q))) next_page = '0;
  end

  assign masked = is_reading && (secret || (pack && !count_q[1]));

  // ---- Wrong passwords ----
  assign over = (store_rdata_i >> access_q[2:0]) != '0;

  // ---- Bytes of a frame that are worked on as they come: of the password, of a page ----
  assign in_part = phase_q == nfc_pkg::Type2Write;

  always_comb begin
    unique case (bytes_i)
      5'd0:       {takes_secret, takes_page} = {1'b0, in_part};
      5'd1:       {takes_secret, takes_page} = {is_password, in_part};
      5'd2, 5'd3: {takes_secret, takes_page} = {is_password, in_part || is_write};
      5'd4:       {takes_secret, takes_page} = {is_password, is_write};
      5'd5:       {takes_secret, takes_page} = {1'b0, is_write};
      default:    {takes_secret, takes_page} = 2'b00;
    endcase
  end

  assign tail_ends = is_password ? count_q[3:0] == '1 : count_q[3:0] + 4'd1 == {page_q[1:0], 2'b00};

  // ---- Answers ----
  always_comb begin
    if (is_read)           more_o = count_q != LastOfRead;
    else if (is_read_fast) more_o = page_q != bound_q || count_q[1:0] != '1;
    else if (is_version)   more_o = count_q != LastOfVersion;
    else if (is_password)  more_o = count_q != LastOfPack;
    else                   more_o = count_q != LastOfAes;
  end

  // ---- Frames and steps ----
  always_comb begin
    state_d         = state_q;
    phase_d         = phase_q;
    trusted_d       = trusted_q;
    shut_d          = shut_q;
    tail_d          = tail_q;
    wrong_d         = wrong_q;
    ends_d          = ends_q;
    access_d        = access_q;
    nibble_d        = nibble_q;
    page_d          = page_q;
    bound_d         = bound_q;
    count_d         = count_q;
    byte_d          = byte_q;
    drop_o          = 1'b0;
    halt_o          = 1'b0;
    reply_valid_o   = 1'b0;
    reply_o         = nfc_pkg::ReplyBlock;
    fdt_o           = nfc_pkg::FdtRead;
    aes_rewind_o    = 1'b0;
    aes_key_valid_o = 1'b0;
    aes_begin_o     = 1'b0;
    aes_answer_o    = 1'b0;
    aes_next_o      = 1'b0;
    refuse          = 1'b0;
    reason          = nfc_pkg::NibbleRefused;
    take_write      = 1'b0;
    accept          = 1'b0;

    unique case (state_q)
      // At power-up and at each activation, as every memory does.
      nfc_pkg::Type2Config: if (store_done) state_d = nfc_pkg::Type2Listen;

      // Waits for the end of a frame; bytes of a page or a password are worked on as they come.
      nfc_pkg::Type2Listen: begin
        page_d  = argument_i;
        count_d = '0;
        tail_d  = 1'b0;
        shut_d  = 1'b0;
        if (wake_i) begin
          state_d = nfc_pkg::Type2Config;
        end else if (byte_valid_i && active_i) begin
          byte_d = byte_i;
          if (bytes_i == '0) wrong_d = 1'b0;
          if (is_read_fast && bytes_i == HeaderBytes) bound_d = byte_i;
          if (takes_page && exists) begin
            count_d = {3'b000, bytes_i[1] ^ !in_part, bytes_i[0]};
            state_d = nfc_pkg::Type2Freeze;
          end else if (takes_secret) begin
            count_d = {3'b000, bytes_i[1:0] - 2'd1};
            state_d = nfc_pkg::Type2Compare;
          end
        end else if (frame_end_i && active_i) begin
          phase_d = nfc_pkg::Type2Open;
          if (!whole_i) begin
            drop_o = 1'b1;
          end else if (!parity_ok_i || !crc_ok_i) begin
            refuse = 1'b1;
            reason = nfc_pkg::NibbleGarbled;
          end else if (phase_q == nfc_pkg::Type2Write) begin
            if (bytes_i == LongBytes) take_write = 1'b1;
            else                      refuse = 1'b1;
          end else if (phase_q == nfc_pkg::Type2Proof) begin
            if (code_i == nfc_pkg::CmdMore && aes_proof_ok_i) begin
              aes_answer_o = 1'b1;
              trusted_d    = 1'b1;
              state_d      = nfc_pkg::Type2Cipher;
            end else begin
              refuse = 1'b1;
            end
          end else if (kind_i == nfc_pkg::KindUltralight && !(is_read || is_write || is_write_long || is_halt)) begin
            drop_o = 1'b1;
          end else if (!length_ok) begin
            refuse = 1'b1;
          end else if (is_halt) begin
            halt_o = 1'b1;
          end else if (is_version) begin
            accept = 1'b1;
          end else if (is_auth) begin
            trusted_d    = 1'b0;
            aes_rewind_o = 1'b1;
            state_d      = nfc_pkg::Type2Key;
          end else if (is_password) begin
            trusted_d = 1'b0;
            state_d   = nfc_pkg::Type2Access;
          end else if (is_reading || is_write || is_write_long) begin
            if (is_read_fast) page_d = bound_q;
            state_d = kind_i == nfc_pkg::KindUltralight ? nfc_pkg::Type2Judge : nfc_pkg::Type2First;
          end else begin
            refuse = 1'b1;
          end
        end
      end

      nfc_pkg::Type2Compare: begin
        if (store_done) begin
          if (byte_q != store_rdata_i) wrong_d = 1'b1;
          state_d = nfc_pkg::Type2Listen;
        end
      end

      nfc_pkg::Type2Freeze: begin
        if (store_done) begin
          byte_d  = byte_q & ~frozen;
          state_d = nfc_pkg::Type2Old;
        end
      end

      nfc_pkg::Type2Old: begin
        if (store_done) begin
          if (tail_q || (locks && !count_q[1])) byte_d = store_rdata_i;
          else if (once)                        byte_d = byte_q | store_rdata_i;
          state_d = nfc_pkg::Type2Load;
        end
      end

      // Page buffer: a byte that has come, the rest of the block, or the block with the count.
      nfc_pkg::Type2Load: begin
        if (store_done) begin
          if (is_password) byte_d = '0;
          count_d = count_q + 5'd1;
          if (!tail_q)           state_d = nfc_pkg::Type2Listen;
          else if (tail_ends)    state_d = nfc_pkg::Type2Hold;
          else if (!is_password) state_d = nfc_pkg::Type2Old;
        end
      end

      // Of a FAST_READ the last page is looked at.
      nfc_pkg::Type2First: begin
        if (store_done) begin
          shut_d = page_q >= store_rdata_i;
          if (!is_read_fast) bound_d = store_rdata_i;
          state_d = nfc_pkg::Type2Access;
        end
      end

      nfc_pkg::Type2Access: begin
        if (store_done) begin
          access_d = {store_rdata_i[7:6], store_rdata_i[2:0]};
          state_d  = !is_password                ? nfc_pkg::Type2Judge
                   : store_rdata_i[2:0] == '0 ? nfc_pkg::Type2Verdict : nfc_pkg::Type2Count;
        end
      end

      nfc_pkg::Type2Judge: begin
        if (!may_run) begin
          refuse = 1'b1;
        end else if (is_reading) begin
          page_d = argument_i;
          accept = 1'b1;
        end else if (guarded) begin
          state_d = nfc_pkg::Type2Lock;
        end else begin
          take_write = 1'b1;
        end
      end

      nfc_pkg::Type2Lock: begin
        if (store_done) begin
          if (locked) refuse = 1'b1;
          else        take_write = 1'b1;
        end
      end

      // What counts is kept before the answer tells which it was.
      nfc_pkg::Type2Count: begin
        if (store_done) begin
          byte_d = wrong_q ? store_rdata_i + 8'd1 : 8'd0;
          tail_d = 1'b1;
          if (over) begin
            refuse = 1'b1;
            reason = nfc_pkg::NibbleLocked;
          end else if (!wrong_q && store_rdata_i == '0) begin
            tail_d  = 1'b0;
            state_d = nfc_pkg::Type2Verdict;
          end else begin
            state_d = nfc_pkg::Type2Load;
          end
        end
      end

      nfc_pkg::Type2Verdict: begin
        trusted_d = !wrong_q;
        refuse    = wrong_q;
        accept    = !wrong_q;
      end

      nfc_pkg::Type2Key: begin
        if (store_done) begin
          aes_key_valid_o = 1'b1;
          count_d         = count_q + 5'd1;
          if (count_q[3:0] == '1) begin
            aes_begin_o = 1'b1;
            count_d     = '0;
            state_d     = nfc_pkg::Type2Cipher;
          end
        end
      end

      nfc_pkg::Type2Cipher: begin
        if (aes_ready_i) begin
          accept = 1'b1;
          fdt_o  = nfc_pkg::FdtAuth;
          if (!trusted_q) phase_d = nfc_pkg::Type2Proof;
        end
      end

      // The page buffer is full; programming has its tick.
      nfc_pkg::Type2Hold: if (program_i) state_d = nfc_pkg::Type2Program;

      nfc_pkg::Type2Program: begin
        if (store_done) begin
          tail_d = 1'b0;
          fdt_o  = nfc_pkg::FdtStore;
          if (store_error_i) begin
            refuse = 1'b1;
            reason = nfc_pkg::NibbleFailed;
          end else if (!is_password) begin
            reply_valid_o = 1'b1;
            reply_o       = nfc_pkg::ReplyNibble;
            nibble_d      = nfc_pkg::NibbleAck;
            state_d       = nfc_pkg::Type2Reply;
          end else begin
            trusted_d = !wrong_q;
            refuse    = wrong_q;
            accept    = !wrong_q;
          end
        end
      end

      nfc_pkg::Type2Fetch: begin
        if (is_version) begin
          byte_d  = version;
          state_d = nfc_pkg::Type2Reply;
        end else if (is_auth_answer) begin
          byte_d     = count_q != '0 ? aes_byte_i : phase_q == nfc_pkg::Type2Proof ? nfc_pkg::CmdMore : 8'h00;
          aes_next_o = count_q != '0;
          state_d    = nfc_pkg::Type2Reply;
        end else if (store_done) begin
          byte_d  = masked ? '0 : store_rdata_i;
          state_d = nfc_pkg::Type2Reply;
        end
      end

      // Waits for the end of the answer; the next byte is fetched behind the last bit of one.
      nfc_pkg::Type2Reply: begin
        if (data_valid_i) begin
          byte_d = {1'b0, byte_q[7:1]};
          if (data_index_i == '1 && more_o) begin
            count_d = count_q + 5'd1;
            if (count_q[1:0] == '1) page_d = next_page;
            state_d = nfc_pkg::Type2Fetch;
          end
        end
        if (reply_done_i) begin
          state_d = nfc_pkg::Type2Listen;
          ends_d  = 1'b0;
          drop_o  = ends_q;
        end
      end

      default: state_d = nfc_pkg::Type2Listen;
    endcase

    // Bytes follow.
    if (accept) begin
      reply_valid_o = 1'b1;
      count_d       = '0;
      state_d       = nfc_pkg::Type2Fetch;
    end

    // A write may run: the first part of a long one is acknowledged.
    if (take_write) begin
      if (is_write_long && phase_q == nfc_pkg::Type2Open) begin
        reply_valid_o = 1'b1;
        reply_o       = nfc_pkg::ReplyNibble;
        fdt_o         = nfc_pkg::FdtMin;
        nibble_d      = nfc_pkg::NibbleAck;
        phase_d       = nfc_pkg::Type2Write;
        state_d       = nfc_pkg::Type2Reply;
      end else begin
        tail_d  = 1'b1;
        count_d = {1'b0, page_q[1:0] + 2'd1, 2'b00};
        state_d = nfc_pkg::Type2Old;
      end
    end

    if (refuse) begin
      reply_valid_o = 1'b1;
      reply_o       = nfc_pkg::ReplyNibble;
      if (fdt_o != nfc_pkg::FdtStore) fdt_o = nfc_pkg::FdtMin;
      nibble_d      = reason;
      ends_d        = 1'b1;
      state_d       = nfc_pkg::Type2Reply;
    end

    if (drop_o || halt_o) begin
      phase_d   = nfc_pkg::Type2Open;
      trusted_d = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q   <= nfc_pkg::Type2Config;
      phase_q   <= nfc_pkg::Type2Open;
      trusted_q <= 1'b0;
      shut_q    <= 1'b0;
      tail_q    <= 1'b0;
      wrong_q   <= 1'b0;
      ends_q    <= 1'b0;
      access_q  <= '0;
      nibble_q  <= '0;
      page_q    <= '0;
      bound_q   <= '0;
      count_q   <= '0;
      byte_q    <= '0;
      fresh_q   <= 1'b0;
      gap_q     <= 1'b0;
    end else begin
      state_q   <= state_d;
      phase_q   <= phase_d;
      trusted_q <= trusted_d;
      shut_q    <= shut_d;
      tail_q    <= tail_d;
      wrong_q   <= wrong_d;
      ends_q    <= ends_d;
      access_q  <= access_d;
      nibble_q  <= nibble_d;
      page_q    <= page_d;
      bound_q   <= bound_d;
      count_q   <= count_d;
      byte_q    <= byte_d;
      fresh_q   <= fresh_d;
      gap_q     <= gap_d;
    end
  end

  assign fresh_o       = fresh_q;
  assign hold_header_o = phase_q == nfc_pkg::Type2Write;
  assign nibble_o      = nibble_q;
  assign data_bit_o    = byte_q[0];
  assign aes_proving_o = phase_q == nfc_pkg::Type2Proof && state_q == nfc_pkg::Type2Listen;
  assign listening_o   = state_q == nfc_pkg::Type2Listen && !fresh_q;
  assign programming_o = state_q == nfc_pkg::Type2Program && !gap_q;

  `NFC_CHECK(trusted_by_a_right_password, !(trusted_d && !trusted_q && is_password) || !wrong_q)

endmodule
