// board_card.sv - a card whose card OS runs on a host: activation and blocks of type A (and B) in hardware, an AES
// engine beside them; if wanted, MIFARE Classic on the same card, with its memory in block RAM.
//
// In:  clock, reset, the level of the field; an SPI with two selects: cs_ni for mailbox and board registers (bytes),
//      aes_cs_ni for the AES engine (words of four bytes).
// Out: the load switch; miso_o, always driven: no other targets on its wire; the mailbox's interrupt; the clock, for an
//      ADC; a lamp.
// Pins: constraints/. docs/boards.md.

module board_card #(
  parameter bit           Adc      = 1'b0,   // a level by adc_i, not comparator_i
  parameter bit           Double   = 1'b0,   // clk_i is 27.12 MHz
  parameter bit           TypeB    = 1'b1,   // as in top_picc.sv
  parameter bit           Rates    = 1'b1,
  parameter bit           Classic  = 1'b1,   // is a MIFARE Classic 1K as well
  parameter bit           Decrypt  = 1'b1,   // as in top_aes.sv
  parameter bit           LongKeys = 1'b1,
  parameter               Image    = "",     // board_memory.sv
  // What the identity register holds (rtl/bus/registers.json): ATQB, AFI, options, SAK, ATQA, UID.
  parameter logic [175:0] Identity = {56'h71_8177_0000_0000, 8'h00, 8'h00, 8'h20, 16'h0004, 48'h0, 32'h0403_0201}
) (
  input  logic       clk_i,
  input  logic       reset_ni,

  input  logic       comparator_i,
  input  logic [7:0] adc_i,
  output logic       load_o,

  input  logic       sck_i,
  input  logic       cs_ni,
  input  logic       aes_cs_ni,
  input  logic       mosi_i,
  output logic       miso_o,
  output logic       irq_o,

  output logic       clk_o,
  output logic       powered_o
);

  localparam int unsigned IdentityBytes = 22;
  localparam int unsigned Blocks        = 64;

  logic clk, rst_n;

  board_clock #(.Double(Double)) u_board_clock (.clk_i, .reset_ni, .clk_o(clk), .rst_no(rst_n));

  assign clk_o = clk;

  logic [7:0] level;

  board_level #(.LevelBits(8), .Adc(Adc)) u_board_level (
    .clk_i   (clk),
    .rst_ni  (rst_n),
    .comparator_i,
    .adc_i,
    .level_o (level)
  );

  // ---- Host: registers of the board from address 80h on, the mailbox below ----
  logic                       psel, penable, pwrite, pready, pslverr, box_ready, box_error, board_ready, board_error;
  logic [7:0]                 paddr, pwdata, box_data, board_data;
  logic                       box_miso, aes_miso;
  logic                       host_valid, host_write, host_ready;
  logic [8:0]                 host_block;
  logic [3:0]                 host_offset;
  logic [7:0]                 host_wdata, host_rdata;
  logic [8*IdentityBytes-1:0] identity;

  assign miso_o  = aes_cs_ni ? box_miso : aes_miso;
  assign pready  = paddr[7] ? board_ready : box_ready;
  assign pslverr = paddr[7] ? board_error : box_error;

  bus_spi u_bus_spi (
    .clk_i     (clk),
    .rst_ni    (rst_n),
    .sck_i,
    .cs_ni,
    .mosi_i,
    .miso_o    (box_miso),
    .psel_o    (psel),
    .penable_o (penable),
    .pwrite_o  (pwrite),
    .paddr_o   (paddr),
    .pwdata_o  (pwdata),
    .prdata_i  (paddr[7] ? board_data : box_data),
    .pready_i  (pready),
    .pslverr_i (pslverr),
    .irq_i     (irq_o)
  );

  board_registers #(
    .IdentityBytes (IdentityBytes),
    .Identity      (Identity),
    .Design        (nfc_reg_pkg::BrdDesignCard),
    .Memory        (Classic)
  ) u_board_registers (
    .clk_i         (clk),
    .rst_ni        (rst_n),
    .psel_i        (psel && paddr[7]),
    .penable_i     (penable),
    .pwrite_i      (pwrite),
    .paddr_i       (paddr),
    .pwdata_i      (pwdata),
    .prdata_o      (board_data),
    .pready_o      (board_ready),
    .pslverr_o     (board_error),
    .powered_i     (powered_o),
    .identity_o    (identity),
    .host_valid_o  (host_valid),
    .host_write_o  (host_write),
    .host_block_o  (host_block),
    .host_offset_o (host_offset),
    .host_wdata_o  (host_wdata),
    .host_ready_i  (host_ready),
    .host_rdata_i  (host_rdata)
  );

  // ---- AES ----
  logic        aes_sel, aes_enable, aes_write, aes_ready, aes_error, aes_irq;
  logic [7:0]  aes_addr;
  logic [31:0] aes_wdata, aes_rdata;

  bus_spi #(.WordBytes(4)) u_aes_spi (
    .clk_i     (clk),
    .rst_ni    (rst_n),
    .sck_i,
    .cs_ni     (aes_cs_ni),
    .mosi_i,
    .miso_o    (aes_miso),
    .psel_o    (aes_sel),
    .penable_o (aes_enable),
    .pwrite_o  (aes_write),
    .paddr_o   (aes_addr),
    .pwdata_o  (aes_wdata),
    .prdata_i  (aes_rdata),
    .pready_i  (aes_ready),
    .pslverr_i (aes_error),
    .irq_i     (aes_irq)
  );

  top_aes #(
    .Decrypt  (Decrypt),
    .LongKeys (LongKeys)
  ) u_top_aes (
    .clk_i     (clk),
    .rst_ni    (rst_n),
    .psel_i    (aes_sel),
    .penable_i (aes_enable),
    .pwrite_i  (aes_write),
    .paddr_i   (aes_addr),
    .pwdata_i  (aes_wdata),
    .prdata_o  (aes_rdata),
    .pready_o  (aes_ready),
    .pslverr_o (aes_error),
    .irq_o     (aes_irq)
  );

  // ---- Card ----
  nfc_pkg::store_op_e store_op;

  logic       store_valid, store_ready;
  logic [8:0] store_block;
  logic [3:0] store_offset;
  logic [7:0] store_wdata, store_rdata;

  if (Classic) begin : g_memory
    board_memory #(
      .Blocks (Blocks),
      .Image  (Image)
    ) u_board_memory (
      .clk_i          (clk),
      .rst_ni         (rst_n),
      .store_valid_i  (store_valid),
      .store_op_i     (store_op),
      .store_block_i  (store_block),
      .store_offset_i (store_offset),
      .store_wdata_i  (store_wdata),
      .store_ready_o  (store_ready),
      .store_rdata_o  (store_rdata),
      .host_valid_i   (host_valid),
      .host_write_i   (host_write),
      .host_block_i   (host_block),
      .host_offset_i  (host_offset),
      .host_wdata_i   (host_wdata),
      .host_ready_o   (host_ready),
      .host_rdata_o   (host_rdata)
    );
  end else begin : g_no_memory
    logic unused_memory;
    assign unused_memory = &{1'b0, store_valid, store_op, store_block, store_offset, store_wdata, host_valid, host_write,
                             host_block, host_offset, host_wdata, Image != ""};
    assign store_ready   = 1'b0;
    assign store_rdata   = '0;
    assign host_ready    = 1'b1;
    assign host_rdata    = '0;
  end

  logic quiet;
  logic unused;

  assign unused = &{1'b0, quiet, identity[111:108]};

  top_picc #(
    .LevelBits (8),
    .TypeB     (TypeB),
    .Rates     (Rates),
    .Classic   (Classic),
    .Type2     (1'b0)
  ) u_top_picc (
    .clk_i                (clk),
    .rst_ni               (rst_n),
    .level_i              (level),
    .load_o,
    .uid_i                (identity[79:0]),
    .uid_size_i           (identity[105:104]),
    .atqa_i               (identity[95:80]),
    .sak_i                (identity[103:96]),
    .type_b_i             (identity[107]),
    .afi_i                (identity[119:112]),
    .atqb_i               (identity[175:120]),
    .kind_i               (nfc_pkg::Kind1k),
    .random_uid_i         (1'b0),
    .nak_silent_i         (1'b0),
    .nonce_unpredictable_i(identity[106]),
    .prng_seed_i          (nfc_pkg::PrngSeed),
    .nonce_seed_i         (nfc_pkg::NonceSeed),
    .store_valid_o        (store_valid),
    .store_op_o           (store_op),
    .store_block_o        (store_block),
    .store_offset_o       (store_offset),
    .store_wdata_o        (store_wdata),
    .store_ready_i        (store_ready),
    .store_rdata_i        (store_rdata),
    .store_error_i        (1'b0),
    .psel_i               (psel && !paddr[7]),
    .penable_i            (penable),
    .pwrite_i             (pwrite),
    .paddr_i              (paddr),
    .pwdata_i             (pwdata),
    .prdata_o             (box_data),
    .pready_o             (box_ready),
    .pslverr_o            (box_error),
    .irq_o,
    .powered_o,
    .quiet_o              (quiet)
  );

endmodule
