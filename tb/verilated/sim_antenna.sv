// sim_antenna.sv - the air with its settings, and what a test does to it. Simulation only.
// In:  settings (see sim_air), taken over while load_settings_i; carrier and modulation of the reader, load switches.
//      Every input but the reader's and the cards' is registered here and counts from the next tick on: Verilator
//      computes all that hangs on a bare input twice a tick, which costs more than the whole air.
// Out: levels; carrier_o and pause_o as the air has them.

module sim_antenna #(
  parameter int unsigned Cards = 1
) (
  input  logic             clk_i,
  input  logic             rst_ni,

  input  logic             load_settings_i,
  input  logic [22:0]      unmodulated_i,
  input  logic [22:0]      peak_i,
  input  logic [22:0]      residual_i,
  input  logic [68:0]      fast_residual_i,
  input  logic [22:0]      shallow_level_i,
  input  logic [8:0]       fall_i,
  input  logic [8:0]       rise_i,
  input  logic [11:0]      pcd_drop_i,
  input  logic [11:0]      picc_drop_i,
  input  logic [31:0]      fading_step_i,
  input  logic [8:0]       fading_depth_i,
  input  logic [11:0]      noise_i,
  input  logic [31:0]      noise_seed_i,

  input  logic             cut_i,              // no carrier, whatever the reader does
  input  logic             mute_i,             // the reader's pauses do not reach the air
  input  logic             inject_pause_i,
  input  logic [7:0]       inject_load_i,

  input  logic             carrier_i,
  input  logic             pause_i,
  input  logic             shallow_i,
  input  logic [1:0]       rate_i,
  input  logic [Cards-1:0] load_i,             // of cards in the field

  output logic             carrier_o,
  output logic             pause_o,
  output logic [7:0]       picc_level_o,
  output logic [11:0]      pcd_level_o,
  output logic             rests_o
);

  logic [22:0] unmodulated_q, peak_q, residual_q, shallow_level_q;
  logic [68:0] fast_residual_q;
  logic [8:0]  fall_q, rise_q, fading_depth_q;
  logic [11:0] pcd_drop_q, picc_drop_q, noise_q;
  logic [31:0] fading_step_q, noise_seed_q;

  always_ff @(posedge clk_i) begin
    if (load_settings_i) begin
      unmodulated_q   <= unmodulated_i;
      peak_q          <= peak_i;
      residual_q      <= residual_i;
      fast_residual_q <= fast_residual_i;
      shallow_level_q <= shallow_level_i;
      fall_q          <= fall_i;
      rise_q          <= rise_i;
      pcd_drop_q      <= pcd_drop_i;
      picc_drop_q     <= picc_drop_i;
      fading_step_q   <= fading_step_i;
      fading_depth_q  <= fading_depth_i;
      noise_q         <= noise_i;
      noise_seed_q    <= noise_seed_i;
    end
  end

  logic       cut_q, mute_q, inject_pause_q;
  logic [7:0] inject_load_q;

  always_ff @(posedge clk_i) begin
    cut_q          <= cut_i;
    mute_q         <= mute_i;
    inject_pause_q <= inject_pause_i;
    inject_load_q  <= inject_load_i;
  end

  assign carrier_o = carrier_i && !cut_q;
  assign pause_o   = (pause_i && !mute_q) || inject_pause_q;

  sim_air #(.Cards(Cards)) u_sim_air (
    .clk_i, .rst_ni,
    .carrier_i(carrier_o), .pause_i(pause_o), .shallow_i, .rate_i, .load_i, .inject_load_i(inject_load_q),
    .unmodulated_i(unmodulated_q), .peak_i(peak_q), .residual_i(residual_q), .fast_residual_i(fast_residual_q),
    .shallow_level_i(shallow_level_q), .fall_i(fall_q), .rise_i(rise_q),
    .pcd_drop_i(pcd_drop_q), .picc_drop_i(picc_drop_q), .fading_step_i(fading_step_q),
    .fading_depth_i(fading_depth_q), .noise_i(noise_q), .noise_seed_i(noise_seed_q),
    .picc_level_o, .pcd_level_o, .rests_o
  );

endmodule
