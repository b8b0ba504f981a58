// rf_subcarrier_steps.sv - level at the reader to its change over half a period of the subcarrier.
//
// In:  level of the field, one sample a tick. shift_i, looked at with the last sample of a group: the next one
//      starts so many ticks later, -2 to 2.
// Out: every four ticks step_valid_o with step_o: the sum of four samples minus the sum of the four
//      samples eight ticks before them, without its two lowest bits. The carrier cancels out; subcarrier
//      fc/16 stays.
// ISO/IEC 14443-2, 8.2.
//
//   load    ________--------________--------______
//   groups  ..|aaaa|bbbb|0000|1111|2222|3333|4444|..      step 2 = groups 2 - 0

`include "nfc_check.svh"

module rf_subcarrier_steps #(
  parameter int unsigned LevelBits = 12,
  localparam int unsigned StepBits = LevelBits + 1
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  input  logic                 listen_i,

  input  logic [2:0]           shift_i,        // two's complement
  output logic                 step_valid_o,
  output logic [StepBits-1:0]  step_o        // two's complement
);

  localparam int unsigned SumBits = LevelBits + 2;

  logic [1:0]         phase_d, phase_q;    // samples in sum_q
  logic [SumBits-1:0] sum_d, sum_q;
  logic [SumBits-1:0] last_d, last_q;      // the group before
  logic [SumBits-1:0] older_d, older_q;    // and the one before that
  logic [1:0]         filled_d, filled_q;  // groups since listen_i, up to 3
  logic [1:0]         skip_d, skip_q;      // samples that belong to no group
  logic               valid_d, valid_q;
  logic [StepBits-1:0] step_d, step_q;

  always_comb begin
    phase_d  = phase_q;
    sum_d    = sum_q;
    last_d   = last_q;
    older_d  = older_q;
    filled_d = filled_q;
    skip_d   = skip_q;
    valid_d  = 1'b0;
    step_d   = step_q;

    if (!listen_i) begin
      phase_d  = '0;
      sum_d    = '0;
      filled_d = '0;
      skip_d   = '0;
    end else if (skip_q != '0) begin
      skip_d = skip_q - 1'b1;
    end else begin
      phase_d = phase_q + 1'b1;
      sum_d   = sum_q + SumBits'(level_i);

      if (phase_q == '1) begin
        last_d  = sum_d;
        older_d = last_q;
        step_d  = StepBits'(({1'b0, sum_d} - {1'b0, older_q}) >> 2);
        valid_d = filled_q[1];
        sum_d   = '0;
        if (!filled_q[1]) filled_d = filled_q + 1'b1;
        // A group that starts earlier has the last sample once more; the one before that is gone.
        unique case (shift_i)
          3'b001: skip_d = 2'd1;
          3'b010: skip_d = 2'd2;
          3'b111: begin
            phase_d = 2'd1;
            sum_d   = SumBits'(level_i);
          end
          3'b110: begin
            phase_d = 2'd2;
            sum_d   = {1'b0, level_i, 1'b0};
          end
          default: ;
        endcase
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      phase_q  <= '0;
      sum_q    <= '0;
      last_q   <= '0;
      older_q  <= '0;
      filled_q <= '0;
      skip_q   <= '0;
      valid_q  <= 1'b0;
      step_q   <= '0;
    end else begin
      phase_q  <= phase_d;
      sum_q    <= sum_d;
      last_q   <= last_d;
      older_q  <= older_d;
      filled_q <= filled_d;
      skip_q   <= skip_d;
      valid_q  <= valid_d;
      step_q   <= step_d;
    end
  end

  assign step_valid_o = valid_q;
  assign step_o       = step_q;

  `NFC_CHECK(silent_unless_listening, listen_i || !valid_d)

endmodule
