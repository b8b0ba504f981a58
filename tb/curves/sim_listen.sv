// sim_listen.sv - a card's receivers of both types, as top_picc has them. Simulation only.
// In:  one level sample a tick; ports as those of top_listen.
// Out: bits of the air.

module sim_listen (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic       card_rst_ni,

  input  logic [7:0] level_i,
  input  logic       powered_i,
  input  logic       type_b_i,
  input  logic [1:0] rate_i,
  input  logic       enable_i,

  output logic       sof_o,
  output logic       bit_valid_o,
  output logic       bit_o,
  output logic       eof_o,
  output logic       error_o
);

  logic b_mark, b_sof, b_bit_valid, b_bit, b_eof, b_error, b_active, b_resting;
  logic mark, last_is_x, active, resting, unused;

  assign unused = &{1'b0, mark, last_is_x, active, resting};

  top_listen_b u_top_listen_b (
    .clk_i, .rst_ni, .card_rst_ni,
    .level_i(type_b_i ? level_i : 8'd0), .rate_i, .enable_i,
    .mark_o(b_mark), .sof_o(b_sof), .bit_valid_o(b_bit_valid), .bit_o(b_bit), .eof_o(b_eof), .error_o(b_error),
    .active_o(b_active), .resting_o(b_resting)
  );

  top_listen u_top_listen (
    .clk_i, .rst_ni, .card_rst_ni, .level_i, .powered_i, .field_i(1'b1), .type_b_i, .rate_i, .enable_i,
    .b_mark_i(b_mark), .b_sof_i(b_sof), .b_bit_valid_i(b_bit_valid), .b_bit_i(b_bit), .b_eof_i(b_eof),
    .b_error_i(b_error), .b_active_i(b_active), .b_resting_i(b_resting),
    .mark_o(mark), .sof_o, .bit_valid_o, .bit_o, .eof_o, .error_o, .last_is_x_o(last_is_x), .active_o(active),
    .resting_o(resting)
  );

endmodule
