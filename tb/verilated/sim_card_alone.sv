// sim_card_alone.sv - sim_card as a Verilated top of its own, without reader and air. Simulation only.
// In:  a level that counts from the next tick on; words taken over at once by a rising edge of said_clk_i (see sim_radio).
// Out: as sim_card.

module sim_card_alone (
  input  logic        picc_clk_i,
  input  logic        said_clk_i,
  input  logic        picc_rst_ni,

  input  logic [7:0]  level_i,
  output logic        load_o,
  output logic        powered_o,

  input  logic [31:0] said_i,
  output logic [31:0] heard_o,
  input  logic [31:0] b_told_i,
  output logic [31:0] b_heard_o
);

  logic [7:0]  level_q;
  logic [31:0] said_q, b_told_q;
  logic        quiet, unused;

  always_ff @(posedge picc_clk_i) level_q <= level_i;

  always_ff @(posedge said_clk_i) begin
    said_q   <= said_i;
    b_told_q <= b_told_i;
  end

  sim_card u_sim_card (
    .clk_i(picc_clk_i), .rst_ni(picc_rst_ni), .level_i(level_q), .load_o, .type_b_i(1'b0), .prng_seed_i(16'h2001),
    .said_i(said_q), .heard_o, .b_told_i(b_told_q), .b_heard_o, .powered_o, .quiet_o(quiet)
  );

  assign unused = &{1'b0, quiet};

endmodule
