// sim_picc_b.sv - what a card has for type B and for answers in phases, as a Verilated top that needs computing only when the
// card uses it. Simulation only.
// In:  what sim_radio hears, as it packs it, taken over at once by a rising edge of heard_clk_i (see sim_radio).
// Out: what these units make of it, packed.

module sim_picc_b (
  input  logic        picc_clk_i,
  input  logic        heard_clk_i,
  input  logic        picc_rst_ni,

  input  logic [31:0] heard_i,
  output logic [31:0] told_o
);

  logic [31:0] heard_q;

  always_ff @(posedge heard_clk_i) heard_q <= heard_i;

  logic       powered, type_b, enable, start, bit_valid, answer_bit, mark, sof, air_valid, air_bit, eof, error, hears, rests,
              ready, done, sends, load, card_rst_n;
  logic [1:0] reader_rate, card_rate;
  logic [7:0] level;

  assign {powered, type_b, enable, start, bit_valid, answer_bit, reader_rate, card_rate, level} = heard_q[17:0];
  assign told_o = 32'({mark, sof, air_valid, air_bit, eof, error, hears, rests, ready, done, sends, load});

  assign card_rst_n = picc_rst_ni && powered;

  top_listen_b u_top_listen_b (
    .clk_i(picc_clk_i), .rst_ni(picc_rst_ni), .card_rst_ni(card_rst_n),
    .level_i(level), .rate_i(reader_rate), .enable_i(enable),
    .mark_o(mark), .sof_o(sof), .bit_valid_o(air_valid), .bit_o(air_bit), .eof_o(eof), .error_o(error),
    .active_o(hears), .resting_o(rests)
  );

  top_phases u_top_phases (
    .clk_i(picc_clk_i), .rst_ni(card_rst_n),
    .type_b_i(type_b), .rate_i(card_rate), .start_i(start), .bit_valid_i(bit_valid), .bit_i(answer_bit),
    .bit_ready_o(ready), .done_o(done), .active_o(sends), .load_o(load)
  );

  logic unused;
  assign unused = &{1'b0, heard_q[31:18]};

endmodule
