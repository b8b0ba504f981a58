// rf_subcarrier_sums.sv - steps of the level added up over as long as a burst of a type A card lasts.
//
// In:  steps of rf_subcarrier_steps; listen_i low: all that came before is forgotten.
// Out: valid_o two ticks after each step, with sum_o: the last one of sixteen less the one two before it, plus the
//      one two before that and so on; turn_o: the same from the step before the last one on. rests_o: all of them have
//      been 0 for so long that both are 0, and stay so until a step is none. With a step: old_o, the one that it takes
//      the place of, sixteen before it, once there is one.
// ISO/IEC 14443-2, 8.2.
//
//   step     0   1   2   3   4   5  ..  12  13  14  15      of a burst that fills sixteen groups: - - + + - - ..
//   turn_o   -       +       -      ..  -       +
//   sum_o        -       +       -  ..      -       +       two phases of the subcarrier, a quarter period apart

module rf_subcarrier_sums #(
  parameter int unsigned StepBits = 13,
  localparam int unsigned OutBits = StepBits + 1
) (
  input  logic                clk_i,
  input  logic                rst_ni,

  input  logic                listen_i,
  input  logic                step_valid_i,
  input  logic [StepBits-1:0] step_i,       // two's complement

  output logic [StepBits-1:0] old_o,        // two's complement

  output logic                valid_o,
  output logic [OutBits-1:0]  sum_o,        // two's complement, without the two lowest bits
  output logic [OutBits-1:0]  turn_o,
  output logic                rests_o
);

  localparam int unsigned SumBits   = StepBits + 3;
  localparam int unsigned PlaceBits = 4;  // of sixteen steps
  // More than are kept and on their way.
  localparam logic [4:0] RestSteps = 5'd20;

  (* no_rw_check *)
  logic [StepBits-1:0]  kept [2 ** PlaceBits];
  logic [StepBits-1:0]  old_q;                // what was kept where the next step goes
  logic [PlaceBits-1:0] place_d, place_q;
  logic                 full_d, full_q;       // all that is kept is of this listening
  logic                 change_valid_d, change_valid_q;
  logic [StepBits:0]    change_d, change_q;   // the step that comes less the one that goes
  logic                 valid_d, valid_q;
  logic [SumBits-1:0]   sum_d, sum_q;
  logic [SumBits-1:0]   turn_d, turn_q;
  logic [4:0]           zeros_d, zeros_q;     // steps of 0

  always_comb begin
    place_d        = place_q;
    full_d         = full_q;
    change_valid_d = 1'b0;
    change_d       = change_q;
    valid_d        = 1'b0;
    sum_d          = sum_q;
    turn_d         = turn_q;
    zeros_d        = zeros_q;
    if (!listen_i) begin
      place_d  = '0;
      full_d   = 1'b0;
      change_d = '0;
      sum_d    = '0;
      turn_d   = '0;
      zeros_d  = '0;
    end else begin
      if (step_valid_i) begin
        place_d        = place_q + 1'b1;
        full_d         = full_q || place_q == '1;
        change_valid_d = 1'b1;
        change_d       = {step_i[StepBits-1], step_i};
        if (full_q) change_d = {step_i[StepBits-1], step_i} - {old_q[StepBits-1], old_q};
        if (step_i != '0)              zeros_d = '0;
        else if (zeros_q != RestSteps) zeros_d = zeros_q + 1'b1;
      end
      if (change_valid_q) begin
        valid_d = 1'b1;
        sum_d   = {{(SumBits - StepBits - 1){change_q[StepBits]}}, change_q} - turn_q;
        turn_d  = sum_q;
      end
    end
  end

  // A memory has no reset. No word is read in the tick in which it is written.
  always_ff @(posedge clk_i) begin
    if (step_valid_i) kept[place_q] <= step_i;
    else              old_q <= kept[place_q];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      place_q        <= '0;
      full_q         <= 1'b0;
      change_valid_q <= 1'b0;
      change_q       <= '0;
      valid_q        <= 1'b0;
      sum_q          <= '0;
      turn_q         <= '0;
      zeros_q        <= '0;
    end else begin
      place_q        <= place_d;
      full_q         <= full_d;
      change_valid_q <= change_valid_d;
      change_q       <= change_d;
      valid_q        <= valid_d;
      sum_q          <= sum_d;
      turn_q         <= turn_d;
      zeros_q        <= zeros_d;
    end
  end

  assign old_o       = old_q;

  assign valid_o = valid_q;
  assign sum_o   = sum_q[SumBits-1:2];
  assign turn_o  = turn_q[SumBits-1:2];
  assign rests_o = zeros_q == RestSteps;

endmodule
