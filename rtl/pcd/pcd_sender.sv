// pcd_sender.sv - data bits of a PCD frame to the bits of the air: parity, CRC, Crypto1.
//
// In:  start_i (ends a frame that nobody takes any more); data_i is the data bit number position_o, valid some ticks after the number changes.
//      keystream_i and crc_i are those of the present moment.
// Out: valid_o/bit_o until ready_i; data_taken_o when the bit taken was a data or CRC bit (it clocks the
//      cipher), crc_taken_o when it was a data bit (it clocks the CRC), plain_o is its plaintext.
//      Of type B neither start nor stop bits: rf_nrz_encoder's part.
// ISO/IEC 14443-3, 6.2.3 (odd parity), 6.2.4 and 7.2 (CRC, low byte first; CRC_B inverted). The parity bit is encrypted with the
// keystream bit of the bit that follows, without a clock of the cipher.

module pcd_sender (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic        start_i,
  input  logic        type_b_i,
  input  logic [11:0] bits_i,          // data bits
  input  logic        parity_i,        // add parity bits
  input  logic        add_crc_i,
  input  logic        encrypt_i,

  output logic [10:0] position_o,
  input  logic        data_i,
  input  logic [15:0] crc_i,
  input  logic        keystream_i,
  output logic        data_taken_o,
  output logic        crc_taken_o,
  output logic        plain_o,

  output logic        valid_o,
  output logic        bit_o,
  input  logic        ready_i
);

  logic        active_d, active_q;
  logic        crc_d, crc_q;              // sending the CRC
  logic        parity_d, parity_q;        // the next bit is a parity bit
  logic        odd_d, odd_q;              // ones of this byte so far
  logic [11:0] position_d, position_q;    // of the data, or of the CRC
  logic        taken, byte_done;

  assign taken        = active_q && ready_i;
  assign plain_o      = parity_q ? !odd_q : (crc_q ? crc_i[position_q[3:0]] ^ type_b_i : data_i);
  assign data_taken_o = taken && !parity_q;
  assign crc_taken_o  = data_taken_o && !crc_q;

  always_comb begin
    active_d   = active_q;
    crc_d      = crc_q;
    parity_d   = parity_q;
    odd_d      = odd_q;
    position_d = position_q;
    byte_done  = 1'b0;

    if (taken) begin
      if (parity_q) begin
        parity_d  = 1'b0;
        odd_d     = 1'b0;
        byte_done = 1'b1;
      end else begin
        odd_d      = odd_q ^ plain_o;
        position_d = position_q + 1'b1;
        parity_d   = parity_i && position_q[2:0] == 3'd7;
        byte_done  = !parity_d;
      end
      if (byte_done && position_d == (crc_q ? 12'd16 : bits_i)) begin
        active_d   = add_crc_i && !crc_q;
        crc_d      = add_crc_i && !crc_q;
        position_d = '0;
      end
    end
    if (start_i) begin
      active_d   = 1'b1;
      crc_d      = 1'b0;
      parity_d   = 1'b0;
      odd_d      = 1'b0;
      position_d = '0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q   <= 1'b0;
      crc_q      <= 1'b0;
      parity_q   <= 1'b0;
      odd_q      <= 1'b0;
      position_q <= '0;
    end else begin
      active_q   <= active_d;
      crc_q      <= crc_d;
      parity_q   <= parity_d;
      odd_q      <= odd_d;
      position_q <= position_d;
    end
  end

  assign position_o = position_q[10:0];
  assign valid_o    = active_q;
  assign bit_o      = plain_o ^ (encrypt_i && keystream_i);

endmodule
