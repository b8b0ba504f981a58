// top_sniffer_apb.sv - top_sniffer for a processor: its log behind APB (IHI 0024), without wait states.
//
// Register map: rtl/bus/registers.json.

module top_sniffer_apb #(
  parameter int unsigned LevelBits = 12,
  parameter bit          Rates     = 1'b1,  // as those of top_sniffer
  parameter bit          TypeB     = 1'b1,
  parameter bit          Foreign   = 1'b1,
  parameter int unsigned FifoBits  = 9
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,

  input  logic                 psel_i,
  input  logic                 penable_i,
  input  logic                 pwrite_i,
  input  logic [7:0]           paddr_i,
  input  logic [31:0]          pwdata_i,
  output logic [31:0]          prdata_o,
  output logic                 pready_o,
  output logic                 pslverr_o,

  output logic                 irq_o
);

  logic               log_valid, log_ready;
  nfc_pkg::log_word_t log_word;

  top_sniffer #(
    .LevelBits(LevelBits),
    .Rates    (Rates),
    .TypeB    (TypeB),
    .Foreign  (Foreign),
    .FifoBits (FifoBits)
  ) u_top_sniffer (
    .clk_i,
    .rst_ni,
    .level_i,
    .log_valid_o(log_valid),
    .log_ready_i(log_ready),
    .log_o      (log_word)
  );

  bus_sniffer u_bus_sniffer (
    .clk_i,
    .rst_ni,
    .psel_i,
    .penable_i,
    .pwrite_i,
    .paddr_i,
    .pwdata_i,
    .prdata_o,
    .pready_o,
    .pslverr_o,
    .irq_o,
    .log_valid_i(log_valid),
    .log_ready_o(log_ready),
    .log_i      (log_word)
  );

endmodule
