// anticol_uid.sv - one bit of what a cascade level sends: cascade tag and UID bytes.
//
// In:  UID, its size, the level; the place of the bit; a 4-byte identity that takes the UID's place.
// Out: the bit, a tick later; what stays for the level must have stood for two.
// ISO/IEC 14443-3, 6.5.4.
//
//   size   CL1             CL2             CL3
//   4      u0 u1 u2 u3
//   7      CT u0 u1 u2     u3 u4 u5 u6
//   10     CT u0 u1 u2     CT u3 u4 u5     u6 u7 u8 u9

module anticol_uid (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic [79:0] uid_i,
  input  logic [31:0] alias_i,
  input  logic        use_alias_i,
  input  logic [1:0]  size_i,
  input  logic [1:0]  level_i,
  input  logic [4:0]  place_i,

  input  logic        raw_i,        // bit raw_place_i of the UID instead
  input  logic [5:0]  raw_place_i,

  output logic        bit_o
);

  localparam logic [7:0] Tag = nfc_pkg::CascadeTag;

  logic [111:0] bits;
  logic         tagged_d, tagged_q;   // the level begins with the tag
  logic [3:0]   first_d, first_q;     // UID byte that stands in its first place, modulo 16
  logic [3:0]   byte_at;
  logic [6:0]   bit_at;
  logic         bit_d, bit_q;

  assign bits     = {alias_i, uid_i};
  assign tagged_d = level_i < size_i;

  always_comb begin
    unique case (level_i)
      2'd0:    first_d = (size_i == 2'd0) ? 4'd0 : 4'd15;
      2'd1:    first_d = (size_i == 2'd1) ? 4'd3 : 4'd2;
      default: first_d = 4'd6;
    endcase
    // The alias stands in bytes 10 to 13.
    if (use_alias_i) first_d = 4'd10;
    byte_at = first_q + {2'b00, place_i[4:3]};
    bit_at  = {byte_at, place_i[2:0]};
    if (raw_i) bit_at = {1'b0, raw_place_i};
    bit_d = bit_at < 7'd112 && bits[bit_at];
    if (tagged_q && place_i[4:3] == 2'd0 && !raw_i) bit_d = Tag[place_i[2:0]];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      tagged_q <= 1'b0;
      first_q  <= '0;
      bit_q    <= 1'b0;
    end else begin
      tagged_q <= tagged_d;
      first_q  <= first_d;
      bit_q    <= bit_d;
    end
  end

  assign bit_o = bit_q;

endmodule
