// aes_sbox.sv - the S-box of AES, or its inverse, by inversion in a tower of fields.
//
//   x -> [into GF(16)[Y]/(Y^2 + Y + A)] -> h Y + l -> inverse -> [back, affine] -> S(x)
//
// GF(16) is GF(2)[x]/(x^4 + x + 1). The inverse S-box undoes the affine step on the way in instead.
// Out: combinational. FIPS 197, 5.1.1 and 5.3.2.

module aes_sbox #(
  parameter bit Inverse = 1'b1      // 0: inverse_i does nothing
) (
  input  logic       inverse_i,
  input  logic [7:0] data_i,
  output logic [7:0] data_o
);

  // Product in GF(16).
  function automatic logic [3:0] times(input logic [3:0] a, input logic [3:0] b);
    logic a03, a23, a12;
    a03 = a[0] ^ a[3];
    a23 = a[2] ^ a[3];
    a12 = a[1] ^ a[2];
    times[0] = (a[0] & b[0]) ^ (a[3] & b[1]) ^ (a[2] & b[2]) ^ (a[1] & b[3]);
    times[1] = (a[1] & b[0]) ^ (a03  & b[1]) ^ (a23  & b[2]) ^ (a12  & b[3]);
    times[2] = (a[2] & b[0]) ^ (a[1] & b[1]) ^ (a03  & b[2]) ^ (a23  & b[3]);
    times[3] = (a[3] & b[0]) ^ (a[2] & b[1]) ^ (a[1] & b[2]) ^ (a03  & b[3]);
  endfunction

  // Inverse in GF(16), 0 to 0.
  function automatic logic [3:0] inverted(input logic [3:0] a);
    case (a)
      4'h0: inverted = 4'h0;
      4'h1: inverted = 4'h1;
      4'h2: inverted = 4'h9;
      4'h3: inverted = 4'hE;
      4'h4: inverted = 4'hD;
      4'h5: inverted = 4'hB;
      4'h6: inverted = 4'h7;
      4'h7: inverted = 4'h6;
      4'h8: inverted = 4'hF;
      4'h9: inverted = 4'h2;
      4'hA: inverted = 4'hC;
      4'hB: inverted = 4'h5;
      4'hC: inverted = 4'hA;
      4'hD: inverted = 4'h4;
      4'hE: inverted = 4'h3;
      default: inverted = 4'h8;
    endcase
  endfunction

  logic       back;
  logic [7:0] in, tower, plain, affine;
  logic [3:0] high, low, mixed, norm, scale, out_high, out_low;
  logic [7:0] out;

  assign back = Inverse && inverse_i;
  assign in   = data_i;

  // Into the tower; for the inverse S-box by way of the inverse affine map, whose constant is 26h there.
  always_comb begin
    tower[0] = in[0] ^ in[2] ^ in[5] ^ in[7];
    tower[1] = in[2] ^ in[5] ^ in[6] ^ in[7];
    tower[2] = in[2];
    tower[3] = in[3] ^ in[4];
    tower[4] = in[1] ^ in[5] ^ in[7];
    tower[5] = in[2] ^ in[3];
    tower[6] = in[1] ^ in[4] ^ in[6] ^ in[7];
    tower[7] = in[5] ^ in[7];
    if (back) begin
      tower[0] = in[4] ^ in[5] ^ in[6] ^ in[7];
      tower[1] = ~(in[0] ^ in[2] ^ in[3] ^ in[4] ^ in[5] ^ in[6]);
      tower[2] = ~(in[1] ^ in[4] ^ in[7]);
      tower[3] = in[0] ^ in[1] ^ in[2] ^ in[3] ^ in[5] ^ in[6];
      tower[4] = in[0] ^ in[1] ^ in[2] ^ in[3] ^ in[7];
      tower[5] = ~(in[0] ^ in[1] ^ in[2] ^ in[4] ^ in[5] ^ in[7]);
      tower[6] = in[3] ^ in[4] ^ in[5] ^ in[6];
      tower[7] = in[1] ^ in[2] ^ in[6] ^ in[7];
    end
  end

  // (h Y + l)^-1 = (h Y + h + l) / norm, norm = A h^2 + h l + l^2.
  assign high    = tower[7:4];
  assign low     = tower[3:0];
  assign mixed   = times(high, low);
  assign norm[0] = mixed[0] ^ high[2] ^ high[3] ^ low[0] ^ low[2];
  assign norm[1] = mixed[1] ^ high[0] ^ high[1] ^ low[2];
  assign norm[2] = mixed[2] ^ high[1] ^ high[2] ^ low[1] ^ low[3];
  assign norm[3] = mixed[3] ^ high[0] ^ high[1] ^ high[2] ^ low[3];
  assign scale    = inverted(norm);
  assign out_high = times(high, scale);
  assign out_low  = times(high ^ low, scale);
  assign out      = {out_high, out_low};

  // Out of the tower: as it is, or through the affine map.
  assign plain[0]  = out[0] ^ out[2] ^ out[7];
  assign plain[1]  = out[4] ^ out[7];
  assign plain[2]  = out[2];
  assign plain[3]  = out[2] ^ out[5];
  assign plain[4]  = out[2] ^ out[3] ^ out[5];
  assign plain[5]  = out[1] ^ out[3] ^ out[4] ^ out[5] ^ out[6] ^ out[7];
  assign plain[6]  = out[1] ^ out[2] ^ out[7];
  assign plain[7]  = out[1] ^ out[3] ^ out[4] ^ out[5] ^ out[6];
  assign affine[0] = ~(out[0] ^ out[1] ^ out[2] ^ out[3] ^ out[5] ^ out[7]);
  assign affine[1] = ~(out[0] ^ out[1] ^ out[4]);
  assign affine[2] = out[0] ^ out[2] ^ out[3] ^ out[5] ^ out[6] ^ out[7];
  assign affine[3] = out[0] ^ out[1] ^ out[2] ^ out[3] ^ out[6];
  assign affine[4] = out[0] ^ out[3] ^ out[4];
  assign affine[5] = ~(out[1] ^ out[2] ^ out[5] ^ out[6]);
  assign affine[6] = ~(out[4] ^ out[5] ^ out[6]);
  assign affine[7] = out[1] ^ out[2] ^ out[3];
  assign data_o    = back ? plain : affine;

endmodule
