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
    logic          deaf, arm, follow, store_done, bit_valid, answer_bit, nonce_draw, nonce_step, nonce_random, random_low,
                   random_high, compare, compare_bit, rests;
    logic [1:0]    card_rate, reader_rate;
    logic          frame_sof, air_valid, air_bit, frame_eof, coding_error, start, program_now, silence_end, lead,
                   bit_ready, done, active, nonce_bit, proof_ok;
    logic [5:0]    index;
    nfc_pkg::fdt_e fdt;
    logic [11:0]   unused;
    logic          unused_mark;
    logic [7:0]    b_level;
    logic          b_mark, b_sof, b_bit_valid, b_bit, b_eof, b_error, b_active, b_resting;
    logic          phases, phases_start, phases_ready, phases_done, phases_active, phases_load;
    logic [19:0]   unused_told;

    assign {unused, deaf, arm, follow, store_done, bit_valid, answer_bit, nonce_draw, nonce_step, nonce_random, random_low,
            random_high, compare, compare_bit, rests, card_rate, reader_rate, fdt} = picc_said_q[32*i +: 32];
    assign picc_heard_o[32*i +: 32] = {11'd0, powered[i], frame_sof, air_valid, air_bit, frame_eof, coding_error, start,
                                       program_now, silence_end, lead, bit_ready, done, active, nonce_bit, proof_ok,
                                       index};

    // Only what counts there: the others of a card's settings and bits would keep it awake.
    assign phases = type_b_q[i] || card_rate != '0;
    assign b_heard_o[32*i +: 32] = {14'd0, powered[i], type_b_q[i], type_b_q[i] && !deaf, phases_start,
                                    phases && bit_valid, phases && answer_bit, type_b_q[i] ? reader_rate : 2'd0, card_rate,
                                    b_level};
    assign {unused_told, b_mark, b_sof, b_bit_valid, b_bit, b_eof, b_error, b_active, b_resting,
            phases_ready, phases_done, phases_active, phases_load} = b_told_q[32*i +: 32];

    top_picc_radio u_top_picc_radio (
      .clk_i(picc_clk_i), .rst_ni(picc_rst_ni[i]),
      .level_i(present_q[i] ? picc_level : 8'd0), .load_o(load[i]),
      .type_b_i(type_b_q[i]), .prng_seed_i(prng_seed_q[16*i +: 16]),
      .b_level_o(b_level), .b_mark_i(b_mark), .b_sof_i(b_sof), .b_bit_valid_i(b_bit_valid), .b_bit_i(b_bit), .b_eof_i(b_eof),
      .b_error_i(b_error), .b_active_i(b_active), .b_resting_i(b_resting), .phases_start_o(phases_start),
      .phases_ready_i(phases_ready), .phases_done_i(phases_done), .phases_active_i(phases_active),
      .phases_load_i(phases_load),
      .powered_o(powered[i]), .mark_o(unused_mark), .sof_o(frame_sof), .bit_valid_o(air_valid), .bit_o(air_bit), .eof_o(frame_eof),
      .error_o(coding_error), .start_o(start), .program_o(program_now), .silence_end_o(silence_end), .lead_o(lead),
      .index_o(index), .bit_ready_o(bit_ready), .done_o(done), .active_o(active), .nonce_bit_o(nonce_bit),
      .proof_ok_o(proof_ok),
      .deaf_i(deaf), .card_rate_i(card_rate), .reader_rate_i(reader_rate), .arm_i(arm), .fdt_i(fdt),
      .follow_i(follow), .store_done_i(store_done), .bit_valid_i(bit_valid), .bit_i(answer_bit), .nonce_draw_i(nonce_draw),
      .nonce_step_i(nonce_step), .nonce_random_i(nonce_random), .random_low_i(random_low),
      .random_high_i(random_high), .compare_i(compare), .compare_bit_i(compare_bit), .rests_i(rests),
      .quiet_o(picc_quiet[i])
    );
  end

  assign quiet_o = air_rests && pcd_quiet && (&picc_quiet);
  assign watch_o = {6'd0, carrier, pause, 8'd0, 8'(powered), 8'(load_present)};

endmodule
