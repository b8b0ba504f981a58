// top_sniffer.sv - both receivers on one level, for recordings and boards that listen to others.
//
// In:  level of the field, one sample a tick.
// Out: what rf_miller_decoder hears of the reader and rf_manchester_decoder of the card. While the reader
//      sends a frame nobody listens for a card.

module top_sniffer #(
  parameter int unsigned LevelBits = 12
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,

  output logic                 pcd_pause_start_o,
  output logic                 pcd_pause_end_o,
  output logic                 pcd_sof_o,
  output logic                 pcd_bit_valid_o,
  output logic                 pcd_bit_o,
  output logic                 pcd_eof_o,
  output logic                 pcd_error_o,
  output logic                 pcd_last_is_x_o,

  output logic                 picc_sof_o,
  output logic                 picc_bit_valid_o,
  output logic                 picc_bit_o,
  output logic                 picc_collision_o,
  output logic                 picc_eof_o,
  output logic                 picc_error_o
);

  logic       pause_low;
  logic       pause_brief;
  logic       brief_ok;
  logic [7:0] since_pause_d, since_pause_q;  // stops at its end

  // A card's load modulation can pull the level as low as a pause does, but not for as long.
  // A sniffer never rests.
  logic resting, active, settled, unused;
  assign unused = &{1'b0, resting, active, settled};

  rf_pause_receiver #(
    .LevelBits (LevelBits),
    .BriefTicks(10),
    .Rates     (1'b0)
  ) u_rf_pause_receiver (
    .clk_i,
    .rst_ni,
    .level_i,
    .enable_i     (1'b1),
    .rate_i       (2'd0),
    .brief_ok_i   (brief_ok),
    .pause_low_o  (pause_low),
    .pause_start_o(pcd_pause_start_o),
    .pause_end_o  (pcd_pause_end_o),
    .pause_brief_o(pause_brief),
    .resting_o    (resting)
  );

  rf_miller_decoder #(.Rates(1'b0)) u_rf_miller_decoder (
    .clk_i,
    .rst_ni,
    .enable_i     (1'b1),
    .rate_i       (2'd0),
    .pause_low_i  (pause_low),
    .pause_start_i(pcd_pause_start_o),
    .pause_end_i  (pcd_pause_end_o),
    .pause_brief_i(pause_brief),
    .brief_ok_o   (brief_ok),
    .sof_o        (pcd_sof_o),
    .bit_valid_o  (pcd_bit_valid_o),
    .bit_o        (pcd_bit_o),
    .eof_o        (pcd_eof_o),
    .error_o      (pcd_error_o),
    .last_is_x_o  (pcd_last_is_x_o),
    .active_o     (active)
  );

  always_comb begin
    since_pause_d = since_pause_q;
    if (pcd_pause_end_o)           since_pause_d = '0;
    else if (since_pause_q != '1)  since_pause_d = since_pause_q + 1'b1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) since_pause_q <= '1;
    else         since_pause_q <= since_pause_d;
  end

  rf_manchester_decoder #(
    .LevelBits     (LevelBits),
    .CollisionIsOne(1'b0)
  ) u_rf_manchester_decoder (
    .clk_i,
    .rst_ni,
    .level_i,
    .listen_i   (since_pause_q == '1),
    .sof_o      (picc_sof_o),
    .bit_valid_o(picc_bit_valid_o),
    .bit_o      (picc_bit_o),
    .collision_o(picc_collision_o),
    .eof_o      (picc_eof_o),
    .error_o    (picc_error_o),
    .settled_o  (settled)
  );

endmodule
