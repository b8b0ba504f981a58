// top_modulate.sv - the bits of an answer to the load switch, in the coding that the type and the card's rate ask for.
//
// In:  start_i one tick before the frame; the bits of frame_transmitter, parity included.
// Out: load_o; done_o in the last tick of the frame.
//
//   type A, fc/128                  rf_manchester_encoder
//   type A above it, type B         frame_framing -> rf_bpsk_encoder

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

  output logic       load_o
);

  logic ook_ready, ook_done, ook_active, ook_load;

  if (TypeB || Rates) begin : g_bpsk
    logic       is_b, is_bpsk;
    logic [1:0] rate;
    logic       framed_valid, framed_bit, framed_ready, take, bpsk_done, bpsk_active, bpsk_load;

    assign is_b    = TypeB && type_b_i;
    assign rate    = Rates ? rate_i : 2'd0;
    assign is_bpsk = is_b || rate != '0;

    rf_manchester_encoder u_rf_manchester_encoder (
      .clk_i,
      .rst_ni,
      .start_i     (start_i && !is_bpsk),
      .bit_valid_i,
      .bit_i,
      .bit_ready_o (ook_ready),
      .done_o      (ook_done),
      .active_o    (ook_active),
      .load_o      (ook_load)
    );

    frame_framing u_frame_framing (
      .clk_i,
      .rst_ni,
      .type_b_i    (is_b),
      .start_i     (start_i && is_bpsk),
      .bit_valid_i,
      .bit_i,
      .bit_ready_o (take),
      .bit_ready_i (framed_ready),
      .bit_valid_o (framed_valid),
      .bit_o       (framed_bit)
    );

    rf_bpsk_encoder u_rf_bpsk_encoder (
      .clk_i,
      .rst_ni,
      .type_b_i    (is_b),
      .rate_i      (rate),
      .start_i     (start_i && is_bpsk),
      .bit_valid_i (framed_valid),
      .bit_i       (framed_bit),
      .bit_ready_o (framed_ready),
      .done_o      (bpsk_done),
      .active_o    (bpsk_active),
      .load_o      (bpsk_load)
    );

    assign bit_ready_o = ook_ready || take;
    assign done_o      = ook_done || bpsk_done;
    assign active_o    = ook_active || bpsk_active;
    assign load_o      = ook_load || bpsk_load;
  end else begin : g_ook
    logic unused;
    assign unused = &{1'b0, type_b_i, rate_i};

    rf_manchester_encoder u_rf_manchester_encoder (
      .clk_i,
      .rst_ni,
      .start_i,
      .bit_valid_i,
      .bit_i,
      .bit_ready_o (ook_ready),
      .done_o      (ook_done),
      .active_o    (ook_active),
      .load_o      (ook_load)
    );

    assign bit_ready_o = ook_ready;
    assign done_o      = ook_done;
    assign active_o    = ook_active;
    assign load_o      = ook_load;
  end

endmodule
