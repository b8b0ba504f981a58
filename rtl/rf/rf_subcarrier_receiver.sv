// rf_subcarrier_receiver.sv - finds the SOC of a card's frame and measures its half bits.
//
// In:  level of the field. hold_i: it is a frame, look for no other SOC. done_i: it was none, or it has ended; anew_i
//      with it: it was none. shift_i with shift_valid_i: groups are moved so many ticks.
// Out: soc_o at the end of what may be an SOC, until hold_i also when one has begun that is stronger than the one
//      before; burst_o, how strong, whole_o: the burst goes as one of four periods does. half_valid_o with value_o of
//      each half bit, second_o telling which: 5/6 of burst_o when as strong, half of that in another phase than the
//      SOC's. off_o: moved so many ticks groups would fit better. sure_o: burst_o and a first bit that measure as much
//      together are no noise; silence_o: no half bit without subcarrier measures as much. settled_o: has heard nothing
//      for so long that with an even level it is the same again every four ticks.
// ISO/IEC 14443-2, 8.2.
//
// An SOC is a burst of sixteen steps, then as many of silence. Of all phases that the sums (rf_subcarrier_sums) go
// through in and around a burst, both are positive where its end is, and a period before and behind it. There the
// largest one is taken for the SOC. Then groups are moved so that they begin with the burst, as the sums tell:
//
//   burst begins so much later    -2    -1     0     1     2     ticks than a group
//   sum_o                          0   1/2     1     1     1     of its size
//   turn_o                         1     1     1   1/2     0
//
// The value of a half bit is the mean of what is in the SOC's phase, where noise is half as strong, and of what there
// is in any: where a reader's own signal and the card's cancel out, the phase turns round.

