// top_picc_logic.sv - the half of a card that acts on what is heard: frames, activation, memory and block engines. Its
// registers change only in ticks in which top_picc_radio or a bus tells something, or while it works on that.
//
// In:  what top_picc_radio hears, the identity of the card, the far side of the store port, the bus of the mailbox.
// Out: what top_picc_radio is to do, the requests to the store, the mailbox's interrupt.
// ISO/IEC 14443-3 and -4, types A and B; seams and times: docs/rooms.md, docs/choices.md.

module top_picc_logic #(
  parameter bit Dep      = 1'b1,  // as in top_picc
  parameter bit TypeB    = 1'b1,
  parameter bit Rates    = 1'b1,
  parameter bit Classic  = 1'b1,
  parameter bit Type2    = 1'b1,
  parameter bit Type2Aes = 1'b1,
  parameter bit Alias    = 1'b1,
  parameter bit Counters = 1'b0
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,                 // placed new, not field loss

  // From and to top_picc_radio.
  input  logic                 powered_i,
  input  logic                 mark_i,
  input  logic                 sof_i,
  input  logic                 bit_valid_i,
  input  logic                 bit_i,
  input  logic                 eof_i,
  input  logic                 error_i,
  input  logic                 start_i,
  input  logic                 program_i,
  input  logic                 silence_end_i,
  input  logic                 lead_i,
  input  logic [5:0]           index_i,
  input  logic                 bit_ready_i,
  input  logic                 done_i,
  input  logic                 active_i,
  input  logic                 nonce_bit_i,
  input  logic                 proof_ok_i,
  output logic                 deaf_o,
  output logic [1:0]           card_rate_o,
  output logic [1:0]           reader_rate_o,
  output logic                 arm_o,
  output nfc_pkg::fdt_e        fdt_o,
  output logic                 follow_o,
  output logic                 store_done_o,
  output logic                 bit_valid_o,
  output logic                 bit_o,
  output logic                 nonce_draw_o,
  output logic                 nonce_step_o,
  output logic                 nonce_random_o,
  output logic                 random_low_o,
  output logic                 random_high_o,
  output logic                 compare_o,
  output logic                 compare_bit_o,
  output logic                 rests_o,

  input  logic [79:0]          uid_i,                  // u0 in bits 7..0
  input  logic [1:0]           uid_size_i,             // 0 four, 1 seven, 2 ten bytes
  input  logic [15:0]          atqa_i,                 // low byte goes first
  input  logic [7:0]           sak_i,                  // of the last cascade level
  input  logic                 type_b_i,               // speaks type B, not type A
  input  logic [7:0]           afi_i,
  input  logic [55:0]          atqb_i,                 // application data and protocol info, first byte in bits 7..0
  input  nfc_pkg::kind_e       kind_i,
  input  logic                 random_uid_i,
  input  logic                 nak_silent_i,
  input  logic                 nonce_unpredictable_i,
  input  logic [31:0]          nonce_seed_i,

  output logic                 store_valid_o,
  output nfc_pkg::store_op_e   store_op_o,
  output logic [8:0]           store_block_o,
  output logic [3:0]           store_offset_o,
  output logic [7:0]           store_wdata_o,
  input  logic                 store_ready_i,
  input  logic [7:0]           store_rdata_i,
  input  logic                 store_error_i,

  input  logic                 psel_i,                 // mailbox: APB, no wait states
  input  logic                 penable_i,
  input  logic                 pwrite_i,
  input  logic [7:0]           paddr_i,
  input  logic [7:0]           pwdata_i,
  output logic [7:0]           prdata_o,
  output logic                 pready_o,
  output logic                 pslverr_o,
  output logic                 irq_o                   // level: an event is pending
);

  localparam logic [4:0]  HeaderBytes  = 5'd2;   // SEL and NVB
  localparam logic [3:0]  ShortBits    = 4'd7;
  localparam logic [4:0]  NonceBytes   = 5'd4;

  logic is_b;
  logic card_rst_n;  // all but the random generator starts anew with the field

  assign is_b       = TypeB && type_b_i;
  assign card_rst_n = rst_ni && powered_i;

  // ---- Reader to card ----
  logic       deaf_d, deaf_q;  // frames that begin now are lost
  logic [1:0] card_rate, reader_rate;

  logic       cipher_on, key_bit;
  logic       rx_data_valid, rx_byte_valid, rx_odd;
  logic [7:0] rx_byte;
  logic [4:0] rx_bytes;
  logic [3:0] rx_bits;
  logic       hold_header;
  logic [7:0] code, argument;

  // Registers between the radio and all that follows, since every tick after a bit or a frame has time for it: bits in
  // clear, then the end of the frame with what the frame was.
  logic sof_q, bit_valid_q, rx_bit_d, rx_bit_q, frame_end_q;
  logic parity_ok_d, parity_ok_q, crc_ok_d, crc_ok_q;
  logic is_short_d, is_short_q, is_whole_d, is_whole_q, is_sound_d, is_sound_q;
  logic is_frame_d, is_frame_q;  // whole bytes, parity and CRC are right

  assign rx_bit_d = bit_i ^ (cipher_on && key_bit);

  always_ff @(posedge clk_i or negedge card_rst_n) begin
    if (!card_rst_n) begin
      sof_q       <= 1'b0;
      bit_valid_q <= 1'b0;
      rx_bit_q    <= 1'b0;
      frame_end_q <= 1'b0;
      parity_ok_q <= 1'b0;
      crc_ok_q    <= 1'b0;
      is_short_q  <= 1'b0;
      is_whole_q  <= 1'b0;
      is_sound_q  <= 1'b0;
      is_frame_q  <= 1'b0;
    end else begin
      sof_q       <= sof_i;
      bit_valid_q <= bit_valid_i;
      rx_bit_q    <= rx_bit_d;
      frame_end_q <= eof_i;
      parity_ok_q <= parity_ok_d;
      crc_ok_q    <= crc_ok_d;
      is_short_q  <= is_short_d;
      is_whole_q  <= is_whole_d;
      is_sound_q  <= is_sound_d;
      is_frame_q  <= is_frame_d;
    end
  end

  frame_receiver u_frame_receiver (
    .clk_i,
    .rst_ni       (card_rst_n),
    .sof_i        (sof_q),
    .bit_valid_i  (bit_valid_q),
    .bit_i        (rx_bit_q),
    .data_valid_o (rx_data_valid),
    .byte_valid_o (rx_byte_valid),
    .byte_o       (rx_byte),
    .odd_o        (rx_odd),
    .bytes_o      (rx_bytes),
    .bits_o       (rx_bits),
    .parity_ok_o  (parity_ok_d)
  );

  frame_header u_frame_header (
    .clk_i,
    .rst_ni       (card_rst_n),
    .hold_i       (hold_header),
    .byte_valid_i (rx_byte_valid),
    .byte_i       (rx_byte),
    .bytes_i      (rx_bytes),
    .code_o       (code),
    .argument_o   (argument)
  );

  // What kind of frame it was.
  assign is_sound_d = !error_i && parity_ok_d;
  assign is_short_d = !error_i && rx_bytes == '0 && rx_bits == ShortBits;
  assign is_whole_d = !error_i && rx_bytes != '0 && rx_bits == '0;
  assign is_frame_d = is_whole_d && parity_ok_d && crc_ok_d;

  // ---- Answer ----
  nfc_pkg::reply_e activation_reply, command_reply, next_reply_d, next_reply_q, reply;
  nfc_pkg::fdt_e   command_fdt, next_fdt_d, next_fdt_q, fdt;

  logic       activation_reply_valid, command_reply_valid, reply_valid_d, reply_valid_q;
  logic       arm, started_q;
  logic [7:0] tx_index;
  logic       own_data;       // the answer is the memory's
  logic       tx_source, tx_data_valid, tx_data;
  logic       nested;
  logic [5:0] rx_place;       // of the next bit in UID and BCC

  // Blocks
  nfc_pkg::fdt_e block_fdt;

  logic       block_reply_valid, block_more, block_bit, block_mine, block_drop, block_halt, block_busy, block_waiting;

  // The mailbox's bus, which the counters share
  logic [7:0] box_data;
  logic       box_error, counts_busy;

  // Type B
  nfc_pkg::reply_e call_reply;

  logic         call_reply_valid, call_draw;
  logic         attrib, blocks_enabled, cid_support;
  logic [3:0]   call_fsdi, call_cid, random_first;
  logic [1:0]   call_card_rate, call_reader_rate;
  logic [7:0]   rates;
  logic [127:0] atqb;

  assign reply_valid_d = activation_reply_valid || command_reply_valid || block_reply_valid || call_reply_valid;
  assign rx_place    = {3'(rx_bytes - HeaderBytes), rx_bits[2:0]};

  always_comb begin
    next_reply_d = command_reply;
    next_fdt_d   = command_fdt;
    if (activation_reply_valid) begin
      next_reply_d = activation_reply;
      next_fdt_d   = nfc_pkg::FdtMin;
    end else if (block_reply_valid) begin
      next_reply_d = nfc_pkg::ReplyBlock;
      next_fdt_d   = block_fdt;
    end else if (call_reply_valid) begin
      next_reply_d = call_reply;
      next_fdt_d   = nfc_pkg::FdtMin;
    end
  end

  always_ff @(posedge clk_i or negedge card_rst_n) begin
    if (!card_rst_n) begin
      reply_valid_q <= 1'b0;
      next_reply_q  <= nfc_pkg::ReplyAtqa;
      next_fdt_q    <= nfc_pkg::FdtMin;
    end else begin
      reply_valid_q <= reply_valid_d;
      next_reply_q  <= next_reply_d;
      next_fdt_q    <= next_fdt_d;
    end
  end

  frame_transmitter u_frame_transmitter (
    .clk_i,
    .rst_ni        (card_rst_n),
    .type_b_i      (is_b),
    .even_last_i   (Rates && card_rate != '0),
    .reply_valid_i (reply_valid_q),
    .reply_i       (next_reply_q),
    .fdt_i         (next_fdt_q),
    .first_i       (rx_place),
    .odd_i         (rx_odd),
    .start_i,
    .arm_o         (arm),
    .reply_o       (reply),
    .fdt_o         (fdt),
    .index_o       (tx_index),
    .bit_i         (tx_source),
    .more_i        (own_data ? data_more : block_more),
    .data_valid_o  (tx_data_valid),
    .data_o        (tx_data),
    .crc_bit_i     (crc[0]),
    .encrypt_i     (reply == nfc_pkg::ReplyNonce ? nested : cipher_on),
    .key_bit_i     (key_bit),
    .bit_ready_i,
    .bit_valid_o,
    .bit_o
  );

  // Deaf from the end of a frame to the end of the answer, or until it is clear that there is none.
  logic listening, programming, own_data_q;

  always_comb begin
    deaf_d = deaf_q;
    // A broken frame of type B ends when the level rests, and then it is time to listen.
    if (eof_i && !(is_b && error_i))                                     deaf_d = 1'b1;
    else if (done_i)                                                       deaf_d = 1'b0;
    else if (silence_end_i && !arm && !active_i && listening && !block_busy) deaf_d = 1'b0;
  end

  always_ff @(posedge clk_i or negedge card_rst_n) begin
    if (!card_rst_n) begin
      deaf_q     <= 1'b0;
      started_q  <= 1'b0;
      own_data_q <= 1'b0;
    end else begin
      deaf_q     <= deaf_d;
      started_q  <= start_i;
      own_data_q <= reply_valid_d ? command_reply_valid : own_data_q;
    end
  end

  assign own_data = Type2 && own_data_q;

  // ---- CRC: of the frame that comes, then of the answer ----
  logic        alias_crc_init, alias_crc_valid, uid_bit;
  logic [15:0] crc;
  logic        crc_bit;

  always_comb begin
    crc_bit = rx_bit_q;
    if (alias_crc_valid)    crc_bit = uid_bit;
    else if (tx_data_valid) crc_bit = tx_data;
  end

  frame_crc u_frame_crc (
    .clk_i,
    .rst_ni   (card_rst_n),
    .type_b_i (is_b),
    .init_i   (sof_q || reply_valid_q || alias_crc_init),
    .valid_i  (rx_data_valid || tx_data_valid || alias_crc_valid),
    .bit_i    (crc_bit),
    .crc_o    (crc)
  );

  assign crc_ok_d = crc == (is_b ? nfc_pkg::CrcBResidue : 16'h0000);

  // ---- Activation ----
  nfc_pkg::picc_state_e state;

  logic        wake, read_ahead, read_first;
  logic        drop, halt;
  logic        own_bit;
  logic [2:0]  usage;
  logic        usage_valid;
  logic        alias_busy, alias_draw, alias_take, random_ready, random_low, random_high;
  logic [15:0] atqa;
  logic [7:0]  sak;

  top_activation #(.Alias(Alias)) u_top_activation (
    .clk_i,
    .rst_ni         (card_rst_n),
    .uid_i,
    .uid_size_i,
    .atqa_i,
    .sak_i,
    .random_uid_i,
    .usage_i        (usage),
    .usage_valid_i  (usage_valid),
    .sof_i          (sof_q),
    .data_valid_i   (rx_data_valid),
    .data_i         (rx_bit_q),
    .bytes_i        (rx_bytes),
    .bits_i         (rx_bits),
    .place_i        (rx_place),
    .call_i         (rx_byte[7:1]),
    .code_i         (code),
    .argument_i     (argument),
    .frame_end_i    (frame_end_q),
    .short_i        (is_short_q),
    .sound_i        (is_sound_q),
    .crc_ok_i       (crc_ok_q),
    .read_first_i   (read_first),
    .drop_i         (drop || block_drop),
    .halt_i         (halt || block_halt),
    .state_o        (state),
    .wake_o         (wake),
    .read_ahead_o   (read_ahead),
    .reply_valid_o  (activation_reply_valid),
    .reply_o        (activation_reply),
    .send_i         (tx_data_valid),
    .sending_i      (active_i),
    .sends_uid_i    (reply == nfc_pkg::ReplyUid),
    .index_i        (tx_index[5:0]),
    .uid_bit_o      (uid_bit),
    .own_bit_o      (own_bit),
    .atqa_o         (atqa),
    .sak_o          (sak),
    .random_ready_i (random_ready),
    .random_bit_i   (random_low),
    .draw_o         (alias_draw),
    .take_o         (alias_take),
    .crc_init_o     (alias_crc_init),
    .crc_valid_o    (alias_crc_valid),
    .crc_i          (crc),
    .busy_o         (alias_busy)
  );

  // ---- Cipher and nonces ----
  logic key_load, key_load_bit, nonce_draw, proving;
  logic nonce_from_word, nonce_sent;
  logic proof_draw, proof_use, proof_take;  // of a type 2 memory

  assign nonce_sent      = tx_data_valid && reply == nfc_pkg::ReplyNonce;
  assign nonce_from_word = nonce_unpredictable_i && active_i && reply == nfc_pkg::ReplyNonce &&
                           tx_index[7:4] == '0;

  crypto1_cipher u_crypto1_cipher (
    .clk_i,
    .rst_ni     (card_rst_n),
    .load_i     (key_load),
    .load_bit_i (key_load_bit),
    .step_i     (cipher_on && (rx_data_valid || tx_data_valid)),
    .feed_i     (nonce_sent ? tx_data ^ uid_bit : proving && rx_bytes < NonceBytes && rx_bit_q),
    .key_bit_o  (key_bit)
  );

  if (Alias || TypeB || Classic || Type2) begin : g_random
    crypto1_random u_crypto1_random (
      .clk_i,
      .rst_ni,
      .seed_i  (nonce_seed_i),
      .draw_i  ((nonce_draw && nonce_unpredictable_i) || alias_draw || call_draw || proof_draw),
      .drawn_o (random_ready),
      .use_i   (alias_take || nonce_from_word || proof_use),
      .take_i  (alias_take || nonce_sent || proof_take),
      .low_o   (random_low),
      .high_o  (random_high),
      .first_o (random_first)
    );
  end else begin : g_no_random
    logic unused_random;
    assign unused_random = &{1'b0, nonce_seed_i, nonce_draw, nonce_unpredictable_i, alias_draw, call_draw, proof_draw,
                             alias_take, proof_use, proof_take};
    assign random_ready  = 1'b1;
    assign random_low    = 1'b0;
    assign random_high   = 1'b0;
    assign random_first  = '0;
  end

  // ---- Commands ----
  logic [3:0] nibble;
  logic       data_bit, data_more, no_session;

  top_memory #(
    .Classic (Classic),
    .Type2 (Type2),
    .Type2Aes (Type2Aes)
  ) u_top_memory (
    .clk_i,
    .rst_ni            (card_rst_n),
    .kind_i,
    .nak_silent_i,
    .can_personalize_i (uid_size_i == 2'd1),
    .active_i          (state == nfc_pkg::StActive && !block_mine),
    .wake_i            (wake),
    .read_ahead_i      (read_ahead),
    .open_o            (no_session),
    .drop_o            (drop),
    .halt_o            (halt),
    .usage_o           (usage),
    .usage_valid_o     (usage_valid),
    .byte_valid_i      (rx_byte_valid),
    .byte_i            (rx_byte),
    .bytes_i           (rx_bytes),
    .frame_end_i       (frame_end_q),
    .whole_i           (is_whole_q),
    .parity_ok_i       (parity_ok_q),
    .crc_ok_i          (crc_ok_q),
    .code_i            (code),
    .argument_i        (argument),
    .hold_header_o     (hold_header),
    .read_first_o      (read_first),
    .reply_valid_o     (command_reply_valid),
    .reply_o           (command_reply),
    .fdt_o             (command_fdt),
    .program_i,
    .data_valid_i      (tx_data_valid && (reply == nfc_pkg::ReplyData || reply == nfc_pkg::ReplyBlock)),
    .data_index_i      (tx_index[2:0]),
    .reply_done_i      (done_i),
    .nibble_o          (nibble),
    .data_bit_o        (data_bit),
    .more_o            (data_more),
    .cipher_on_o       (cipher_on),
    .nested_o          (nested),
    .proving_o         (proving),
    .proof_ok_i,
    .key_load_o        (key_load),
    .key_bit_o         (key_load_bit),
    .nonce_draw_o      (nonce_draw),
    .random_ready_i    (random_ready),
    .random_bit_i      (random_low),
    .random_draw_o     (proof_draw),
    .random_use_o      (proof_use),
    .random_take_o     (proof_take),
    .store_valid_o,
    .store_op_o,
    .store_block_o,
    .store_offset_o,
    .store_wdata_o,
    .store_ready_i,
    .store_rdata_i,
    .store_error_i,
    .listening_o       (listening),
    .programming_o     (programming)
  );

  // ---- Blocks ----
  if (Dep) begin : g_block
    localparam int unsigned SakBlocks  = 5;
    localparam int unsigned SakClassic = 3;

    top_block #(
      .TypeB (TypeB),
      .Rates (Rates)
    ) u_top_block (
      .clk_i,
      .rst_ni,
      .card_rst_ni   (card_rst_n),
      .powered_i,
      .psel_i,
      .penable_i,
      .pwrite_i,
      .paddr_i,
      .pwdata_i,
      .prdata_o      (box_data),
      .pready_o,
      .pslverr_o     (box_error),
      .irq_o,
      .type_b_i,
      .atqb_i,
      .enabled_o     (blocks_enabled),
      .rates_o       (rates),
      .cid_support_o (cid_support),
      .attrib_i      (attrib),
      .fsdi_i        (call_fsdi),
      .cid_i         (call_cid),
      .card_rate_i   (call_card_rate),
      .reader_rate_i (call_reader_rate),
      .selected_i    (state == nfc_pkg::StActive && no_session),
      .can_blocks_i  (sak_i[SakBlocks]),
      .is_classic_i  (sak_i[SakClassic]),
      .mine_o        (block_mine),
      .drop_o        (block_drop),
      .halt_o        (block_halt),
      .sof_i         (sof_q),
      .byte_valid_i  (rx_byte_valid),
      .byte_i        (rx_byte),
      .bytes_i       (rx_bytes),
      .frame_end_i   (frame_end_q),
      .sound_i       (is_frame_q),
      .sounds_i      (is_frame_d),
      .code_i        (code),
      .argument_i    (argument),
      .program_i,
      .lead_i,
      .instant_i     (index_i),
      .reply_valid_o (block_reply_valid),
      .fdt_o         (block_fdt),
      .sent_i        (tx_data_valid && reply == nfc_pkg::ReplyBlock && !own_data),
      .index_i       (tx_index),
      .more_o        (block_more),
      .bit_o         (block_bit),
      .done_i,
      .card_rate_o   (card_rate),
      .reader_rate_o (reader_rate),
      .busy_o        (block_busy),
      .waiting_o     (block_waiting),
      .holds_o       (follow_o)
    );
  end else begin : g_no_block
    logic unused;
    assign unused            = &{1'b0, penable_i, pwrite_i, paddr_i, pwdata_i, no_session, lead_i, index_i, attrib,
                                call_fsdi, call_cid, call_card_rate, call_reader_rate};
    assign box_data          = '0;
    assign pready_o          = 1'b1;
    assign box_error         = psel_i && penable_i;
    assign irq_o             = 1'b0;
    assign block_mine        = 1'b0;
    assign block_drop        = 1'b0;
    assign block_halt        = 1'b0;
    assign block_reply_valid = 1'b0;
    assign block_fdt         = nfc_pkg::FdtMin;
    assign block_more        = 1'b0;
    assign block_bit         = 1'b0;
    assign block_busy        = 1'b0;
    assign block_waiting     = 1'b0;
    assign follow_o          = 1'b0;
    assign blocks_enabled    = 1'b0;
    assign cid_support       = 1'b0;
    assign rates             = '0;
    assign card_rate         = 2'd0;
    assign reader_rate       = 2'd0;
  end

  // ---- Type B ----
  assign atqb = {{(128 - nfc_pkg::AtqbBits){1'b0}}, atqb_i, uid_i[31:0], nfc_pkg::AtqbHead};

  if (TypeB) begin : g_type_b
    anticol_b u_anticol_b (
      .clk_i,
      .rst_ni        (card_rst_n),
      .pupi_i        (uid_i[31:0]),
      .afi_i,
      .rates_i       (rates),
      .cid_support_i (cid_support),
      .can_attrib_i  (blocks_enabled),
      .byte_valid_i  (rx_byte_valid && is_b),
      .byte_i        (rx_byte),
      .bytes_i       (rx_bytes),
      .frame_end_i   (frame_end_q && is_b),
      .sound_i       (is_frame_q),
      .code_i        (code),
      .argument_i    (argument),
      .reply_valid_o (call_reply_valid),
      .reply_o       (call_reply),
      .attrib_o      (attrib),
      .fsdi_o        (call_fsdi),
      .cid_o         (call_cid),
      .card_rate_o   (call_card_rate),
      .reader_rate_o (call_reader_rate),
      .halt_i        (block_halt),
      .draw_o        (call_draw),
      .drawn_i       (random_ready),
      .random_i      (random_first)
    );
  end else begin : g_no_type_b
    logic unused_b;
    assign unused_b         = &{1'b0, is_frame_q, afi_i, rates, cid_support, blocks_enabled,
                                 random_first, call_reply, type_b_i};
    assign call_reply_valid = 1'b0;
    assign call_reply       = nfc_pkg::ReplyData;
    assign attrib           = 1'b0;
    assign call_fsdi        = '0;
    assign call_cid         = '0;
    assign call_card_rate   = 2'd0;
    assign call_reader_rate = 2'd0;
    assign call_draw        = 1'b0;
  end

  // ---- What the ticks went to ----
  if (Counters) begin : g_counters
    nfc_pkg::card_phase_e phase;

    logic        phase_end, memory_busy, counts_own;
    logic [31:0] phase_at, data;
    logic        unused_counts;

    frame_phases u_frame_phases (
      .clk_i,
      .rst_ni,
      .powered_i,
      .type_b_i      (is_b),
      .rate_i        (reader_rate),
      .mark_i,
      .sof_i,
      .eof_i,
      .start_i,
      .done_i,
      .programming_i (store_valid_o && !store_ready_i && store_op_o == nfc_pkg::StoreProgram && powered_i),
      .waiting_i     (block_waiting),
      .end_o         (phase_end),
      .phase_o       (phase),
      .at_o          (phase_at)
    );

    bus_counters #(
      .Bytes         (1'b1),
      .SelectAddress (nfc_reg_pkg::BoxCounter),
      .TicksAddress  (nfc_reg_pkg::BoxCounterTicks)
    ) u_bus_counters (
      .clk_i,
      .rst_ni,
      .psel_i,
      .penable_i,
      .pwrite_i,
      .paddr_i,
      .pwdata_i ({24'b0, pwdata_i}),
      .own_o    (counts_own),
      .data_o   (data),
      .end_i    (phase_end),
      .phase_i  (phase),
      .at_i     (phase_at),
      .busy_o   (memory_busy)
    );

    assign unused_counts = &{1'b0, data[31:8]};
    assign prdata_o      = box_data | data[7:0];
    assign pslverr_o     = box_error && !counts_own;
    assign counts_busy   = phase_end || memory_busy;
  end else begin : g_no_counters
    logic unused_counts;
    assign unused_counts = mark_i;
    assign prdata_o      = box_data;
    assign pslverr_o     = box_error;
    assign counts_busy   = 1'b0;
  end

  // ---- The bit that goes out ----
  always_comb begin
    unique case (reply)
      nfc_pkg::ReplyAtqa:   tx_source = atqa[tx_index[3:0]];
      nfc_pkg::ReplyUid:    tx_source = own_bit;
      nfc_pkg::ReplySak:    tx_source = !is_b && sak[tx_index[2:0]];
      nfc_pkg::ReplyNibble: tx_source = nibble[tx_index[1:0]];
      nfc_pkg::ReplyData:   tx_source = is_b ? atqb[tx_index[6:0]] : data_bit;
      nfc_pkg::ReplyBlock:  tx_source = own_data ? data_bit : block_bit;
      default:              tx_source = Classic && nonce_bit_i;
    endcase
  end

  // ---- To the radio ----
  assign deaf_o         = deaf_q;
  assign card_rate_o    = card_rate;
  assign reader_rate_o  = reader_rate;
  assign arm_o          = arm;
  assign fdt_o          = fdt;
  assign store_done_o   = store_valid_o && store_ready_i;
  assign nonce_draw_o   = started_q && reply == nfc_pkg::ReplyNonce;
  assign nonce_step_o   = nonce_sent || (tx_data_valid && reply == nfc_pkg::ReplyProof) || (proving && rx_data_valid);
  assign nonce_random_o = nonce_from_word;
  assign random_low_o   = random_low;
  assign random_high_o  = random_high;
  assign compare_o      = proving && rx_data_valid && rx_bytes >= NonceBytes;
  assign compare_bit_o  = rx_bit_q;
  assign rests_o        = random_ready && !psel_i && !counts_busy &&
                          (programming || block_waiting || !powered_i ||
                           (!deaf_q && listening && !block_busy && !alias_busy));

endmodule
