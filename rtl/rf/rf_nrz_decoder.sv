// rf_nrz_decoder.sv - the low and high of a type B reader to the characters of its frames.
//
// In:  what rf_shallow_receiver sees. A frame counts only if enable_i is high when its SOF begins.
// Out: begin_o when a low begins that may be an SOF; sof_o when the first character has begun; bytes; eof_o with the end
//      of EOF, or later with error_o when the frame was broken. lost_o: the level has been low for longer than any
//      frame has it, so that it is no modulation.
// ISO/IEC 14443-2, 9.1.3 to 9.1.5; docs/choices.md, Type B.
//
//   SOF               character              EGT   character      EOF
//   ____10 T____|2 T|_0_|b0..b7|stop|~~~~~~~~~~~~|_0_|b0..|stop|____10 T____|
//                   sof_o      byte_valid_o                                eof_o
//
// Time is counted in 128ths of a bit at every rate.

`include "nfc_check.svh"

module rf_nrz_decoder (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       enable_i,
  input  logic [1:0] rate_i,

  input  logic       low_i,
  input  logic       fall_i,
  input  logic       rise_i,

  output logic       begin_o,
  output logic       sof_o,
  output logic       byte_valid_o,
  output logic [7:0] byte_o,       // stays until the next character has a bit
  output logic       eof_o,
  output logic       error_o,
  output logic       lost_o,

  output logic       active_o      // not idle
);

  localparam logic [10:0] LowMin    = 11'd1216;  // of SOF and EOF: 9.5 T,
  localparam logic [10:0] LowMax    = 11'd1472;  // 11.5 T
  localparam logic [10:0] HighMin   = 11'd192;   // of SOF: 1.5 T,
  localparam logic [10:0] HighMax   = 11'd448;   // 3.5 T
  localparam logic [10:0] SilentFor = 11'd1536;  // a broken frame is over
  localparam logic [6:0]  Middle    = 7'd64;
  localparam logic [3:0]  StopBit   = 4'd9;
  localparam logic [10:0] HalfBit   = 11'(nfc_pkg::BitTicks / 2);

  nfc_pkg::nrz_state_e state_d, state_q;

  logic [10:0] time_d, time_q;   // since the last edge that counts; in NrzGap ticks since the stop bit was read
  logic [10:0] gap_max;
  logic [7:0]  byte_d, byte_q;
  logic        sof_d, sof_q;
  logic        valid_d, valid_q;
  logic        eof_d, eof_q;
  logic        error_d, error_q;
  logic        begin_q;

  assign gap_max = (HalfBit >> rate_i) + 11'(nfc_pkg::EgtMax);

  always_comb begin
    state_d = state_q;
    time_d  = (time_q == '1) ? time_q : time_q + (11'd1 << rate_i);
    if (time_d < time_q) time_d = '1;
    byte_d  = byte_q;
    sof_d   = 1'b0;
    valid_d = 1'b0;
    eof_d   = 1'b0;
    error_d = error_q;
    lost_o  = low_i && time_q == '1;

    unique case (state_q)
      nfc_pkg::NrzIdle: begin
        if (!low_i || fall_i) time_d = '0;
        if (fall_i && enable_i) state_d = nfc_pkg::NrzSofLow;
      end

      nfc_pkg::NrzSofLow: begin
        if (rise_i) begin
          time_d  = '0;
          state_d = (time_q >= LowMin && time_q <= LowMax) ? nfc_pkg::NrzSofHigh : nfc_pkg::NrzIdle;
        end else if (lost_o) begin
          state_d = nfc_pkg::NrzIdle;
        end
      end

      nfc_pkg::NrzSofHigh: begin
        if (fall_i) begin
          time_d  = '0;
          sof_d   = time_q >= HighMin;
          error_d = 1'b0;
          state_d = sof_d ? nfc_pkg::NrzCharacter : nfc_pkg::NrzSofLow;
        end else if (time_q > HighMax) begin
          state_d = nfc_pkg::NrzIdle;
        end
      end

      nfc_pkg::NrzCharacter: begin
        if (time_q[6:0] == Middle) begin
          if (time_q[10:7] == '0) begin
            if (!low_i) state_d = nfc_pkg::NrzBroken;
          end else if (time_q[10:7] != StopBit) begin
            byte_d = {!low_i, byte_q[7:1]};
          end else if (!low_i) begin
            valid_d = 1'b1;
            time_d  = '0;
            state_d = nfc_pkg::NrzGap;
          end else begin
            state_d = (byte_q == '0) ? nfc_pkg::NrzEof : nfc_pkg::NrzBroken;
          end
        end
      end

      nfc_pkg::NrzGap: begin
        time_d = time_q + 1'b1;
        lost_o = 1'b0;
        if (fall_i) begin
          time_d  = '0;
          state_d = nfc_pkg::NrzCharacter;
        end else if (time_q == gap_max) begin
          eof_d   = 1'b1;
          error_d = 1'b1;
          state_d = nfc_pkg::NrzIdle;
        end
      end

      nfc_pkg::NrzEof: begin
        if (rise_i) begin
          eof_d   = 1'b1;
          error_d = time_q > LowMax;
          state_d = nfc_pkg::NrzIdle;
        end
      end

      // The level rests for a while.
      nfc_pkg::NrzBroken: begin
        if (fall_i || rise_i) begin
          time_d = '0;
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
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= nfc_pkg::NrzIdle;
      time_q  <= '0;
      byte_q  <= '0;
      sof_q   <= 1'b0;
      valid_q <= 1'b0;
      eof_q   <= 1'b0;
      error_q <= 1'b0;
      begin_q <= 1'b0;
    end else begin
      state_q <= state_d;
      time_q  <= time_d;
      byte_q  <= byte_d;
      sof_q   <= sof_d;
      valid_q <= valid_d;
      eof_q   <= eof_d;
      error_q <= error_d;
      begin_q <= state_d == nfc_pkg::NrzSofLow && state_q != nfc_pkg::NrzSofLow;
    end
  end

  assign begin_o      = begin_q;
  assign sof_o        = sof_q;
  assign byte_valid_o = valid_q;
  assign byte_o       = byte_q;
  assign eof_o        = eof_q;
  assign error_o      = error_q;
  assign active_o     = state_q != nfc_pkg::NrzIdle || begin_q || sof_q || valid_q || eof_q;

  `NFC_CHECK(one_thing_at_a_time, !(valid_q && eof_q))

endmodule
