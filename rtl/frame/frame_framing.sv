// frame_framing.sv - what stands around the bits of an answer that rf_bpsk_encoder sends.
//
// In:  start_i before the frame; the bits of frame_transmitter, parity included.
// Out: the bits of the air. Type A: a start bit 0, then all of them. Type B: SOF, characters whose stop bit takes the
//      place of the parity bit, EOF and a last 1.
// ISO/IEC 14443-2, 8.2.5 (type A) and 9.2.5 (type B); docs/choices.md.
//
//   type B   0 x 10, 1 x 2 | 0 b0..b7 1 | 0 b0..b7 1 | ... | 0 x 10, 1

`include "nfc_check.svh"

module frame_framing (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic type_b_i,
  input  logic start_i,

  input  logic bit_valid_i,   // of the transmitter
  input  logic bit_i,
  output logic bit_ready_o,

  input  logic bit_ready_i,   // of the encoder
  output logic bit_valid_o,
  output logic bit_o
);

  localparam logic [3:0] LowBits  = 4'd10;  // of SOF and EOF
  localparam logic [3:0] SofLast  = 4'd11;
  localparam logic [3:0] StopBit  = 4'd9;

  nfc_pkg::framing_e part_d, part_q;

  logic [3:0] place_d, place_q;   // in SOF, character or EOF

  always_comb begin
    bit_ready_o = 1'b0;
    bit_valid_o = 1'b1;
    unique case (part_q)
      nfc_pkg::FramingHead: bit_o = type_b_i && place_q >= LowBits;
      nfc_pkg::FramingBody: begin
        bit_ready_o = bit_ready_i;
        bit_o       = bit_i;
        if (!type_b_i) begin
          bit_valid_o = bit_valid_i;
        end else if (place_q == '0) begin
          bit_ready_o = 1'b0;
          bit_o       = 1'b0;
        end else if (place_q == StopBit) begin
          bit_o = 1'b1;
        end
      end
      nfc_pkg::FramingTail: bit_o = place_q == LowBits;
      default: begin
        bit_o       = 1'b0;
        bit_valid_o = 1'b0;
      end
    endcase
  end

  always_comb begin
    part_d  = part_q;
    place_d = place_q;
    if (start_i) begin
      part_d  = nfc_pkg::FramingHead;
      place_d = '0;
    end else if (bit_ready_i) begin
      place_d = place_q + 1'b1;
      unique case (part_q)
        nfc_pkg::FramingHead: begin
          if (!type_b_i || place_q == SofLast) begin
            part_d  = nfc_pkg::FramingBody;
            place_d = '0;
          end
        end
        // The first bit of a character and that of EOF are both 0.
        nfc_pkg::FramingBody: begin
          if (place_q == '0 && !bit_valid_i) part_d = nfc_pkg::FramingTail;
          if (place_q == StopBit)            place_d = '0;
        end
        nfc_pkg::FramingTail: if (place_q == LowBits) part_d = nfc_pkg::FramingEnd;
        default: ;
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      part_q  <= nfc_pkg::FramingEnd;
      place_q <= '0;
    end else begin
      part_q  <= part_d;
      place_q <= place_d;
    end
  end

  `NFC_CHECK(takes_only_what_is_asked_for, !bit_ready_o || bit_ready_i)

endmodule
