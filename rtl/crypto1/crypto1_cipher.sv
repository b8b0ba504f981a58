// crypto1_cipher.sv - the 48-bit stream cipher Crypto1, one bit a step.
//
// In:  load_i shifts key bits in, lowest bit of the first byte first; step_i clocks with input feed_i.
// Out: key_bit_o, the keystream bit before the clock.
// The register is x0 to x47 of the literature; x_k moves to x_(k-1).

`include "nfc_check.svh"

module crypto1_cipher (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic load_i,
  input  logic load_bit_i,
  input  logic step_i,
  input  logic feed_i,
  output logic key_bit_o
);

  // Taps x0 5 9 10 12 14 15 17 19 24 25 27 29 35 39 41 42 43.
  localparam logic [47:0] Taps = 48'h0E88_2B0A_D621;

  logic [47:0] state_d, state_q;
  logic        feedback;

  function automatic logic filter_a(input logic a, input logic b, input logic c, input logic d);
    filter_a = ((a | b) ^ (a & d)) ^ (c & ((a ^ b) | d));
  endfunction

  function automatic logic filter_b(input logic a, input logic b, input logic c, input logic d);
    filter_b = ((a & b) | c) ^ ((a ^ b) & (c | d));
  endfunction

  function automatic logic filter_c(input logic a, input logic b, input logic c, input logic d,
                                    input logic e);
    filter_c = (a | ((b | e) & (d ^ e))) ^ ((a ^ (b & d)) & ((c ^ d) | (b & e)));
  endfunction

  assign key_bit_o = filter_c(filter_a(state_q[9], state_q[11], state_q[13], state_q[15]),
                              filter_b(state_q[17], state_q[19], state_q[21], state_q[23]),
                              filter_b(state_q[25], state_q[27], state_q[29], state_q[31]),
                              filter_a(state_q[33], state_q[35], state_q[37], state_q[39]),
                              filter_b(state_q[41], state_q[43], state_q[45], state_q[47]));

  assign feedback = ^(state_q & Taps) ^ feed_i;

  always_comb begin
    state_d = state_q;
    if (load_i || step_i) state_d = {load_i ? load_bit_i : feedback, state_q[47:1]};
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= '0;
    end else begin
      state_q <= state_d;
    end
  end

  `NFC_CHECK(one_at_a_time, !(load_i && step_i))

endmodule
