// type2_command.sv - which command of a type 2 memory a frame is, by its header and length.
//
// In:  kind of memory; header of the frame and its whole bytes so far, CRC included.
// Out: the command, none for a code that this kind does not know; length_ok_o, a frame of it ends here.
// docs/choices.md, Type 2 memory.

module type2_command #(
  parameter bit Aes = 1'b1            // 0: cannot authenticate by AES
) (
  input  nfc_pkg::kind_e kind_i,
  input  logic [7:0]     code_i,
  input  logic [7:0]     argument_i,
  input  logic [4:0]     bytes_i,
  output logic           read_o,
  output logic           read_fast_o,
  output logic           write_o,
  output logic           write_long_o,  // COMPATIBILITY WRITE
  output logic           version_o,
  output logic           password_o,
  output logic           authenticate_o,
  output logic           halt_o,
  output logic           length_ok_o
);

  logic       ntag;
  logic [4:0] expected_bytes;           // with CRC

  assign ntag = kind_i == nfc_pkg::KindNtag213 || kind_i == nfc_pkg::KindNtag215 || kind_i == nfc_pkg::KindNtag216;

  assign read_o         = code_i == nfc_pkg::CmdRead;
  assign read_fast_o    = code_i == nfc_pkg::CmdFastRead && ntag;
  assign write_o        = code_i == nfc_pkg::CmdPageWrite;
  assign write_long_o   = code_i == nfc_pkg::CmdWrite;
  assign version_o      = code_i == nfc_pkg::CmdVersion && kind_i != nfc_pkg::KindUltralight;
  assign password_o     = code_i == nfc_pkg::CmdPassword && ntag;
  assign authenticate_o = Aes && code_i == nfc_pkg::CmdAuthenticate && argument_i == '0 &&
                          kind_i == nfc_pkg::KindUltralightAes;
  assign halt_o         = code_i == nfc_pkg::CmdHlta && argument_i == '0;

  always_comb begin
    expected_bytes = 5'd4;
    if (version_o)   expected_bytes = 5'd3;
    if (read_fast_o) expected_bytes = 5'd5;
    if (password_o)  expected_bytes = 5'd7;
    if (write_o)     expected_bytes = 5'd8;
  end

  assign length_ok_o = bytes_i == expected_bytes;

endmodule
