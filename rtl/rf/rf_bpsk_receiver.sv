// rf_bpsk_receiver.sv - finds the subcarrier of a card that sends phases, and measures its periods.
//
// In:  level of the field. done_i: the frame has ended. type_b_i: of type B, whose subcarrier is alone for 80 periods
//      before its first edge; that of type A has 32.
// Out: sof_o at L + BpskSofLatency, default antenna; periods_o, those since L (stands at its highest value). Each
//      period of fc/16: value_valid_o with value_o, positive in the phase that the frame began with. mean_o: size
//      of the values that it began with; silence_o: noise measures as much, on average.
//      settled_o: has heard nothing for so long that with an even level it is the same again every four ticks.
// ISO/IEC 14443-2, 8.2.5.2 and 9.2.
//
// A step (rf_subcarrier_steps) is a group of four ticks less the one eight ticks before. In a burst that begins d
// ticks after its first group the sums U of steps 0 less steps 2 and V of steps 1 less steps 3 tell d:
//
//   d   0     2     4     6     8    10    12    14        U and V are -1 to 1 of their size,
//   U  -1     0     1     1     1     0    -1    -1        straight lines between
//   V  -1    -1    -1     0     1     1     1     0
//
// Then groups are moved so that d = 0: groups 0 and 1 of a period are loaded, and step 2 + step 3 is what a period is
// worth. While a frame goes on, step 3 is the larger one when groups have come to be early, step 2 when late.

