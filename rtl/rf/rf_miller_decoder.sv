// rf_miller_decoder.sv - pauses of a type A reader to the bits of its frames, 106 kbit/s.
//
// In:  what rf_pause_receiver sees. A frame counts only if enable_i is high at its first pause_start_i.
// Out: sof_o after the end of the first pause; bits of the air; eof_o when the next pause has not come in
//      time, with error_o (a pause where none may be) and last_is_x_o (the last pause began at half a
//      bit). A frame of 0 bits without an error gets no eof_o.
// ISO/IEC 14443-2, 8.1.3.
//
// A card clocked by the carrier loses any number of ticks inside a pause, so only the time
// between the end of a pause and the start of the next one can be trusted. With pauses of 20 to 60 ticks it is
//
//   pause starts apart     64        128         192         256 ticks
//   time between         4..44    68..108    132..172    196..236
//   time_q                  < 64     64..127    128..191    192..255

`include "nfc_check.svh"

module rf_miller_decoder (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic enable_i,

  input  logic pause_low_i,
  input  logic pause_start_i,
  input  logic pause_end_i,
  input  logic pause_brief_i,
  output logic brief_ok_o,

  output logic sof_o,
  output logic bit_valid_o,
  output logic bit_o,
  output logic eof_o,
  output logic error_o,
  output logic last_is_x_o
);

  // Centres the ranges above between multiples of 64.
  localparam logic [7:0] TimeStart = 8'd8;
  // No pause starts earlier than this after another one; brief ones are judged by it.
  localparam logic [5:0] ShortestGap = 6'd58;
  localparam logic [5:0] PhaseSlack  = 6'd4;

  logic       active_d, active_q;    // inside a frame
  logic       heard_d, heard_q;      // the frame counts
  logic [7:0] time_d, time_q;        // since the end of the last pause; stands still while the level is low
  logic       is_x_d, is_x_q;        // the last pause began at half a bit
  logic       held_d, held_q;        // the last pause is a zero, unless the frame ends with it
  logic       error_d, error_q;
  logic       bits_d, bits_q;        // the frame has bits
  logic       zero_d, zero_q;        // a zero is due, then
  logic       one_d, one_q;          // a one
  logic       sof_d, sof_q;
  logic       eof_d, eof_q;

  // A brief pause counts when no other one follows too soon; until then it is on trial.
  logic       trial_d, trial_q;
  logic [5:0] gap_d, gap_q;              // since the brief pause
  logic [1:0] trial_class_d, trial_class_q;
  logic       phase_known_d, phase_known_q;
  logic [5:0] phase_d, phase_q;          // time_q at the start of pauses of this frame, modulo half a bit
  logic [5:0] phase_error;

  logic       step;                  // a pause is taken
  logic [1:0] step_class;            // its distance from the one before it: 1, 2, 3 = 1, 1.5, 2 bits

  assign phase_error = time_q[5:0] - phase_q + PhaseSlack;
  assign brief_ok_o  = !active_q || (time_q[7:6] != 2'd0 && (!phase_known_q || phase_error <= 2 * PhaseSlack));

  always_comb begin
    active_d      = active_q;
    heard_d       = heard_q;
    time_d        = time_q;
    is_x_d        = is_x_q;
    held_d        = held_q;
    error_d       = error_q;
    bits_d        = bits_q;
    zero_d        = 1'b0;
    one_d         = one_q && zero_q;
    sof_d         = 1'b0;
    eof_d         = 1'b0;
    trial_d       = trial_q;
    gap_d         = gap_q;
    trial_class_d = trial_class_q;
    phase_known_d = phase_known_q;
    phase_d       = phase_q;
    step          = 1'b0;
    step_class    = time_q[7:6];

    if (!active_q) begin
      // Waits for a first pause, the SOC.
      if (pause_start_i) heard_d = enable_i;
      if (pause_end_i) begin
        active_d      = 1'b1;
        sof_d         = heard_q;
        time_d        = TimeStart;
        is_x_d        = 1'b0;
        held_d        = 1'b0;
        error_d       = 1'b0;
        bits_d        = 1'b0;
        trial_d       = 1'b0;
        phase_known_d = 1'b0;
      end
    end else if (pause_end_i) begin
      trial_class_d = time_q[7:6];
      gap_d         = '0;
      trial_d       = pause_brief_i && phase_known_q;
      if (!phase_known_q) phase_d = time_q[5:0];
      phase_known_d = 1'b1;
      if (!trial_d) begin
        step   = 1'b1;
        time_d = TimeStart;
      end
    end else if (!pause_low_i) begin
      time_d = time_q + 1'b1;
      if (trial_q) begin
        gap_d = gap_q + 1'b1;
        if (gap_q == ShortestGap) begin
          step       = 1'b1;
          step_class = trial_class_q;
          trial_d    = 1'b0;
          time_d     = TimeStart + {2'b00, ShortestGap} + 8'd1;
        end
      end else if (time_q == '1) begin
        active_d = 1'b0;
        eof_d    = heard_q && (bits_q || error_q);
      end
    end

    // A pause that began half a bit after the grid of the one before it changes between the two positions.
    // What came before a pause at the start of a bit was a zero, or the silent half of a one and then a zero.
    if (step) begin
      is_x_d = is_x_q ^ !step_class[0];
      held_d = !is_x_d;
      zero_d = is_x_q ? step_class[1] : held_q;
      one_d  = is_x_d;
      if (step_class == 2'd0 || (step_class == 2'd3 && !is_x_q)) error_d = 1'b1;
      if (error_d || !heard_q) begin
        zero_d = 1'b0;
        one_d  = 1'b0;
      end
      bits_d = bits_q || zero_d || one_d;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q      <= 1'b0;
      heard_q       <= 1'b0;
      time_q        <= '0;
      is_x_q        <= 1'b0;
      held_q        <= 1'b0;
      error_q       <= 1'b0;
      bits_q        <= 1'b0;
      zero_q        <= 1'b0;
      one_q         <= 1'b0;
      sof_q         <= 1'b0;
      eof_q         <= 1'b0;
      trial_q       <= 1'b0;
      gap_q         <= '0;
      trial_class_q <= '0;
      phase_known_q <= 1'b0;
      phase_q       <= '0;
    end else begin
      active_q      <= active_d;
      heard_q       <= heard_d;
      time_q        <= time_d;
      is_x_q        <= is_x_d;
      held_q        <= held_d;
      error_q       <= error_d;
      bits_q        <= bits_d;
      zero_q        <= zero_d;
      one_q         <= one_d;
      sof_q         <= sof_d;
      eof_q         <= eof_d;
      trial_q       <= trial_d;
      gap_q         <= gap_d;
      trial_class_q <= trial_class_d;
      phase_known_q <= phase_known_d;
      phase_q       <= phase_d;
    end
  end

  assign sof_o       = sof_q;
  assign bit_valid_o = zero_q || one_q;
  assign bit_o       = !zero_q;
  assign eof_o       = eof_q;
  assign error_o     = error_q;
  assign last_is_x_o = is_x_q;

  `NFC_CHECK(no_bits_with_the_end, !eof_q || !bit_valid_o)

endmodule
