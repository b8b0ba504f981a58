// board_level.sv - the level of the field from what a board's front end gives.
//
// In:  a comparator on the envelope, high while the carrier is there, or samples of an ADC that has the clock clk_i.
// Out: level_o: nothing or full scale two to three ticks later; or the samples one tick later.

module board_level #(
  parameter int unsigned LevelBits = 8,
  parameter bit          Adc       = 1'b0   // there is an ADC, not a comparator
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 comparator_i,
  input  logic [LevelBits-1:0] adc_i,
  output logic [LevelBits-1:0] level_o
);

  logic unused;

  if (Adc) begin : g_adc
    logic [LevelBits-1:0] sample_q;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) sample_q <= '0;
      else         sample_q <= adc_i;
    end

    assign level_o = sample_q;
    assign unused  = comparator_i;
  end else begin : g_comparator
    logic there;

    common_sync u_sync (
      .clk_i,
      .rst_ni,
      .data_i (comparator_i),
      .data_o (there)
    );

    assign level_o = {LevelBits{there}};
    assign unused  = &{1'b0, adc_i};
  end

endmodule
