// frame_log.sv - what one receiver hears, as words with time stamps.
//
// In:  the receiver's frame: sof_i, bits, eof_i with flags_i, drop_i when it was none after all; now_i, the
//      time; mark_start_i and mark_end_i, the ticks that count as start and end of a frame: the last one before
//      sof_i, and before eof_i.
// Out: LogStart with the start, LogBits with up to 16 bits (the first one lowest), LogEnd with the end and the flags
//      or LogDrop; valid/ready. lost_o: a word was not taken in time and the frame has a hole.

`include "nfc_check.svh"

module frame_log (
  input  logic                  clk_i,
  input  logic                  rst_ni,

  input  logic [31:0]           now_i,
  input  logic                  mark_start_i,
  input  logic                  mark_end_i,
  input  logic                  sof_i,
  input  logic                  bit_valid_i,
  input  logic                  bit_i,
  input  logic                  eof_i,
  input  logic                  drop_i,
  input  logic [4:0]            flags_i,

  output logic                  log_valid_o,
  input  logic                  log_ready_i,
  output nfc_pkg::log_kind_e    log_kind_o,
  output logic [4:0]            log_count_o,
  output logic [31:0]           log_data_o,
  output logic                  lost_o
);

  localparam logic [4:0] WordBits = 5'd16;

  logic        begin_d, begin_q;        // a start is to be told,
  logic        whole_d, whole_q;        // sixteen bits,
  logic        finish_d, finish_q;      // an end
  logic        dropped_d, dropped_q;    // of this kind
  logic [31:0] marked_d, marked_q;      // last mark_start_i
  logic [31:0] start_d, start_q;
  logic [31:0] end_d, end_q;
  logic [15:0] held_d, held_q;          // bits to be told
  logic [15:0] bits_d, bits_q;          // bits so far
  logic [4:0]  count_d, count_q;
  logic [4:0]  flags_d, flags_q;
  logic        lost_d, lost_q;
  logic        moved;

  assign moved       = log_valid_o && log_ready_i;
  assign log_valid_o = begin_q || whole_q || finish_q;

  always_comb begin
    log_kind_o  = nfc_pkg::LogStart;
    log_count_o = WordBits;
    log_data_o  = start_q;
    if (!begin_q) begin
      if (whole_q) begin
        log_kind_o = nfc_pkg::LogBits;
        log_data_o = {16'd0, held_q};
      end else if (count_q != '0) begin
        log_kind_o  = nfc_pkg::LogBits;
        log_count_o = count_q;
        log_data_o  = {16'd0, bits_q};
      end else begin
        log_kind_o  = dropped_q ? nfc_pkg::LogDrop : nfc_pkg::LogEnd;
        log_count_o = flags_q;
        log_data_o  = end_q;
      end
    end
  end

  always_comb begin
    begin_d   = begin_q;
    whole_d   = whole_q;
    finish_d  = finish_q;
    dropped_d = dropped_q;
    marked_d  = mark_start_i ? now_i : marked_q;
    start_d   = start_q;
    end_d     = mark_end_i ? now_i : end_q;
    held_d    = held_q;
    bits_d    = bits_q;
    count_d   = count_q;
    flags_d   = flags_q;
    lost_d    = 1'b0;

    // One word at a time; the end comes when the bits before it have gone.
    if (moved) begin
      if (begin_q)              begin_d  = 1'b0;
      else if (whole_q)         whole_d  = 1'b0;
      else if (count_q != '0)   count_d  = '0;
      else                      finish_d = 1'b0;
    end

    if (sof_i) begin
      lost_d  = begin_q || finish_q;
      begin_d = 1'b1;
      start_d = marked_d;
      count_d = '0;
    end else if (bit_valid_i) begin
      bits_d = count_q == '0 ? 16'(bit_i) : bits_q | (16'(bit_i) << count_q[3:0]);
      if (count_q == WordBits - 1'b1) begin
        lost_d  = whole_q && !moved;
        whole_d = 1'b1;
        held_d  = bits_d;
        count_d = '0;
      end else begin
        count_d = count_q + 1'b1;
      end
    end else if (eof_i || drop_i) begin
      finish_d  = 1'b1;
      dropped_d = drop_i;
      flags_d   = flags_i;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      begin_q   <= 1'b0;
      whole_q   <= 1'b0;
      finish_q  <= 1'b0;
      dropped_q <= 1'b0;
      marked_q  <= '0;
      start_q   <= '0;
      end_q     <= '0;
      held_q    <= '0;
      bits_q    <= '0;
      count_q   <= '0;
      flags_q   <= '0;
      lost_q    <= 1'b0;
    end else begin
      begin_q   <= begin_d;
      whole_q   <= whole_d;
      finish_q  <= finish_d;
      dropped_q <= dropped_d;
      marked_q  <= marked_d;
      start_q   <= start_d;
      end_q     <= end_d;
      held_q    <= held_d;
      bits_q    <= bits_d;
      count_q   <= count_d;
      flags_q   <= flags_d;
      lost_q    <= lost_d;
    end
  end

  assign lost_o = lost_q;

  `NFC_CHECK(counts_below_a_word, count_q < WordBits)

endmodule
