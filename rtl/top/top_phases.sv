// top_phases.sv - the bits of an answer to the load switch as phases of the subcarrier: type A above fc/128, type B.
//
// In:  start_i one tick before the frame; the bits of frame_transmitter, parity included.
// Out: load_o; done_o in the last tick of the frame.
//
//   frame_framing -> rf_bpsk_encoder

module top_phases (
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

  output logic       load_o
);

  logic framed_valid, framed_bit, framed_ready;

  frame_framing u_frame_framing (
    .clk_i,
    .rst_ni,
    .type_b_i,
    .start_i,
    .bit_valid_i,
    .bit_i,
    .bit_ready_o,
    .bit_ready_i (framed_ready),
    .bit_valid_o (framed_valid),
    .bit_o       (framed_bit)
  );

  rf_bpsk_encoder u_rf_bpsk_encoder (
    .clk_i,
    .rst_ni,
    .type_b_i,
    .rate_i,
    .start_i,
    .bit_valid_i (framed_valid),
    .bit_i       (framed_bit),
    .bit_ready_o (framed_ready),
    .done_o,
    .active_o,
    .load_o
  );

endmodule
