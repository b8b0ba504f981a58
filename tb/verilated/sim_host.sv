// sim_host.sv - a card's host and its store as C++ plays them. Simulation only.
// In:  a change of call_i is one access to the mailbox, over when done_o has followed; answers of the store. All count from
//      the next tick of the card on.
// Out: the mailbox's APB, a tick for SETUP and one for ACCESS; the store's answers.

module sim_host (
  input  logic       clk_i,
  input  logic       rst_ni,

  input  logic       call_i,
  input  logic       write_i,
  input  logic [7:0] address_i,
  input  logic [7:0] wdata_i,
  output logic       done_o,
  output logic [7:0] rdata_o,

  input  logic       store_ready_i,
  input  logic [7:0] store_rdata_i,
  input  logic       store_error_i,

  output logic       psel_o,
  output logic       penable_o,
  output logic       pwrite_o,
  output logic [7:0] paddr_o,
  output logic [7:0] pwdata_o,
  input  logic [7:0] prdata_i,

  output logic       store_ready_o,
  output logic [7:0] store_rdata_o,
  output logic       store_error_o
);

  logic call_q;

  always_ff @(posedge clk_i) begin
    call_q        <= call_i;
    pwrite_o      <= write_i;
    paddr_o       <= address_i;
    pwdata_o      <= wdata_i;
    store_ready_o <= store_ready_i;
    store_rdata_o <= store_rdata_i;
    store_error_o <= store_error_i;
  end

  assign psel_o = call_q != done_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      penable_o <= 1'b0;
      done_o    <= 1'b0;
      rdata_o   <= '0;
    end else if (psel_o) begin
      penable_o <= !penable_o;
      if (penable_o) begin
        done_o  <= call_q;
        rdata_o <= prdata_i;
      end
    end
  end

endmodule
