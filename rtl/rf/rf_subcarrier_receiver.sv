// rf_subcarrier_receiver.sv - finds the start of a card's frame and measures its half bits.
//
// In:  level of the field; done_i, the frame has ended; early_i and late_i, half bits are measured four
//      ticks too early or too late (looked at once a bit).
// Out: half_valid_o with energy_o of each half bit, second_o telling which; soc_o with the second
//      half of an SOC. edge_valid_o with edge_o of the eight ticks before the middle of a bit (second_o low)
//      and of those after it (second_o high): as energy_o when they are full of subcarrier.
//      silence_o: no half bit without subcarrier measures as much. settled_o: has heard nothing for so long that
//      with an even level it is the same again every four ticks.
// ISO/IEC 14443-2, 8.2.
//
// The phase of the subcarrier is not known, so a half bit of 16 steps is measured in two phases:
//
//   step         0   1   2   3   4   5   6   7   8 .. 15
//   one phase    +       -       +       -       +          energy = |one phase| + |other phase|
//   the other        +       -       +       -
//
// The two sums take turns: each step less one sum becomes the other one.

`include "nfc_check.svh"

module rf_subcarrier_receiver #(
  parameter int unsigned LevelBits   = 12,
  localparam int unsigned EnergyBits = LevelBits + 1
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,

  input  logic [LevelBits-1:0]  level_i,
  input  logic                  listen_i,

  input  logic                  done_i,
  input  logic                  early_i,
  input  logic                  late_i,
  output logic                  soc_o,
  output logic                  half_valid_o,
  output logic                  edge_valid_o,
  output logic                  second_o,
  output logic [EnergyBits-1:0] energy_o,
  output logic [EnergyBits-1:0] edge_o,
  output logic [EnergyBits-1:0] silence_o,
  output logic                  settled_o
);

  localparam int unsigned StepBits = LevelBits + 1;  // of a step, signed
  localparam int unsigned SizeBits = StepBits - 1;   // of its magnitude
  localparam int unsigned SumBits  = StepBits + 3;   // sum of eight steps, signed

  // Steps may be larger than their mean tells by this, noise that nobody sees: 0.05 % of full scale.
  localparam logic [SizeBits-1:0] NoiseFloor = SizeBits'(1 << (LevelBits - 11));
  // Where the estimate of the noise starts: so low that a clear answer is heard at once.
  localparam logic [SizeBits+3:0] NoiseStart = (SizeBits + 4)'(1 << (LevelBits - 1));

  // Bits are made longer or shorter here, where no edge is looked at.
  localparam logic [4:0] AdjustIndex = 5'd24;

  typedef enum logic [1:0] {
    Search,   // for steps above the noise
    SocHigh,  // they may be the first half of an SOC,
    SocLow,   // which silence has to follow
    Frame     // half bits
  } state_e;

  logic                  step_valid;
  logic [StepBits-1:0]   step;

  state_e                state_d, state_q;
  logic [4:0]            index_d, index_q;            // of the next step in the bit
  logic                  stretched_d, stretched_q;    // this bit has been made longer
  logic [SumBits-1:0]    sum_d, sum_q;                // of the phase of the last step
  logic [SumBits-1:0]    turn_d, turn_q;              // of the other phase, whose turn it is
  logic [SizeBits-1:0]   previous_d, previous_q;      // size of the step before
  logic [SizeBits+3:0]   noise_d, noise_q;            // mean size of a step in silence, in sixteenths
  logic                  measure_d, measure_q;        // the sums are those of a whole number of periods
  logic [1:0]            periods_d, periods_q;        // of this many, less one
  logic                  second_d, second_q;
  logic [EnergyBits-1:0] start_d, start_q;            // energy of the SOC's first half, until then the last pair
  logic                  edge_valid_d, edge_valid_q;
  logic [EnergyBits-1:0] edge_d, edge_q;
  logic                  half_valid_d, half_valid_q;
  logic                  soc_d, soc_q;
  logic [EnergyBits-1:0] energy_d, energy_q;

  logic [SizeBits-1:0]   noise;
  logic [SizeBits-1:0]   size;
  logic [SizeBits:0]     pair;                        // size of two steps: whole, whatever the phase
  logic [SumBits-1:0]    begun;                       // sum so far
  logic [SumBits-2:0]    sum_size, turn_size;
  logic [EnergyBits-1:0] enough;                      // noise does not measure as much
  logic                  jump;                        // from noise to subcarrier

  rf_subcarrier_steps #(.LevelBits(LevelBits)) u_subcarrier_steps (
    .clk_i,
    .rst_ni,
    .level_i,
    .listen_i,
    .align_i     (state_q == Search),
    .shift_i     ('0),
    .step_valid_o(step_valid),
    .step_o      (step)
  );

  assign noise     = noise_q[SizeBits+3:4] + NoiseFloor;
  assign silence_o = {noise, 1'b0} + EnergyBits'(noise);

  always_comb begin
    state_d      = state_q;
    index_d      = index_q;
    stretched_d  = stretched_q;
    sum_d        = sum_q;
    turn_d       = turn_q;
    previous_d   = previous_q;
    noise_d      = noise_q;
    measure_d    = 1'b0;
    periods_d    = periods_q;
    second_d     = second_q;
    start_d      = start_q;
    edge_valid_d = 1'b0;
    edge_d       = edge_q;
    half_valid_d = 1'b0;
    soc_d        = 1'b0;
    energy_d     = energy_q;
    size         = '0;
    pair         = '0;
    begun        = '0;
    sum_size     = '0;
    turn_size    = '0;
    enough       = '0;
    jump         = 1'b0;

    if (!listen_i) begin
      state_d    = Search;
      noise_d    = NoiseStart;
      previous_d = '0;
    end else if (step_valid) begin
      size       = step[StepBits-1] ? ~step[SizeBits-1:0] : step[SizeBits-1:0];
      previous_d = size;
      pair       = {1'b0, size} + {1'b0, previous_q};
      edge_d     = pair;

      // Noise may have been taken for an SOC that comes only now: then this one begins anew.
      if (state_q == SocHigh) begin
        jump = index_q[3:2] != '0 && EnergyBits'(pair[SizeBits:2]) > start_q;
        if (index_q[4:3] == '0) start_d = pair;
      end
      if (state_q != Search && index_q[3:1] != '0 && !jump) begun = turn_q;
      sum_d  = {{(SumBits - StepBits){step[StepBits-1]}}, step} - begun;
      turn_d = sum_q;

      if (state_q == Search) begin
        if ({1'b0, pair[SizeBits:2]} > noise) begin
          // Noise that has grown is found out slowly; an SOC hardly counts as noise.
          state_d = SocHigh;
          noise_d = noise_q + (SizeBits + 4)'(silence_o);
        end else begin
          noise_d = noise_q + (SizeBits + 4)'(size) - (SizeBits + 4)'(noise_q[SizeBits+3:4]);
        end
        // The step before was subcarrier already unless it is much smaller.
        index_d     = previous_q < (size >> 2) ? 5'd1 : 5'd2;
        stretched_d = 1'b0;
      end else if (jump) begin
        index_d     = 5'd1;
      end else begin
        measure_d    = index_q[1:0] == '1;
        periods_d    = index_q[3:2];
        second_d     = index_q[4];
        edge_valid_d = index_q == 5'd15 || index_q == 5'd17;
        stretched_d  = index_q == AdjustIndex && early_i && !stretched_q;
        index_d      = index_q + 1'b1;
        if (stretched_d)                                   index_d = index_q;
        else if (index_q == AdjustIndex && late_i)         index_d = AdjustIndex + 5'd2;
      end
    end else if (measure_q) begin
      sum_size     = sum_q[SumBits-1] ? ~sum_q[SumBits-2:0] : sum_q[SumBits-2:0];
      turn_size    = turn_q[SumBits-1] ? ~turn_q[SumBits-2:0] : turn_q[SumBits-2:0];
      energy_d     = EnergyBits'(({1'b0, sum_size} + {1'b0, turn_size}) >> 3);
      half_valid_d = periods_q == 2'd3;
      unique case (periods_q)
        2'd0:    enough = EnergyBits'(noise);
        2'd1:    enough = {noise, 1'b0};
        2'd2:    enough = silence_o;
        default: enough = EnergyBits'({noise, 2'b00});
      endcase

      unique case (state_q)
        // Subcarrier from the start to the end: it grows from period to period by more than noise does,
        // and the second half of the burst has at least half of the first.
        SocHigh: begin
          if (periods_q == 2'd3) state_d = SocLow;
          if (energy_d <= enough) state_d = Search;
          if (periods_q == 2'd3 && energy_d < start_q + (start_q >> 2)) state_d = Search;
          if (periods_q[0]) start_d = energy_d;
        end
        SocLow: begin
          if (periods_q == 2'd3) begin
            soc_d   = start_q >= {energy_d[EnergyBits-2:0], 1'b0} && !energy_d[EnergyBits-1];
            state_d = soc_d ? Frame : Search;
          end
        end
        default: ;
      endcase
    end

    if (done_i) state_d = Search;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q      <= Search;
      index_q      <= '0;
      stretched_q  <= 1'b0;
      sum_q        <= '0;
      turn_q       <= '0;
      previous_q   <= '0;
      noise_q      <= NoiseStart;
      measure_q    <= 1'b0;
      periods_q    <= '0;
      second_q     <= 1'b0;
      start_q      <= '0;
      edge_valid_q <= 1'b0;
      edge_q       <= '0;
      half_valid_q <= 1'b0;
      soc_q        <= 1'b0;
      energy_q     <= '0;
    end else begin
      state_q      <= state_d;
      index_q      <= index_d;
      stretched_q  <= stretched_d;
      sum_q        <= sum_d;
      turn_q       <= turn_d;
      previous_q   <= previous_d;
      noise_q      <= noise_d;
      measure_q    <= measure_d;
      periods_q    <= periods_d;
      second_q     <= second_d;
      start_q      <= start_d;
      edge_valid_q <= edge_valid_d;
      edge_q       <= edge_d;
      half_valid_q <= half_valid_d;
      soc_q        <= soc_d;
      energy_q     <= energy_d;
    end
  end

  assign soc_o        = soc_q;
  assign half_valid_o = half_valid_q;
  assign edge_valid_o = edge_valid_q;
  assign second_o     = second_q;
  assign energy_o     = energy_q;
  assign edge_o       = edge_q;
  assign settled_o    = state_q == Search && noise_q[SizeBits+3:4] == '0 && previous_q == '0;

  `NFC_CHECK(soc_is_a_half_bit, !soc_q || (half_valid_q && second_q))

endmodule
