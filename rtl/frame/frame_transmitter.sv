// frame_transmitter.sv - one answer of the card as bits of the air.
//
// In:  what to answer, the bit of it at index_o, the running CRC, the keystream bit.
// Out: arm_o while the answer waits for the timer; bits for the encoder with parity, CRC and encryption;
//      data_valid_o and data_o with each bit that is no parity bit, in clear, for CRC and cipher; bits of a CRC_B as
//      they stand in its register, which are sent inverted.
// ISO/IEC 14443-3, 6.2.2 to 6.2.4. Parity under Crypto1 takes the keystream bit of the next data bit.

`include "nfc_check.svh"

module frame_transmitter (
  input  logic            clk_i,
  input  logic            rst_ni,
  input  logic            type_b_i,
  input  logic            even_last_i,    // the parity of the last byte is even (type A above fc/128)

  input  logic            reply_valid_i,  // one tick
  input  nfc_pkg::reply_e reply_i,
  input  nfc_pkg::fdt_e   fdt_i,
  input  logic [5:0]      first_i,        // ReplyUid: index of the first bit
  input  logic            odd_i,          // ReplyUid: parity of the bits of its first byte before that one

  input  logic            start_i,        // of the timer
  output logic            arm_o,
  output nfc_pkg::reply_e reply_o,        // good after reply_valid_i, as is fdt_o
  output nfc_pkg::fdt_e   fdt_o,
  output logic [7:0]      index_o,        // ReplyBlock: in the present byte
  input  logic            bit_i,          // bit index_o of the answer, from the tick before bit_ready_i on
  input  logic            more_i,         // ReplyBlock: another byte follows the present one
  output logic            data_valid_o,
  output logic            data_o,

  input  logic            crc_bit_i,      // lowest bit of the CRC, which shifts with data_valid_o
  input  logic            encrypt_i,
  input  logic            key_bit_i,

  input  logic            bit_ready_i,    // of the encoder
  output logic            bit_valid_o,
  output logic            bit_o
);

  localparam logic [7:0] LastBit = 8'd7;

  nfc_pkg::reply_e reply_d, reply_q;
  nfc_pkg::fdt_e   fdt_d, fdt_q;

  logic       arm_d, arm_q;
  logic [7:0] index_d, index_q;
  logic       parity_due_d, parity_due_q;  // the next bit of the air is a parity bit
  logic       odd_d, odd_q;
  logic       has_crc;
  logic       in_crc_d, in_crc_q;          // these three are good a tick after index_q, whose bit comes later still
  logic       ended_d, ended_q;            // no bit is left but a parity bit
  logic       bit_q;
  logic [7:0] bits;                        // of the answer without its CRC
  logic [7:0] all_bits;
  logic       plain;
  logic       last;                        // the parity bit that ends the frame is due, and must say so

  always_comb begin
    has_crc = 1'b0;
    unique case (reply_q)
      nfc_pkg::ReplyAtqa:   bits = 8'd16;
      nfc_pkg::ReplyUid:    bits = 8'd40;
      nfc_pkg::ReplyNibble: bits = 8'd4;
      nfc_pkg::ReplySak, nfc_pkg::ReplyBlock: begin
        bits    = 8'd8;
        has_crc = 1'b1;
      end
      nfc_pkg::ReplyData: begin
        bits    = type_b_i ? 8'(nfc_pkg::AtqbBits) : 8'd128;
        has_crc = 1'b1;
      end
      default: bits = 8'd32;
    endcase
  end

  assign all_bits     = has_crc ? bits + 8'd16 : bits;
  assign in_crc_d     = has_crc && index_q >= bits;
  assign ended_d      = index_q == all_bits;
  assign data_o       = in_crc_q ? crc_bit_i : bit_q;
  assign bit_valid_o  = parity_due_q || !ended_q;
  assign data_valid_o = bit_ready_i && !parity_due_q && !ended_q;
  assign last         = even_last_i && ended_q;
  assign plain        = parity_due_q ? !odd_q ^ last : data_o ^ (type_b_i && in_crc_q);
  assign bit_o        = plain ^ (encrypt_i && key_bit_i);

  always_comb begin
    reply_d      = reply_q;
    fdt_d        = fdt_q;
    arm_d        = arm_q;
    index_d      = index_q;
    parity_due_d = parity_due_q;
    odd_d        = odd_q;
    if (reply_valid_i) begin
      reply_d      = reply_i;
      fdt_d        = fdt_i;
      arm_d        = 1'b1;
      index_d      = (reply_i == nfc_pkg::ReplyUid) ? {2'b00, first_i} : '0;
      odd_d        = (reply_i == nfc_pkg::ReplyUid) && odd_i;
      parity_due_d = 1'b0;
    end else begin
      if (start_i) arm_d = 1'b0;
      if (bit_ready_i && parity_due_q) begin
        parity_due_d = 1'b0;
        odd_d        = 1'b0;
      end else if (data_valid_o) begin
        parity_due_d = index_q[2:0] == 3'd7;
        odd_d        = odd_q ^ data_o;
        index_d      = index_q + 1'b1;
        if (reply_q == nfc_pkg::ReplyBlock && index_q == LastBit && more_i) index_d = '0;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      reply_q      <= nfc_pkg::ReplyAtqa;
      fdt_q        <= nfc_pkg::FdtMin;
      arm_q        <= 1'b0;
      index_q      <= '0;
      parity_due_q <= 1'b0;
      odd_q        <= 1'b0;
      in_crc_q     <= 1'b0;
      ended_q      <= 1'b0;
      bit_q        <= 1'b0;
    end else begin
      reply_q      <= reply_d;
      fdt_q        <= fdt_d;
      arm_q        <= arm_d;
      index_q      <= index_d;
      parity_due_q <= parity_due_d;
      odd_q        <= odd_d;
      in_crc_q     <= in_crc_d;
      ended_q      <= ended_d;
      bit_q        <= bit_i;
    end
  end

  assign arm_o   = arm_q;
  assign reply_o = reply_q;
  assign fdt_o   = fdt_q;
  assign index_o = index_q;

  `NFC_CHECK(index_stops_at_the_end, !bit_valid_o || index_q <= all_bits)

endmodule
