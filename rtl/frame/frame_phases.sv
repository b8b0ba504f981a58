// frame_phases.sv - which phase of a card's exchange has ended, and at which tick, for bus_counters.
//
// In:  ends of pauses, frames and answers as the card knows them; a tick of its own counts them.
// Out: end_o with phase_o (nfc_pkg::card_phase_e) and at_o, the first tick of what follows, in ticks since reset.
//
//   power  first pause's end   E        G+1024    done        L          end
//   __|_______|################|__________|#########|__________|##########|___
//   Off Listen      Receive       Delay     Memory     Delay       Send     Listen
//
// Pauses, and the lows of type B, end some ticks before they are seen: at_o is when they ended. While the
// card waits for its host the phase is Host.

module frame_phases (
  input  logic                 clk_i,
  input  logic                 rst_ni,       // not with the field

  input  logic                 powered_i,
  input  logic                 type_b_i,
  input  logic [1:0]           rate_i,
  input  logic                 mark_i,       // a pause has ended
  input  logic                 sof_i,        // it was a frame's first one
  input  logic                 eof_i,        // it was a frame's last one
  input  logic                 start_i,      // the answer begins in the next tick
  input  logic                 done_i,       // its last tick
  input  logic                 programming_i,
  input  logic                 waiting_i,    // for the host

  output logic                 end_o,
  output nfc_pkg::card_phase_e phase_o,
  output logic [31:0]          at_o
);

  logic [31:0] tick_q, mark_q, latency;
  logic        powered_q, programming_q, waiting_q;

  assign latency = (32'(type_b_i ? nfc_pkg::ShallowTicks : nfc_pkg::PauseHoldTicks) >> rate_i) +
                   32'(type_b_i ? nfc_pkg::ShallowDelay : nfc_pkg::PauseEndLatency);

  always_comb begin
    end_o   = 1'b1;
    phase_o = nfc_pkg::CardPhaseDelay;
    at_o    = tick_q;
    if (powered_i != powered_q) begin
      phase_o = powered_i ? nfc_pkg::CardPhaseOff : nfc_pkg::CardPhaseListen;
    end else if (sof_i) begin
      phase_o = nfc_pkg::CardPhaseListen;
      at_o    = mark_q - latency;
    end else if (eof_i) begin
      phase_o = nfc_pkg::CardPhaseReceive;
      at_o    = mark_q - latency;
    end else if (start_i) begin
      at_o = tick_q + 1'b1;
    end else if (done_i) begin
      phase_o = nfc_pkg::CardPhaseSend;
      at_o    = tick_q + 1'b1;
    end else if (programming_i != programming_q) begin
      if (!programming_i) phase_o = nfc_pkg::CardPhaseMemory;
    end else if (waiting_i != waiting_q) begin
      if (!waiting_i) phase_o = nfc_pkg::CardPhaseHost;
    end else begin
      end_o = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      tick_q        <= '0;
      mark_q        <= '0;
      powered_q     <= 1'b0;
      programming_q <= 1'b0;
      waiting_q     <= 1'b0;
    end else begin
      tick_q        <= tick_q + 1'b1;
      powered_q     <= powered_i;
      programming_q <= programming_i;
      waiting_q     <= waiting_i;
      if (mark_i) mark_q <= tick_q;
    end
  end

endmodule
