// rf_bpsk_encoder.sv - bits of a card frame to the load modulation switch, as phases of the subcarrier.
//
// In:  start_i one tick before the frame; the rate; then one bit each time bit_ready_o asks, until bit_valid_i is low.
// Out: load_o, first high in the tick after start_i; done_o in the last tick of the frame. A lead of reference phase comes
//      before the first bit.
// ISO/IEC 14443-2, 8.2 above fc/128 and 9.2; docs/choices.md.
//
//   tick of the bit  0   8   16  24
//   one              ####____####____ ...   also the lead
//   zero             ____####____#### ...

`include "nfc_check.svh"

module rf_bpsk_encoder (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       type_b_i,
  input  logic [1:0] rate_i,

  input  logic       start_i,
  input  logic       bit_valid_i,  // the frame has a further bit
  input  logic       bit_i,
  output logic       bit_ready_o,  // last tick of the lead or of a bit: the next one is taken
  output logic       done_o,
  output logic       active_o,

  output logic       load_o
);

  localparam int unsigned TickWidth = $clog2(nfc_pkg::Tr1Ticks);
  localparam int unsigned Unloaded  = $clog2(nfc_pkg::SubcarrierTicks) - 1;

  logic [TickWidth-1:0] tick_d, tick_q;
  logic [TickWidth-1:0] last_but_one;
  logic                 last_d, last_q;
  logic                 active_d, active_q;
  logic                 lead_d, lead_q;
  logic                 bit_d, bit_q;
  logic                 load_d, load_q;

  always_comb begin
    last_but_one = (TickWidth'(nfc_pkg::BitTicks) >> rate_i) - TickWidth'(2);
    if (lead_q) last_but_one = type_b_i ? TickWidth'(nfc_pkg::Tr1Ticks - 2) : TickWidth'(nfc_pkg::LeadTicksA - 2);
    last_d = active_q && tick_q == last_but_one;
  end

  assign bit_ready_o = last_q;
  assign done_o      = bit_ready_o && !bit_valid_i;

  always_comb begin
    tick_d   = tick_q;
    active_d = active_q;
    lead_d   = lead_q;
    bit_d    = bit_q;
    if (start_i) begin
      tick_d   = '0;
      active_d = 1'b1;
      lead_d   = 1'b1;
      bit_d    = 1'b1;
    end else if (active_q) begin
      tick_d = tick_q + 1'b1;
      if (bit_ready_o) begin
        tick_d   = '0;
        lead_d   = 1'b0;
        active_d = bit_valid_i;
        bit_d    = bit_i;
      end
    end
    load_d = active_d && (bit_d ^ tick_d[Unloaded]);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      tick_q   <= '0;
      active_q <= 1'b0;
      lead_q   <= 1'b0;
      bit_q    <= 1'b0;
      load_q   <= 1'b0;
      last_q   <= 1'b0;
    end else begin
      tick_q   <= tick_d;
      active_q <= active_d;
      lead_q   <= lead_d;
      bit_q    <= bit_d;
      load_q   <= load_d;
      last_q   <= last_d;
    end
  end

  assign active_o = active_q;
  assign load_o   = load_q;

  `NFC_CHECK(no_load_when_silent, active_q || !load_q)

endmodule
