// top_reader.sv - a whole reader: its service modules, each with a clock that stands still while it is off.
//
//   APB, 256 bytes a page
//    page 0 - bus_power        which modules run, and for how long each has
//    page 1 - top_pcd          contactless
//    page 2 - top_aes          secure access
//
// Contacts and display have no logic here: enable_o tells the parts outside whether they run.
// A module that is off is in reset without a clock, and isolated: an access to it ends with PSLVERR, it drives
// neither carrier nor interrupt.
// Register maps: rtl/bus/registers.json. docs/choices.md, Reader as a device.

module top_reader #(
  parameter int unsigned LevelBits = 12,
  parameter bit          TypeB     = 1'b1,  // as in top_pcd
  parameter bit          Rates     = 1'b1
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  output logic                 carrier_o,
  output logic                 pause_o,
  output logic                 shallow_o,
  output logic [1:0]           rate_o,

  input  logic                 psel_i,
  input  logic                 penable_i,
  input  logic                 pwrite_i,
  input  logic [9:0]           paddr_i,
  input  logic [31:0]          pwdata_i,
  output logic [31:0]          prdata_o,
  output logic                 pready_o,
  output logic                 pslverr_o,

  output logic                 irq_o,
  output logic [3:0]           enable_o,         // bits as in Enable: contactless, secure, contact, display
  output logic                 quiet_o
);

  localparam int unsigned Modules     = 4;
  localparam int unsigned Contactless = nfc_reg_pkg::PowEnableContactlessBit;
  localparam int unsigned Secure      = nfc_reg_pkg::PowEnableSecureBit;

  logic [Modules-1:0] enable, reset_n;
  logic [2:0]         select;                    // one bit a page
  logic [1:0]         page;
  logic [31:0]        power_data, pcd_data, aes_data;
  logic               power_ready, pcd_ready, aes_ready, power_error, pcd_error, aes_error;
  logic               pcd_clk, aes_clk, pcd_carrier, pcd_pause, pcd_irq, aes_irq, pcd_quiet;

  assign page      = paddr_i[9:8];
  assign select[0] = psel_i && page == 2'd0;
  assign select[1] = psel_i && page == 2'd1 && enable[Contactless];
  assign select[2] = psel_i && page == 2'd2 && enable[Secure];

  bus_power #(
    .Modules (Modules)
  ) u_power (
    .clk_i,
    .rst_ni,
    .psel_i    (select[0]),
    .penable_i,
    .pwrite_i,
    .paddr_i   (paddr_i[7:0]),
    .pwdata_i,
    .prdata_o  (power_data),
    .pready_o  (power_ready),
    .pslverr_o (power_error),
    .enable_o  (enable),
    .reset_no  (reset_n)
  );

  // ---- Contactless ----
  common_clock_gate u_pcd_clock_gate (
    .clk_i,
    .rst_ni,
    .enable_i (enable[Contactless]),
    .clk_o    (pcd_clk)
  );

  top_pcd #(
    .LevelBits (LevelBits),
    .TypeB     (TypeB),
    .Rates     (Rates)
  ) u_top_pcd (
    .clk_i     (pcd_clk),
    .rst_ni    (reset_n[Contactless]),
    .level_i   (level_i & {LevelBits{enable[Contactless]}}),
    .carrier_o (pcd_carrier),
    .pause_o   (pcd_pause),
    .shallow_o,
    .rate_o,
    .psel_i    (select[1]),
    .penable_i (penable_i && select[1]),
    .pwrite_i  (pwrite_i && select[1]),
    .paddr_i   (paddr_i[7:0] & {8{select[1]}}),
    .pwdata_i  (pwdata_i & {32{select[1]}}),
    .prdata_o  (pcd_data),
    .pready_o  (pcd_ready),
    .pslverr_o (pcd_error),
    .irq_o     (pcd_irq),
    .quiet_o   (pcd_quiet)
  );

  // ---- Secure access ----
  common_clock_gate u_aes_clock_gate (
    .clk_i,
    .rst_ni,
    .enable_i (enable[Secure]),
    .clk_o    (aes_clk)
  );

  top_aes u_top_aes (
    .clk_i     (aes_clk),
    .rst_ni    (reset_n[Secure]),
    .psel_i    (select[2]),
    .penable_i (penable_i && select[2]),
    .pwrite_i  (pwrite_i && select[2]),
    .paddr_i   (paddr_i[7:0] & {8{select[2]}}),
    .pwdata_i  (pwdata_i & {32{select[2]}}),
    .prdata_o  (aes_data),
    .pready_o  (aes_ready),
    .pslverr_o (aes_error),
    .irq_o     (aes_irq)
  );

  always_comb begin
    prdata_o  = '0;
    pready_o  = 1'b1;
    pslverr_o = psel_i && penable_i;
    case (select)
      3'b001: begin
        prdata_o  = power_data;
        pready_o  = power_ready;
        pslverr_o = power_error;
      end
      3'b010: begin
        prdata_o  = pcd_data;
        pready_o  = pcd_ready;
        pslverr_o = pcd_error;
      end
      3'b100: begin
        prdata_o  = aes_data;
        pready_o  = aes_ready;
        pslverr_o = aes_error;
      end
      default: ;
    endcase
  end

  assign carrier_o = pcd_carrier && enable[Contactless];
  assign pause_o   = pcd_pause && enable[Contactless];
  assign irq_o     = (pcd_irq && enable[Contactless]) || (aes_irq && enable[Secure]);
  assign enable_o  = enable;
  assign quiet_o   = (pcd_quiet || !enable[Contactless]) && !enable[Secure] && !psel_i;

endmodule
