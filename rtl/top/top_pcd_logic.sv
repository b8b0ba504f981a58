// top_pcd_logic.sv - the half of the reader that acts: registers, the order of an exchange, data bits, Crypto1. Its registers
// change only in ticks in which top_pcd_radio or the bus tells something, or while it works on that.
//
//   APB - bus_readings, bus_registers, bus_buffer
//           |   crypto1_cipher, frame_crc
//           |     |
//           |   pcd_sender   -> top_pcd_radio
//           |   pcd_receiver <-
//           |     |
//         pcd_sequencer, pcd_auth
//
// Register map: rtl/bus/registers.json. ISO/IEC 14443-3, 6.2.

module top_pcd_logic #(
  parameter bit TypeB    = 1'b1,  // as in top_pcd
  parameter bit Rates    = 1'b1,
  parameter bit Counters = 1'b0
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  // From and to top_pcd_radio.
  input  logic                 carrier_i,
  input  logic [31:0]          tick_i,
  input  logic                 exact_i,
  input  logic                 due_i,
  input  logic                 field_pending_i,
  input  logic                 pause_end_i,
  input  logic                 bit_ready_i,
  input  logic                 sent_i,
  input  logic                 sof_i,
  input  logic                 lost_i,
  input  logic                 bit_valid_i,
  input  logic                 bit_i,
  input  logic                 collision_i,
  input  logic                 eof_i,
  input  logic                 error_i,
  input  logic                 settled_i,
  output logic                 alarm_set_o,
  output logic [31:0]          alarm_at_o,
  output logic                 field_set_o,
  output logic                 field_on_o,
  output logic [31:0]          field_at_o,
  output logic                 type_b_o,
  output logic [1:0]           tx_rate_o,
  output logic [1:0]           rx_rate_o,
  output nfc_pkg::pcd_config_t settings_o,
  output logic                 send_o,
  output logic                 stop_o,
  output logic                 bit_valid_o,
  output logic                 bit_o,
  output logic                 listen_o,
  output logic                 rests_o,

  input  logic                 psel_i,
  input  logic                 penable_i,
  input  logic                 pwrite_i,
  input  logic [7:0]           paddr_i,
  input  logic [31:0]          pwdata_i,
  output logic [31:0]          prdata_o,
  output logic                 pready_o,
  output logic                 pslverr_o,

  output logic                 irq_o
);

  // ---- Registers and buffer ----
  nfc_pkg::pcd_config_t settings;
  nfc_pkg::pcd_errors_t errors;

  logic        own;
  logic [31:0] own_data, status, rx_bits;
  logic [47:0] key;
  logic [31:0] uid, nr;
  logic [15:0] auth_command;
  logic [31:0] timeout, start_at;
  logic [11:0] tx_bits;
  logic [2:0]  command;
  logic        buffer_next, buffer_write;
  logic [31:0] buffer_data, buffer_mask;

  // ---- Sequence ----
  logic [31:0] tx_end, rx_start, rx_end, nt;
  logic        send, judged_q;
  logic        auth, auth_step, nt_done, key_load, crypto1_on, at_match;
  logic        clear, done, busy, waiting, late, silent;
  logic [1:0]  auth_status;

  // ---- Frames ----
  logic        is_b, phases;          // of this exchange: type B; the answer is one of phases
  logic [1:0]  rx_rate;
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
  assign tx_rate_o  = auth ? 2'd0 : settings.tx_rate;
  assign rx_rate    = auth ? 2'd0 : settings.rx_rate;
  assign phases     = is_b || rx_rate != '0;
  assign type_b_o   = is_b;
  assign rx_rate_o  = rx_rate;
  assign settings_o = settings;
  assign send_o     = send;

  assign use_parity = auth || !(settings.parity_as_data || is_b);
  assign secured    = crypto1_on && use_parity;
  // An authentication begins under the old session, or in clear; from nr on it has its own key.
  assign encrypt    = secured || auth_step;
  assign decrypt    = secured || auth_step;

  assign tx_data    = auth ? auth_bit : buffer_bit_q;
  // Four bytes; a missing parity bit would be an error.
  assign rx_whole   = rx_position == 16'd32 && errors == '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) judged_q <= 1'b0;
    else         judged_q <= eof_i;
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

  // ---- What the ticks went to ----
  logic        counts_own, counts_busy;
  logic [31:0] counts;

  if (Counters) begin : g_counters
    nfc_pkg::pcd_phase_e phase;

    logic        phase_end, phases_busy, memory_busy;
    logic [31:0] phase_at;

    pcd_phases u_pcd_phases (
      .clk_i,
      .rst_ni,
      .tick_i,
      .carrier_i,
      .send_i     (send_o),
      .sent_i,
      .nt_done_i  (nt_done),
      .done_i     (done),
      .silent_i   (silent),
      .tx_end_i   (tx_end),
      .rx_start_i (rx_start),
      .rx_end_i   (rx_end),
      .end_o      (phase_end),
      .phase_o    (phase),
      .at_o       (phase_at),
      .busy_o     (phases_busy)
    );

    bus_counters u_bus_counters (
      .clk_i,
      .rst_ni,
      .psel_i,
      .penable_i,
      .pwrite_i,
      .paddr_i,
      .pwdata_i,
      .own_o   (counts_own),
      .data_o  (counts),
      .end_i   (phase_end),
      .phase_i (phase),
      .at_i    (phase_at),
      .busy_o  (memory_busy)
    );

    assign counts_busy = phases_busy || memory_busy;
  end else begin : g_no_counters
    assign counts_own  = 1'b0;
    assign counts      = '0;
    assign counts_busy = 1'b0;
  end

  bus_readings u_readings (
    .psel_i,
    .penable_i,
    .paddr_i,
    .prdata_o,
    .pready_o,
    .pslverr_o,
    .own_i           (own || counts_own),
    .data_i          (own_data | counts),
    .tick_i,
    .carrier_i,
    .field_pending_i,
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
    .field_set_o,
    .field_on_o,
    .field_at_o,
    .command_o      (command),
    .buffer_next_o  (buffer_next),
    .buffer_write_o (buffer_write)
  );

  // Nobody sees the buffer in the tick after the end.
  logic done_q, buffer_bit_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) done_q <= 1'b0;
    else         done_q <= done;
  end

  // A bit before it is sent: from the memory it is far.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) buffer_bit_q <= 1'b0;
    else         buffer_bit_q <= buffer_data[tx_position[4:0]];
  end

  bus_buffer u_buffer (
    .clk_i,
    .rst_ni,
    .first_i         (done_q || command == nfc_reg_pkg::PcdCommandFlush),
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

  pcd_sequencer u_sequencer (
    .clk_i,
    .rst_ni,
    .transceive_i   (command == nfc_reg_pkg::PcdCommandTransceive),
    .authenticate_i (command == nfc_reg_pkg::PcdCommandAuthenticate),
    .abort_i        (command == nfc_reg_pkg::PcdCommandAbort),
    .crypto1_off_i  (command == nfc_reg_pkg::PcdCommandCrypto1Off),
    .start_at_i     (start_at),
    .timeout_i      (timeout),
    .tick_i,
    .carrier_i,
    .exact_i,
    .due_i,
    .alarm_set_o,
    .alarm_at_o,
    .send_o         (send),
    .stop_o,
    .pause_end_i,
    .sent_i,
    .type_b_i       (is_b),
    .phases_i       (phases),
    .rate_i         (rx_rate),
    .listen_o,
    .sof_i,
    .lost_i,
    .settled_i,
    .bit_valid_i,
    .eof_i,
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
    .init_i   (send || sof_i),
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
    .valid_o      (bit_valid_o),
    .bit_o,
    .ready_i      (bit_ready_i)
  );

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
    .sof_i,
    .bit_valid_i,
    .bit_i,
    .collision_i,
    .eof_i,
    .error_i,
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

  assign rests_o = waiting && !done_q && command == '0 && !field_set_o && !psel_i && !counts_busy;

endmodule
