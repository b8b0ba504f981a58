// classic_command.sv - what the header of a frame asks for, and how long such a frame is.
//
// In:  first two bytes of the frame, in clear; what the session waits for; whole bytes received.
// Out: the kind of command; length_ok_o, the frame has the length of what is waited for.
// MF1S50 data sheet; docs/choices.md, MIFARE Classic.

module classic_command (
  input  nfc_pkg::phase_e phase_i,
  input  logic [7:0]      code_i,
  input  logic [7:0]      argument_i,
  input  logic [4:0]      bytes_i,
  output logic            auth_o,
  output logic            halt_o,
  output logic            memory_o,       // on a block of the session's sector
  output logic            personalize_o,
  output logic            known_o,        // a command that is refused, not overheard, outside a session
  output logic            length_ok_o
);

  localparam logic [4:0] CommandBytes = 5'd4;
  localparam logic [4:0] BlockBytes   = 5'd16;
  localparam logic [4:0] OperandBytes = 5'd4;
  localparam logic [4:0] CrcBytes     = 5'd2;

  logic       value;
  logic [4:0] expected_bytes;

  assign auth_o        = code_i == nfc_pkg::CmdAuthA || code_i == nfc_pkg::CmdAuthB;
  assign halt_o        = code_i == nfc_pkg::CmdHlta && argument_i == '0;
  assign value         = code_i == nfc_pkg::CmdDecrement || code_i == nfc_pkg::CmdIncrement ||
                         code_i == nfc_pkg::CmdRestore;
  assign memory_o      = value || code_i == nfc_pkg::CmdRead || code_i == nfc_pkg::CmdWrite ||
                         code_i == nfc_pkg::CmdTransfer;
  assign personalize_o = code_i == nfc_pkg::CmdPersonalize;
  assign known_o       = auth_o || memory_o || personalize_o || code_i == nfc_pkg::CmdSetModType;

  always_comb begin
    unique case (phase_i)
      nfc_pkg::PhaseWrite: expected_bytes = BlockBytes + CrcBytes;
      nfc_pkg::PhaseValue: expected_bytes = OperandBytes + CrcBytes;
      default:             expected_bytes = CommandBytes;
    endcase
  end

  assign length_ok_o = bytes_i == expected_bytes;

endmodule
