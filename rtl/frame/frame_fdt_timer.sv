// frame_fdt_timer.sv - the grid of a card's answers, counted from the end of the last pause, or of EOF in type B.
//
// In:  pause_end_i as rf_pause_receiver has it (type B: rise_o of rf_shallow_receiver), then frame_end_i with last_is_x_i; the
//      reader's rate; when the answer may start.
// Out: start_o one tick before L = G + 128 n, program_o one tick before G + ProgramTicks, and
//      silence_end_o, after which a frame counts again when the answer was silence; for those who wait longer
//      index_o, the present instant modulo 64, and lead_o, the last tick in which a host's Go counts for the next.
// ISO/IEC 14443-3, 6.2.1.1; docs/choices.md, Time.
//
//   tick     E     E+20    E+84               E+20+128n or E+84+128n
//   pause  ##|______|_______|_______ ... ______|
//                   G (Z)   G (X)              L
//
// The two grids lie half a bit apart, so that a pause at half a bit takes 64 ticks off the count, half as much at each
// higher rate. There G lies 84 ticks later and the rest of the offsets shrinks: 84 + 32, 84 + 16, 84 + 8 after a Z.

`include "nfc_check.svh"

module frame_fdt_timer #(
  parameter bit TypeB = 1'b1,
  parameter bit Rates = 1'b1
) (
  input  logic          clk_i,
  input  logic          rst_ni,

  input  logic          type_b_i,
  input  logic [1:0]    rate_i,

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

  localparam logic [TicksWidth-1:0] Hold = TicksWidth'(nfc_pkg::PauseHoldTicks);
  // pause_end_i is seen PauseEndLatency and the hold of the rate after E, and the count stands one tick later.
  localparam logic [TicksWidth-1:0] FirstTicks =
      TicksWidth'(nfc_pkg::PauseEndLatency + 1) - TicksWidth'(nfc_pkg::FdtAfterZ) + Hold;
  localparam logic [TicksWidth-1:0] FirstTicksFast =
      TicksWidth'(nfc_pkg::PauseEndLatency + 1) - TicksWidth'(nfc_pkg::FdtFast);
  localparam logic [TicksWidth-1:0] FirstTicksB =
      TicksWidth'(nfc_pkg::ShallowDelay + 1) - TicksWidth'(nfc_pkg::FdtAfterEof);
  localparam logic [TicksWidth-1:0] HalfBit =
      TicksWidth'(nfc_pkg::FdtAfterX - nfc_pkg::FdtAfterZ);
  localparam logic [TicksWidth-1:0] ProgramAt = TicksWidth'(nfc_pkg::ProgramTicks - 1);
  // A frame that starts when the silence is over shows its first pause PauseStartLatency ticks later; that of type B its
  // low as long after the edge as the edges of type B come, and as long again.
  localparam logic [TicksWidth-1:0] SilenceAt =
      TicksWidth'(nfc_pkg::SilenceTicks + nfc_pkg::PauseStartLatency - 1);
  localparam logic [TicksWidth-1:0] SilenceAtB = TicksWidth'(nfc_pkg::SilenceTicks + nfc_pkg::ShallowDelay);
  localparam logic [PhaseWidth-1:0] LastLead =
      PhaseWidth'(nfc_pkg::BitTicks - nfc_pkg::StoreLeadTicks);
  localparam logic [PhaseWidth-1:0] LastGo = PhaseWidth'(nfc_pkg::BitTicks - nfc_pkg::GoLeadTicks);

  logic [TicksWidth-1:0] ticks_d, ticks_q;  // since G
  logic                  late_d, late_q;    // the store was done too late for the next instant
  logic                  grid_next;         // the next tick is on the grid
  logic [5:0]            index;
  logic [1:0]            rate;
  logic [TicksWidth-1:0] first;             // what the count stands at after the end of a pause
  logic [TicksWidth-1:0] half;              // of a bit
  logic [TicksWidth-1:0] hold;
  logic [TicksWidth-1:0] shallow;           // how late the edges of type B come
  logic [TicksWidth-1:0] silence_at;

  assign grid_next = ticks_q[PhaseWidth-1:0] == '1;

  always_comb begin
    rate       = Rates ? rate_i : 2'd0;
    half       = HalfBit >> rate;
    hold       = Hold >> rate;
    shallow    = TicksWidth'(nfc_pkg::ShallowTicks) >> rate;
    first      = FirstTicks;
    silence_at = SilenceAt;
    if (TypeB && type_b_i) begin
      first      = FirstTicksB + shallow;
      silence_at = SilenceAtB + shallow + shallow;
    end else if (rate != '0) begin
      first = FirstTicksFast - half + hold;
    end
  end

  always_comb begin
    ticks_d = ticks_q + 1'b1;
    if (frame_end_i)                 ticks_d = last_is_x_i ? ticks_q + 1'b1 - half : ticks_q + 1'b1;
    else if (pause_end_i && !deaf_i) ticks_d = first;

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
  assign silence_end_o = ticks_q == silence_at;
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
