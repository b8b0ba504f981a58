// frame_fdt_timer.sv - the grid of a card's answers, counted from the end of the last pause.
//
// In:  pause_end_i at E + PauseEndLatency, then frame_end_i with last_is_x_i; when the answer may start.
// Out: start_o one tick before L = G + 128 n, program_o one tick before G + ProgramTicks, and
//      silence_end_o, after which a frame counts again when the answer was silence; for those who wait longer
//      index_o, the present instant modulo 64, and lead_o, the last tick in which a host's Go counts for the next.
// ISO/IEC 14443-3, 6.2.1.1; docs/choices.md, Time.
//
//   tick     E     E+20    E+84               E+20+128n or E+84+128n
//   pause  ##|______|_______|_______ ... ______|
//                   G (Z)   G (X)              L
//
// The two grids lie half a bit apart, so that a pause at half a bit takes 64 ticks off the count.

`include "nfc_check.svh"

module frame_fdt_timer (
  input  logic          clk_i,
  input  logic          rst_ni,

  input  logic          pause_end_i,
  input  logic          deaf_i,        // pauses are not the reader's, or too early
  input  logic          frame_end_i,
  input  logic          last_is_x_i,

  input  logic          arm_i,         // an answer waits for its instant
  input  nfc_pkg::fdt_e fdt_i,
  input  logic          store_done_i,  // the store is ready: FdtStore answers go from here

  output logic          start_o,
  output logic          program_o,
  output logic          silence_end_o,
  output logic          lead_o,
  output logic [5:0]    index_o
);

  localparam int unsigned TicksWidth = 13;  // holds 128 * FdtIndexAuth
  localparam int unsigned PhaseWidth = $clog2(nfc_pkg::BitTicks);

  // pause_end_i is seen PauseEndLatency ticks after E and the count stands one tick later.
  localparam logic [TicksWidth-1:0] FirstTicks =
      TicksWidth'(nfc_pkg::PauseEndLatency + 1) - TicksWidth'(nfc_pkg::FdtAfterZ);
  localparam logic [TicksWidth-1:0] HalfBit =
      TicksWidth'(nfc_pkg::FdtAfterX - nfc_pkg::FdtAfterZ);
  localparam logic [TicksWidth-1:0] ProgramAt = TicksWidth'(nfc_pkg::ProgramTicks - 1);
  // A frame that starts when the silence is over shows its first pause PauseStartLatency ticks later.
  localparam logic [TicksWidth-1:0] SilenceAt =
      TicksWidth'(nfc_pkg::SilenceTicks + nfc_pkg::PauseStartLatency - 1);
  localparam logic [PhaseWidth-1:0] LastLead =
      PhaseWidth'(nfc_pkg::BitTicks - nfc_pkg::StoreLeadTicks);
  localparam logic [PhaseWidth-1:0] LastGo = PhaseWidth'(nfc_pkg::BitTicks - nfc_pkg::GoLeadTicks);

  logic [TicksWidth-1:0] ticks_d, ticks_q;  // since G
  logic                  late_d, late_q;    // the store was done too late for the next instant
  logic                  grid_next;         // the next tick is on the grid
  logic [5:0]            index;

  assign grid_next = ticks_q[PhaseWidth-1:0] == '1;

  always_comb begin
    ticks_d = ticks_q + 1'b1;
    if (pause_end_i && !deaf_i)          ticks_d = FirstTicks;
    else if (frame_end_i && last_is_x_i) ticks_d = ticks_q + 1'b1 - HalfBit;

    late_d = late_q;
    if (grid_next)         late_d = 1'b0;
    else if (store_done_i) late_d = ticks_q[PhaseWidth-1:0] > LastLead;
  end

  always_comb begin
    unique case (fdt_i)
      nfc_pkg::FdtRead: index = 6'(nfc_pkg::FdtIndexRead - 1);
      nfc_pkg::FdtAuth: index = 6'(nfc_pkg::FdtIndexAuth - 1);
      default:          index = 6'(nfc_pkg::FdtIndexMin - 1);
    endcase
  end

  assign start_o = arm_i && grid_next &&
                   (fdt_i == nfc_pkg::FdtStore ? !late_q : ticks_q[TicksWidth-1:PhaseWidth] == index);
  assign program_o     = ticks_q == ProgramAt;
  assign silence_end_o = ticks_q == SilenceAt;
  assign lead_o        = ticks_q[PhaseWidth-1:0] == LastGo;
  assign index_o       = ticks_q[TicksWidth-1:PhaseWidth];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ticks_q <= '0;
      late_q  <= 1'b0;
    end else begin
      ticks_q <= ticks_d;
      late_q  <= late_d;
    end
  end

  `NFC_CHECK(start_is_armed, !start_o || arm_i)

endmodule
