// rf_nrz_encoder.sv - bytes of a PCD frame of type B to the shallow modulation of the carrier.
//
// In:  start_i in the tick before SOF; then eight bits for each character, taken with bit_ready_o. bit_valid_i low
//      where a character would begin ends the frame. stop_i ends it at once. etu: 128 ticks >> rate_i.
// Out: low_o, the carrier is modulated; low_end_o in the last tick of each low; done_o in the last one of all.
// ISO/IEC 14443-3, 7.1.
//
//         | SOF low  | high | 0 b0 .. b7 1 | EGT | 0 b0 .. b7 1 | EOF low  |
//   etu     10 or 11  2 or 3       10                             as SOF's

`include "nfc_check.svh"

module rf_nrz_encoder (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       start_i,
  input  logic       stop_i,
  input  logic [1:0] rate_i,
  input  logic       sof_low_i,      // one etu more than the least
  input  logic       sof_high_i,
  input  logic [9:0] egt_i,          // ticks

  input  logic       bit_valid_i,
  input  logic       bit_i,
  output logic       bit_ready_o,

  output logic       low_o,
  output logic       low_end_o,
  output logic       done_o
);

  typedef enum logic [2:0] {
    Idle,
    SofLow,
    SofHigh,
    Start,
    Data,
    Stop,
    Guard,   // EGT
    EofLow
  } state_e;

  state_e     state_d, state_q;
  logic [6:0] tick_d, tick_q;      // ticks left of this etu
  logic [9:0] left_d, left_q;      // etu left of this state, or ticks of EGT
  logic       low_d, low_q;
  logic [6:0] etu_last;
  logic       etu_end, over;

  assign etu_last    = 7'd127 >> rate_i;
  assign etu_end     = state_q != Idle && tick_q == '0;
  assign over        = (etu_end || state_q == Guard) && left_q == '0;
  assign bit_ready_o = etu_end && (state_q == Start || (state_q == Data && left_q != '0));
  assign low_end_o   = low_q && !low_d;
  assign done_o      = state_q == EofLow && over;

  always_comb begin
    state_d = state_q;
    tick_d  = etu_end ? etu_last : tick_q - 1'b1;
    left_d  = etu_end || state_q == Guard ? left_q - 1'b1 : left_q;
    low_d   = bit_ready_o ? !bit_i : low_q;

    if (state_q == Idle) begin
      tick_d = etu_last;
      left_d = '0;
      if (start_i) begin
        state_d = SofLow;
        left_d  = 10'd9 + 10'(sof_low_i);
        low_d   = 1'b1;
      end
    end else if (over) begin
      left_d = '0;
      unique case (state_q)
        SofLow: begin
          state_d = SofHigh;
          left_d  = 10'd1 + 10'(sof_high_i);
          low_d   = 1'b0;
        end
        Start: begin
          state_d = Data;
          left_d  = 10'd7;
        end
        Data: begin
          state_d = Stop;
          low_d   = 1'b0;
        end
        SofHigh, Stop, Guard: begin
          if (!bit_valid_i) begin
            state_d = EofLow;
            left_d  = 10'd9 + 10'(sof_low_i);
          end else if (state_q == Stop && egt_i != '0) begin
            state_d = Guard;
            left_d  = egt_i - 1'b1;
          end else begin
            state_d = Start;
          end
          tick_d = etu_last;
          low_d  = state_d != Guard;
        end
        default: begin
          state_d = Idle;
          low_d   = 1'b0;
        end
      endcase
    end
    if (stop_i) begin
      state_d = Idle;
      low_d   = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      tick_q  <= '0;
      left_q  <= '0;
      low_q   <= 1'b0;
    end else begin
      state_q <= state_d;
      tick_q  <= tick_d;
      left_q  <= left_d;
      low_q   <= low_d;
    end
  end

  assign low_o = low_q;

  `NFC_CHECK(idle_is_high, state_q != Idle || !low_q)

endmodule
