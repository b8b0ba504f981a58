// top_modulate.sv - the bits of an answer to the load switch, in the coding that the type and the card's rate ask for.
//
// In:  start_i one tick before the frame; the bits of frame_transmitter, parity included; what top_phases beside it does.
// Out: load_o; done_o in the last tick of the frame; phases_start_o: the frame is top_phases'.
//
//   type A, fc/128                  rf_manchester_encoder
//   type A above it, type B         top_phases

module top_modulate #(
  parameter bit TypeB = 1'b1,
  parameter bit Rates = 1'b1
) (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       type_b_i,
  input  logic [1:0] rate_i,

  input  logic       start_i,
  input  logic       bit_valid_i,
  input  logic       bit_i,
  output logic       bit_ready_o,
  output logic       done_o,
  output logic       active_o,

  output logic       phases_start_o,
  input  logic       phases_ready_i,
  input  logic       phases_done_i,
  input  logic       phases_active_i,
  input  logic       phases_load_i,

  output logic       load_o
);

  logic phases, ready, done, active, load;

  assign phases         = (TypeB && type_b_i) || (Rates && rate_i != '0);
  assign phases_start_o = start_i && phases;

  rf_manchester_encoder u_rf_manchester_encoder (
    .clk_i,
    .rst_ni,
    .start_i     (start_i && !phases),
    .bit_valid_i,
    .bit_i,
    .bit_ready_o (ready),
    .done_o      (done),
    .active_o    (active),
    .load_o      (load)
  );

  assign bit_ready_o = ready || phases_ready_i;
  assign done_o      = done || phases_done_i;
  assign active_o    = active || phases_active_i;
  assign load_o      = load || phases_load_i;

endmodule
