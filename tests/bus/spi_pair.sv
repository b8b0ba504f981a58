// spi_pair.sv - two SPI targets on one set of pins but CS: bytes before bus_mailbox, words before four registers
// that take their time. Simulation only.

module spi_pair (
  input  logic         clk_i,
  input  logic         rst_ni,

  input  logic         sck_i,
  input  logic [1:0]   cs_ni,
  input  logic         mosi_i,
  output logic [1:0]   miso_o,

  // The block engine's side of the mailbox.
  input  logic [3:0]   event_i,
  input  logic         owned_i,
  input  logic [7:0]   length_i,
  output logic [16:0]  config_o,
  output logic [7:0]   rates_o,
  output logic         write_o,
  output logic         ats_o,
  output logic [7:0]   place_o,
  output logic [7:0]   wdata_o,
  output logic         go_valid_o,
  output logic [1:0]   go_o,

  // The four registers.
  input  logic [3:0]   wait_i,       // wait states of each access
  output logic [127:0] words_o,
  output logic [7:0]   accesses_o
);

  logic       psel, penable, pwrite, pready, pslverr, irq;
  logic [7:0] paddr, pwdata, prdata;

  bus_spi #(.WordBytes(1)) u_bytes (
    .clk_i, .rst_ni,
    .sck_i, .cs_ni(cs_ni[0]), .mosi_i, .miso_o(miso_o[0]),
    .psel_o(psel), .penable_o(penable), .pwrite_o(pwrite), .paddr_o(paddr), .pwdata_o(pwdata),
    .prdata_i(prdata), .pready_i(pready), .pslverr_i(pslverr), .irq_i(irq)
  );

  bus_mailbox u_mailbox (
    .clk_i, .rst_ni,
    .psel_i(psel), .penable_i(penable), .pwrite_i(pwrite), .paddr_i(paddr), .pwdata_i(pwdata),
    .prdata_o(prdata), .pready_o(pready), .pslverr_o(pslverr), .irq_o(irq),
    .powered_i(1'b1), .config_o, .rates_o, .event_i, .fsdi_i(4'h5), .owned_i,
    .go_valid_o, .go_o, .place_o, .write_o, .ats_o, .length_i,
    .data_i(~place_o)   // every place reads as its complement
  );

  assign wdata_o = pwdata;

  logic        wsel, wenable, wwrite, wready;
  logic [7:0]  waddr, accesses_q;
  logic [31:0] wwdata, words_q [4];
  logic [3:0]  waited_q;

  bus_spi #(.WordBytes(4)) u_words (
    .clk_i, .rst_ni,
    .sck_i, .cs_ni(cs_ni[1]), .mosi_i, .miso_o(miso_o[1]),
    .psel_o(wsel), .penable_o(wenable), .pwrite_o(wwrite), .paddr_o(waddr), .pwdata_o(wwdata),
    .prdata_i(words_q[waddr[3:2]]), .pready_i(wready), .pslverr_i(waddr[7:4] != '0), .irq_i(1'b0)
  );

  assign wready = waited_q == wait_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      waited_q   <= '0;
      accesses_q <= '0;
      for (int i = 0; i < 4; i++) words_q[i] <= '0;
    end else if (wenable) begin
      waited_q <= wready ? '0 : waited_q + 1'b1;
      if (wready) begin
        accesses_q <= accesses_q + 1'b1;
        if (wwrite && waddr[7:4] == '0) words_q[waddr[3:2]] <= wwdata;
      end
    end
  end

  logic unused;
  assign unused     = &{1'b0, wsel, waddr[1:0]};
  assign words_o    = {words_q[3], words_q[2], words_q[1], words_q[0]};
  assign accesses_o = accesses_q;

endmodule
