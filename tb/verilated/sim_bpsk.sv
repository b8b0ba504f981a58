// sim_bpsk.sv - the reader's decoder of answers in phases, as a Verilated top that needs computing only while it listens.
// Simulation only.
// In:  what sim_radio hears, as it packs it; the level counts only while it listens.
// Out: what it makes of it, packed.

module sim_bpsk (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic [15:0] heard_i,
  output logic [6:0]  told_o
);

  logic        listen, type_b, sof, lost, bit_valid, bit_value, eof, error, settled;
  logic [1:0]  rate;
  logic [11:0] level;

  assign {listen, type_b, rate, level} = heard_i;
  assign told_o = {sof, lost, bit_valid, bit_value, eof, error, settled};

  rf_bpsk_decoder u_bpsk_decoder (
    .clk_i, .rst_ni,
    .level_i(level), .listen_i(listen), .type_b_i(type_b), .rate_i(rate),
    .sof_o(sof), .lost_o(lost), .bit_valid_o(bit_valid), .bit_o(bit_value), .eof_o(eof), .error_o(error),
    .settled_o(settled)
  );

endmodule
