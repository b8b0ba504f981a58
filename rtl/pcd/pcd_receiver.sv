// pcd_receiver.sv - bits of a card's frame to data words, judged as port::Errors asks.
//
// In:  sof_i, bits and eof_i of a decoder (never two in one tick); keystream_i of the moment. last_even_i: the
//      last byte has even parity, as type A has it above fc/128.
// Out: data_valid_o with plain_o for each data bit, number position_o; words for the buffer when full or
//      last; counts and errors, which stay until the next sof_i or clear_i. crc_bit_* feed the CRC; its value
//      comes back in crc_i.
// ISO/IEC 14443-3, 6.2.3; docs/choices.md, Reader.

`include "nfc_check.svh"

module pcd_receiver (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic                 clear_i,      // forget what the last answer was
  input  logic                 type_b_i,     // CRC_B
  input  logic                 parity_i,     // parity bits travel and are judged
  input  logic                 last_even_i,
  input  logic                 judge_crc_i,
  input  logic                 decrypt_i,
  input  logic [2:0]           align_i,

  input  logic                 sof_i,
  input  logic                 bit_valid_i,
  input  logic                 bit_i,
  input  logic                 collision_i,
  input  logic                 eof_i,
  input  logic                 error_i,

  input  logic                 keystream_i,
  output logic                 data_valid_o,
  output logic                 plain_o,
  output logic                 crc_valid_o,
  output logic                 crc_bit_o,
  input  logic [15:0]          crc_i,

  output logic                 word_valid_o,
  output logic [5:0]           word_index_o,
  output logic [31:0]          word_data_o,
  output logic [31:0]          word_mask_o,

  output logic [15:0]          position_o,   // data bits, align_i counted
  output logic [15:0]          air_bits_o,
  output nfc_pkg::pcd_errors_t errors_o
);

  logic [15:0] position_d, position_q;
  logic [15:0] air_d, air_q;
  logic [31:0] data_d, data_q, mask_d, mask_q;
  logic        parity_d, parity_q;      // the next bit is a parity bit
  logic        odd_d, odd_q;            // ones of this byte so far
  logic        first_d, first_q;        // in a first byte that is not whole
  logic        even_d, even_q;          // the last parity bit made a byte even
  logic        crc_match, parity_wrong;
  logic [2:0]  padding_d, padding_q;    // zeros that CRC_A still takes for align_i
  logic        in_buffer, collided;
  nfc_pkg::pcd_errors_t errors_d, errors_q;

  assign in_buffer    = position_q < 16'(nfc_pkg::PcdBufferBits);
  assign collided     = errors_q.collision || collision_i;
  assign data_valid_o = bit_valid_i && !parity_q;
  assign plain_o      = collision_i || (bit_i ^ (decrypt_i && keystream_i));
  assign crc_valid_o  = data_valid_o || padding_q != '0;
  assign crc_bit_o    = data_valid_o && plain_o;
  assign crc_match    = crc_i == (type_b_i ? nfc_pkg::CrcBResidue : 16'h0000);
  assign parity_wrong = (bit_i ^ (decrypt_i && keystream_i)) == odd_q;

  always_comb begin
    position_d   = position_q;
    air_d        = air_q;
    data_d       = data_q;
    mask_d       = mask_q;
    parity_d     = parity_q;
    odd_d        = odd_q;
    first_d      = first_q;
    even_d       = even_q;
    padding_d    = padding_q != '0 ? padding_q - 1'b1 : padding_q;
    errors_d     = errors_q;
    word_valid_o = 1'b0;
    word_data_o  = data_q;
    word_mask_o  = mask_q;

    if (sof_i || clear_i) begin
      position_d = 16'(align_i);
      air_d      = '0;
      data_d     = '0;
      mask_d     = '0;
      parity_d   = 1'b0;
      odd_d      = 1'b0;
      first_d    = align_i != '0;
      even_d     = 1'b0;
      padding_d  = sof_i ? align_i : '0;
      errors_d   = '0;
    end else if (bit_valid_i) begin
      air_d              = air_q + 1'b1;
      errors_d.collision = collided;
      if (parity_q) begin
        parity_d = 1'b0;
        odd_d    = 1'b0;
        first_d  = 1'b0;
        even_d   = parity_wrong;
        if (!collided && !first_q && parity_wrong && !last_even_i) errors_d.parity = 1'b1;
      end else begin
        data_d[position_q[4:0]] = plain_o;
        mask_d[position_q[4:0]] = collision_i;
        position_d              = position_q + 1'b1;
        odd_d                   = odd_q ^ plain_o;
        parity_d                = parity_i && position_q[2:0] == 3'd7;
        word_data_o             = data_d;
        word_mask_o             = mask_d;
        if (!in_buffer) errors_d.overflow = 1'b1;
        if (last_even_i && even_q) errors_d.parity = 1'b1;
        even_d = 1'b0;
        if (position_q[4:0] == 5'd31) begin
          word_valid_o = in_buffer;
          data_d       = '0;
          mask_d       = '0;
        end
      end
    end else if (eof_i) begin
      word_valid_o     = in_buffer && position_q[4:0] != '0;
      errors_d.framing = error_i && air_q != '0;
      if (parity_q && !first_q && !errors_q.collision) errors_d.parity = 1'b1;
      if (last_even_i && parity_i && !even_q && air_q != '0) errors_d.parity = 1'b1;
      if (judge_crc_i && !errors_q.collision && !errors_q.overflow) begin
        errors_d.crc_right = position_q[2:0] == '0 && position_q >= 16'd24 && crc_match;
        errors_d.crc       = !errors_d.crc_right;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      position_q <= '0;
      air_q      <= '0;
      data_q     <= '0;
      mask_q     <= '0;
      parity_q   <= 1'b0;
      odd_q      <= 1'b0;
      first_q    <= 1'b0;
      even_q     <= 1'b0;
      padding_q  <= '0;
      errors_q   <= '0;
    end else begin
      position_q <= position_d;
      air_q      <= air_d;
      data_q     <= data_d;
      mask_q     <= mask_d;
      parity_q   <= parity_d;
      odd_q      <= odd_d;
      first_q    <= first_d;
      even_q     <= even_d;
      padding_q  <= padding_d;
      errors_q   <= errors_d;
    end
  end

  assign word_index_o = position_q[10:5];
  assign position_o   = position_q;
  assign air_bits_o   = air_q;
  assign errors_o     = errors_q;

  `NFC_CHECK(one_event_a_tick, 32'(sof_i) + 32'(bit_valid_i) + 32'(eof_i) < 2)

endmodule
