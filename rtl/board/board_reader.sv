// board_reader.sv - a reader behind SPI: frames of type A (and B) as registers, its level from an ADC.
//
// In:  clock, reset, samples of the level at the antenna; an SPI of words of four bytes.
// Out: two switches of an ASK modulator: drive_o, the carrier is on, and boost_o, it has its full strength (docs/boards.md):
//
//        drive_o boost_o   carrier
//           0       0      off: no field, or a pause of type A
//           1       0      weakened: type B
//           1       1      full
//
//      miso_o, always driven: no other target on its wires; the interrupt; the clock, for ADC and modulator.
// Pins: constraints/. docs/boards.md.

module board_reader #(
  parameter bit Double = 1'b0,   // clk_i is 27.12 MHz
  parameter bit TypeB  = 1'b1,   // as in top_pcd.sv
  parameter bit Rates  = 1'b1
) (
  input  logic        clk_i,
  input  logic        reset_ni,

  input  logic [11:0] adc_i,
  output logic        drive_o,
  output logic        boost_o,

  input  logic        sck_i,
  input  logic        cs_ni,
  input  logic        mosi_i,
  output logic        miso_o,
  output logic        irq_o,

  output logic        clk_o
);

  logic clk, rst_n;

  board_clock #(.Double(Double)) u_board_clock (.clk_i, .reset_ni, .clk_o(clk), .rst_no(rst_n));

  assign clk_o = clk;

  logic [11:0] level;

  board_level #(.LevelBits(12), .Adc(1'b1)) u_board_level (
    .clk_i        (clk),
    .rst_ni       (rst_n),
    .comparator_i (1'b0),
    .adc_i,
    .level_o      (level)
  );

  logic        psel, penable, pwrite, pready, pslverr;
  logic [7:0]  paddr;
  logic [31:0] pwdata, prdata;

  bus_spi #(.WordBytes(4)) u_bus_spi (
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
    .irq_i     (irq_o)
  );

  logic       carrier, pause, shallow, quiet;
  logic [1:0] rate;
  logic       unused;

  top_pcd #(
    .LevelBits (12),
    .TypeB     (TypeB),
    .Rates     (Rates)
  ) u_top_pcd (
    .clk_i     (clk),
    .rst_ni    (rst_n),
    .level_i   (level),
    .carrier_o (carrier),
    .pause_o   (pause),
    .shallow_o (shallow),
    .rate_o    (rate),
    .psel_i    (psel),
    .penable_i (penable),
    .pwrite_i  (pwrite),
    .paddr_i   (paddr),
    .pwdata_i  (pwdata),
    .prdata_o  (prdata),
    .pready_o  (pready),
    .pslverr_o (pslverr),
    .irq_o,
    .quiet_o   (quiet)
  );

  // From flip-flops, so that no glitch reaches the antenna.
  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      drive_o <= 1'b0;
      boost_o <= 1'b0;
    end else begin
      drive_o <= carrier && (!pause || shallow);
      boost_o <= carrier && !pause;
    end
  end

  assign unused = &{1'b0, quiet, rate};

endmodule
