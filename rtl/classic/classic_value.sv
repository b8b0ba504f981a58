// classic_value.sv - transfer buffer of the value commands, a byte at a time.
//
// In:  bytes of a stored value block (check), of an operand (operand), of the stored value (add), in order.
// Out: format_ok_o after 16 checked bytes; overflow_o after 4 added bytes; the value block to be stored.
//
//   place  0..3 value   4..7 inverted   8..11 value   12 address  13 inverted  14 address  15 inverted
//
// The value turns by one byte with each byte used, so that after four it stands as before.

`include "nfc_check.svh"

module classic_value (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       check_i,      // byte_i is byte place_i of a stored value block
  input  logic       operand_i,    // byte_i is the next one of an operand
  input  logic       add_i,        // byte_i is byte place_i of the stored value; the operand becomes the result
  input  logic       next_i,       // block_o has been used
  input  logic [3:0] place_i,
  input  logic [7:0] byte_i,
  input  logic       subtract_i,
  input  logic       restore_i,    // the result is the stored value itself

  output logic       format_ok_o,
  output logic       overflow_o,
  output logic [7:0] block_o       // byte place_i of the value block
);

  logic [31:0] value_d, value_q;
  logic [7:0]  address_d, address_q;
  logic        format_ok_d, format_ok_q;
  logic        carry_d, carry_q;
  logic        overflow_d, overflow_q;
  logic [7:0]  operand;
  logic [8:0]  sum;
  logic        carry_in;
  logic        is_address;
  logic        inverted;
  logic        first;          // these bytes are learnt, later ones compared
  logic        turn;
  logic [7:0]  turned;

  assign is_address = place_i[3:2] == 2'd3;
  assign inverted   = is_address ? place_i[0] : place_i[2];
  assign first      = is_address ? place_i[1:0] == 2'd0 : place_i[3:2] == 2'd0;
  assign block_o    = (is_address ? address_q : value_q[7:0]) ^ {8{inverted}};

  assign operand  = subtract_i ? ~value_q[7:0] : value_q[7:0];
  assign carry_in = (place_i == 4'd0) ? subtract_i : carry_q;
  assign sum      = {1'b0, byte_i} + {1'b0, operand} + {8'd0, carry_in};

  assign turn = operand_i || add_i || ((check_i || next_i) && !is_address);

  always_comb begin
    turned = byte_i;
    if (add_i && !restore_i)               turned = sum[7:0];
    else if (next_i || (check_i && !first)) turned = value_q[7:0];
  end

  always_comb begin
    value_d     = turn ? {turned, value_q[31:8]} : value_q;
    address_d   = address_q;
    format_ok_d = format_ok_q;
    carry_d     = carry_q;
    overflow_d  = overflow_q;
    if (check_i) begin
      if (is_address && first) address_d = byte_i;
      if (place_i == 4'd0)                   format_ok_d = 1'b1;
      else if (!first && byte_i != block_o)  format_ok_d = 1'b0;
    end
    // The operand is unsigned: carry or borrow and the two signs tell whether the result lies in range.
    if (add_i) begin
      carry_d    = sum[8];
      overflow_d = !restore_i && (((sum[8] ^ subtract_i) ^ sum[7]) != byte_i[7] ||
                                  ((sum[8] ^ subtract_i) && (subtract_i ? byte_i[7] : sum[7])));
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      value_q     <= '0;
      address_q   <= '0;
      format_ok_q <= 1'b0;
      carry_q     <= 1'b0;
      overflow_q  <= 1'b0;
    end else begin
      value_q     <= value_d;
      address_q   <= address_d;
      format_ok_q <= format_ok_d;
      carry_q     <= carry_d;
      overflow_q  <= overflow_d;
    end
  end

  assign format_ok_o = format_ok_q;
  assign overflow_o  = overflow_q;

  `NFC_CHECK(one_use_at_a_time, !(check_i && operand_i) && !(add_i && operand_i))

endmodule
