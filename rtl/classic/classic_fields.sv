// classic_fields.sv - which bytes of a sector trailer a WRITE leaves alone and a READ shows as zero.
//
// In:  place of a byte in its block, the session's rights to the fields of a trailer.
// Out: keep_o, a WRITE leaves it alone; mask_o, a READ shows zero.
// MF1S50 data sheet; docs/choices.md, MIFARE Classic.

module classic_fields (
  input  logic       is_trailer_i,
  input  logic [3:0] offset_i,
  input  logic       write_key_a_i,
  input  logic       write_bits_i,
  input  logic       write_key_b_i,
  input  logic       read_key_b_i,
  output logic       keep_o,
  output logic       mask_o
);

  localparam logic [3:0] LastOfKeyA  = 4'd5;
  localparam logic [3:0] FirstOfKeyB = 4'd10;

  always_comb begin
    keep_o = 1'b0;
    mask_o = 1'b0;
    if (is_trailer_i) begin
      if (offset_i <= LastOfKeyA) begin
        keep_o = !write_key_a_i;
        mask_o = 1'b1;
      end else if (offset_i < FirstOfKeyB) begin
        keep_o = !write_bits_i;
      end else begin
        keep_o = !write_key_b_i;
        mask_o = !read_key_b_i;
      end
    end
  end

endmodule
