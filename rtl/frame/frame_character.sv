// frame_character.sv - characters of a type B reader as the bits that a type A reader would send.
//
// In:  whole characters; byte_i stays for 16 ticks at least.
// Out: from the next tick on eight bits, lowest first, and the odd parity bit that frame_receiver looks for.

`include "nfc_check.svh"

module frame_character (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       byte_valid_i,
  input  logic [7:0] byte_i,

  output logic       bit_valid_o,
  output logic       bit_o
);

  localparam logic [3:0] Parity = 4'd8;

  logic       active_d, active_q;
  logic [3:0] place_d, place_q;

  always_comb begin
    active_d = active_q;
    place_d  = place_q;
    if (byte_valid_i) begin
      active_d = 1'b1;
      place_d  = '0;
    end else if (active_q) begin
      if (place_q == Parity) active_d = 1'b0;
      else                   place_d  = place_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      place_q  <= '0;
    end else begin
      active_q <= active_d;
      place_q  <= place_d;
    end
  end

  assign bit_valid_o = active_q;
  assign bit_o       = place_q[3] ? !(^byte_i) : byte_i[place_q[2:0]];

  `NFC_CHECK(in_its_time, !(byte_valid_i && active_q))

endmodule
