// board_registers.sv - what a host sets of a card on a board: its identity and its memory.
//
// In:  APB (IHI 0024), 8 bits wide, with wait states; the byte port of the memory.
// Out: the identity, whose bytes come one after the other through one register, first byte lowest.
// Register map: rtl/bus/registers.json, board.

module board_registers #(
  parameter int unsigned             IdentityBytes = 14,
  parameter logic [8*IdentityBytes-1:0] Identity   = '0,  // after reset
  parameter logic [7:0]              Design        = '0,
  parameter bit                      Memory        = 1'b1 // there is one
) (
  input  logic                       clk_i,
  input  logic                       rst_ni,

  input  logic                       psel_i,
  input  logic                       penable_i,
  input  logic                       pwrite_i,
  input  logic [7:0]                 paddr_i,
  input  logic [7:0]                 pwdata_i,
  output logic [7:0]                 prdata_o,
  output logic                       pready_o,
  output logic                       pslverr_o,

  input  logic                       powered_i,
  output logic [8*IdentityBytes-1:0] identity_o,

  output logic                       host_valid_o,
  output logic                       host_write_o,
  output logic [8:0]                 host_block_o,
  output logic [3:0]                 host_offset_o,
  output logic [7:0]                 host_wdata_o,
  input  logic                       host_ready_i,
  input  logic [7:0]                 host_rdata_i
);

  logic [8*IdentityBytes-1:0] identity_d, identity_q;
  logic [12:0]                place_d, place_q;   // block and offset
  logic                       access, write, at_data, known;

  assign access  = psel_i && penable_i;
  assign write   = access && pwrite_i;
  assign at_data = Memory && paddr_i == nfc_reg_pkg::BrdData;

  always_comb begin
    known    = 1'b1;
    prdata_o = '0;
    case (paddr_i)
      nfc_reg_pkg::BrdDesign:   prdata_o = Design;
      nfc_reg_pkg::BrdState:    prdata_o[nfc_reg_pkg::BrdStatePoweredBit] = powered_i;
      nfc_reg_pkg::BrdIdentity: ;
      nfc_reg_pkg::BrdBlock, nfc_reg_pkg::BrdConfigBlock: known = Memory;
      nfc_reg_pkg::BrdData: begin
        known    = Memory;
        prdata_o = Memory ? host_rdata_i : '0;
      end
      default: known = 1'b0;
    endcase
  end

  always_comb begin
    identity_d = identity_q;
    place_d    = place_q;
    if (host_valid_o && host_ready_i) place_d = place_q + 1'b1;
    if (write) begin
      case (paddr_i)
        nfc_reg_pkg::BrdIdentity:    identity_d = {pwdata_i, identity_q[8*IdentityBytes-1:8]};
        nfc_reg_pkg::BrdBlock:       place_d = {1'b0, pwdata_i, 4'd0};
        nfc_reg_pkg::BrdConfigBlock: place_d = 13'h1000;
        default: ;
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      identity_q <= Identity;
      place_q    <= '0;
    end else begin
      identity_q <= identity_d;
      place_q    <= Memory ? place_d : '0;
    end
  end

  assign pready_o      = !at_data || host_ready_i;
  assign pslverr_o     = access && !known;
  assign identity_o    = identity_q;
  assign host_valid_o  = access && at_data;
  assign host_write_o  = pwrite_i;
  assign host_block_o  = place_q[12:4];
  assign host_offset_o = place_q[3:0];
  assign host_wdata_o  = pwdata_i;

endmodule
