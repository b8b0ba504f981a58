// top_sniffer.sv - what is said in a field, by whom and when, for recordings and boards that listen to others.
//
// In:  level of the field, one sample a tick.
// Out: words of a log (nfc_pkg::log_word_t), valid/ready, through a FIFO: every receiver tells what it takes for frames.
//      Receivers of all rates and both technologies listen side by side, as nobody knows who will speak next; who
//      reads the log keeps the frames that hold (trace::SnifferLog).
// docs/rooms.md, top_sniffer, has the words.

module top_sniffer #(
  parameter int unsigned LevelBits = 12,
  parameter bit          Rates     = 1'b1,  // bit rates above fc/128
  parameter bit          TypeB     = 1'b1,
  parameter bit          Foreign   = 1'b1,  // bursts of any modulation are told as well
  parameter int unsigned FifoBits  = 9      // 2 ** FifoBits words
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,

  output logic                 log_valid_o,
  input  logic                 log_ready_i,
  output nfc_pkg::log_word_t   log_o
);

  // A receiver's place: card, technology, rate.
  localparam int Channels  = 16;
  localparam int unsigned WordBits  = 44;  // of log_word_t
  localparam int PcdA      = 0;
  localparam int PcdB      = 4;
  localparam int PiccA     = 8;
  localparam int PiccB     = 12;

  logic [31:0]            now_d, now_q;
  logic [Channels-1:0]    valid, grant, lost, picked;
  logic [Channels*3-1:0]  kinds;               // of each receiver's word,
  logic [Channels*37-1:0] words;               // with count and data

  logic                   in_valid, in_ready;
  logic [WordBits-1:0]    in_word;
  logic                   hole_d, hole_q;      // words were lost
  logic                   round_d, round_q;    // the time has come round

  logic                   burst_valid, burst_grant;
  logic [36:0]            burst_word;
  nfc_pkg::log_kind_e     burst_kind;

  // ---- The reader, type A ----
  logic [PcdB-1:0] pause_end, miller_resting;

  for (genvar c = PcdA; c < PcdB; c++) begin : g_miller
    if (Rates || c == PcdA) begin : g_on
      logic pause_low, pause_start, pause_brief, brief_ok, active;
      logic sof, bit_valid, bit_now, eof, error, last_is_x;

      rf_pause_receiver #(
        .LevelBits (LevelBits),
        .Answers   (1'b1),
        .Rates     (c != PcdA)
      ) u_rf_pause_receiver (
        .clk_i,
        .rst_ni,
        .level_i,
        .enable_i     (1'b1),
        .rate_i       (2'(c)),
        .brief_ok_i   (brief_ok),
        .pause_low_o  (pause_low),
        .pause_start_o(pause_start),
        .pause_end_o  (pause_end[c]),
        .pause_brief_o(pause_brief),
        .resting_o    (miller_resting[c])
      );

      rf_miller_decoder #(.Rates(c != PcdA)) u_rf_miller_decoder (
        .clk_i,
        .rst_ni,
        .enable_i     (1'b1),
        .rate_i       (2'(c)),
        .field_i      (1'b1),
        .pause_low_i  (pause_low),
        .pause_start_i(pause_start),
        .pause_end_i  (pause_end[c]),
        .pause_brief_i(pause_brief),
        .brief_ok_o   (brief_ok),
        .sof_o        (sof),
        .bit_valid_o  (bit_valid),
        .bit_o        (bit_now),
        .eof_o        (eof),
        .error_o      (error),
        .last_is_x_o  (last_is_x),
        .active_o     (active)
      );

      frame_log u_frame_log (
        .clk_i,
        .rst_ni,
        .now_i       (now_q),
        .mark_start_i(pause_start && !active),
        .mark_end_i  (pause_end[c]),
        .sof_i       (sof),
        .bit_valid_i (bit_valid),
        .bit_i       (bit_now),
        .eof_i       (eof),
        .drop_i      (1'b0),
        .flags_i     ({3'b000, last_is_x, error}),
        .log_valid_o (valid[c]),
        .log_ready_i (grant[c]),
        .log_kind_o  (kinds[c*3 +: 3]),
        .log_count_o (words[c*37+32 +: 5]),
        .log_data_o  (words[c*37 +: 32]),
        .lost_o      (lost[c])
      );
    end else begin : g_off
      assign pause_end[c]      = 1'b0;
      assign miller_resting[c] = 1'b1;
      assign valid[c]          = 1'b0;
      assign lost[c]           = 1'b0;
      assign kinds[c*3 +: 3]   = '0;
      assign words[c*37 +: 37] = '0;
    end
  end

  // ---- The reader, type B ----
  logic [PcdB-1:0] nrz_resting;

  for (genvar c = PcdB; c < PiccA; c++) begin : g_nrz
    if (TypeB && (Rates || c == PcdB)) begin : g_on
      logic       low, fall, rise, hold, ripe, sample, start, sof, byte_valid, eof, error, reset, drop, active_unused;
      logic [7:0] byte_now;
      logic [7:0] left_d, left_q;  // bits of a character to be told
      logic [7:0] more_d, more_q;  // one for each, one more at the top

      rf_shallow_receiver #(.LevelBits(LevelBits)) u_rf_shallow_receiver (
        .clk_i,
        .rst_ni,
        .level_i,
        .rate_i   (2'(c % 4)),
        .hold_i   (hold),
        .ripe_i   (ripe),
        .sample_i (sample),
        .reset_i  (reset),
        .off_i    (1'b0),
        .begin_o  (start),
        .low_o    (low),
        .fall_o   (fall),
        .rise_o   (rise),
        .resting_o(nrz_resting[c%4])
      );

      rf_nrz_decoder u_rf_nrz_decoder (
        .clk_i,
        .rst_ni,
        .enable_i    (1'b1),
        .rate_i      (2'(c % 4)),
        .begin_i     (start),
        .low_i       (low),
        .fall_i      (fall),
        .rise_i      (rise),
        .hold_o      (hold),
        .ripe_o      (ripe),
        .sample_o    (sample),
        .lost_o      (reset),
        .sof_o       (sof),
        .drop_o      (drop),
        .byte_valid_o(byte_valid),
        .byte_o      (byte_now),
        .eof_o       (eof),
        .error_o     (error),
        .active_o    (active_unused)
      );

      always_comb begin
        left_d = byte_valid ? byte_now : left_q >> 1;
        more_d = byte_valid ? '1 : more_q >> 1;
      end

      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
          left_q <= '0;
          more_q <= '0;
        end else begin
          left_q <= left_d;
          more_q <= more_d;
        end
      end

      frame_log u_frame_log (
        .clk_i,
        .rst_ni,
        .now_i       (now_q),
        .mark_start_i(start),
        .mark_end_i  (eof),
        .sof_i       (sof),
        .bit_valid_i (more_q[0]),
        .bit_i       (left_q[0]),
        .eof_i       (eof),
        .drop_i      (drop),
        .flags_i     ({4'b0000, error}),
        .log_valid_o (valid[c]),
        .log_ready_i (grant[c]),
        .log_kind_o  (kinds[c*3 +: 3]),
        .log_count_o (words[c*37+32 +: 5]),
        .log_data_o  (words[c*37 +: 32]),
        .lost_o      (lost[c])
      );
    end else begin : g_off
      assign nrz_resting[c%4]  = 1'b1;
      assign valid[c]          = 1'b0;
      assign lost[c]           = 1'b0;
      assign kinds[c*3 +: 3]   = '0;
      assign words[c*37 +: 37] = '0;
    end
  end

  // ---- The card, type A at fc/128 ----
  // No card answers before 1172 ticks; what rings after a pause is over by then, noise has yet to be measured.
  localparam logic [9:0] ListenAfter = 10'(769 - nfc_pkg::PauseHoldTicks - nfc_pkg::PauseEndLatency);

  logic [9:0] since_pause_d, since_pause_q;  // stops at its end
  logic       manchester_sof, manchester_bit_valid, manchester_bit, manchester_collision, manchester_eof;
  logic       manchester_error, manchester_settled;
  logic       collided_d, collided_q;

  always_comb begin
    since_pause_d = since_pause_q;
    if (pause_end[PcdA])                   since_pause_d = '0;
    else if (since_pause_q != ListenAfter) since_pause_d = since_pause_q + 1'b1;
    collided_d = !manchester_sof && (collided_q || (manchester_bit_valid && manchester_collision));
  end

  rf_manchester_decoder #(
    .LevelBits     (LevelBits),
    .CollisionIsOne(1'b0)
  ) u_rf_manchester_decoder (
    .clk_i,
    .rst_ni,
    .level_i,
    .listen_i   (since_pause_q == ListenAfter),
    .sof_o      (manchester_sof),
    .bit_valid_o(manchester_bit_valid),
    .bit_o      (manchester_bit),
    .collision_o(manchester_collision),
    .eof_o      (manchester_eof),
    .error_o    (manchester_error),
    .settled_o  (manchester_settled)
  );

  frame_log u_frame_log_manchester (
    .clk_i,
    .rst_ni,
    .now_i       (now_q),
    .mark_start_i(manchester_sof),
    .mark_end_i  (manchester_bit_valid),
    .sof_i       (manchester_sof),
    .bit_valid_i (manchester_bit_valid),
    .bit_i       (manchester_bit),
    .eof_i       (manchester_eof),
    .drop_i      (1'b0),
    .flags_i     ({3'b000, collided_q, manchester_error}),
    .log_valid_o (valid[PiccA]),
    .log_ready_i (grant[PiccA]),
    .log_kind_o  (kinds[PiccA*3 +: 3]),
    .log_count_o (words[PiccA*37+32 +: 5]),
    .log_data_o  (words[PiccA*37 +: 32]),
    .lost_o      (lost[PiccA])
  );

  // ---- The card, phases ----
  for (genvar c = PiccA + 1; c < Channels; c++) begin : g_bpsk
    if (c < PiccB ? Rates : TypeB && (Rates || c == PiccB)) begin : g_on
      logic sof, drop, bit_valid, bit_now, eof, error, settled;

      rf_bpsk_decoder #(
        .LevelBits(LevelBits),
        .TypeB    (c >= PiccB)
      ) u_rf_bpsk_decoder (
        .clk_i,
        .rst_ni,
        .level_i,
        .listen_i   (1'b1),
        .type_b_i   (c >= PiccB),
        .rate_i     (2'(c % 4)),
        .sof_o      (sof),
        .lost_o     (drop),
        .bit_valid_o(bit_valid),
        .bit_o      (bit_now),
        .eof_o      (eof),
        .error_o    (error),
        .settled_o  (settled)
      );

      frame_log u_frame_log (
        .clk_i,
        .rst_ni,
        .now_i       (now_q),
        .mark_start_i(sof),
        .mark_end_i  (eof),
        .sof_i       (sof),
        .bit_valid_i (bit_valid),
        .bit_i       (bit_now),
        .eof_i       (eof),
        .drop_i      (drop),
        .flags_i     ({4'b0000, error}),
        .log_valid_o (valid[c]),
        .log_ready_i (grant[c]),
        .log_kind_o  (kinds[c*3 +: 3]),
        .log_count_o (words[c*37+32 +: 5]),
        .log_data_o  (words[c*37 +: 32]),
        .lost_o      (lost[c])
      );
      logic unused;
      assign unused = settled;
    end else begin : g_off
      assign valid[c]         = 1'b0;
      assign lost[c]          = 1'b0;
      assign kinds[c*3 +: 3]   = '0;
      assign words[c*37 +: 37] = '0;
    end
  end

  // ---- One word at a time, the lowest receiver first ----
  assign picked = valid & (~valid + 1'b1);
  assign now_d  = now_q + 1'b1;

  always_comb begin
    in_valid    = 1'b1;
    in_word     = '0;
    grant       = '0;
    burst_grant = 1'b0;
    hole_d      = hole_q || lost != '0;
    round_d     = round_q || now_d == '0;
    if (hole_q) begin
      in_word[WordBits-1 -: 3] = nfc_pkg::LogLost;
      if (in_ready) hole_d = lost != '0;
    end else if (round_q) begin
      in_word[WordBits-1 -: 3] = nfc_pkg::LogTime;
      if (in_ready) round_d = 1'b0;
    end else if (valid != '0) begin
      for (int c = 0; c < Channels; c++) begin
        if (picked[c]) in_word = in_word | {kinds[c*3 +: 3], 4'(c), words[c*37 +: 37]};
      end
      if (in_ready) grant = picked;
    end else if (burst_valid) begin
      in_word     = {burst_kind == nfc_pkg::LogStart ? nfc_pkg::LogBurst : nfc_pkg::LogQuiet, 4'd0, burst_word};
      burst_grant = in_ready;
    end else begin
      in_valid = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      now_q         <= '0;
      since_pause_q <= ListenAfter;
      collided_q    <= 1'b0;
      hole_q        <= 1'b0;
      round_q       <= 1'b0;
    end else begin
      now_q         <= now_d;
      since_pause_q <= since_pause_d;
      collided_q    <= collided_d;
      hole_q        <= hole_d;
      round_q       <= round_d;
    end
  end

  common_fifo #(
    .Width    (WordBits),
    .DepthBits(FifoBits)
  ) u_common_fifo (
    .clk_i,
    .rst_ni,
    .in_valid_i (in_valid),
    .in_ready_o (in_ready),
    .in_data_i  (in_word),
    .out_valid_o(log_valid_o),
    .out_ready_i(log_ready_i),
    .out_data_o (log_o)
  );

  // A sniffer never rests.
  logic unused;
  assign unused = &{1'b0, miller_resting, nrz_resting, pause_end, manchester_settled};

  // ---- Whatever else there is ----
  if (Foreign) begin : g_foreign
    logic burst_start, burst_mark, burst_end, burst_many, burst_lost;
    logic [2:0] burst_usual;

    rf_activity #(.LevelBits(LevelBits)) u_rf_activity (
      .clk_i,
      .rst_ni,
      .level_i,
      .start_o(burst_start),
      .mark_o (burst_mark),
      .end_o  (burst_end),
      .many_o (burst_many),
      .usual_o(burst_usual)
    );

    frame_log u_frame_log (
      .clk_i,
      .rst_ni,
      .now_i       (now_q),
      .mark_start_i(burst_start),
      .mark_end_i  (burst_mark),
      .sof_i       (burst_start),
      .bit_valid_i (1'b0),
      .bit_i       (1'b0),
      .eof_i       (burst_end),
      .drop_i      (1'b0),
      .flags_i     ({1'b0, burst_usual, burst_many}),
      .log_valid_o (burst_valid),
      .log_ready_i (burst_grant),
      .log_kind_o  (burst_kind),
      .log_count_o (burst_word[36:32]),
      .log_data_o  (burst_word[31:0]),
      .lost_o      (burst_lost)
    );
    logic unused_burst;
    assign unused_burst = burst_lost;
  end else begin : g_no_foreign
    assign burst_valid = 1'b0;
    assign burst_word  = '0;
    assign burst_kind  = nfc_pkg::LogStart;
    logic unused_burst;
    assign unused_burst = burst_grant;
  end

endmodule
