// block_wait.sv - tells when the frame waiting time runs out.
//
// In:  the grid of the timer while the host is waited for: its lead_i once an instant, index_i of 64.
// Out: due_o with that lead_i after which the next instant is the last one for an S(WTX): n = W; last_o in the
//      round of 64 instants that brings it.
// docs/choices.md, ISO-DEP: W = 32 * 2^FWI - 8. ISO/IEC 14443-4, 7.2 and 7.3.

`include "nfc_check.svh"

module block_wait (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       waiting_i,
  input  logic       lead_i,
  input  logic [5:0] index_i,   // of the present instant, n modulo 64
  input  logic [3:0] fwi_i,     // 0 to 14
  output logic       last_o,    // this round of 64 instants ends it
  output logic       due_o
);

  // FWI 0 has less than a round of 64 instants; else 2^(FWI-1) rounds, of which rounds_q counts the one under way.
  localparam logic [5:0] LastOfFwi0  = 6'(nfc_pkg::WaitInstants - nfc_pkg::WaitLead - 1);
  localparam logic [5:0] LastOfRound = 6'(2 * nfc_pkg::WaitInstants - nfc_pkg::WaitLead - 1);

  logic [13:0] rounds_d, rounds_q;
  logic [15:0] rounds;
  logic        last_d, last_q;

  always_comb begin
    rounds_d = rounds_q;
    if (!waiting_i)                      rounds_d = 14'd1;
    else if (lead_i && index_i == 6'd63) rounds_d = rounds_q + 1'b1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      rounds_q <= 14'd1;
      last_q   <= 1'b0;
    end else begin
      rounds_q <= rounds_d;
      last_q   <= last_d;
    end
  end

  // The round 2^(FWI-1) is the first in which that bit is set.
  assign rounds = {1'b0, rounds_q, 1'b0};
  assign last_d = fwi_i == '0 || rounds[fwi_i];
  assign last_o = last_q;
  assign due_o  = lead_i && last_q && index_i == (fwi_i == '0 ? LastOfFwi0 : LastOfRound);

  `NFC_CHECK(rounds_count, rounds_q != '0)

endmodule
