// classic_address.sv - where a block number of MIFARE Classic lies.
//
// In:  block number, kind of card, the block that was authenticated.
// Out: whether the block exists and shares the open sector, its group of access bits (3: the trailer);
//      the trailer of the open sector.
// Sectors 0 to 31 have 4 blocks, sectors 32 to 39 of the 4K have 16 in groups of five.

module classic_address (
  input  logic [7:0]     block_i,
  input  nfc_pkg::kind_e kind_i,
  input  logic [7:2]     open_i,        // an authenticated block; the sector needs no lower bits

  output logic           exists_o,
  output logic           same_sector_o,
  output logic [7:0]     trailer_o,
  output logic [1:0]     group_o
);

  localparam logic [7:0] MiniBlocks = 8'd20;
  localparam logic [7:0] Blocks1k   = 8'd64;

  logic wide;  // a sector of 16 blocks

  assign wide          = block_i[7];
  assign trailer_o     = {open_i[7:4], open_i[7] ? 2'b11 : open_i[3:2], 2'b11};
  assign same_sector_o = block_i[7:4] == open_i[7:4] && (wide || block_i[3:2] == open_i[3:2]);

  always_comb begin
    unique case (kind_i)
      nfc_pkg::KindMini: exists_o = block_i < MiniBlocks;
      nfc_pkg::Kind1k:   exists_o = block_i < Blocks1k;
      default:           exists_o = 1'b1;
    endcase
  end

  always_comb begin
    group_o = block_i[1:0];
    if (wide) begin
      if (block_i[3:0] < 4'd5)        group_o = 2'd0;
      else if (block_i[3:0] < 4'd10)  group_o = 2'd1;
      else if (block_i[3:0] < 4'd15)  group_o = 2'd2;
      else                            group_o = 2'd3;
    end
  end

endmodule
