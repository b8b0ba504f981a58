// bus_power.sv - which service modules of a reader run, and for how long each has, behind APB (IHI 0024), without
// wait states.
//
// In:  APB.
// Out: one bit a module, as Enable: enable_o for its clock gate and whatever isolates it, reset_no for the module.
//      A module that is off is in reset: what it held (keys, a nonce, the carrier) is gone when it comes back.
// Register map: rtl/bus/registers.json.

module bus_power #(
  parameter int unsigned Modules = 4
) (
  input  logic               clk_i,
  input  logic               rst_ni,

  input  logic               psel_i,
  input  logic               penable_i,
  input  logic               pwrite_i,
  input  logic [7:0]         paddr_i,
  input  logic [31:0]        pwdata_i,
  output logic [31:0]        prdata_o,
  output logic               pready_o,
  output logic               pslverr_o,

  output logic [Modules-1:0] enable_o,
  output logic [Modules-1:0] reset_no
);

  localparam int unsigned TicksBits = 32;
  localparam int unsigned IndexBits = $clog2(Modules);

  logic [Modules-1:0]           enable_d, enable_q, reset_nq;
  logic [TicksBits*Modules-1:0] ticks_d, ticks_q;
  logic [7:0]                   offset;
  logic [IndexBits-1:0]         index;
  logic                         write, ticks_read, known;

  // The counters follow each other from PowTicks on.
  assign offset     = paddr_i - nfc_reg_pkg::PowTicksContactless;
  assign index      = offset[IndexBits+1:2];
  assign ticks_read = offset < 8'(4 * Modules) && offset[1:0] == '0;
  assign write      = psel_i && penable_i && pwrite_i;

  always_comb begin
    known    = 1'b1;
    prdata_o = '0;
    if (psel_i) begin
      if (ticks_read) prdata_o = ticks_q[TicksBits*index +: TicksBits];
      else if (paddr_i == nfc_reg_pkg::PowEnable) prdata_o[Modules-1:0] = enable_q;
      else known = 1'b0;
    end
  end

  always_comb begin
    enable_d = enable_q;
    ticks_d  = ticks_q;
    if (write && paddr_i == nfc_reg_pkg::PowEnable) enable_d = pwdata_i[Modules-1:0];
    for (int unsigned i = 0; i < Modules; i++) begin
      if (enable_q[i]) ticks_d[TicksBits*i +: TicksBits] = ticks_q[TicksBits*i +: TicksBits] + 1'b1;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      enable_q <= '0;
      ticks_q  <= '0;
    end else begin
      enable_q <= enable_d;
      ticks_q  <= ticks_d;
    end
  end

  // The same as enable_q, but nothing except resets hangs on it: a reset comes straight from a flip-flop.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) reset_nq <= '0;
    else         reset_nq <= enable_d;
  end

  logic unused;
  assign unused = &{1'b0, pwdata_i[31:Modules]};

  assign enable_o  = enable_q;
  assign reset_no  = reset_nq;
  assign pready_o  = 1'b1;
  assign pslverr_o = psel_i && penable_i && !known;

endmodule