`include "nfc_check.svh"

module rf_subcarrier_receiver #(
  parameter int unsigned LevelBits   = 12,
  localparam int unsigned EnergyBits = LevelBits + 2
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,

  input  logic [LevelBits-1:0]  level_i,
  input  logic                  listen_i,

  input  logic                  hold_i,
  input  logic                  done_i,
  input  logic                  anew_i,
  input  logic                  shift_valid_i,
  input  logic [2:0]            shift_i,       // two's complement
  output logic                  soc_o,
  output logic [EnergyBits-1:0] burst_o,
  output logic                  whole_o,
  output logic                  half_valid_o,
  output logic                  second_o,
  output logic [EnergyBits-1:0] value_o,
  output logic [2:0]            off_o,         // two's complement
  output logic [EnergyBits:0]   sure_o,
  output logic [EnergyBits-1:0] silence_o,
  output logic                  settled_o
);

  localparam int unsigned StepBits = LevelBits + 1;  // of a step, signed
  localparam int unsigned SizeBits = StepBits - 1;   // of its magnitude
  localparam int unsigned SumBits  = StepBits;       // of the magnitude of a sum

  // Noise that nobody sees, in steps: 0.05 % of full scale.
  localparam logic [SizeBits:0] NoiseFloor = (SizeBits + 1)'(1 << (LevelBits - 11));

  // Steps after the one that ends the burst.
  localparam logic [5:0] TwoGone    = 6'd8;   // of its four periods, from what is added up
  localparam logic [5:0] ThreeGone  = 6'd12;
  localparam logic [5:0] SilenceEnd = 6'd16;
  localparam logic [5:0] FirstEnd   = 6'd32;
  localparam logic [5:0] SecondEnd  = 6'd48;
  // Steps before the first search: fewer than before any answer, and so many that noise is known.
  localparam logic [5:0] Learned    = 6'd40;

  typedef enum logic [1:0] {
    Search,  // for more than noise would measure
    Soc,     // may have ended its burst: for the largest one near, then for silence
    Bits     // half bits
  } state_e;

  logic                  step_valid;
  logic [StepBits-1:0]   step;
  logic                  sums_valid, sums_rest;
  logic [StepBits-1:0]   old;                     // the step before those that are added up
  logic [SumBits:0]      sum, turn;

  state_e                state_d, state_q;
  logic [5:0]            age_d, age_q;            // of the next step since the burst, in a frame since the bit before; of a search
  logic [SizeBits+5:0]   noise_d, noise_q;        // mean size of a step in silence, nearly, in parts of 64
  logic [SizeBits:0]     twice_d, twice_q;        // that, and the floor
  logic [SizeBits:0]     excess_d, excess_q;      // of the step before those that are added up, over noise
  logic                  measure_d, measure_q;
  logic [EnergyBits-1:0] size_d, size_q;          // of the subcarrier in the last sixteen steps, whatever its phase
  logic                  ends_d, ends_q;          // in this phase a burst may have ended
  logic [EnergyBits-1:0] value_d, value_q;
  logic [SumBits-1:0]    larger_d, larger_q, smaller_d, smaller_q;
  logic                  later_d, later_q;        // the subcarrier, than groups
  logic                  opposed_d, opposed_q;
  logic                  negative_d, negative_q;  // the sum
  logic [2:0]            off_d, off_q;
  logic [EnergyBits-1:0] burst_d, burst_q;
  logic [EnergyBits:0]   rival_d, rival_q;        // what has to be exceeded to be taken for the burst
  logic                  whole_d, whole_q;
  logic [2:0]            place_d, place_q;        // off_d at the burst
  logic [2:0]            shift_d, shift_q;
  logic                  soc_d, soc_q;
  logic                  half_valid_d, half_valid_q;
  logic                  second_d, second_q;

  logic [SizeBits-1:0]   step_size, old_size;
  logic [SumBits-1:0]    sum_size, turn_size;
  logic [SumBits+1:0]    both;
  logic [SumBits-1:0]    aligned;                 // of the subcarrier in the phase of the SOC
  logic [EnergyBits-1:0] enough;                  // noise seldom measures as much
  logic                  apart;                   // neither near the burst nor where a first bit of its frame ends
  logic                  learned;                 // how large the noise is
  logic                  taken;
  logic                  faded;                   // at most 5/8 of the burst

  rf_subcarrier_steps #(.LevelBits(LevelBits)) u_subcarrier_steps (
    .clk_i,
    .rst_ni,
    .level_i,
    .listen_i,
    .shift_i     (shift_q),
    .step_valid_o(step_valid),
    .step_o      (step)
  );

  rf_subcarrier_sums #(.StepBits(StepBits)) u_subcarrier_sums (
    .clk_i,
    .rst_ni,
    .listen_i,
    .step_valid_i(step_valid),
    .step_i      (step),
    .old_o       (old),
    .valid_o     (sums_valid),
    .sum_o       (sum),
    .turn_o      (turn),
    .rests_o     (sums_rest)
  );

  assign step_size = step[StepBits-1] ? ~step[SizeBits-1:0] : step[SizeBits-1:0];
  assign old_size  = old[StepBits-1] ? ~old[SizeBits-1:0] : old[SizeBits-1:0];
  assign excess_d  = {1'b0, old_size} - {1'b0, noise_q[SizeBits+5:6]};
  assign twice_d   = noise_q[SizeBits+5:5] + NoiseFloor;
  assign enough    = EnergyBits'({twice_q, 1'b0}) + EnergyBits'(twice_q[SizeBits:1]);
  assign sure_o    = (EnergyBits + 1)'({twice_q, 2'b00}) + (EnergyBits + 1)'(twice_q) +
                     (EnergyBits + 1)'(twice_q[SizeBits:1]);
  assign silence_o = EnergyBits'({twice_q, 2'b00});

  // ---- What the sums measure ----
  assign both    = {sum[SumBits], sum} + {turn[SumBits], turn};
  assign aligned = both[SumBits+1] ? '0 : both[SumBits:1];

  assign sum_size  = sum[SumBits] ? ~sum[SumBits-1:0] : sum[SumBits-1:0];
  assign turn_size = turn[SumBits] ? ~turn[SumBits-1:0] : turn[SumBits-1:0];

  always_comb begin
    size_d     = size_q;
    ends_d     = ends_q;
    larger_d   = larger_q;
    smaller_d  = smaller_q;
    later_d    = later_q;
    opposed_d  = opposed_q;
    negative_d = negative_q;
    if (sums_valid) begin
      later_d    = sum_size > turn_size;
      larger_d   = later_d ? sum_size : turn_size;
      smaller_d  = later_d ? turn_size : sum_size;
      opposed_d  = sum[SumBits] != turn[SumBits];
      negative_d = sum[SumBits];
      size_d     = EnergyBits'(larger_d) + EnergyBits'(smaller_d[SumBits-1:1]);
      ends_d     = !sum[SumBits] && !turn[SumBits];
    end
  end

  always_comb begin
    off_d = off_q;
    if (measure_q) begin
      if (opposed_q)                                             off_d = negative_q ? 3'b110 : 3'b010;
      else if (smaller_q > (larger_q >> 1) + (larger_q >> 3))    off_d = 3'b000;
      else if (smaller_q > (larger_q >> 2))                      off_d = later_q ? 3'b001 : 3'b111;
      else                                                       off_d = later_q ? 3'b010 : 3'b110;
    end
  end

  // ---- SOC and half bits ----
  assign learned = age_q >= Learned;
  assign apart   = age_q[3] ^ age_q[2];
  assign faded   = size_q <= (burst_q >> 1) + (burst_q >> 3);
  assign rival_d = (EnergyBits + 1)'(burst_q) + (age_q < 6'd12 ? '0 : (EnergyBits + 1)'(burst_q[EnergyBits-1:1]));

  always_comb begin
    state_d      = state_q;
    age_d        = age_q;
    noise_d      = noise_q;
    measure_d    = sums_valid && listen_i;
    burst_d      = burst_q;
    whole_d      = whole_q;
    place_d      = place_q;
    shift_d      = shift_q;
    soc_d        = 1'b0;
    half_valid_d = 1'b0;
    second_d     = second_q;
    value_d      = value_q;
    taken        = 1'b0;

    if (step_valid) begin
      shift_d = '0;
      // The first 40 steps, which leave it a quarter too large, then what is before the burst: that is no noise itself. A
      // level that stands has none.
      if (state_q == Search && sums_rest)
        noise_d = noise_q >> 1;
      else if (state_q == Search)
        noise_d = noise_q + (learned ? {{6{excess_q[SizeBits]}}, excess_q[SizeBits:1]}
                                     : (SizeBits + 6)'({step_size, 1'b0}));
    end

    if (measure_q) begin
      if (age_q != '1) age_d = age_q + 1'b1;
      if (state_q != Search) begin
        value_d = EnergyBits'(({1'b0, size_q} + (EnergyBits + 1)'(aligned)) >> 1);
      end
      unique case (state_q)
        Search:  taken = learned && ends_q && size_q > enough;
        default: taken = ends_q && !hold_i && {1'b0, size_q} > rival_q && (age_q < 6'd12 || apart);
      endcase
      if (taken) begin
        state_d = Soc;
        age_d   = 6'd1;
        burst_d = size_q;
        place_d = off_d;
      end else if (state_q == Soc) begin
        // A shorter burst stays in the sums for longer, or is gone at once.
        if (age_q == TwoGone)   whole_d = faded;
        if (age_q == ThreeGone) whole_d = whole_q && size_q > burst_q >> 3;
        if (age_q == SilenceEnd) begin
          soc_d = faded;
          if (faded) begin
            state_d = Bits;
          end else begin
            state_d = Search;
            age_d   = '1;
          end
        end
      end else if (state_q == Bits) begin
        half_valid_d = age_q == FirstEnd || age_q == SecondEnd;
        second_d     = age_q == SecondEnd;
        if (age_q == SecondEnd) age_d = SilenceEnd + 1'b1;
      end
    end

    if (soc_q)         shift_d = place_q;
    if (shift_valid_i) shift_d = shift_i;
    if (done_i) begin
      state_d = Search;
      age_d   = '1;
      // Noise that has grown is found out slowly.
      if (anew_i) noise_d = noise_q + (SizeBits + 6)'({twice_q, 2'b00});
    end
    if (!listen_i) begin
      state_d = Search;
      age_d   = '0;
      noise_d = '0;
      shift_d = '0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q      <= Search;
      age_q        <= '0;
      noise_q      <= '0;
      twice_q      <= '0;
      excess_q     <= '0;
      measure_q    <= 1'b0;
      size_q       <= '0;
      ends_q       <= 1'b0;
      value_q      <= '0;
      larger_q     <= '0;
      smaller_q    <= '0;
      later_q      <= 1'b0;
      opposed_q    <= 1'b0;
      negative_q   <= 1'b0;
      off_q        <= '0;
      burst_q      <= '0;
      rival_q      <= '0;
      whole_q      <= 1'b0;
      place_q      <= '0;
      shift_q      <= '0;
      soc_q        <= 1'b0;
      half_valid_q <= 1'b0;
      second_q     <= 1'b0;
    end else begin
      state_q      <= state_d;
      age_q        <= age_d;
      noise_q      <= noise_d;
      twice_q      <= twice_d;
      excess_q     <= excess_d;
      measure_q    <= measure_d;
      size_q       <= size_d;
      ends_q       <= ends_d;
      value_q      <= value_d;
      larger_q     <= larger_d;
      smaller_q    <= smaller_d;
      later_q      <= later_d;
      opposed_q    <= opposed_d;
      negative_q   <= negative_d;
      off_q        <= off_d;
      burst_q      <= burst_d;
      rival_q      <= rival_d;
      whole_q      <= whole_d;
      place_q      <= place_d;
      shift_q      <= shift_d;
      soc_q        <= soc_d;
      half_valid_q <= half_valid_d;
      second_q     <= second_d;
    end
  end

  assign soc_o        = soc_q;
  assign burst_o      = burst_q;
  assign whole_o      = whole_q;
  assign half_valid_o = half_valid_q;
  assign second_o     = second_q;
  assign value_o      = value_q;
  assign off_o        = off_q;
  assign settled_o    = state_q == Search && age_q == '1 && noise_q[SizeBits+5:6] == '0 && sums_rest;

  `NFC_CHECK(half_bits_behind_an_soc, state_q == Bits || !half_valid_d)

endmodule
