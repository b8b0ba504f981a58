// pcd_sequencer.sv - the order of an exchange: wait for the start, send, listen, receive; twice for an
// authentication.
//
// In:  command pulses; alarm of pcd_timer; ends of frames. answer_whole_i: the answer was 4 bytes with
//      right parity and nothing wrong. at_match_i: it was the {at} that was due. rate_i: of the answer; phases_i:
//      it is one of phases, type A above fc/128 or type B.
// Out: controls of encoder, decoder and cipher; stamps and outcome, which stay until the next command.
// docs/choices.md, Time and Reader.

`include "nfc_check.svh"

module pcd_sequencer (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic        transceive_i,
  input  logic        authenticate_i,
  input  logic        abort_i,
  input  logic        crypto1_off_i,
  input  logic [31:0] start_at_i,
  input  logic [31:0] timeout_i,

  input  logic [31:0] tick_i,
  input  logic        carrier_i,
  input  logic        exact_i,
  input  logic        due_i,
  output logic        alarm_set_o,
  output logic [31:0] alarm_at_o,

  output logic        send_o,             // the SOC is in the next tick
  output logic        stop_o,
  input  logic        pause_end_i,
  input  logic        sent_i,

  input  logic        type_b_i,
  input  logic        phases_i,
  input  logic [1:0]  rate_i,
  output logic        listen_o,
  input  logic        sof_i,
  input  logic        lost_i,             // it was none
  input  logic        settled_i,          // with an even level the receiver does the same every four ticks
  input  logic        bit_valid_i,
  input  logic        eof_i,
  input  logic        judged_i,           // the frame has ended and its errors are final
  input  logic        answer_whole_i,
  input  logic        at_match_i,

  output logic        auth_o,             // an authentication runs
  output logic        auth_step_o,        // in its second half
  output logic        nt_done_o,
  output logic        key_load_o,
  output logic        crypto1_on_o,

  output logic        clear_o,            // a command begins
  output logic        done_o,             // a command ended
  output logic        busy_o,
  output logic        waiting_o,          // nothing but time passes while the level is even
  output logic        late_o,
  output logic        silent_o,
  output logic [1:0]  auth_status_o,
  output logic [31:0] tx_end_o,
  output logic [31:0] rx_start_o,
  output logic [31:0] rx_end_o            // of the last answer
);

  nfc_pkg::pcd_state_e state_d, state_q;
  nfc_pkg::pcd_auth_e  status_d, status_q;

  logic        auth_d, auth_q;
  logic        step_d, step_q;
  logic        crypto1_d, crypto1_q;
  logic        late_d, late_q;
  logic        silent_d, silent_q;
  logic [31:0] tx_end_d, tx_end_q;
  logic [31:0] rx_start_d, rx_start_q;
  logic [31:0] rx_end_d, rx_end_q;      // end of the answer as far as it is heard
  logic [31:0] earliest, follow_up;
  logic [31:0] sof_latency;
  logic [31:0] bit_ticks;

  assign sof_latency = phases_i ? 32'(nfc_pkg::BpskSofLatency) : 32'(nfc_pkg::SubcarrierSofLatency);
  assign bit_ticks   = 32'(nfc_pkg::BitTicks) >> rate_i;

  // The follow-up starts at the first tick of the bit grid of the first frame that is not too early.
  assign earliest  = rx_end_q + 32'(nfc_pkg::PcdGuardTicks);
  assign follow_up = earliest + 32'(7'(start_at_i[6:0] - earliest[6:0]));

  always_comb begin
    state_d     = state_q;
    status_d    = status_q;
    auth_d      = auth_q;
    step_d      = step_q;
    crypto1_d   = crypto1_q && carrier_i && !crypto1_off_i;
    late_d      = late_q;
    silent_d    = silent_q;
    tx_end_d    = pause_end_i ? tick_i + 32'd2 : tx_end_q;
    rx_start_d  = rx_start_q;
    rx_end_d    = rx_end_q;
    alarm_set_o = 1'b0;
    send_o      = 1'b0;
    nt_done_o   = 1'b0;
    key_load_o  = 1'b0;
    clear_o     = 1'b0;
    done_o      = 1'b0;

    unique case (state_q)
      // For a command.
      nfc_pkg::PcdIdle: begin
        if (transceive_i || authenticate_i) begin
          state_d     = nfc_pkg::PcdWait;
          auth_d      = authenticate_i;
          step_d      = 1'b0;
          status_d    = nfc_pkg::PcdAuthNoNonce;
          late_d      = 1'b0;
          silent_d    = 1'b1;
          alarm_set_o = 1'b1;
          clear_o     = 1'b1;
        end
      end
      // For the tick before the SOC.
      nfc_pkg::PcdWait: begin
        if (exact_i) begin
          state_d = nfc_pkg::PcdSend;
          send_o  = 1'b1;
        end else if (due_i) begin
          state_d = nfc_pkg::PcdIdle;
          late_d  = 1'b1;
          done_o  = 1'b1;
        end
      end
      // For the last pause.
      nfc_pkg::PcdSend: begin
        if (sent_i) begin
          state_d     = nfc_pkg::PcdSettle;
          alarm_set_o = 1'b1;
        end
      end
      // For an antenna at rest.
      nfc_pkg::PcdSettle: begin
        if (due_i) begin
          state_d     = nfc_pkg::PcdListen;
          alarm_set_o = 1'b1;
        end
      end
      // For a SOC, which comes sof_latency after L, or the last tick at which it may.
      nfc_pkg::PcdListen: begin
        if (sof_i) begin
          state_d    = nfc_pkg::PcdReceive;
          rx_start_d = tick_i - sof_latency;
          rx_end_d   = rx_start_d + bit_ticks + (phases_i ? 32'(nfc_pkg::ReferenceTicks) : '0);
          silent_d   = 1'b0;
          key_load_o = auth_q && !step_q;
        end else if (due_i) begin
          state_d  = nfc_pkg::PcdIdle;
          status_d = step_q ? nfc_pkg::PcdAuthNoAnswer : nfc_pkg::PcdAuthNoNonce;
          silent_d = 1'b1;
          done_o   = 1'b1;
        end
      end
      // For the end of the answer. Without its carrier a card cannot have finished it.
      nfc_pkg::PcdReceive: begin
        // EOF lasts ten etu and a one.
        if (type_b_i && eof_i)             rx_end_d = tick_i - 32'(nfc_pkg::BpskEofLatency) + bit_ticks;
        else if (bit_valid_i && !type_b_i) rx_end_d = rx_end_q + bit_ticks;
        if (judged_i) begin
          if (!auth_q) begin
            state_d = nfc_pkg::PcdIdle;
            done_o  = 1'b1;
          end else if (!step_q && answer_whole_i) begin
            state_d     = nfc_pkg::PcdWait;
            step_d      = 1'b1;
            nt_done_o   = 1'b1;
            alarm_set_o = 1'b1;
          end else begin
            state_d  = nfc_pkg::PcdIdle;
            status_d = !step_q ? nfc_pkg::PcdAuthNoNonce :
                       answer_whole_i && at_match_i ? nfc_pkg::PcdAuthOk : nfc_pkg::PcdAuthRefused;
            done_o   = 1'b1;
          end
        end else if (!carrier_i || lost_i) begin
          state_d = nfc_pkg::PcdListen;
        end
      end
      default: state_d = nfc_pkg::PcdIdle;
    endcase

    if (abort_i && state_q != nfc_pkg::PcdIdle) begin
      state_d   = nfc_pkg::PcdIdle;
      silent_d  = 1'b1;
      status_d  = step_q ? nfc_pkg::PcdAuthNoAnswer : nfc_pkg::PcdAuthNoNonce;
      crypto1_d = 1'b0;
      done_o    = 1'b1;
    end
    if (done_o && auth_q) begin
      auth_d    = 1'b0;
      step_d    = 1'b0;
      crypto1_d = carrier_i && status_d == nfc_pkg::PcdAuthOk;
    end
  end

  // What is waited for next, whether or not it is set.
  always_comb begin
    unique case (state_q)
      nfc_pkg::PcdSend:    alarm_at_o = tx_end_d + 32'(nfc_pkg::PcdListenAfter);
      nfc_pkg::PcdSettle:  alarm_at_o = tx_end_q + timeout_i + sof_latency + 32'd1;
      nfc_pkg::PcdReceive: alarm_at_o = follow_up;
      default:             alarm_at_o = start_at_i;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q    <= nfc_pkg::PcdIdle;
      status_q   <= nfc_pkg::PcdAuthOk;
      auth_q     <= 1'b0;
      step_q     <= 1'b0;
      crypto1_q  <= 1'b0;
      late_q     <= 1'b0;
      silent_q   <= 1'b0;
      tx_end_q   <= '0;
      rx_start_q <= '0;
      rx_end_q   <= '0;
    end else begin
      state_q    <= state_d;
      status_q   <= status_d;
      auth_q     <= auth_d;
      step_q     <= step_d;
      crypto1_q  <= crypto1_d;
      late_q     <= late_d;
      silent_q   <= silent_d;
      tx_end_q   <= tx_end_d;
      rx_start_q <= rx_start_d;
      rx_end_q   <= rx_end_d;
    end
  end

  assign stop_o        = abort_i;
  assign listen_o      = carrier_i && (state_q == nfc_pkg::PcdListen || state_q == nfc_pkg::PcdReceive);
  assign auth_o        = auth_q;
  assign auth_step_o   = step_q;
  assign crypto1_on_o  = crypto1_q;
  assign busy_o        = state_q != nfc_pkg::PcdIdle;
  assign waiting_o     = state_q == nfc_pkg::PcdIdle ||
                         (!due_i && (state_q == nfc_pkg::PcdWait || state_q == nfc_pkg::PcdSettle ||
                                     (state_q == nfc_pkg::PcdListen && settled_i)));
  assign late_o        = late_q;
  assign silent_o      = silent_q;
  assign auth_status_o = status_q;
  assign tx_end_o      = tx_end_q;
  assign rx_start_o    = rx_start_q;
  assign rx_end_o      = rx_end_q;

  `NFC_CHECK(listens_only_when_still, !listen_o || !pause_end_i)

endmodule
