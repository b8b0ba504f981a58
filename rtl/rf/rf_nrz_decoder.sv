// rf_nrz_decoder.sv - the low and high of a type B reader to the characters of its frames.
//
// In:  what rf_shallow_receiver sees. A frame counts only if enable_i is high when its SOF begins.
// Out: sof_o when the first character has begun; bytes; eof_o with the end of EOF, or later with error_o when the frame
//      was broken. For the receiver: hold_o, ripe_o, sample_o; lost_o: the level has been low for longer than any frame
//      has it, so that it is no modulation.
// ISO/IEC 14443-2, 9.1.3 to 9.1.5; docs/choices.md, Type B.
//
//   SOF               character              EGT   character      EOF
//   ____10 T____|2 T|_0_|b0..b7|stop|~~~~~~~~~~~~|_0_|b0..|stop|____10 T____|
//                   sof_o      byte_valid_o                                eof_o
//
// Time is counted in 128ths of a bit at every rate. Noise moves a start edge by an eighth of a bit and more: every later
// edge of its character pulls the bits an eighth of the way to where it says they are, and a character that seems to
// follow at once is taken to begin half-way between where it should and where it did.

`include "nfc_check.svh"

module rf_nrz_decoder (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       enable_i,
  input  logic [1:0] rate_i,

  input  logic       begin_i,
  input  logic       low_i,
  input  logic       fall_i,
  input  logic       rise_i,

  output logic       hold_o,       // from the end of SOF's low on
  output logic       ripe_o,       // it may come
  output logic       sample_o,     // the middle of a bit
  output logic       lost_o,

  output logic       sof_o,
  output logic       drop_o,       // not even its first character is one: it was no frame
  output logic       byte_valid_o,
  output logic [7:0] byte_o,       // stays until the next character has a bit
  output logic       eof_o,
  output logic       error_o,

  output logic       active_o      // not idle
);

  // Of SOF, from begin_i on, which comes 3/8 T after the edges do: 8.9 T, 9.5 T, 11.5 T.
  localparam logic [10:0] LowRipe   = 11'd1088;
  localparam logic [10:0] LowMin    = 11'd1168;
  localparam logic [10:0] LowMax    = 11'd1424;
  localparam logic [10:0] Hesitates = 11'd96;    // noise on the edge before
  localparam logic [10:0] HighMin   = 11'd192;   // of SOF: 1.5 T,
  localparam logic [10:0] HighMax   = 11'd448;   // 3.5 T
  localparam logic [10:0] EofMax    = 11'd1472;  // 11.5 T
  localparam logic [10:0] SilentFor = 11'd1536;  // a broken frame is over
  localparam logic [10:0] OneBit    = 11'd128;
  localparam logic [3:0]  StopBit   = 4'd9;
  localparam logic [10:0] HalfBit   = 11'(nfc_pkg::BitTicks / 2);
  localparam logic [10:0] GapSlack  = 11'd8;     // ticks by which the middle of a stop bit may be found too early

  nfc_pkg::nrz_state_e state_d, state_q;

  logic [10:0] time_d, time_q;   // since the last edge that counts; in NrzGap since the stop bit was read
  logic        anew, aside;      // it counts on from 0; from this:
  logic [10:0] place;            // in the bit, where a gap begins or ends
  logic        half_q;           // time_q was in the second half of a bit
  logic        middle;           // of a bit
  logic signed [5:0] pace;       // what a tick adds to time_q
  logic        over;             // more than it holds
  logic [10:0] gap_max;
  logic        heard_d, heard_q; // this frame counts
  logic [7:0]  byte_d, byte_q;
  logic        sof_d, sof_q;
  logic        first_d, first_q;  // character of its frame
  logic        drop_d, drop_q;
  logic        valid_d, valid_q;
  logic        eof_d, eof_q;
  logic        error_d, error_q;

  // In a gap bits become ticks after the first one.
  assign gap_max = OneBit - (HalfBit >> rate_i) + 11'(nfc_pkg::EgtMax) + GapSlack;
  assign middle  = time_q[6] && !half_q;

  assign place = state_q == nfc_pkg::NrzGap ? {{6{!time_q[6]}}, time_q[5:1]} : {5'd0, time_q[5:0]};

  always_comb begin
    pace = 6'sd1 <<< rate_i;
    if (state_q == nfc_pkg::NrzGap && time_q >= OneBit) pace = 6'sd1;
    if (state_q == nfc_pkg::NrzCharacter && (fall_i || rise_i)) pace = pace - 6'(signed'(time_q[6:3]));
  end

  always_comb begin
    state_d = state_q;
    anew    = 1'b0;
    aside   = 1'b0;
    byte_d   = byte_q;
    heard_d  = heard_q;
    sof_d    = 1'b0;
    first_d  = first_q;
    drop_d   = 1'b0;
    valid_d  = 1'b0;
    eof_d    = 1'b0;
    error_d  = error_q;
    sample_o = 1'b0;
    lost_o   = low_i && time_q == '1;

    unique case (state_q)
      nfc_pkg::NrzIdle: begin
        anew = 1'b1;
        if (begin_i) begin
          heard_d = enable_i;
          state_d = nfc_pkg::NrzSofLow;
        end
      end

      nfc_pkg::NrzSofLow: begin
        if (begin_i) begin
          heard_d = enable_i;
          anew    = 1'b1;
        end else if (rise_i) begin
          anew    = 1'b1;
          state_d = (heard_q && time_q >= LowMin && time_q <= LowMax) ? nfc_pkg::NrzSofHigh : nfc_pkg::NrzIdle;
        end else if (lost_o) begin
          state_d = nfc_pkg::NrzIdle;
        end
      end

      nfc_pkg::NrzSofHigh: begin
        if (fall_i && time_q >= Hesitates) begin
          anew    = 1'b1;
          sof_d   = time_q >= HighMin;
          first_d = 1'b1;
          state_d = sof_d ? nfc_pkg::NrzCharacter : nfc_pkg::NrzIdle;
        end else if (time_q > HighMax) begin
          state_d = nfc_pkg::NrzIdle;
        end
      end

      nfc_pkg::NrzCharacter: begin
        lost_o = 1'b0;
        if (middle) begin
          sample_o = 1'b1;
          if (time_q[10:7] == '0) begin
            if (!low_i) state_d = nfc_pkg::NrzBroken;
          end else if (time_q[10:7] != StopBit) begin
            byte_d = {!low_i, byte_q[7:1]};
          end else if (!low_i) begin
            valid_d = 1'b1;
            first_d = 1'b0;
            aside   = 1'b1;
            state_d = nfc_pkg::NrzGap;
          end else begin
            state_d = (byte_q == '0) ? nfc_pkg::NrzEof : nfc_pkg::NrzBroken;
          end
          if (first_q && (state_d == nfc_pkg::NrzBroken || state_d == nfc_pkg::NrzEof)) begin
            drop_d  = 1'b1;
            state_d = nfc_pkg::NrzIdle;
          end
        end
      end

      nfc_pkg::NrzGap: begin
        lost_o = 1'b0;
        if (fall_i) begin
          aside   = time_q < OneBit;
          anew    = !aside;
          state_d = nfc_pkg::NrzCharacter;
        end else if (time_q >= gap_max) begin
          eof_d   = 1'b1;
          error_d = 1'b1;
          state_d = nfc_pkg::NrzIdle;
        end
      end

      nfc_pkg::NrzEof: begin
        if (rise_i) begin
          eof_d   = 1'b1;
          error_d = time_q > EofMax;
          state_d = nfc_pkg::NrzIdle;
        end
      end

      // The level rests for a while.
      nfc_pkg::NrzBroken: begin
        if (fall_i || rise_i) begin
          anew = 1'b1;
        end else if (!low_i && time_q >= SilentFor) begin
          eof_d   = 1'b1;
          error_d = 1'b1;
          state_d = nfc_pkg::NrzIdle;
        end
      end

      default: state_d = nfc_pkg::NrzIdle;
    endcase

    if (lost_o && (state_q == nfc_pkg::NrzEof || state_q == nfc_pkg::NrzBroken)) begin
      eof_d   = 1'b1;
      error_d = 1'b1;
      state_d = nfc_pkg::NrzIdle;
    end
    {over, time_d} = {1'b0, time_q} + 12'(pace);
    if (over && state_q != nfc_pkg::NrzCharacter) time_d = '1;
    // A character may begin before time 0.
    if (aside) time_d = place + 11'(pace);
    if (anew)  time_d = 11'(pace);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= nfc_pkg::NrzIdle;
      time_q  <= '0;
      byte_q  <= '0;
      sof_q   <= 1'b0;
      first_q <= 1'b0;
      drop_q  <= 1'b0;
      valid_q <= 1'b0;
      eof_q   <= 1'b0;
      error_q <= 1'b0;
      half_q  <= 1'b1;
      heard_q <= 1'b0;
    end else begin
      state_q <= state_d;
      time_q  <= time_d;
      byte_q  <= byte_d;
      sof_q   <= sof_d;
      first_q <= first_d;
      drop_q  <= drop_d;
      valid_q <= valid_d;
      eof_q   <= eof_d;
      error_q <= error_d;
      half_q  <= time_q[6] || state_q != nfc_pkg::NrzCharacter;
      heard_q <= heard_d;
    end
  end

  assign hold_o       = state_q != nfc_pkg::NrzIdle && state_q != nfc_pkg::NrzSofLow;
  assign ripe_o       = state_q == nfc_pkg::NrzSofLow && time_q >= LowRipe;
  assign sof_o        = sof_q;
  assign drop_o       = drop_q;
  assign byte_valid_o = valid_q;
  assign byte_o       = byte_q;
  assign eof_o        = eof_q;
  assign error_o      = error_q;
  assign active_o     = state_q != nfc_pkg::NrzIdle || sof_q || drop_q || valid_q || eof_q;

  `NFC_CHECK(one_thing_at_a_time, !(valid_q && eof_q))

endmodule
