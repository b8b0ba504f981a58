// anticol_select.sv - tells whether a frame of the anticollision loop is for this card.
//
// In:  the data bits of the frame with their place, our own bit there; header and length at its end.
// Out: anticol_o and select_o, good at the end of the frame; own_o, our bit of UID and BCC, also while sending.
// ISO/IEC 14443-3, 6.5.3.

`include "nfc_check.svh"

module anticol_select (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       sof_i,
  input  logic       data_valid_i,   // one bit received
  input  logic       data_i,
  input  logic       send_i,         // one bit of the answer sent
  input  logic       in_payload_i,   // the bit belongs to UID or BCC
  input  logic       in_bcc_i,
  input  logic       uid_bit_i,      // our UID at its place
  output logic       own_o,

  input  logic [7:0] code_i,
  input  logic [7:0] argument_i,
  input  logic [4:0] bytes_i,
  input  logic [3:0] bits_i,
  input  logic       sound_i,        // coding and parity of the frame are right
  input  logic       crc_ok_i,
  input  logic [1:0] level_i,
  output logic       anticol_o,
  output logic       select_o
);

  localparam logic [7:0] NvbSelect   = 8'h70;
  localparam logic [4:0] SelectBytes = 5'd9;   // SEL, NVB, UID, BCC, CRC_A
  localparam logic [4:0] FirstNvb    = 5'd2;
  localparam logic [4:0] LastNvb     = 5'd6;

  logic       same_d, same_q;  // every bit so far is ours
  logic [7:0] bcc_d, bcc_q;    // of the bits so far; turns by one with each bit
  logic [7:0] sel;
  logic       ours;

  assign own_o = in_bcc_i ? bcc_q[0] : uid_bit_i;

  always_comb begin
    same_d = same_q;
    bcc_d  = bcc_q;
    if (sof_i) begin
      same_d = 1'b1;
      bcc_d  = '0;
    end else if (in_payload_i && (data_valid_i || send_i)) begin
      bcc_d = {bcc_q[0] ^ (!in_bcc_i && uid_bit_i), bcc_q[7:1]};
      if (data_valid_i && data_i != own_o) same_d = 1'b0;
    end
  end

  always_comb begin
    unique case (level_i)
      2'd0:    sel = nfc_pkg::CmdSel1;
      2'd1:    sel = nfc_pkg::CmdSel2;
      default: sel = nfc_pkg::CmdSel3;
    endcase
  end

  assign ours      = sound_i && same_q && code_i == sel;
  assign anticol_o = ours && bytes_i >= FirstNvb && bytes_i <= LastNvb && !bits_i[3] &&
                     argument_i == {bytes_i[3:0], bits_i};
  assign select_o  = ours && argument_i == NvbSelect && bytes_i == SelectBytes && bits_i == '0 && crc_ok_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      same_q <= 1'b0;
      bcc_q  <= '0;
    end else begin
      same_q <= same_d;
      bcc_q  <= bcc_d;
    end
  end

  `NFC_CHECK(not_both, !(anticol_o && select_o))

endmodule
