// sim_field.sv - one reader, the air and Cards cards as one Verilated top. Simulation only.
// In:  clocks of the reader's and of the cards' side (apart, so that card ticks can be withheld), the APB of
//      the reader, what a test injects into the air, what each card is, answers of the cards' stores.
//      Every input but clocks and resets is registered and counts from the next tick on (see sim_antenna).
// Out: watch_o, one bit for each thing whose change C++ must see at once, so that a tick in which nothing
//      happens costs one comparison.

// Mutants are netlists, which have no parameters.
`ifdef CARTOUCHE_MUTANTS
`define COUNTED
`else
`define COUNTED #(.Counters(1'b1))
`endif

module sim_field #(
  parameter int unsigned Cards = 1
) (
  input  logic                clk_i,
  input  logic                picc_clk_i,
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

  // What a test does to the air besides the reader and the cards.
  input  logic                cut_i,              // no carrier, whatever the reader does
  input  logic                mute_i,             // the reader's pauses do not reach the air
  input  logic                inject_pause_i,
  input  logic [7:0]          inject_load_i,
  input  logic                warp_i,             // the cards see warp_level_i, see card_clock.hpp
  input  logic [7:0]          warp_level_i,

  // The reader's bus.
  input  logic                psel_i,
  input  logic                penable_i,
  input  logic                pwrite_i,
  input  logic [7:0]          paddr_i,
  input  logic [31:0]         pwdata_i,
  output logic [31:0]         prdata_o,

  // The cards, card 0 in the lowest bits; ports as in top_picc.
  input  logic [Cards-1:0]    present_i,          // in the field
  input  logic [Cards-1:0]    picc_rst_ni,
  input  logic [80*Cards-1:0] uid_i,
  input  logic [2*Cards-1:0]  uid_size_i,
  input  logic [16*Cards-1:0] atqa_i,
  input  logic [8*Cards-1:0]  sak_i,
  input  logic [Cards-1:0]    type_b_i,
  input  logic [8*Cards-1:0]  afi_i,
  input  logic [56*Cards-1:0] atqb_i,
  input  logic [3*Cards-1:0]  kind_i,
  input  logic [Cards-1:0]    random_uid_i,
  input  logic [Cards-1:0]    nak_silent_i,
  input  logic [Cards-1:0]    nonce_unpredictable_i,
  input  logic [16*Cards-1:0] prng_seed_i,
  input  logic [32*Cards-1:0] nonce_seed_i,

  // Their stores, answered by C++.
  output logic [2*Cards-1:0]  store_op_o,
  output logic [9*Cards-1:0]  store_block_o,
  output logic [4*Cards-1:0]  store_offset_o,
  output logic [8*Cards-1:0]  store_wdata_o,
  input  logic [Cards-1:0]    store_ready_i,
  input  logic [8*Cards-1:0]  store_rdata_i,
  input  logic [Cards-1:0]    store_error_i,

  // Their mailboxes: a change of host_call_i is one access, over when host_done_o has followed.
  input  logic [Cards-1:0]    host_call_i,
  input  logic [Cards-1:0]    host_write_i,
  input  logic [8*Cards-1:0]  host_address_i,
  input  logic [8*Cards-1:0]  host_wdata_i,
  output logic [Cards-1:0]    host_done_o,
  output logic [8*Cards-1:0]  host_rdata_o,

  output logic [7:0]          picc_level_o,       // the air at the cards
  output logic                quiet_o,            // nothing but free-running counters would change
  output logic [63:0]         watch_o             // {0, host_irq[8], 0, irq, carrier, pause, store_valid[8], powered[8], load[8]}
);

  // ---- The reader's bus, registered as all inputs are ----
  logic        psel_q, penable_q, pwrite_q;
  logic [7:0]  paddr_q;
  logic [31:0] pwdata_q;

  always_ff @(posedge clk_i) begin
    psel_q    <= psel_i;
    penable_q <= penable_i;
    pwrite_q  <= pwrite_i;
    paddr_q   <= paddr_i;
    pwdata_q  <= pwdata_i;
  end

  logic [Cards-1:0]    present_q;
  logic [16*Cards-1:0] prng_seed_q;

  always_ff @(posedge clk_i) begin
    if (load_settings_i) begin
      // A card put into the field at tick t sees it from tick t+1, like a field switched on at t.
      present_q   <= present_i;
      prng_seed_q <= prng_seed_i;
    end
  end

  logic       warp_q;
  logic [7:0] warp_level_q;

  always_ff @(posedge picc_clk_i) begin
    warp_q       <= warp_i;
    warp_level_q <= warp_level_i;
  end

  // ---- Reader, air, cards ----
  logic              carrier, pcd_carrier, pause, pcd_pause, shallow, irq;
  logic [1:0]        rate;
  logic [Cards-1:0]  load, load_present, store_valid, store_asked, powered;
  logic [7:0]        air_level, picc_level;
  logic [11:0]       pcd_level;
  logic              air_rests, pcd_quiet;
  logic [Cards-1:0]  picc_quiet, host_irq;

  assign load_present = load & present_q;

  sim_antenna #(.Cards(Cards)) u_sim_antenna (
    .clk_i, .rst_ni,
    .load_settings_i, .unmodulated_i, .peak_i, .residual_i, .fast_residual_i, .shallow_level_i, .fall_i, .rise_i,
    .pcd_drop_i, .picc_drop_i, .fading_step_i, .fading_depth_i, .noise_i, .noise_seed_i,
    .cut_i, .mute_i, .inject_pause_i, .inject_load_i,
    .carrier_i(pcd_carrier), .pause_i(pcd_pause), .shallow_i(shallow), .rate_i(rate), .load_i(load_present),
    .carrier_o(carrier), .pause_o(pause), .picc_level_o(air_level), .pcd_level_o(pcd_level), .rests_o(air_rests)
  );

  assign picc_level   = warp_q ? warp_level_q : air_level;
  assign picc_level_o = air_level;

  logic pcd_pready, pcd_pslverr;
  top_pcd `COUNTED u_top_pcd (
    .clk_i, .rst_ni,
    .level_i(pcd_level), .carrier_o(pcd_carrier), .pause_o(pcd_pause), .shallow_o(shallow),
    .rate_o(rate),
    .psel_i(psel_q), .penable_i(penable_q), .pwrite_i(pwrite_q), .paddr_i(paddr_q), .pwdata_i(pwdata_q),
    .prdata_o,
    .pready_o(pcd_pready), .pslverr_o(pcd_pslverr), .irq_o(irq), .quiet_o(pcd_quiet)
  );
  // The bus has no wait states and the driver knows its addresses.
  logic unused;
  assign unused = &{1'b0, pcd_pready, pcd_pslverr};

  for (genvar i = 0; i < Cards; i++) begin : g_card
    logic        type_b, random_uid, nak_silent, nonce_unpredictable;
    logic [79:0] uid;
    logic [1:0]  uid_size;
    logic [15:0] atqa;
    logic [7:0]  sak, afi;
    logic [55:0] atqb;
    logic [31:0] nonce_seed;
    nfc_pkg::kind_e kind;

    sim_identity u_sim_identity (
      .clk_i, .load_settings_i,
      .uid_i(uid_i[80*i +: 80]), .uid_size_i(uid_size_i[2*i +: 2]), .atqa_i(atqa_i[16*i +: 16]),
      .sak_i(sak_i[8*i +: 8]), .type_b_i(type_b_i[i]), .afi_i(afi_i[8*i +: 8]), .atqb_i(atqb_i[56*i +: 56]),
      .kind_i(kind_i[3*i +: 3]), .random_uid_i(random_uid_i[i]), .nak_silent_i(nak_silent_i[i]),
      .nonce_unpredictable_i(nonce_unpredictable_i[i]), .nonce_seed_i(nonce_seed_i[32*i +: 32]),
      .uid_o(uid), .uid_size_o(uid_size), .atqa_o(atqa), .sak_o(sak), .type_b_o(type_b), .afi_o(afi),
      .atqb_o(atqb), .kind_o(kind), .random_uid_o(random_uid), .nak_silent_o(nak_silent),
      .nonce_unpredictable_o(nonce_unpredictable), .nonce_seed_o(nonce_seed)
    );

    logic       host_select, host_enable, host_write, host_pready, host_pslverr, store_ready, store_error;
    logic [7:0] host_address, host_wdata, host_prdata, store_rdata;

    sim_host u_sim_host (
      .clk_i(picc_clk_i), .rst_ni,
      .call_i(host_call_i[i]), .write_i(host_write_i[i]), .address_i(host_address_i[8*i +: 8]),
      .wdata_i(host_wdata_i[8*i +: 8]), .done_o(host_done_o[i]), .rdata_o(host_rdata_o[8*i +: 8]),
      .store_ready_i(store_ready_i[i]), .store_rdata_i(store_rdata_i[8*i +: 8]), .store_error_i(store_error_i[i]),
      .psel_o(host_select), .penable_o(host_enable), .pwrite_o(host_write), .paddr_o(host_address),
      .pwdata_o(host_wdata), .prdata_i(host_prdata),
      .store_ready_o(store_ready), .store_rdata_o(store_rdata), .store_error_o(store_error)
    );

    logic unused_host;
    assign unused_host = &{1'b0, host_pready, host_pslverr};

    top_picc `COUNTED u_top_picc (
      .clk_i(picc_clk_i), .rst_ni(picc_rst_ni[i]),
      .level_i(present_q[i] ? picc_level : 8'd0), .load_o(load[i]),
      .uid_i(uid), .uid_size_i(uid_size), .atqa_i(atqa), .sak_i(sak), .type_b_i(type_b), .afi_i(afi), .atqb_i(atqb),
      .kind_i(kind), .random_uid_i(random_uid), .nak_silent_i(nak_silent),
      .nonce_unpredictable_i(nonce_unpredictable), .prng_seed_i(prng_seed_q[16*i +: 16]), .nonce_seed_i(nonce_seed),
      .store_valid_o(store_valid[i]), .store_op_o(store_op_o[2*i +: 2]),
      .store_block_o(store_block_o[9*i +: 9]), .store_offset_o(store_offset_o[4*i +: 4]),
      .store_wdata_o(store_wdata_o[8*i +: 8]), .store_ready_i(store_ready), .store_rdata_i(store_rdata),
      .store_error_i(store_error),
      .psel_i(host_select), .penable_i(host_enable), .pwrite_i(host_write),
      .paddr_i(host_address), .pwdata_i(host_wdata), .prdata_o(host_prdata),
      .pready_o(host_pready), .pslverr_o(host_pslverr), .irq_o(host_irq[i]),
      .powered_o(powered[i]), .quiet_o(picc_quiet[i])
    );
  end

  assign quiet_o = air_rests && pcd_quiet && (&picc_quiet);

  // A card without power is in reset: what it asks then means nothing.
  assign store_asked = store_valid & powered;

  assign watch_o = {24'd0, 8'(host_irq), 5'd0, irq, carrier, pause, 8'(store_asked), 8'(powered), 8'(load_present)};

endmodule
