// block_frame.sv - tells what a received frame is to the block protocol.
//
// In:  bytes of the frame as they come; its header, length and verdicts at its end; the card's CID and limits.
// Out: frame_o, good at the end of the frame; the bytes for the receive buffer and how many there were.
// ISO/IEC 14443-4, 5.2, 5.3 and 7.1. While take_i is low the buffer is the host's and its count stands.

`include "nfc_check.svh"

module block_frame (
  input  logic                   clk_i,
  input  logic                   rst_ni,

  input  logic                   type_b_i,      // there is no RATS and no PPS
  input  logic [3:0]             fsci_i,
  input  logic [7:0]             rates_i,       // TA(1)
  input  logic                   cid_support_i,
  input  logic [3:0]             cid_i,
  input  logic                   nad_ok_i,      // a NAD may come now

  input  logic                   sof_i,
  input  logic                   byte_valid_i,
  input  logic [7:0]             byte_i,
  input  logic [4:0]             bytes_i,       // whole bytes so far; stops at 31
  input  logic                   sound_i,       // whole bytes, parity and CRC right
  input  logic [7:0]             code_i,        // PCB
  input  logic [7:0]             argument_i,
  output nfc_pkg::block_frame_t  frame_o,
  output logic [1:0]             card_rate_o,   // of a PPS
  output logic [1:0]             reader_rate_o,

  input  logic                   take_i,
  output logic                   write_o,
  output logic [7:0]             count_o        // 0 is 256
);

  localparam logic [4:0] CrcAndHead = 5'd3;
  localparam logic [7:0] Pps0       = 8'h01;
  localparam logic [7:0] Pps0With1  = 8'h11;

  logic [8:0] count_d, count_q;
  logic       long_d, long_q;      // longer than FSC
  logic       one_d, one_q;        // the byte behind PCB and CID is WTXM 1
  logic       nad_d, nad_q;        // it may be a NAD
  logic       pps1_d, pps1_q;      // the third byte may be PPS1,
  logic [3:0] rates_d, rates_q;    // and these are its DSI and DRI
  logic [5:0] fsc;                 // in units of 8 bytes
  logic       with_cid, with_nad, cid_ok, bare;
  logic [4:0] shortest;

  always_comb begin
    unique case (fsci_i)
      4'd0:    fsc = 6'd2;
      4'd1:    fsc = 6'd3;
      4'd2:    fsc = 6'd4;
      4'd3:    fsc = 6'd5;
      4'd4:    fsc = 6'd6;
      4'd5:    fsc = 6'd8;
      4'd6:    fsc = 6'd12;
      4'd7:    fsc = 6'd16;
      default: fsc = 6'(nfc_pkg::BlockBytes / 8);
    endcase
  end

  // ---- Bytes as they come ----
  assign write_o = take_i && byte_valid_i && !count_q[8];

  always_comb begin
    count_d = count_q;
    long_d  = long_q;
    one_d   = one_q;
    nad_d   = nad_q;
    pps1_d  = pps1_q;
    rates_d = rates_q;
    if (take_i && sof_i) begin
      count_d = '0;
      long_d  = 1'b0;
    end else if (take_i && byte_valid_i) begin
      if (count_q == {fsc, 3'b000}) long_d = 1'b1;
      else                          count_d = count_q + 1'b1;
    end
    if (byte_valid_i && bytes_i == 5'd1 + {4'b0, code_i[3]}) begin
      one_d = byte_i == nfc_pkg::WtxmOne;
      nad_d = !byte_i[7] && !byte_i[3];
    end
    if (byte_valid_i && bytes_i == 5'd2) begin
      pps1_d  = byte_i[7:4] == '0;
      rates_d = byte_i[3:0];
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_q <= '0;
      long_q  <= 1'b0;
      one_q   <= 1'b0;
      nad_q   <= 1'b0;
      pps1_q  <= 1'b0;
      rates_q <= '0;
    end else begin
      count_q <= count_d;
      long_q  <= long_d;
      one_q   <= one_d;
      nad_q   <= nad_d;
      pps1_q  <= pps1_d;
      rates_q <= rates_d;
    end
  end

  assign count_o = count_q[7:0];

  // A PPS without PPS1 asks for fc/128.
  assign {card_rate_o, reader_rate_o} = (argument_i == Pps0) ? 4'd0 : rates_q;

  // ---- The whole frame ----
  assign with_cid = code_i[3];
  assign with_nad = code_i[2];
  assign shortest = CrcAndHead + {4'b0, with_cid};
  assign bare     = bytes_i == shortest;
  assign cid_ok   = with_cid ? cid_support_i && argument_i == {4'b0000, cid_i}
                             : cid_i == '0 || !cid_support_i;

  always_comb begin
    frame_o = '0;
    if (sound_i) begin
      frame_o.rats = !type_b_i && code_i == nfc_pkg::CmdRats && bytes_i == 5'd4 && argument_i[3:0] != nfc_pkg::CidRfu;
      frame_o.pps  = !type_b_i && code_i == {nfc_pkg::CmdPps, cid_i} &&
                     ((argument_i == Pps0 && bytes_i == 5'd4) ||
                      (argument_i == Pps0With1 && bytes_i == 5'd5 && pps1_q &&
                       nfc_pkg::rates_ok(rates_i, rates_q[3:2], rates_q[1:0])));
      if (cid_ok) begin
        frame_o.info     = code_i[7:5] == 3'b000 && code_i[1] && !long_q &&
                           bytes_i >= shortest + {4'b0, with_nad} &&
                           (!with_nad || (nad_ok_i && nad_q));
        frame_o.ack      = code_i[7:4] == 4'b1010 && code_i[2:1] == 2'b01 && bare;
        frame_o.nak      = code_i[7:4] == 4'b1011 && code_i[2:1] == 2'b01 && bare;
        frame_o.deselect = code_i[7:4] == 4'b1100 && code_i[2:0] == 3'b010 && bare;
        frame_o.wtx      = code_i[7:4] == 4'b1111 && code_i[2:0] == 3'b010 && one_q &&
                           bytes_i == shortest + 5'd1;
      end
    end
  end

  `NFC_CHECK(buffer_is_not_overrun, !write_o || count_q < 9'(nfc_pkg::BlockBytes))

endmodule
