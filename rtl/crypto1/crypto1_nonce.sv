// crypto1_nonce.sv - the clocked nonce generator, and the successors of one nonce.
//
// In:  the seed; draw_i in the first tick of the nt frame; step_i with each of the 128 bits that follow
//      (nt, nr, ar, at); bits of a random word that replaces the generator's state.
//      start_i clears and compare_i feeds the comparison with a received bit.
// Out: bit_o: nt, then 32 bits that nobody uses, then suc64(nt) and suc96(nt); same_o: all compared bits
//      were bit_o.
// 16-bit LFSR x^16 + x^14 + x^13 + x^11 + 1, one step every 128 ticks from the end of reset (docs/choices.md).

`include "nfc_check.svh"

module crypto1_nonce (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic [15:0] seed_i,

  input  logic        draw_i,
  input  logic        step_i,
  input  logic        random_i,       // this bit is one of the first 16 of a nonce from the random word
  input  logic        random_low_i,   // bit i of the word
  input  logic        random_high_i,  // bit i + 16
  output logic        bit_o,

  input  logic        start_i,
  input  logic        compare_i,
  input  logic        data_i,
  output logic        same_o
);

  localparam int unsigned DividerWidth = $clog2(nfc_pkg::BitTicks);

  logic [DividerWidth-1:0] divider_d, divider_q;  // ticks since the last step
  logic [15:0]             lfsr_d, lfsr_q;        // bit i is n_i of a nonce drawn now
  logic                    seeded_d, seeded_q;
  logic [15:0]             chain_d, chain_q;      // the next 16 bits of the nonce and its successors

  logic                    same_d, same_q;

  // The bit that follows 16 others.
  localparam logic [15:0] Taps = 16'h002D;

  always_comb begin
    seeded_d  = 1'b1;
    divider_d = divider_q + 1'b1;
    lfsr_d    = lfsr_q;
    if (!seeded_q)               lfsr_d = seed_i;
    else if (divider_q == '1)    lfsr_d = {^(lfsr_q & Taps), lfsr_q[15:1]};
  end

  always_comb begin
    chain_d = chain_q;
    if (draw_i)      chain_d = lfsr_q;
    else if (step_i) chain_d = {random_i ? random_high_i : ^(chain_q & Taps), chain_q[15:1]};
  end

  always_comb begin
    same_d = same_q;
    if (start_i)                           same_d = 1'b1;
    else if (compare_i && data_i != bit_o) same_d = 1'b0;
  end

  assign same_o = same_q;
  assign bit_o  = random_i ? random_low_i : chain_q[0];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      divider_q <= '0;
      lfsr_q    <= '0;
      seeded_q  <= 1'b0;
      chain_q   <= '0;
      same_q    <= 1'b0;
    end else begin
      divider_q <= divider_d;
      lfsr_q    <= lfsr_d;
      seeded_q  <= seeded_d;
      chain_q   <= chain_d;
      same_q    <= same_d;
    end
  end

  `NFC_CHECK(never_stuck_at_zero, !seeded_q || lfsr_q != '0 || seed_i == '0)

endmodule
