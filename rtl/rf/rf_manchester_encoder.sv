// rf_manchester_encoder.sv - bits of a card frame to the load modulation switch.
//
// In:  start_i one tick before the frame; then one bit each time bit_ready_o asks, until bit_valid_i is low.
// Out: load_o, first high in the tick after start_i; done_o in the last tick of the frame.
// ISO/IEC 14443-2, 8.2.5: a one (and SOC) has the subcarrier in its first half, a zero in its second.
//
//   tick of the bit  0   8   16  24        64                127
//   one              ####____####____ ...  ____________________
//   zero             ____________________  ####____####____ ...

`include "nfc_check.svh"

module rf_manchester_encoder (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic start_i,
  input  logic bit_valid_i,  // the frame has a further bit
  input  logic bit_i,
  output logic bit_ready_o,  // last tick of a bit: the next one is taken
  output logic done_o,
  output logic active_o,

  output logic load_o
);

  localparam int unsigned TickWidth = $clog2(nfc_pkg::BitTicks);
  localparam int unsigned HalfBit   = TickWidth - 1;                               // bit of the tick counter
  localparam int unsigned Unloaded  = $clog2(nfc_pkg::SubcarrierTicks) - 1;

  logic [TickWidth-1:0] tick_d, tick_q;
  logic                 active_d, active_q;
  logic                 bit_d, bit_q;
  logic                 load_d, load_q;
  logic                 last_d, last_q;     // tick of a bit

  assign last_d      = active_q && tick_q == TickWidth'(nfc_pkg::BitTicks - 2);
  assign bit_ready_o = last_q;
  assign done_o      = bit_ready_o && !bit_valid_i;

  always_comb begin
    tick_d   = tick_q;
    active_d = active_q;
    bit_d    = bit_q;
    if (start_i) begin
      tick_d   = '0;
      active_d = 1'b1;
      bit_d    = 1'b1;
    end else if (active_q) begin
      tick_d = tick_q + 1'b1;
      if (bit_ready_o) begin
        active_d = bit_valid_i;
        bit_d    = bit_i;
      end
    end
    load_d = active_d && (bit_d ^ tick_d[HalfBit]) && !tick_d[Unloaded];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      tick_q   <= '0;
      active_q <= 1'b0;
      bit_q    <= 1'b0;
      load_q   <= 1'b0;
      last_q   <= 1'b0;
    end else begin
      tick_q   <= tick_d;
      active_q <= active_d;
      bit_q    <= bit_d;
      load_q   <= load_d;
      last_q   <= last_d;
    end
  end

  assign active_o = active_q;
  assign load_o   = load_q;

  `NFC_CHECK(no_load_when_silent, active_q || !load_q)

endmodule
