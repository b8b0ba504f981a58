// pcd_phases.sv - which phase of a reader's exchange has ended, and at which tick, for bus_counters.
//
// In:  the carrier; pulses and stamps of pcd_sequencer, which are those that the host reads.
// Out: end_o with phase_o (nfc_pkg::pcd_phase_e) and at_o, the first tick of what follows.
//
//   carrier     SOC      E       L         end  +guard        SOC
//   ____|________|#######|_______|##########|______|___________|###
//   Off   Field    Send    Delay   Receive   Guard     Host      Send
//
// An answer's three ends are told when it is over, four ticks apart; a frame without one ends with Silence.

module pcd_phases (
  input  logic                clk_i,
  input  logic                rst_ni,

  input  logic [31:0]         tick_i,
  input  logic                carrier_i,
  input  logic                send_i,        // the SOC is in the next tick
  input  logic                sent_i,
  input  logic                nt_done_i,     // the first answer of an authentication is over
  input  logic                done_i,
  input  logic                silent_i,      // from the tick after done_i on
  input  logic [31:0]         tx_end_i,
  input  logic [31:0]         rx_start_i,
  input  logic [31:0]         rx_end_i,

  output logic                end_o,
  output nfc_pkg::pcd_phase_e phase_o,
  output logic [31:0]         at_o,
  output logic                busy_o         // ends are still to be told
);

  localparam logic [3:0] TellDelay   = 4'd1;
  localparam logic [3:0] TellReceive = 4'd5;
  localparam logic [3:0] TellGuard   = 4'd9;

  logic       carrier_q, fresh_d, fresh_q, flight_d, flight_q, sent_q;
  logic [3:0] told_d, told_q;

  always_comb begin
    fresh_d  = fresh_q;
    flight_d = flight_q;
    told_d   = told_q;
    if (carrier_i && !carrier_q) fresh_d = 1'b1;
    if (send_i) begin
      fresh_d  = 1'b0;
      flight_d = 1'b1;
    end
    if (done_i) flight_d = 1'b0;
    if (nt_done_i || (done_i && flight_q))                        told_d = TellDelay;
    else if (told_q == TellGuard || (told_q != '0 && silent_i)) told_d = '0;
    else if (told_q != '0)                                        told_d = told_q + 1'b1;
  end

  always_comb begin
    end_o   = 1'b1;
    phase_o = fresh_q ? nfc_pkg::PcdPhaseField : nfc_pkg::PcdPhaseHost;
    at_o    = tick_i;
    if (carrier_i != carrier_q) begin
      if (carrier_i) phase_o = nfc_pkg::PcdPhaseOff;
    end else if (send_i) begin
      at_o = tick_i + 1'b1;
    end else if (sent_q) begin
      phase_o = nfc_pkg::PcdPhaseSend;
      at_o    = tx_end_i;
    end else begin
      unique case (told_q)
        TellDelay: begin
          phase_o = silent_i ? nfc_pkg::PcdPhaseSilence : nfc_pkg::PcdPhaseDelay;
          if (!silent_i) at_o = rx_start_i;
        end
        TellReceive: begin
          phase_o = nfc_pkg::PcdPhaseReceive;
          at_o    = rx_end_i;
        end
        TellGuard: begin
          phase_o = nfc_pkg::PcdPhaseGuard;
          at_o    = rx_end_i + 32'(nfc_pkg::GuardTicks);
        end
        default: end_o = 1'b0;
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      carrier_q <= 1'b0;
      fresh_q   <= 1'b0;
      flight_q  <= 1'b0;
      sent_q    <= 1'b0;
      told_q    <= '0;
    end else begin
      carrier_q <= carrier_i;
      fresh_q   <= fresh_d;
      flight_q  <= flight_d;
      sent_q    <= sent_i && flight_q;
      told_q    <= told_d;
    end
  end

  assign busy_o = told_q != '0 || sent_q || carrier_i != carrier_q;

endmodule
