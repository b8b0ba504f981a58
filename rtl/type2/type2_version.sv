// type2_version.sv - the answer to GET_VERSION, byte by byte.
//
// In:  kind of memory, place of the byte.
// Out: the byte. docs/choices.md, Type 2 memory.

module type2_version (
  input  nfc_pkg::kind_e kind_i,
  input  logic [2:0]     place_i,
  output logic [7:0]     byte_o
);

  logic aes;

  assign aes = kind_i == nfc_pkg::KindUltralightAes;

  always_comb begin
    unique case (place_i)
      3'd1: byte_o = 8'h04;                   // vendor
      3'd2: byte_o = aes ? 8'h03 : 8'h04;     // product
      3'd3: byte_o = aes ? 8'h01 : 8'h02;
      3'd4: byte_o = aes ? 8'h04 : 8'h01;
      3'd6: begin                             // size
        byte_o = 8'h0F;
        if (kind_i == nfc_pkg::KindNtag215) byte_o = 8'h11;
        if (kind_i == nfc_pkg::KindNtag216) byte_o = 8'h13;
      end
      3'd7: byte_o = 8'h03;                   // protocol
      default: byte_o = 8'h00;
    endcase
  end

endmodule
