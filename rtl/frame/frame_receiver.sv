// frame_receiver.sv - decrypted bits of one reader frame to bytes, with parity and length.
//
// In:  bits of the air after decryption, parity included; sof_i before the first one.
// Out: data_valid_o with each bit that is no parity bit; byte_valid_o with the parity bit of a byte, byte_o
//      being good in that tick only; length and parity of the frame, good when the decoder reports its end.
// ISO/IEC 14443-3, 6.2.2 and 6.2.3.

`include "nfc_check.svh"

module frame_receiver (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       sof_i,
  input  logic       bit_valid_i,
  input  logic       bit_i,

  output logic       data_valid_o,
  output logic       byte_valid_o,
  output logic [7:0] byte_o,
  output logic       odd_o,        // the bits since the last whole byte hold an odd number of ones

  output logic [4:0] bytes_o,      // whole bytes with parity; stops at 31
  output logic [3:0] bits_o,       // bits after them, 0 to 8
  output logic       parity_ok_o
);

  localparam logic [4:0] MaxBytes = 5'd31;

  logic [7:0] byte_d, byte_q;
  logic       odd_d, odd_q;
  logic [4:0] bytes_d, bytes_q;
  logic [3:0] bits_d, bits_q;
  logic       parity_ok_d, parity_ok_q;
  logic       is_parity;

  assign is_parity    = bits_q[3];
  assign data_valid_o = bit_valid_i && !is_parity;
  assign byte_valid_o = bit_valid_i && is_parity;

  always_comb begin
    byte_d      = byte_q;
    odd_d       = odd_q;
    bytes_d     = bytes_q;
    bits_d      = bits_q;
    parity_ok_d = parity_ok_q;
    if (sof_i) begin
      odd_d       = 1'b0;
      bytes_d     = '0;
      bits_d      = '0;
      parity_ok_d = 1'b1;
    end else if (byte_valid_o) begin
      odd_d  = 1'b0;
      bits_d = '0;
      if (bytes_q != MaxBytes) bytes_d = bytes_q + 1'b1;
      if (odd_q == bit_i)      parity_ok_d = 1'b0;
    end else if (data_valid_o) begin
      byte_d = {bit_i, byte_q[7:1]};
      odd_d  = odd_q ^ bit_i;
      bits_d = bits_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      byte_q      <= '0;
      odd_q       <= 1'b0;
      bytes_q     <= '0;
      bits_q      <= '0;
      parity_ok_q <= 1'b0;
    end else begin
      byte_q      <= byte_d;
      odd_q       <= odd_d;
      bytes_q     <= bytes_d;
      bits_q      <= bits_d;
      parity_ok_q <= parity_ok_d;
    end
  end

  assign byte_o      = byte_q;
  assign odd_o       = odd_q;
  assign bytes_o     = bytes_q;
  assign bits_o      = bits_q;
  assign parity_ok_o = parity_ok_q;

  `NFC_CHECK(at_most_eight_bits, bits_q <= 4'd8)

endmodule
