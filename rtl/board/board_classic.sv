// board_classic.sv - a MIFARE Classic card that needs nobody: its memory is block RAM, its identity a parameter.
//
// In:  clock, reset, the level of the field; an SPI on which a host may change memory and identity.
// Out: the load switch; miso_o, always driven: the one target on its wires; the clock, for an ADC; a lamp.
// Pins: constraints/. docs/boards.md.

module board_classic #(
  parameter bit           Adc      = 1'b0,   // a level by adc_i, not comparator_i
  parameter bit           Double   = 1'b0,   // clk_i is 27.12 MHz
  parameter bit           Large    = 1'b0,   // 4K, else 1K
  parameter               Image    = "",     // board_memory.sv
  // What the identity register holds (rtl/bus/registers.json): options, SAK, ATQA, UID.
  parameter logic [111:0] Identity = {8'h00, 8'h08, 16'h0004, 48'h0, 32'h0403_0201}
) (
  input  logic       clk_i,
  input  logic       reset_ni,

  input  logic       comparator_i,
  input  logic [7:0] adc_i,
  output logic       load_o,

  input  logic       sck_i,
  input  logic       cs_ni,
  input  logic       mosi_i,
  output logic       miso_o,

  output logic       clk_o,
  output logic       powered_o
);

  localparam int unsigned Blocks = Large ? 256 : 64;

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

  // ---- Host ----
  logic       psel, penable, pwrite, pready, pslverr;
  logic [7:0] paddr, pwdata, prdata;

  bus_spi u_bus_spi (
    .clk_i     (clk),
    .rst_ni    (rst_n),
    .sck_i,
    .cs_ni,
    .mosi_i,
    .miso_o,
    .psel_o    (psel),
    .penable_o (penable),
    .pwrite_o  (pwrite),
    .paddr_o   (paddr),
    .pwdata_o  (pwdata),
    .prdata_i  (prdata),
    .pready_i  (pready),
    .pslverr_i (pslverr),
    .irq_i     (1'b0)
  );

  logic         host_valid, host_write, host_ready;
  logic [8:0]   host_block;
  logic [3:0]   host_offset;
  logic [7:0]   host_wdata, host_rdata;
  logic [111:0] identity;

  board_registers #(
    .IdentityBytes (14),
    .Identity      (Identity),
    .Design        (nfc_reg_pkg::BrdDesignClassic)
  ) u_board_registers (
    .clk_i         (clk),
    .rst_ni        (rst_n),
    .psel_i        (psel),
    .penable_i     (penable),
    .pwrite_i      (pwrite),
    .paddr_i       (paddr),
    .pwdata_i      (pwdata),
    .prdata_o      (prdata),
    .pready_o      (pready),
    .pslverr_o     (pslverr),
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

  // ---- Card ----
  nfc_pkg::store_op_e store_op;

  logic       store_valid, store_ready;
  logic [8:0] store_block;
  logic [3:0] store_offset;
  logic [7:0] store_wdata, store_rdata;

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

  logic       irq, quiet, box_ready, box_error;
  logic [7:0] box_data;
  logic       unused;

  assign unused = &{1'b0, irq, quiet, box_ready, box_error, box_data, identity[111:107]};

  top_picc #(
    .LevelBits (8),
    .Dep       (1'b0),
    .TypeB     (1'b0),
    .Rates     (1'b0),
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
    .type_b_i             (1'b0),
    .afi_i                (8'h00),
    .atqb_i               ('0),
    .kind_i               (Large ? nfc_pkg::Kind4k : nfc_pkg::Kind1k),
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
    .psel_i               (1'b0),
    .penable_i            (1'b0),
    .pwrite_i             (1'b0),
    .paddr_i              (8'h00),
    .pwdata_i             (8'h00),
    .prdata_o             (box_data),
    .pready_o             (box_ready),
    .pslverr_o            (box_error),
    .irq_o                (irq),
    .powered_o,
    .quiet_o              (quiet)
  );

endmodule
