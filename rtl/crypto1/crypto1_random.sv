// crypto1_random.sv - 32-bit xorshift for unpredictable nonces and random UIDs.
//
// In:  draw_i starts one step of the generator; take_i uses one bit of the word while use_i is high.
// Out: drawn_o when the word is there; low_o and high_o, bits i and i + 16 of it after i bits were taken.
// u ^= u << 13, u ^= u >> 17, u ^= u << 5, each as one turn of the register, lowest bit first.
//
// Reset only when the card is placed: it lives across field losses, and so finds its way back to bit 0 on
// its own when the one who took bits has lost power.

`include "nfc_check.svh"

module crypto1_random (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic [31:0] seed_i,

  input  logic        draw_i,
  output logic        drawn_o,
  input  logic        use_i,
  input  logic        take_i,
  output logic        low_o,
  output logic        high_o,
  output logic [3:0]  first_o     // bits 3..0 of a word of which no bit was taken
);

  logic [31:0] word_d, word_q;
  logic        seeded_d, seeded_q;
  logic [1:0]  pass_d, pass_q;    // 1, 2, 3: which shift goes on; 0: none
  logic [4:0]  turn_d, turn_q;    // bit of the word that stands in place 0
  logic [4:0]  past_d, past_q;    // the last five bits of pass 3 before their change, oldest on top
  logic        turning;
  logic        mixed;

  // A bit taken at turn t and put back into place 31 stands k turns later in place 32 - k.
  always_comb begin
    unique case (pass_q)
      // Bits from 13 on take the one 13 below; it has changed when it is itself one of them.
      2'd1: mixed = word_q[0] ^ (turn_q >= 5'd13 && word_q[19]) ^ (turn_q >= 5'd26 && word_q[6]);
      // Bits below 15 take the one 17 above.
      2'd2: mixed = word_q[0] ^ (turn_q < 5'd15 && word_q[17]);
      // Bits from 5 on take the one 5 below.
      2'd3: mixed = word_q[0] ^ past_q[4];
      default: mixed = word_q[0];
    endcase
  end

  assign turning = pass_q != 2'd0 || (use_i ? take_i : turn_q != '0);
  assign drawn_o = pass_q == 2'd0 && turn_q == '0;

  always_comb begin
    word_d   = word_q;
    seeded_d = 1'b1;
    pass_d   = pass_q;
    turn_d   = turn_q;
    past_d   = past_q;
    if (!seeded_q) begin
      word_d = seed_i;
    end else if (turning) begin
      word_d = {mixed, word_q[31:1]};
      turn_d = turn_q + 1'b1;
      past_d = (pass_q == 2'd3) ? {past_q[3:0], word_q[0]} : '0;
      if (turn_q == '1 && pass_q != 2'd0) pass_d = pass_q + 1'b1;
    end else if (draw_i) begin
      pass_d = 2'd1;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      word_q   <= '0;
      seeded_q <= 1'b0;
      pass_q   <= 2'd0;
      turn_q   <= '0;
      past_q   <= '0;
    end else begin
      word_q   <= word_d;
      seeded_q <= seeded_d;
      pass_q   <= pass_d;
      turn_q   <= turn_d;
      past_q   <= past_d;
    end
  end

  assign low_o   = word_q[0];
  assign high_o  = word_q[16];
  assign first_o = word_q[3:0];

  `NFC_CHECK(turns_before_a_draw, !draw_i || drawn_o || !seeded_q)

endmodule
