// anticol_state.sv - the card's activation state (IDLE, HALT, READY, ACTIVE; woken from HALT or not).
//
// In:  end of each frame and what it is; verdicts of the command engine while ACTIVE.
// Out: the state the next frame meets, the cascade level, and which answer goes out.
// ISO/IEC 14443-3, 6.3.

`include "nfc_check.svh"

module anticol_state (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic                 frame_end_i,
  input  logic                 reqa_i,        // what the frame is
  input  logic                 wupa_i,
  input  logic                 anticol_i,     // cut after bits that are all ours
  input  logic                 select_i,      // with our whole UID of this level
  input  logic                 read_first_i,  // READ of block 0
  input  logic                 shortcut_i,    // READ of block 0 may stand for the further levels
  input  logic [1:0]           size_i,        // last cascade level

  input  logic                 drop_i,        // ACTIVE: error, to IDLE or back to HALT
  input  logic                 halt_i,        // ACTIVE: HLTA

  output nfc_pkg::picc_state_e state_o,
  output logic [1:0]           level_o,
  output logic                 wake_o,        // one tick: leaves IDLE or HALT
  output logic                 read_ahead_o,  // one tick: becomes ACTIVE by the shortcut
  output logic                 reply_valid_o,
  output nfc_pkg::reply_e      reply_o
);

  nfc_pkg::picc_state_e state_d, state_q;

  logic       woken_d, woken_q;  // came from HALT: errors lead back there
  logic [1:0] level_d, level_q;

  assign wake_o = frame_end_i && ((state_q == nfc_pkg::StIdle && (reqa_i || wupa_i)) ||
                                  (state_q == nfc_pkg::StHalt && wupa_i));
  assign read_ahead_o = frame_end_i && state_q == nfc_pkg::StReady && level_q == 2'd1 && shortcut_i &&
                        read_first_i;

  always_comb begin
    state_d       = state_q;
    woken_d       = woken_q;
    level_d       = level_q;
    reply_valid_o = 1'b0;
    reply_o       = nfc_pkg::ReplyAtqa;
    unique case (state_q)
      // Waits for a first call.
      nfc_pkg::StIdle: state_d = state_q;
      // Deaf to REQA, woken only by WUPA.
      nfc_pkg::StHalt: state_d = state_q;
      // Anticollision under way.
      nfc_pkg::StReady: begin
        if (frame_end_i) begin
          if (anticol_i) begin
            reply_valid_o = 1'b1;
            reply_o       = nfc_pkg::ReplyUid;
          end else if (select_i) begin
            reply_valid_o = 1'b1;
            reply_o       = nfc_pkg::ReplySak;
            if (level_q == size_i) state_d = nfc_pkg::StActive;
            else                   level_d = level_q + 1'b1;
          end else if (read_ahead_o) begin
            state_d = nfc_pkg::StActive;
            level_d = 2'd0;
          end else begin
            state_d = woken_q ? nfc_pkg::StHalt : nfc_pkg::StIdle;
          end
        end
      end
      // Selected: frames go to the command engine.
      nfc_pkg::StActive: begin
        if (halt_i)      state_d = nfc_pkg::StHalt;
        else if (drop_i) state_d = woken_q ? nfc_pkg::StHalt : nfc_pkg::StIdle;
      end
      default: state_d = nfc_pkg::StIdle;
    endcase
    if (wake_o) begin
      state_d       = nfc_pkg::StReady;
      level_d       = 2'd0;
      reply_valid_o = 1'b1;
    end
    if (state_d == nfc_pkg::StIdle) woken_d = 1'b0;
    if (state_d == nfc_pkg::StHalt) woken_d = 1'b1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= nfc_pkg::StIdle;
      woken_q <= 1'b0;
      level_q <= 2'd0;
    end else begin
      state_q <= state_d;
      woken_q <= woken_d;
      level_q <= level_d;
    end
  end

  assign state_o = state_q;
  assign level_o = level_q;

  `NFC_CHECK(halt_needs_wupa, !(state_q == nfc_pkg::StHalt && state_d != state_q) || wupa_i)

endmodule
