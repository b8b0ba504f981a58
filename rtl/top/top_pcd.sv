// top_pcd.sv - the reader, types A and B at all rates: level in, carrier and its modulation out, registers behind
// APB.
//
//   APB - bus_readings, bus_registers, bus_buffer
//           |   crypto1_cipher, frame_crc
//           |     |
//           |   pcd_sender   -> rf_miller_encoder, rf_nrz_encoder      -> pause_o
//           |   pcd_receiver <- rf_manchester_decoder, rf_bpsk_decoder <- level_i
//           |     |
//         pcd_sequencer, pcd_timer, pcd_auth
//
// Register map: rtl/bus/registers.json. ISO/IEC 14443-2, 8; 14443-3, 6.2.

module top_pcd #(
  parameter int unsigned LevelBits = 12,
  parameter bit          TypeB     = 1'b1,  // speaks type B too
  parameter bit          Rates     = 1'b1   // has the rates above fc/128
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  output logic                 carrier_o,
  output logic                 pause_o,          // the carrier is modulated,
  output logic                 shallow_o,        // only a little: type B
  output logic [1:0]           rate_o,           // of what is sent: 0 to 3 is fc/128 to fc/16

  input  logic                 psel_i,
  input  logic                 penable_i,
  input  logic                 pwrite_i,
  input  logic [7:0]           paddr_i,
  input  logic [31:0]          pwdata_i,
  output logic [31:0]          prdata_o,
  output logic                 pready_o,
  output logic                 pslverr_o,

  output logic                 irq_o,
  output logic                 quiet_o
);

  // ---- Registers and buffer ----
  nfc_pkg::pcd_config_t settings;
  nfc_pkg::pcd_errors_t errors;

  logic        own;
  logic [31:0] own_data, status, rx_bits;
  logic [47:0] key;
  logic [31:0] uid, nr;
  logic [15:0] auth_command;
  logic [31:0] timeout, start_at, field_at;
  logic [11:0] tx_bits;
  logic [2:0]  command;
  logic        field_set, field_on, field_pending, field_due;
  logic        buffer_next, buffer_write;
  logic [31:0] buffer_data, buffer_mask;

  // ---- Sequence ----
  logic [31:0] tick, alarm_at, tx_end, rx_start, rx_end, nt;
  logic        alarm_set, exact, due;
  logic        send, stop, pause_end, sent, listen, judged_q;
  logic        auth, auth_step, nt_done, key_load, crypto1_on, at_match;
  logic        clear, done, busy, waiting, late, silent;
  logic [1:0]  auth_status;

  // ---- Frames ----
  logic        sof, lost, rx_bit_valid, rx_bit, rx_collision, eof, rx_error, settled;
  logic        ook_sof, ook_bit_valid, ook_bit, ook_collision, ook_eof, ook_error, ook_settled;
  logic        bpsk_sof, bpsk_bit_valid, bpsk_bit, bpsk_eof, bpsk_error, bpsk_settled;
  logic        is_b, phases;          // of this exchange: type B; the answer is one of phases
  logic [1:0]  tx_rate, rx_rate;
  logic        miller_pause, miller_end, miller_ready, miller_done, nrz_low, nrz_end, nrz_ready, nrz_done;
  logic        tx_valid, tx_bit, tx_ready;
  logic [10:0] tx_position;
  logic [15:0] rx_position, rx_air_bits;
  logic        tx_taken, tx_crc_taken, tx_plain, tx_data, auth_bit;
  logic        rx_valid, rx_plain, rx_crc_valid, rx_crc_bit, rx_whole;
  logic        word_valid;
  logic [5:0]  word_index;
  logic [31:0] word_data, word_mask;
  logic [15:0] crc;
  logic        keystream, load, load_bit, cipher_in, secured, encrypt, decrypt, use_parity;

  // An authentication is type A at fc/128 whatever is set.
  assign is_b       = settings.type_b && !auth;
  assign tx_rate    = auth ? 2'd0 : settings.tx_rate;
  assign rx_rate    = auth ? 2'd0 : settings.rx_rate;
  assign phases     = is_b || rx_rate != '0;
  assign shallow_o  = is_b;
  assign rate_o     = tx_rate;

  assign use_parity = auth || !(settings.parity_as_data || is_b);
  assign secured    = crypto1_on && use_parity;
  // An authentication begins under the old session, or in clear; from nr on it has its own key.
  assign encrypt    = secured || auth_step;
  assign decrypt    = secured || auth_step;

  assign tx_data    = auth ? auth_bit : buffer_data[tx_position[4:0]];
  // Four bytes; a missing parity bit would be an error.
  assign rx_whole   = rx_position == 16'd32 && errors == '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) judged_q <= 1'b0;
    else         judged_q <= eof;
  end

  always_comb begin
    status = '0;
    status[nfc_reg_pkg::PcdStatusBusyBit]      = busy;
    status[nfc_reg_pkg::PcdStatusCrypto1OnBit] = crypto1_on;
    status[nfc_reg_pkg::PcdStatusLateBit]      = late;
    status[nfc_reg_pkg::PcdStatusSilentBit]    = silent;
    status[nfc_reg_pkg::PcdStatusParityBit]    = errors.parity;
    status[nfc_reg_pkg::PcdStatusCrcBit]       = errors.crc;
    status[nfc_reg_pkg::PcdStatusCollisionBit] = errors.collision;
    status[nfc_reg_pkg::PcdStatusFramingBit]   = errors.framing;
    status[nfc_reg_pkg::PcdStatusOverflowBit]  = errors.overflow;
    status[nfc_reg_pkg::PcdStatusCrcRightBit]  = errors.crc_right;
    status[nfc_reg_pkg::PcdStatusAuthLsb +: nfc_reg_pkg::PcdStatusAuthWidth] = auth_status;
    rx_bits = '0;
    rx_bits[nfc_reg_pkg::PcdRxBitsAirLsb +: nfc_reg_pkg::PcdRxBitsAirWidth] = rx_air_bits;
    rx_bits[nfc_reg_pkg::PcdRxBitsDataLsb +: nfc_reg_pkg::PcdRxBitsDataWidth] =
        errors.overflow ? 12'(nfc_pkg::PcdBufferBits) : rx_position[11:0];
  end

  bus_readings u_readings (
    .psel_i,
    .penable_i,
    .paddr_i,
    .prdata_o,
    .pready_o,
    .pslverr_o,
    .own_i           (own),
    .data_i          (own_data),
    .tick_i          (tick),
    .carrier_i       (carrier_o),
    .field_pending_i (field_pending),
    .status_i        (status),
    .tx_end_i        (tx_end),
    .rx_start_i      (rx_start),
    .rx_end_i        (rx_end),
    .rx_bits_i       (rx_bits),
    .nt_i            (nt),
    .buffer_data_i   (buffer_data),
    .buffer_mask_i   (buffer_mask)
  );

  bus_registers #(
    .TypeB (TypeB),
    .Rates (Rates)
  ) u_registers (
    .clk_i,
    .rst_ni,
    .psel_i,
    .penable_i,
    .pwrite_i,
    .paddr_i,
    .pwdata_i,
    .own_o          (own),
    .data_o         (own_data),
    .done_i         (done),
    .irq_o,
    .config_o       (settings),
    .key_o          (key),
    .uid_o          (uid),
    .nr_o           (nr),
    .auth_o         (auth_command),
    .timeout_o      (timeout),
    .start_at_o     (start_at),
    .tx_bits_o      (tx_bits),
    .field_set_o    (field_set),
    .field_on_o     (field_on),
    .field_at_o     (field_at),
    .command_o      (command),
    .buffer_next_o  (buffer_next),
    .buffer_write_o (buffer_write)
  );

  bus_buffer u_buffer (
    .clk_i,
    .rst_ni,
    .first_i         (done || command == nfc_reg_pkg::PcdCommandFlush),
    .next_i          (buffer_next),
    .write_i         (buffer_write && !busy),
    .wdata_i         (pwdata_i),
    .engine_i        (busy),
    .engine_index_i  (tx_position[10:5]),
    .engine_write_i  (word_valid),
    .engine_windex_i (word_index),
    .engine_data_i   (word_data),
    .engine_mask_i   (word_mask),
    .data_o          (buffer_data),
    .mask_o          (buffer_mask)
  );

  pcd_timer u_timer (
    .clk_i,
    .rst_ni,
    .tick_o          (tick),
    .alarm_set_i     (alarm_set),
    .alarm_at_i      (alarm_at),
    .exact_o         (exact),
    .due_o           (due),
    .field_set_i     (field_set),
    .field_on_i      (field_on),
    .field_at_i      (field_at),
    .field_pending_o (field_pending),
    .field_due_o     (field_due),
    .carrier_o
  );

  pcd_sequencer u_sequencer (
    .clk_i,
    .rst_ni,
    .transceive_i   (command == nfc_reg_pkg::PcdCommandTransceive),
    .authenticate_i (command == nfc_reg_pkg::PcdCommandAuthenticate),
    .abort_i        (command == nfc_reg_pkg::PcdCommandAbort),
    .crypto1_off_i  (command == nfc_reg_pkg::PcdCommandCrypto1Off),
    .start_at_i     (start_at),
    .timeout_i      (timeout),
    .tick_i         (tick),
    .carrier_i      (carrier_o),
    .exact_i        (exact),
    .due_i          (due),
    .alarm_set_o    (alarm_set),
    .alarm_at_o     (alarm_at),
    .send_o         (send),
    .stop_o         (stop),
    .pause_end_i    (pause_end),
    .sent_i         (sent),
    .type_b_i       (is_b),
    .phases_i       (phases),
    .rate_i         (rx_rate),
    .listen_o       (listen),
    .sof_i          (sof),
    .lost_i         (lost),
    .settled_i      (settled),
    .bit_valid_i    (rx_bit_valid),
    .eof_i          (eof),
    .judged_i       (judged_q),
    .answer_whole_i (rx_whole),
    .at_match_i     (at_match),
    .auth_o         (auth),
    .auth_step_o    (auth_step),
    .nt_done_o      (nt_done),
    .key_load_o     (key_load),
    .crypto1_on_o   (crypto1_on),
    .clear_o        (clear),
    .done_o         (done),
    .busy_o         (busy),
    .waiting_o      (waiting),
    .late_o         (late),
    .silent_o       (silent),
    .auth_status_o  (auth_status),
    .tx_end_o       (tx_end),
    .rx_start_o     (rx_start),
    .rx_end_o       (rx_end)
  );

  pcd_auth u_auth (
    .clk_i,
    .rst_ni,
    .step_i             (auth_step),
    .nt_done_i          (nt_done),
    .uid_i              (uid),
    .nr_i               (nr),
    .auth_i             (auth_command),
    .key_load_i         (key_load),
    .key_i              (key),
    .load_o             (load),
    .load_bit_o         (load_bit),
    .send_position_i    (tx_position[5:0]),
    .send_taken_i       (auth && tx_taken),
    .send_bit_o         (auth_bit),
    .receive_position_i (rx_position[4:0]),
    .receive_valid_i    (auth && rx_valid),
    .receive_bit_i      (rx_plain),
    .cipher_in_o        (cipher_in),
    .nt_o               (nt),
    .match_o            (at_match)
  );

  crypto1_cipher u_cipher (
    .clk_i,
    .rst_ni,
    .load_i     (load),
    .load_bit_i (load_bit),
    .step_i     ((tx_taken && encrypt) || (rx_valid && (decrypt || auth))),
    .feed_i     (cipher_in),
    .key_bit_o  (keystream)
  );

  frame_crc u_crc (
    .clk_i,
    .rst_ni,
    .type_b_i (is_b),
    .init_i   (send || sof),
    .valid_i  (tx_crc_taken || rx_crc_valid),
    .bit_i    (rx_crc_valid ? rx_crc_bit : tx_plain),
    .crc_o    (crc)
  );

  pcd_sender u_sender (
    .clk_i,
    .rst_ni,
    .start_i      (send),
    .type_b_i     (is_b),
    .bits_i       (!auth ? tx_bits : auth_step ? 12'd64 : 12'd16),
    .parity_i     (use_parity),
    .add_crc_i    (auth ? !auth_step : settings.tx_crc),
    .encrypt_i    (encrypt),
    .position_o   (tx_position),
    .data_i       (tx_data),
    .crc_i        (crc),
    .keystream_i  (keystream),
    .data_taken_o (tx_taken),
    .crc_taken_o  (tx_crc_taken),
    .plain_o      (tx_plain),
    .valid_o      (tx_valid),
    .bit_o        (tx_bit),
    .ready_i      (tx_ready)
  );

  // ---- Sending ----
  assign pause_o   = miller_pause || nrz_low;
  assign pause_end = miller_end || nrz_end;
  assign tx_ready  = miller_ready || nrz_ready;
  assign sent      = miller_done || nrz_done;

  rf_miller_encoder u_miller_encoder (
    .clk_i,
    .rst_ni,
    .start_i       (send && !is_b),
    .stop_i        (stop),
    .rate_i        (tx_rate),
    .pause_ticks_i (settings.pause_ticks),
    .bit_valid_i   (tx_valid),
    .bit_i         (tx_bit),
    .bit_ready_o   (miller_ready),
    .pause_o       (miller_pause),
    .pause_end_o   (miller_end),
    .done_o        (miller_done)
  );

  if (TypeB) begin : g_nrz
    rf_nrz_encoder u_nrz_encoder (
      .clk_i,
      .rst_ni,
      .start_i     (send && is_b),
      .stop_i      (stop),
      .rate_i      (tx_rate),
      .sof_low_i   (settings.sof_low),
      .sof_high_i  (settings.sof_high),
      .egt_i       (settings.egt),
      .bit_valid_i (tx_valid),
      .bit_i       (tx_bit),
      .bit_ready_o (nrz_ready),
      .low_o       (nrz_low),
      .low_end_o   (nrz_end),
      .done_o      (nrz_done)
    );
  end else begin : g_nrz
    logic unused;
    assign {nrz_ready, nrz_low, nrz_end, nrz_done} = '0;
    assign unused = &{1'b0, settings.sof_low, settings.sof_high, settings.egt};
  end

  // ---- Receiving ----
  rf_manchester_decoder #(
    .LevelBits (LevelBits)
  ) u_manchester_decoder (
    .clk_i,
    .rst_ni,
    .level_i,
    .listen_i    (listen && !phases),
    .sof_o       (ook_sof),
    .bit_valid_o (ook_bit_valid),
    .bit_o       (ook_bit),
    .collision_o (ook_collision),
    .eof_o       (ook_eof),
    .error_o     (ook_error),
    .settled_o   (ook_settled)
  );

  if (TypeB || Rates) begin : g_bpsk
    rf_bpsk_decoder #(
      .LevelBits (LevelBits),
      .TypeB     (TypeB)
    ) u_bpsk_decoder (
      .clk_i,
      .rst_ni,
      .level_i,
      .listen_i    (listen && phases),
      .type_b_i    (is_b),
      .rate_i      (rx_rate),
      .sof_o       (bpsk_sof),
      .lost_o      (lost),
      .bit_valid_o (bpsk_bit_valid),
      .bit_o       (bpsk_bit),
      .eof_o       (bpsk_eof),
      .error_o     (bpsk_error),
      .settled_o   (bpsk_settled)
    );
  end else begin : g_bpsk
    assign {bpsk_sof, lost, bpsk_bit_valid, bpsk_bit, bpsk_eof, bpsk_error, bpsk_settled} = '0;
  end

  assign sof          = phases ? bpsk_sof : ook_sof;
  assign rx_bit_valid = phases ? bpsk_bit_valid : ook_bit_valid;
  assign rx_bit       = phases ? bpsk_bit : ook_bit;
  assign rx_collision = !phases && ook_collision;
  assign eof          = phases ? bpsk_eof : ook_eof;
  assign rx_error     = phases ? bpsk_error : ook_error;
  assign settled      = phases ? bpsk_settled : ook_settled;

  pcd_receiver u_receiver (
    .clk_i,
    .rst_ni,
    .clear_i      (clear),
    .type_b_i     (is_b),
    .parity_i     (use_parity),
    .last_even_i  (rx_rate != '0),
    .judge_crc_i  (settings.rx_crc && !auth),
    .decrypt_i    (decrypt),
    .align_i      (auth ? 3'd0 : settings.rx_align),
    .sof_i        (sof),
    .bit_valid_i  (rx_bit_valid),
    .bit_i        (rx_bit),
    .collision_i  (rx_collision),
    .eof_i        (eof),
    .error_i      (rx_error),
    .keystream_i  (keystream),
    .data_valid_o (rx_valid),
    .plain_o      (rx_plain),
    .crc_valid_o  (rx_crc_valid),
    .crc_bit_o    (rx_crc_bit),
    .crc_i        (crc),
    .word_valid_o (word_valid),
    .word_index_o (word_index),
    .word_data_o  (word_data),
    .word_mask_o  (word_mask),
    .position_o   (rx_position),
    .air_bits_o   (rx_air_bits),
    .errors_o     (errors)
  );

  assign quiet_o = waiting && command == '0 && !field_set && !field_due && !psel_i;

endmodule