`include "nfc_check.svh"

module rf_bpsk_receiver #(
  parameter int unsigned LevelBits  = 12,
  localparam int unsigned ValueBits = LevelBits + 2
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  input  logic                 listen_i,

  input  logic                 done_i,
  input  logic                 type_b_i,
  output logic                 sof_o,
  output logic                 locked_o,     // values are told
  output logic [5:0]           periods_o,    // since L
  output logic                 value_valid_o,
  output logic [ValueBits-1:0] value_o,      // two's complement
  output logic [ValueBits-2:0] mean_o,
  output logic [ValueBits-2:0] silence_o,
  output logic                 settled_o
);

  localparam int unsigned StepBits = LevelBits + 1;  // of a step, signed
  localparam int unsigned SizeBits = StepBits - 1;   // of its magnitude
  localparam int unsigned SumBits  = StepBits + 5;   // of 32 steps, signed

  // As in rf_subcarrier_receiver; the estimate is half of the mean, for it rises slowly, so that a subcarrier
  // does not come to count as noise, and falls fast.
  localparam logic [SizeBits-1:0] NoiseFloor = SizeBits'(1 << (LevelBits - 11));
  localparam logic [SizeBits+3:0] NoiseStart = (SizeBits + 4)'(1 << (LevelBits - 2));

  // Age of the first group of a burst when its step is there.
  localparam logic [9:0] FirstAge = 10'd6;
  localparam logic [9:0] SofAge   = 10'(nfc_pkg::BpskSofLatency - 1);

  typedef enum logic [1:0] {
    Search,  // for a step above the noise
    Burst,   // measures a subcarrier that may be one
    Lock     // groups are where they should be
  } state_e;

  logic                step_valid;
  logic [StepBits-1:0] step;
  logic [2:0]          shift_d, shift_q;

  state_e              state_d, state_q;
  logic [1:0]          index_d, index_q;          // of the next step in its period
  logic [3:0]          periods_d, periods_q;      // of the burst
  logic                warm_d, warm_q;            // values count
  logic [9:0]          age_d, age_q;
  logic [SumBits-1:0]  u_d, u_q;
  logic [SumBits-1:0]  v_d, v_q;
  logic [SumBits-2:0]  enough_d, enough_q;        // noise does not measure as much
  logic [SumBits-2:0]  half_d, half_q;            // size of the burst's first half, so far
  logic [SumBits-2:0]  part_d, part_q;            // of its first periods,
  logic [3:0]          parts_d, parts_q;          // of so many; then those that were none
  logic                check_d, check_q;          // a period of the burst is complete
  logic [SizeBits-1:0] previous_d, previous_q;    // size of the step before
  logic [StepBits-1:0] last_d, last_q;            // the step before
  logic [SizeBits+3:0] noise_d, noise_q;          // half the mean size of a step in silence, in sixteenths
  logic [ValueBits-2:0] mean_d, mean_q;
  logic                valid_d, valid_q;
  logic [ValueBits-1:0] value_d, value_q;
  logic [StepBits:0]   lean_d, lean_q;            // step 3 less step 2, as the value has them
  logic [ValueBits+4:0] drift_d, drift_q;         // sum of lean_q
  logic [ValueBits+3:0] heard_d, heard_q;         // sum of sizes of values
  logic [4:0]          heard_count_d, heard_count_q;
  logic                sof_d, sof_q;

  logic [SizeBits-1:0] noise, size;
  logic [SizeBits-1:0] more;                      // by which a burst in vain raises the noise
  logic [SizeBits:0]   pair, excess;
  logic [SumBits-2:0]  u_size, v_size, larger, smaller, enough;
  logic                doubled;                   // twice as many periods as when half_q was taken
  logic                corner_odd, toward;        // which corner of the table, and which side of it
  logic [1:0]          turn;                      // groups from the burst's first one to its first loaded one
  logic [1:0]          off;                       // ticks from there
  logic [ValueBits-2:0] value_size;
  logic [ValueBits+3:0] drift_size;

  rf_subcarrier_steps #(.LevelBits(LevelBits)) u_subcarrier_steps (
    .clk_i,
    .rst_ni,
    .level_i,
    .listen_i,
    .shift_i     (shift_q),
    .step_valid_o(step_valid),
    .step_o      (step)
  );

  assign size      = step[StepBits-1] ? ~step[SizeBits-1:0] : step[SizeBits-1:0];
  assign noise     = {noise_q[SizeBits+2:4], 1'b0} + NoiseFloor;
  // Type B leaves time to try again, and what noise begins there is mostly lost before its first character.
  assign more      = type_b_i ? noise >> 2 : noise;
  assign excess    = {1'b0, size} - {1'b0, noise_q[SizeBits+3:4]};
  assign silence_o = {noise, 1'b0};

  // ---- What a burst tells ----
  assign u_size  = u_q[SumBits-1] ? ~u_q[SumBits-2:0] : u_q[SumBits-2:0];
  assign v_size  = v_q[SumBits-1] ? ~v_q[SumBits-2:0] : v_q[SumBits-2:0];
  assign enough  = enough_q + (SumBits - 1)'({noise, 1'b0});
  assign larger  = u_size > v_size ? u_size : v_size;
  assign smaller = u_size > v_size ? v_size : u_size;

  always_comb begin
    // d = 0, 4, 8, 12 have both sums at full size.
    unique case ({u_q[SumBits-1], v_q[SumBits-1]})
      2'b11:   turn = 2'd0;
      2'b01:   turn = 2'd1;
      2'b00:   turn = 2'd2;
      default: turn = 2'd3;
    endcase
    corner_odd = turn[0];
    toward     = (u_size < v_size) ^ corner_odd;  // d is larger than that of the corner
    if (smaller > larger - (larger >> 2)) off = 2'd0;
    else if (smaller > (larger >> 2))     off = 2'd1;
    else                                  off = 2'd2;
  end

  // ---- Values ----
  assign value_size = value_q[ValueBits-1] ? ~value_q[ValueBits-2:0] : value_q[ValueBits-2:0];
  assign drift_size = drift_q[ValueBits+4] ? ~drift_q[ValueBits+3:0] : drift_q[ValueBits+3:0];

  always_comb begin
    state_d       = state_q;
    index_d       = index_q;
    periods_d     = periods_q;
    warm_d        = warm_q;
    age_d         = state_q != Search && age_q != '1 ? age_q + 1'b1 : age_q;
    u_d           = u_q;
    v_d           = v_q;
    half_d        = half_q;
    check_d       = 1'b0;
    previous_d    = previous_q;
    last_d        = last_q;
    noise_d       = noise_q;
    mean_d        = mean_q;
    valid_d       = 1'b0;
    value_d       = value_q;
    lean_d        = lean_q;
    drift_d       = drift_q;
    heard_d       = heard_q;
    heard_count_d = heard_count_q;
    shift_d       = shift_q;
    sof_d         = 1'b0;
    pair          = '0;
    doubled       = 1'b0;
    enough_d      = enough_q;
    part_d        = part_q;
    parts_d       = parts_q;

    if (!listen_i) begin
      state_d    = Search;
      noise_d    = NoiseStart;
      previous_d = '0;
      shift_d    = '0;
    end else if (step_valid) begin
      previous_d = size;
      last_d     = step;
      pair       = {1'b0, size} + {1'b0, previous_q};
      index_d    = index_q + 1'b1;
      shift_d    = '0;

      unique case (state_q)
        Search: begin
          if (pair > (SizeBits + 1)'(noise) + (SizeBits + 1)'({noise, 1'b0})) begin
            state_d   = Burst;
            index_d   = 2'd1;
            periods_d = '0;
            age_d     = FirstAge;
            u_d       = {{(SumBits - StepBits){step[StepBits-1]}}, step};
            v_d       = '0;
            enough_d  = '0;
            half_d    = '0;
            // Noise that has grown is found out slowly, so that a weak subcarrier does not come to count as noise.
            noise_d   = noise_q + (SizeBits + 4)'(more);
          end else begin
            noise_d = noise_q + (excess[SizeBits] ? {{3{1'b1}}, excess} : (SizeBits + 4)'(excess[SizeBits-1:2]));
          end
        end
        Burst: begin
          unique case (index_q)
            2'd0: u_d = u_q + {{(SumBits - StepBits){step[StepBits-1]}}, step};
            2'd1: v_d = v_q + {{(SumBits - StepBits){step[StepBits-1]}}, step};
            2'd2: u_d = u_q - {{(SumBits - StepBits){step[StepBits-1]}}, step};
            default: begin
              v_d     = v_q - {{(SumBits - StepBits){step[StepBits-1]}}, step};
              check_d = 1'b1;
            end
          endcase
        end
        default: begin  // Lock
          if (index_q == '1) begin
            warm_d  = 1'b1;
            valid_d = warm_q;
            value_d = {last_q[StepBits-1], last_q} + {step[StepBits-1], step};
            lean_d  = {step[StepBits-1], step} - {last_q[StepBits-1], last_q};
          end
        end
      endcase
    end

    // ---- A burst goes on for as long as each part of it has more than noise would ----
    if (listen_i && check_q) begin
      periods_d = periods_q + 1'b1;
      enough_d  = enough;
      if (periods_q == 4'd1) begin
        part_d  = larger;
        parts_d = 4'd2;
      end
      doubled   = periods_q == 4'd1 || periods_q == 4'd3 || periods_q == 4'd7;
      if (doubled) half_d = larger;
      if ((periods_q != '0 && larger < enough) || (periods_q == '1 && larger < half_q + (half_q >> 1))) begin
        state_d = Search;
      end else if (periods_q[1:0] == '1 && (doubled || periods_q == '1) && larger > {half_q[SumBits-4:0], 2'b00}) begin
        // The first half of these was noise.
        periods_d = {1'b0, periods_q[3:1]} + 1'b1;
        enough_d  = enough >> 1;
        part_d    = larger;
        parts_d   = periods_d;
        half_d    = larger;
        age_d     = age_q + 1'b1 - {2'b00, periods_d, 4'b0000};
      end else if (periods_q == '1) begin
        state_d       = Lock;
        warm_d        = 1'b0;
        mean_d        = larger[SumBits-2:4];
        index_d       = index_q - turn;
        shift_d       = toward ? {1'b0, off} : -{1'b0, off};
        part_d        = part_q + (larger >> 6);
        age_d         = age_q + 1'b1 - {{6{turn[1]}}, turn, 2'b00} -
                        (toward ? {8'b0, off} : -{8'b0, off});
        drift_d       = '0;
        heard_d       = '0;
        heard_count_d = '0;
      end
    end

    // ---- Noise in front of a burst may have been taken for its first periods: they do not measure as much ----
    if (state_q == Lock && parts_q != '0) begin
      if (part_q >= (SumBits - 1)'(mean_q)) begin
        part_d  = part_q - (SumBits - 1)'(mean_q);
        parts_d = parts_q - 1'b1;
      end else begin
        age_d   = age_q + 1'b1 - {2'b00, parts_q, 4'b0000};
        parts_d = '0;
      end
    end

    // ---- The card's clock may be another one ----
    if (state_q == Lock && valid_q) begin
      heard_count_d = heard_count_q + 1'b1;
      heard_d       = heard_q + (ValueBits + 4)'(value_size);
      drift_d       = value_q[ValueBits-1] ? drift_q - {{(ValueBits + 4 - StepBits){lean_q[StepBits]}}, lean_q} :
                                             drift_q + {{(ValueBits + 4 - StepBits){lean_q[StepBits]}}, lean_q};
      if (heard_count_q == '1) begin
        if (drift_size > (heard_q >> 3)) shift_d = drift_q[ValueBits+4] ? 3'b111 : 3'b001;
        drift_d = '0;
        heard_d = '0;
      end
    end

    if (state_q == Lock && age_q == SofAge) sof_d = 1'b1;
    if (done_i) begin
      state_d = Search;
      sof_d   = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q       <= Search;
      index_q       <= '0;
      periods_q     <= '0;
      warm_q        <= 1'b0;
      age_q         <= '0;
      u_q           <= '0;
      v_q           <= '0;
      enough_q      <= '0;
      half_q        <= '0;
      part_q        <= '0;
      parts_q       <= '0;
      check_q       <= 1'b0;
      previous_q    <= '0;
      last_q        <= '0;
      noise_q       <= NoiseStart;
      mean_q        <= '0;
      valid_q       <= 1'b0;
      value_q       <= '0;
      lean_q        <= '0;
      drift_q       <= '0;
      heard_q       <= '0;
      heard_count_q <= '0;
      shift_q       <= '0;
      sof_q         <= 1'b0;
    end else begin
      state_q       <= state_d;
      index_q       <= index_d;
      periods_q     <= periods_d;
      warm_q        <= warm_d;
      age_q         <= age_d;
      u_q           <= u_d;
      v_q           <= v_d;
      enough_q      <= enough_d;
      half_q        <= half_d;
      part_q        <= part_d;
      parts_q       <= parts_d;
      check_q       <= check_d;
      previous_q    <= previous_d;
      last_q        <= last_d;
      noise_q       <= noise_d;
      mean_q        <= mean_d;
      valid_q       <= valid_d;
      value_q       <= value_d;
      lean_q        <= lean_d;
      drift_q       <= drift_d;
      heard_q       <= heard_d;
      heard_count_q <= heard_count_d;
      shift_q       <= shift_d;
      sof_q         <= sof_d;
    end
  end

  assign sof_o         = sof_q;
  assign locked_o      = state_q == Lock;
  assign periods_o     = age_q[9:4];
  assign value_valid_o = valid_q;
  assign value_o       = value_q;
  assign mean_o        = mean_q;
  assign settled_o     = state_q == Search && noise_q[SizeBits+3:4] == '0 && previous_q == '0;

  `NFC_CHECK(values_come_after_a_burst, state_q == Lock || !valid_d)

endmodule
