// rf_miller_decoder.sv - pauses of a type A reader to the bits of its frames, at the four bit rates.
//
// In:  what rf_pause_receiver sees; field_i: the level is a field's. A frame counts only if enable_i is high at its first
//      pause_start_i.
// Out: sof_o after the end of the first pause; bits of the air, two ticks apart or more; eof_o at D + 1, when no pause has
//      ended by D and there is a field, with error_o (a pause where none may be) and last_is_x_o (the last pause began at
//      half a bit, and no pause was wrong). A single pause gets no eof_o, nor does a frame in which the level is low for
//      longer than a pause.
// ISO/IEC 14443-2, 8.1.3; docs/choices.md, Frames at the card.
//
// A card clocked by the carrier loses up to 57 ticks in a pause and may see as few as four of it, so the time
// between the end of a pause and the start of the next one is what can be trusted:
//
//   pause starts apart     64        128         192         256 ticks
//   time between         4..44    67..108    131..172    195..236
//   time_q                  < 64     64..127    128..191    192..255
//
// Above fc/128 the clock never stops: there time_q runs on in pauses, from the end of one to the end of the next, and
// in steps that make every bit 128 of them, and from there on to D tick by tick.

`include "nfc_check.svh"

module rf_miller_decoder #(
  parameter bit Rates = 1'b1   // has the rates above fc/128
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic       enable_i,
  input  logic [1:0] rate_i,

  input  logic field_i,
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
  output logic last_is_x_o,

  output logic active_o      // inside a frame
);

  // Centres the ranges above between multiples of 64.
  localparam logic [8:0] TimeStart     = 9'd8;
  localparam logic [8:0] TimeStartFast = -9'd32;
  // From where time_q passes 255, 152 ticks after E and the latency, half and a quarter of that, so that D is at 511.
  localparam logic [8:0] LateStart64 = 9'd294;
  localparam logic [8:0] LateStart32 = 9'd234;
  localparam logic [8:0] LateStart16 = 9'd204;
  localparam logic [8:0] HalfBit     = 9'd64;    // an X moves D by so much, shorter at higher rates
  // A brief pause may be a dip that is none. It counts when no other pause is nearer than 64 ticks before it, and nothing at
  // all goes down in the 64 ticks after it, of which the first ones have gone by when it is told.
  localparam logic [8:0] NearestTime = TimeStart + 9'd64;
  localparam logic [5:0] NearestGap  = 6'(64 - nfc_pkg::PauseHoldTicks - nfc_pkg::PauseEndLatency);

  logic       active_d, active_q;    // inside a frame
  logic       was_low_q;             // a tick ago there was a pause
  logic       heard_d, heard_q;      // the frame counts
  logic [8:0] time_d, time_q;        // since the end of the last pause
  logic [8:0] time_next;
  logic       fast;                  // above fc/128
  logic       late_d, late_q;        // above fc/128: no other pause may come, time_q counts on to D
  logic       over;                  // at D, and until there is a field
  logic [8:0] unit;                  // what a tick adds
  logic [8:0] late_start;
  logic       is_x_d, is_x_q;        // the last pause began at half a bit
  logic       held_d, held_q;        // the last pause is a zero, unless the frame ends with it
  logic       error_d, error_q;
  logic       more_d, more_q;        // the frame has more than its SOC
  logic       zero_d, zero_q;        // a zero is due, then
  logic       one_d, one_q;          // a one, two ticks after it
  logic       wait_d, wait_q;
  logic       sof_d, sof_q;
  logic       eof_d, eof_q;

  logic       trial_d, trial_q;      // the last pause was brief, and it is too early to count it
  logic       doubt_d, doubt_q;      // the same for the SOC
  logic [5:0] gap_d, gap_q;          // since the brief pause
  logic [1:0] trial_class_d, trial_class_q;

  logic       step;                  // a pause is taken
  logic [1:0] step_class;            // its distance from the one before it: 1, 2, 3 = 1, 1.5, 2 bits

  assign fast       = Rates && rate_i != '0;
  assign brief_ok_o = !active_q || time_q >= NearestTime;

  always_comb begin
    unit = 9'd1 << rate_i;
    unique case (rate_i)
      2'd1:    late_start = LateStart64;
      2'd2:    late_start = LateStart32;
      default: late_start = LateStart16;
    endcase
    if (is_x_q) late_start = late_start - (HalfBit >> rate_i);

    // From 264 on after a Z, 328 after an X, for eight ticks: what takes the field away is a pause by then, in which
    // time_q stands.
    over      = time_q[8] && time_q[6] == is_x_q && time_q[3];
    time_next = time_q + 9'd1;
    if (fast) begin
      over      = late_q && time_q == '1;
      time_next = late_q ? time_q + {8'd0, !over} : time_q + unit;
    end
  end

  always_comb begin
    active_d      = active_q;
    heard_d       = heard_q;
    time_d        = time_q;
    is_x_d        = is_x_q;
    held_d        = held_q;
    error_d       = error_q;
    more_d        = more_q;
    zero_d        = 1'b0;
    one_d         = one_q && (zero_q || wait_q);
    wait_d        = one_q && zero_q;
    sof_d         = 1'b0;
    eof_d         = 1'b0;
    trial_d       = trial_q;
    doubt_d       = doubt_q;
    gap_d         = gap_q;
    trial_class_d = trial_class_q;
    step          = 1'b0;
    step_class    = (time_q[8] || (fast && late_q)) ? 2'd0 : time_q[7:6];
    late_d        = late_q;

    // A pause that began before D and goes on is nobody's.
    if (eof_q) heard_d = 1'b0;

    // Waits for a first pause, the SOC, or for what shows that a brief one just before was a dip.
    if (!active_q || doubt_q) begin
      if (pause_start_i) begin
        heard_d  = enable_i && !eof_q;
        active_d = 1'b0;
        doubt_d  = 1'b0;
      end
      if (pause_end_i) begin
        active_d = 1'b1;
        sof_d    = heard_d;
        is_x_d   = 1'b0;
        held_d   = 1'b0;
        error_d  = 1'b0;
        more_d   = 1'b0;
        trial_d  = 1'b0;
        doubt_d  = pause_brief_i;
      end
    end else if (pause_end_i) begin
      trial_class_d = step_class;
      trial_d       = pause_brief_i;
      step          = !pause_brief_i;
    end else if (pause_start_i && trial_q) begin
      trial_d = 1'b0;
    end else if (!pause_low_i && trial_q && gap_q == NearestGap) begin
      trial_d    = 1'b0;
      step       = 1'b1;
      step_class = trial_class_q;
    end else if (field_i && !trial_q && over) begin
      active_d = 1'b0;
      eof_d    = heard_q && more_q;
    end

    if (active_q && (fast || !pause_low_i)) begin
      time_d = time_next;
      gap_d  = gap_q + 1'b1;
      if (gap_q == NearestGap) begin
        if (trial_q) time_d = TimeStart + 9'(NearestGap) + 9'd1;
        doubt_d = 1'b0;
      end
      if (fast && !late_q && time_next[8:7] == 2'b10) begin
        late_d = 1'b1;
        time_d = late_start;
      end
    end
    // The level has been low for longer than in any pause: what came before has no end.
    if (was_low_q && !pause_low_i && !pause_end_i) begin
      active_d = 1'b0;
      doubt_d  = 1'b0;
    end

    if (pause_end_i) begin
      gap_d = '0;
      if (!active_q || doubt_q || !pause_brief_i) begin
        time_d = fast ? TimeStartFast + unit : TimeStart;
        late_d = 1'b0;
      end
    end

    // A pause that began half a bit after the grid of the one before it changes between the two positions.
    // What came before a pause at the start of a bit was a zero, or the silent half of a one and then a zero.
    if (step) begin
      if (step_class == 2'd0 || (step_class == 2'd3 && !is_x_q)) error_d = 1'b1;
      is_x_d = (is_x_q ^ !step_class[0]) && !error_d;
      held_d = is_x_q ^ step_class[0];
      zero_d = is_x_q ? step_class[1] : held_q;
      one_d  = is_x_d;
      if (error_d || !heard_q) begin
        zero_d = 1'b0;
        one_d  = 1'b0;
      end
      more_d = 1'b1;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q      <= 1'b0;
      was_low_q     <= 1'b0;
      heard_q       <= 1'b0;
      time_q        <= '0;
      late_q        <= 1'b0;
      is_x_q        <= 1'b0;
      held_q        <= 1'b0;
      error_q       <= 1'b0;
      more_q        <= 1'b0;
      zero_q        <= 1'b0;
      one_q         <= 1'b0;
      wait_q        <= 1'b0;
      sof_q         <= 1'b0;
      eof_q         <= 1'b0;
      trial_q       <= 1'b0;
      gap_q         <= '0;
      trial_class_q <= '0;
      doubt_q       <= 1'b0;
    end else begin
      active_q      <= active_d;
      was_low_q     <= pause_low_i;
      heard_q       <= heard_d;
      time_q        <= time_d;
      late_q        <= late_d;
      is_x_q        <= is_x_d;
      held_q        <= held_d;
      error_q       <= error_d;
      more_q        <= more_d;
      zero_q        <= zero_d;
      one_q         <= one_d;
      wait_q        <= wait_d;
      sof_q         <= sof_d;
      eof_q         <= eof_d;
      trial_q       <= trial_d;
      gap_q         <= gap_d;
      trial_class_q <= trial_class_d;
      doubt_q       <= doubt_d;
    end
  end

  assign sof_o       = sof_q;
  assign bit_valid_o = zero_q || (one_q && !wait_q);
  assign bit_o       = !zero_q;
  assign eof_o       = eof_q;
  assign error_o     = error_q;
  assign last_is_x_o = is_x_q;
  assign active_o    = active_q || eof_q;

  `NFC_CHECK(no_bits_with_the_end, !eof_q || !bit_valid_o)

endmodule
