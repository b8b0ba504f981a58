// classic_access.sv - what the access bits of MIFARE Classic allow.
//
// In:  C1 C2 C3 of the block and of its sector's trailer, the kind of block, the key, the command.
// Out: allowed_o; for a trailer also which fields may be written and whether key B may be read.
// Access conditions of the MF1S50 data sheet, tables of data blocks and sector trailers.

module classic_access (
  input  logic [2:0] block_i,        // {C1, C2, C3} of a data block's group
  input  logic [2:0] trailer_i,      // {C1, C2, C3} of the trailer
  input  logic       is_trailer_i,
  input  logic       is_first_i,     // block 0, which is never written
  input  logic       key_b_i,
  input  logic [7:0] code_i,

  output logic       allowed_o,
  output logic       write_key_a_o,  // fields of the trailer that a WRITE changes
  output logic       write_bits_o,
  output logic       write_key_b_o,
  output logic       read_key_b_o
);

  logic key_b_is_data;  // key B can be read, so it opens nothing
  logic read, write, increment, decrement;
  logic on_data, on_trailer;

  assign key_b_is_data = trailer_i == 3'b000 || trailer_i == 3'b010 || trailer_i == 3'b001;
  assign read_key_b_o  = key_b_is_data;

  // Data blocks.
  always_comb begin
    read      = 1'b1;
    write     = 1'b0;
    increment = 1'b0;
    decrement = 1'b0;
    unique case (block_i)
      3'b000: begin
        write     = 1'b1;
        increment = 1'b1;
        decrement = 1'b1;
      end
      3'b010: read = 1'b1;
      3'b100: write = key_b_i;
      3'b110: begin
        write     = key_b_i;
        increment = key_b_i;
        decrement = 1'b1;
      end
      3'b001: decrement = 1'b1;
      3'b011: begin
        read  = key_b_i;
        write = key_b_i;
      end
      3'b101: read = key_b_i;
      default: read = 1'b0;
    endcase
  end

  // Trailers.
  always_comb begin
    write_key_a_o = 1'b0;
    write_bits_o  = 1'b0;
    unique case (trailer_i)
      3'b000: write_key_a_o = !key_b_i;
      3'b100: write_key_a_o = key_b_i;
      3'b001: begin
        write_key_a_o = !key_b_i;
        write_bits_o  = !key_b_i;
      end
      3'b011: begin
        write_key_a_o = key_b_i;
        write_bits_o  = key_b_i;
      end
      3'b101: write_bits_o = key_b_i;
      default: write_bits_o = 1'b0;
    endcase
  end

  // Both keys are written by the same right.
  assign write_key_b_o = write_key_a_o;

  always_comb begin
    on_data    = 1'b0;
    on_trailer = 1'b0;
    unique case (code_i)
      nfc_pkg::CmdRead: begin
        on_data    = read;
        on_trailer = 1'b1;
      end
      nfc_pkg::CmdWrite: begin
        on_data    = write && !is_first_i;
        on_trailer = write_key_a_o || write_bits_o;
      end
      nfc_pkg::CmdIncrement: on_data = increment;
      nfc_pkg::CmdDecrement, nfc_pkg::CmdRestore: on_data = decrement;
      nfc_pkg::CmdTransfer: on_data = decrement && !is_first_i;
      default: on_data = 1'b0;
    endcase
  end

  assign allowed_o = (is_trailer_i ? on_trailer : on_data) && !(key_b_i && key_b_is_data);

endmodule
