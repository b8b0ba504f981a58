// block_sender.sv - the bytes of a block, bit by bit, without their CRC.
//
// In:  what the answer is, good from the tick after start_i until its end; each bit that was sent.
// Out: the bit at index_i of the present byte; more_o: another byte follows this one.
//      The body comes from the transmit buffer: the host's piece, or the ATS behind its TL, both from place 1 on.
// ISO/IEC 14443-4, 5.2, 5.3 and 7.1.

`include "nfc_check.svh"

module block_sender (
  input  logic                   clk_i,
  input  logic                   rst_ni,

  input  logic                   start_i,
  input  nfc_pkg::block_answer_t answer_i,
  input  logic [4:0]             ats_length_i,   // TL
  input  logic [7:0]             piece_end_i,    // place behind the last byte of the host's piece

  input  logic                   sent_i,         // bit index_i is sent
  input  logic [7:0]             index_i,        // 8 and more: the CRC
  output logic                   more_o,
  output logic                   bit_o,

  output logic                   fetch_o,
  output logic [8:0]             place_o,
  input  logic [7:0]             data_i
);

  localparam logic [7:0] FirstPlace  = 8'd1;
  localparam logic [4:0] ShortLength = 5'd14;    // FSD 16, less the CRC

  nfc_pkg::block_step_e step_d, step_q;

  logic [7:0] place_d, place_q, body_end, head, value;
  logic [4:0] ats_length_d, ats_length_q;
  logic [2:0] kind;
  logic       with_cid, cid_next;
  logic       has_body_d, has_body_q;   // known long before the last bit of a byte

  assign kind         = answer_i.kind;
  assign ats_length_d = (answer_i.short_ats && ats_length_i > ShortLength) ? ShortLength : ats_length_i;
  assign with_cid     = answer_i.with_cid && kind != nfc_pkg::BlockAts && kind != nfc_pkg::BlockPps &&
                        kind != nfc_pkg::BlockAttrib;

  always_comb begin
    body_end = FirstPlace;
    unique case (kind)
      nfc_pkg::BlockAts: begin
        head     = {3'b000, ats_length_q};
        body_end = {3'b000, ats_length_q};
      end
      nfc_pkg::BlockPps: head = {nfc_pkg::CmdPps, answer_i.cid};
      nfc_pkg::BlockInfo: begin
        head     = {3'b000, answer_i.chained, answer_i.with_cid, answer_i.nad, 1'b1, answer_i.number};
        body_end = piece_end_i;
      end
      nfc_pkg::BlockAck: head = {4'b1010, answer_i.with_cid, 2'b01, answer_i.number};
      nfc_pkg::BlockWtx: begin
        head     = {4'b1111, answer_i.with_cid, 3'b010};
        body_end = FirstPlace + 8'd1;
      end
      // MBLI 0: nothing is said of the length of a chain.
      nfc_pkg::BlockAttrib: head = {4'b0000, answer_i.cid};
      default: head = {4'b1100, answer_i.with_cid, 3'b010};
    endcase
  end

  always_comb begin
    unique case (step_q)
      nfc_pkg::BlockHead: value = head;
      nfc_pkg::BlockCid:  value = {4'b0000, answer_i.cid};
      default:            value = (kind == nfc_pkg::BlockWtx) ? nfc_pkg::WtxmOne : data_i;
    endcase
  end

  assign bit_o    = value[index_i[2:0]];
  assign cid_next = step_q == nfc_pkg::BlockHead && with_cid;
  assign has_body_d = place_q != body_end;
  assign more_o     = cid_next || has_body_q;
  assign fetch_o    = sent_i && index_i == 8'd7 && !cid_next && has_body_q;
  assign place_o  = {kind == nfc_pkg::BlockAts, place_q};

  always_comb begin
    step_d  = step_q;
    place_d = place_q;
    if (start_i) begin
      step_d  = nfc_pkg::BlockHead;
      place_d = FirstPlace;
    end else if (fetch_o) begin
      step_d  = nfc_pkg::BlockBody;
      place_d = place_q + 1'b1;
    end else if (sent_i && index_i == 8'd7 && cid_next) begin
      step_d = nfc_pkg::BlockCid;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q       <= nfc_pkg::BlockHead;
      place_q      <= FirstPlace;
      has_body_q   <= 1'b0;
      ats_length_q <= '0;
    end else begin
      step_q       <= step_d;
      place_q      <= place_d;
      has_body_q   <= has_body_d;
      ats_length_q <= ats_length_d;
    end
  end

  `NFC_CHECK(stops_at_the_end, !fetch_o || place_q < body_end)

endmodule
