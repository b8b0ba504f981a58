// classic_request.sv - what the MIFARE Classic engine asks of the store in each of its states.
//
// In:  the state, the block and byte it is at, the byte of a WRITE or of a value block.
// Out: valid_o, there is a request; operation, block and data for the store port.
// Store port: docs/rooms.md, top_picc.

module classic_request (
  input  nfc_pkg::classic_state_e state_i,
  input  logic [7:0]              block_i,
  input  logic [7:0]              trailer_i,      // of block_i's sector
  input  logic [3:0]              offset_i,
  input  logic [7:0]              byte_i,
  input  logic [7:0]              value_i,        // of the transfer buffer as a block
  input  logic                    transfer_i,     // what runs is TRANSFER, or
  input  logic                    personalize_i,  // PERSONALIZE UID USAGE
  output logic                    valid_o,
  output nfc_pkg::store_op_e      op_o,
  output logic [8:0]              block_o,
  output logic [7:0]              wdata_o
);

  localparam logic [8:0] ConfigBlock = 9'd256;

  always_comb begin
    op_o    = nfc_pkg::StoreRead;
    block_o = {1'b0, block_i};
    wdata_o = byte_i;
    valid_o = 1'b1;
    unique case (state_i)
      nfc_pkg::ClassicConfig, nfc_pkg::ClassicOnce, nfc_pkg::ClassicClose: block_o = ConfigBlock;
      nfc_pkg::ClassicRights, nfc_pkg::ClassicKey:                         block_o = {1'b0, trailer_i};
      nfc_pkg::ClassicKeep, nfc_pkg::ClassicFormat, nfc_pkg::ClassicAdd, nfc_pkg::ClassicFetch:
        op_o = nfc_pkg::StoreRead;
      nfc_pkg::ClassicLoad: begin
        op_o = nfc_pkg::StoreLoad;
        if (personalize_i) begin
          block_o = ConfigBlock;
          wdata_o = (offset_i == '0) ? {block_i[7:1], 1'b1} : '0;
        end else if (transfer_i) begin
          wdata_o = value_i;
        end
      end
      nfc_pkg::ClassicProgram: begin
        op_o = nfc_pkg::StoreProgram;
        if (personalize_i) block_o = ConfigBlock;
      end
      default: valid_o = 1'b0;
    endcase
  end

endmodule
