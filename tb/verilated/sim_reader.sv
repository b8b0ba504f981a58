// sim_reader.sv - a whole reader, the air and one card as one Verilated top. Simulation only.
// In:  the bus of the reader; what the antenna and the card are, constant; answers of the card's store.
// Out: what C++ must serve.

module sim_reader (
  input  logic        clk_i,
  input  logic        rst_ni,

  // The antenna (see sim_air).
  input  logic [22:0] unmodulated_i,
  input  logic [22:0] peak_i,
  input  logic [22:0] residual_i,
  input  logic [68:0] fast_residual_i,
  input  logic [22:0] shallow_level_i,
  input  logic [8:0]  fall_i,
  input  logic [8:0]  rise_i,
  input  logic [11:0] pcd_drop_i,
  input  logic [11:0] picc_drop_i,

  // The reader's bus.
  input  logic        psel_i,
  input  logic        penable_i,
  input  logic        pwrite_i,
  input  logic [9:0]  paddr_i,
  input  logic [31:0] pwdata_i,
  output logic [31:0] prdata_o,
  output logic        pslverr_o,
  output logic        irq_o,
  output logic [3:0]  enable_o,
  output logic        quiet_o,
  output logic        carrier_o,
  output logic        pause_o,

  // The card: MIFARE Classic 1K.
  input  logic        present_i,
  input  logic [79:0] uid_i,
  input  logic [1:0]  uid_size_i,
  input  logic [15:0] atqa_i,
  input  logic [7:0]  sak_i,
  output logic        load_o,
  output logic        store_valid_o,
  output logic [1:0]  store_op_o,
  output logic [8:0]  store_block_o,
  output logic [3:0]  store_offset_o,
  output logic [7:0]  store_wdata_o,
  input  logic        store_ready_i,
  input  logic [7:0]  store_rdata_i,
  input  logic        store_error_i,
  output logic        powered_o
);

  localparam logic [15:0] PrngSeed  = 16'h2001;
  localparam logic [31:0] NonceSeed = 32'd2463534242;

  logic        shallow, rests, pready, picc_quiet, picc_pready, picc_pslverr, picc_irq;
  logic [1:0]  rate;
  logic [7:0]  picc_level, picc_prdata;
  logic [11:0] pcd_level;

  top_reader u_top_reader (
    .clk_i, .rst_ni,
    .level_i(pcd_level), .carrier_o, .pause_o, .shallow_o(shallow), .rate_o(rate),
    .psel_i, .penable_i, .pwrite_i, .paddr_i, .pwdata_i, .prdata_o, .pready_o(pready), .pslverr_o,
    .irq_o, .enable_o, .quiet_o
  );

  sim_air #(.Cards(1)) u_sim_air (
    .clk_i, .rst_ni,
    .carrier_i(carrier_o), .pause_i(pause_o), .shallow_i(shallow), .rate_i(rate),
    .load_i(load_o && present_i), .inject_load_i('0),
    .unmodulated_i, .peak_i, .residual_i, .fast_residual_i, .shallow_level_i, .fall_i, .rise_i, .pcd_drop_i, .picc_drop_i,
    .fading_step_i('0), .fading_depth_i('0), .noise_i('0), .noise_seed_i(32'd1),
    .picc_level_o(picc_level), .pcd_level_o(pcd_level), .rests_o(rests)
  );

  top_picc #(.Dep(1'b0)) u_top_picc (
    .clk_i, .rst_ni,
    .level_i(present_i ? picc_level : 8'd0), .load_o,
    .uid_i, .uid_size_i, .atqa_i, .sak_i, .type_b_i(1'b0), .afi_i('0), .atqb_i('0),
    .kind_i(nfc_pkg::Kind1k),
    .random_uid_i(1'b0), .nak_silent_i(1'b0), .nonce_unpredictable_i(1'b0),
    .prng_seed_i(PrngSeed), .nonce_seed_i(NonceSeed),
    .store_valid_o, .store_op_o, .store_block_o, .store_offset_o, .store_wdata_o,
    .store_ready_i, .store_rdata_i, .store_error_i,
    .psel_i(1'b0), .penable_i(1'b0), .pwrite_i(1'b0), .paddr_i('0), .pwdata_i('0), .prdata_o(picc_prdata),
    .pready_o(picc_pready), .pslverr_o(picc_pslverr), .irq_o(picc_irq),
    .powered_o, .quiet_o(picc_quiet)
  );

  logic unused;
  assign unused = &{1'b0, rests, pready, picc_quiet, picc_prdata, picc_pready, picc_pslverr, picc_irq};

endmodule
