// classic_rights.sv - takes in access bytes 6, 7 and 8 of a trailer one by one.
//
// In:  the three bytes in order, the group of the block.
// Out: C1 C2 C3 of that group and of the trailer; sound_o, every bit matched its inverted copy.
//
//   byte 6: /C2 /C1    byte 7: C1 /C3    byte 8: C3 C2    (four groups each, group 0 lowest)

`include "nfc_check.svh"

module classic_rights (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       valid_i,
  input  logic [1:0] offset_i,    // of the byte, 6, 7 or 8, modulo 4; byte 6 starts anew
  input  logic [7:0] byte_i,
  input  logic [1:0] group_i,

  output logic [2:0] block_o,
  output logic [2:0] trailer_o,
  output logic       sound_o
);

  logic [7:0] inverted_d, inverted_q;  // {/C2, /C1}, then {/C2, /C3}
  logic [2:0] block_d, block_q;
  logic [2:0] trailer_d, trailer_q;
  logic       sound_d, sound_q;

  always_comb begin
    inverted_d = inverted_q;
    block_d    = block_q;
    trailer_d  = trailer_q;
    sound_d    = sound_q;
    if (valid_i) begin
      unique case (offset_i)
        2'd2: begin
          inverted_d = byte_i;
          sound_d    = 1'b1;
        end
        2'd3: begin
          inverted_d[3:0] = byte_i[3:0];
          block_d[2]      = byte_i[{1'b1, group_i}];
          trailer_d[2]    = byte_i[7];
          sound_d         = byte_i[7:4] == ~inverted_q[3:0];
        end
        default: begin
          block_d[1:0]   = {byte_i[{1'b0, group_i}], byte_i[{1'b1, group_i}]};
          trailer_d[1:0] = {byte_i[3], byte_i[7]};
          sound_d        = sound_q && byte_i == ~{inverted_q[3:0], inverted_q[7:4]};
        end
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      inverted_q <= '0;
      block_q    <= '0;
      trailer_q  <= '0;
      sound_q    <= 1'b0;
    end else begin
      inverted_q <= inverted_d;
      block_q    <= block_d;
      trailer_q  <= trailer_d;
      sound_q    <= sound_d;
    end
  end

  assign block_o   = block_q;
  assign trailer_o = trailer_q;
  assign sound_o   = sound_q;

  `NFC_CHECK(holds, valid_i || sound_d == sound_q)

endmodule
