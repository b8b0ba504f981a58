// sim_radio.sv - the halves of one reader and of Cards cards that count ticks, and the air between them, as one
// Verilated top. The other halves are sim_pcd_logic and sim_picc_logic; sim_bpsk and sim_picc_b are what only some frames
// need. Simulation only.
// In:  as sim_field; what the others say, packed as they pack it, taken over at once by a rising edge of said_clk_i: so
//      it is no bare input (see sim_antenna).
// Out: what they hear; watch_o, as that of sim_field as far as it is known here.

module sim_radio #(
  parameter int unsigned Cards = 1
) (
  input  logic                clk_i,
  input  logic                picc_clk_i,
  input  logic                said_clk_i,
  input  logic                rst_ni,

  // The antenna (see sim_air) and the cards, taken over while load_settings_i.
  input  logic                load_settings_i,
  input  logic [22:0]         unmodulated_i,
  input  logic [22:0]         peak_i,
  input  logic [22:0]         residual_i,
  input  logic [68:0]         fast_residual_i,
  input  logic [22:0]         shallow_level_i,
  input  logic [8:0]          fall_i,
  input  logic [8:0]          rise_i,
  input  logic [11:0]         pcd_drop_i,
  input  logic [11:0]         picc_drop_i,
  input  logic [31:0]         fading_step_i,
  input  logic [8:0]          fading_depth_i,
  input  logic [11:0]         noise_i,
  input  logic [31:0]         noise_seed_i,

  input  logic                cut_i,
  input  logic                mute_i,
  input  logic                inject_pause_i,
  input  logic [7:0]          inject_load_i,
  input  logic                warp_i,             // the cards see warp_level_i, see card_clock.hpp
  input  logic [7:0]          warp_level_i,

  input  logic [Cards-1:0]    present_i,          // in the field
  input  logic [Cards-1:0]    picc_rst_ni,
  input  logic [Cards-1:0]    type_b_i,
  input  logic [16*Cards-1:0] prng_seed_i,

  input  logic [106:0]        pcd_said_i,
  output logic [14:0]         pcd_heard_o,
  output logic [31:0]         tick_o,
  output logic [15:0]         bpsk_heard_o,       // to sim_bpsk: {listen, type B, rate, level}
  input  logic [6:0]          bpsk_told_i,        // from there
  input  logic [32*Cards-1:0] picc_said_i,        // a word a card
  output logic [32*Cards-1:0] picc_heard_o,
  output logic [32*Cards-1:0] b_heard_o,          // to sim_picc_b, a word a card
  input  logic [32*Cards-1:0] b_told_i,

  output logic [7:0]          picc_level_o,       // the air at the cards
  output logic                quiet_o,            // nothing but free-running counters would change
  output logic [31:0]         watch_o
);

  logic [Cards-1:0]    present_q, type_b_q;
  logic [16*Cards-1:0] prng_seed_q;

  always_ff @(posedge clk_i) begin
    if (load_settings_i) begin
      present_q   <= present_i;
      type_b_q    <= type_b_i;
      prng_seed_q <= prng_seed_i;
    end
  end

  logic       warp_q;
  logic [7:0] warp_level_q;

  always_ff @(posedge picc_clk_i) begin
    warp_q       <= warp_i;
    warp_level_q <= warp_level_i;
  end

  logic [106:0]        pcd_said_q;
  logic [6:0]          bpsk_told_q;
  logic [32*Cards-1:0] picc_said_q, b_told_q;

  always_ff @(posedge said_clk_i) begin
    pcd_said_q  <= pcd_said_i;
    bpsk_told_q <= bpsk_told_i;
    picc_said_q <= picc_said_i;
    b_told_q    <= b_told_i;
  end

  logic             carrier, pcd_carrier, pause, pcd_pause;
  logic [Cards-1:0] load, load_present, powered, picc_quiet;
  logic [7:0]       air_level, picc_level;
  logic [11:0]      pcd_level;
  logic             air_rests, pcd_quiet;

  assign load_present = load & present_q;

  // ---- The reader ----
  logic        alarm_set, field_set, field_on, shallow, send, stop, tx_valid, tx_bit, listen, pcd_rests;
  logic [31:0] alarm_at, field_at;
  logic [1:0]  tx_rate, rx_rate;
  logic        exact, due, field_pending, pause_end, tx_ready, sent, sof, lost, rx_valid, rx_bit, collision, eof, rx_error,
               settled;
  nfc_pkg::pcd_config_t settings;

  assign {alarm_set, field_set, field_on, shallow, send, stop, tx_valid, tx_bit, listen, pcd_rests,
          alarm_at, field_at, tx_rate, rx_rate, settings} = pcd_said_q;
  assign pcd_heard_o = {pcd_carrier, exact, due, field_pending, pause_end, tx_ready, sent, sof, lost, rx_valid, rx_bit,
                        collision, eof, rx_error, settled};

  logic bpsk_listen, bpsk_sof, bpsk_lost, bpsk_bit_valid, bpsk_bit, bpsk_eof, bpsk_error, bpsk_settled;

  assign {bpsk_sof, bpsk_lost, bpsk_bit_valid, bpsk_bit, bpsk_eof, bpsk_error, bpsk_settled} = bpsk_told_q;
  assign bpsk_heard_o = {bpsk_listen, shallow, rx_rate, pcd_level};

  top_pcd_radio u_top_pcd_radio (
    .clk_i, .rst_ni,
    .level_i(pcd_level), .carrier_o(pcd_carrier), .pause_o(pcd_pause),
    .bpsk_listen_o(bpsk_listen), .bpsk_sof_i(bpsk_sof), .bpsk_lost_i(bpsk_lost), .bpsk_bit_valid_i(bpsk_bit_valid),
    .bpsk_bit_i(bpsk_bit), .bpsk_eof_i(bpsk_eof), .bpsk_error_i(bpsk_error), .bpsk_settled_i(bpsk_settled),
    .tick_o, .exact_o(exact), .due_o(due), .field_pending_o(field_pending), .pause_end_o(pause_end),
    .bit_ready_o(tx_ready), .sent_o(sent), .sof_o(sof), .lost_o(lost), .bit_valid_o(rx_valid), .bit_o(rx_bit),
    .collision_o(collision), .eof_o(eof), .error_o(rx_error), .settled_o(settled),
    .alarm_set_i(alarm_set), .alarm_at_i(alarm_at), .field_set_i(field_set), .field_on_i(field_on),
    .field_at_i(field_at), .type_b_i(shallow), .tx_rate_i(tx_rate), .rx_rate_i(rx_rate), .settings_i(settings),
    .send_i(send), .stop_i(stop), .bit_valid_i(tx_valid), .bit_i(tx_bit), .listen_i(listen), .rests_i(pcd_rests),
    .quiet_o(pcd_quiet)
  );

  // ---- The air ----
  sim_antenna #(.Cards(Cards)) u_sim_antenna (
    .clk_i, .rst_ni,
    .load_settings_i, .unmodulated_i, .peak_i, .residual_i, .fast_residual_i, .shallow_level_i, .fall_i, .rise_i,
    .pcd_drop_i, .picc_drop_i, .fading_step_i, .fading_depth_i, .noise_i, .noise_seed_i,
    .cut_i, .mute_i, .inject_pause_i, .inject_load_i,
    .carrier_i(pcd_carrier), .pause_i(pcd_pause), .shallow_i(shallow), .rate_i(tx_rate), .load_i(load_present),
    .carrier_o(carrier), .pause_o(pause), .picc_level_o(air_level), .pcd_level_o(pcd_level), .rests_o(air_rests)
  );

  assign picc_level   = warp_q ? warp_level_q : air_level;
  assign picc_level_o = air_level;

  // ---- The cards ----
  for (genvar i = 0; i < Cards; i++) begin : g_card
    sim_card u_sim_card (
      .clk_i(picc_clk_i), .rst_ni(picc_rst_ni[i]),
      .level_i(present_q[i] ? picc_level : 8'd0), .load_o(load[i]),
      .type_b_i(type_b_q[i]), .prng_seed_i(prng_seed_q[16*i +: 16]),
      .said_i(picc_said_q[32*i +: 32]), .heard_o(picc_heard_o[32*i +: 32]),
      .b_told_i(b_told_q[32*i +: 32]), .b_heard_o(b_heard_o[32*i +: 32]),
      .powered_o(powered[i]), .quiet_o(picc_quiet[i])
    );
  end

  assign quiet_o = air_rests && pcd_quiet && (&picc_quiet);
  assign watch_o = {6'd0, carrier, pause, 8'd0, 8'(powered), 8'(load_present)};

endmodule
