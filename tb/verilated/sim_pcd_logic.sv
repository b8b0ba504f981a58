// sim_pcd_logic.sv - the half of the reader that acts, as a Verilated top that needs computing only when it is told
// something. Simulation only.
// In:  the reader's bus, registered here; what sim_radio hears, as it packs it, taken over at once by a rising edge of
//      heard_clk_i (see sim_radio).
// Out: what that half says, packed.

module sim_pcd_logic (
  input  logic         clk_i,
  input  logic         heard_clk_i,
  input  logic         rst_ni,

  input  logic         psel_i,
  input  logic         penable_i,
  input  logic         pwrite_i,
  input  logic [7:0]   paddr_i,
  input  logic [31:0]  pwdata_i,
  output logic [31:0]  prdata_o,
  output logic         selected_o,   // the bus is being read: tick_i counts

  input  logic [14:0]  pcd_heard_i,
  input  logic [31:0]  tick_i,
  output logic [106:0] pcd_said_o,

  output logic         irq_o
);

  logic        penable_q, pwrite_q;
  logic [7:0]  paddr_q;
  logic [31:0] pwdata_q;

  always_ff @(posedge clk_i) begin
    selected_o <= psel_i;
    penable_q  <= penable_i;
    pwrite_q   <= pwrite_i;
    paddr_q    <= paddr_i;
    pwdata_q   <= pwdata_i;
  end

  logic        alarm_set, field_set, field_on, type_b, send, stop, tx_valid, tx_bit, listen, rests;
  logic [31:0] alarm_at, field_at;
  logic [1:0]  tx_rate, rx_rate;
  logic        carrier, exact, due, field_pending, pause_end, tx_ready, sent, sof, lost, rx_valid, rx_bit, collision, eof,
               rx_error, settled;
  nfc_pkg::pcd_config_t settings;

  logic [14:0] pcd_heard_q;
  logic [31:0] tick_q;

  always_ff @(posedge heard_clk_i) begin
    pcd_heard_q <= pcd_heard_i;
    tick_q      <= tick_i;
  end

  assign {carrier, exact, due, field_pending, pause_end, tx_ready, sent, sof, lost, rx_valid, rx_bit,
          collision, eof, rx_error, settled} = pcd_heard_q;
  assign pcd_said_o = {alarm_set, field_set, field_on, type_b, send, stop, tx_valid, tx_bit, listen, rests,
                       alarm_at, field_at, tx_rate, rx_rate, settings};

  logic pready, pslverr;

  top_pcd_logic u_top_pcd_logic (
    .clk_i, .rst_ni,
    .carrier_i(carrier), .tick_i(tick_q), .exact_i(exact), .due_i(due), .field_pending_i(field_pending),
    .pause_end_i(pause_end), .bit_ready_i(tx_ready), .sent_i(sent), .sof_i(sof), .lost_i(lost),
    .bit_valid_i(rx_valid), .bit_i(rx_bit), .collision_i(collision), .eof_i(eof), .error_i(rx_error),
    .settled_i(settled),
    .alarm_set_o(alarm_set), .alarm_at_o(alarm_at), .field_set_o(field_set), .field_on_o(field_on),
    .field_at_o(field_at), .type_b_o(type_b), .tx_rate_o(tx_rate), .rx_rate_o(rx_rate), .settings_o(settings),
    .send_o(send), .stop_o(stop), .bit_valid_o(tx_valid), .bit_o(tx_bit), .listen_o(listen), .rests_o(rests),
    .psel_i(selected_o), .penable_i(penable_q), .pwrite_i(pwrite_q), .paddr_i(paddr_q), .pwdata_i(pwdata_q),
    .prdata_o, .pready_o(pready), .pslverr_o(pslverr), .irq_o
  );

  // The bus has no wait states and the driver knows its addresses.
  logic unused;
  assign unused = &{1'b0, pready, pslverr};

endmodule
