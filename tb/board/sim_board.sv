// sim_board.sv - a reader, the air and a card on its board, whose host has the SPI's pins. Simulation only.
// In:  the bus of the reader; the antenna (sim_air), constant; the pins of the host.
// Out: what the reader answers; MISO; the card's lamp.

module sim_board (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic [22:0] unmodulated_i,
  input  logic [22:0] peak_i,
  input  logic [22:0] residual_i,
  input  logic [68:0] fast_residual_i,
  input  logic [22:0] shallow_level_i,
  input  logic [8:0]  fall_i,
  input  logic [8:0]  rise_i,
  input  logic [11:0] pcd_drop_i,
  input  logic [11:0] picc_drop_i,

  input  logic        psel_i,
  input  logic        penable_i,
  input  logic        pwrite_i,
  input  logic [7:0]  paddr_i,
  input  logic [31:0] pwdata_i,
  output logic [31:0] prdata_o,
  output logic        irq_o,

  input  logic        sck_i,
  input  logic        cs_ni,
  input  logic        aes_cs_ni,
  input  logic        mosi_i,
  output logic        miso_o,
  output logic        powered_o
);

  logic        carrier, pause, shallow, load, pready, pslverr, quiet, rests, box_irq, clk;
  logic [1:0]  rate;
  logic [7:0]  picc_level;
  logic [11:0] pcd_level;

  top_pcd u_top_pcd (
    .clk_i, .rst_ni,
    .level_i(pcd_level), .carrier_o(carrier), .pause_o(pause), .shallow_o(shallow), .rate_o(rate),
    .psel_i, .penable_i, .pwrite_i, .paddr_i, .pwdata_i, .prdata_o, .pready_o(pready), .pslverr_o(pslverr),
    .irq_o, .quiet_o(quiet)
  );

  sim_air #(.Cards(1)) u_sim_air (
    .clk_i, .rst_ni,
    .carrier_i(carrier), .pause_i(pause), .shallow_i(shallow), .rate_i(rate),
    .load_i(load), .inject_load_i('0),
    .unmodulated_i, .peak_i, .residual_i, .fast_residual_i, .shallow_level_i, .fall_i, .rise_i, .pcd_drop_i, .picc_drop_i,
    .fading_step_i('0), .fading_depth_i('0), .noise_i('0), .noise_seed_i(32'd1),
    .picc_level_o(picc_level), .pcd_level_o(pcd_level), .rests_o(rests)
  );

  // An ADC: type B and rates above fc/128 leave a comparator nothing to see.
  board_card #(.Adc(1'b1)) u_board_card (
    .clk_i, .reset_ni(rst_ni),
    .comparator_i(1'b0), .adc_i(picc_level), .load_o(load),
    .sck_i, .cs_ni, .aes_cs_ni, .mosi_i, .miso_o, .irq_o(box_irq),
    .clk_o(clk), .powered_o
  );

  logic unused;
  assign unused = &{1'b0, pready, pslverr, quiet, rests, box_irq, clk};

endmodule
