// anticol_b.sv - how a type B card is found: REQB and WUPB, slots, ATTRIB, HLTB.
//
// In:  identity of the card; bytes of each frame with its header, length and verdict at its end; random numbers.
// Out: answers to calls and to HLTB; ATTRIB that is accepted, with what it asks for, good at the end of its frame.
// ISO/IEC 14443-3, 7; docs/choices.md, Type B.

`include "nfc_check.svh"

module anticol_b (
  input  logic            clk_i,
  input  logic            rst_ni,

  input  logic [31:0]     pupi_i,         // first byte in bits 7..0
  input  logic [7:0]      afi_i,
  input  logic [7:0]      rates_i,        // map of nfc_pkg::rates_ok
  input  logic            cid_support_i,
  input  logic            can_attrib_i,   // somebody speaks the block protocol

  input  logic            byte_valid_i,
  input  logic [7:0]      byte_i,
  input  logic [4:0]      bytes_i,        // whole bytes so far; stops at 31
  input  logic            frame_end_i,
  input  logic            sound_i,        // characters and CRC right
  input  logic [7:0]      code_i,
  input  logic [7:0]      argument_i,

  output logic            reply_valid_o,
  output nfc_pkg::reply_e reply_o,

  output logic            attrib_o,
  output logic [3:0]      fsdi_o,
  output logic [3:0]      cid_o,
  output logic [1:0]      card_rate_o,
  output logic [1:0]      reader_rate_o,
  input  logic            halt_i,         // the session has ended

  output logic            draw_o,         // one tick: a new random word is wanted
  input  logic            drawn_i,        // the word is there,
  input  logic [3:0]      random_i        // and these are its lowest bits
);

  localparam logic [4:0] ReqbBytes   = 5'd5;   // with CRC
  localparam logic [4:0] SlotBytes   = 5'd3;
  localparam logic [4:0] HltbBytes   = 5'd7;
  localparam logic [4:0] AttribBytes = 5'd11;  // at least
  localparam logic [4:0] ParamPlace  = 5'd2;
  localparam logic [4:0] P2Place     = 5'd6;
  localparam logic [4:0] P3Place     = 5'd7;
  localparam logic [4:0] P4Place     = 5'd8;
  localparam int unsigned WakesBit   = 3;      // of PARAM
  localparam logic [2:0] MostSlots   = 3'd4;   // code of 16
  localparam logic [3:0] Protocol    = 4'h1;   // ISO/IEC 14443-4

  nfc_pkg::call_state_e state_d, state_q;

  logic       own_d, own_q;         // bytes 1 to 4 are our PUPI
  logic [7:0] value_d, value_q;     // PARAM, or P2 in the frames that have one
  logic       part4_d, part4_q;     // P3 asks for ISO/IEC 14443-4
  logic [3:0] cid_d, cid_q;
  logic [3:0] slot_d, slot_q;       // less 1
  logic [7:0] pupi_byte;
  logic [2:0] slots;                // code of N
  logic [3:0] slot_mask;
  // What the frame asks for if it is sound, a tick after its last byte.
  logic       call_d, call_q, afi_ok_d, afi_ok_q, marker_d, marker_q, hltb_d, hltb_q, attrib_d, attrib_q;

  // ---- Bytes as they come ----
  always_comb begin
    unique case (bytes_i[2:0])
      3'd1:    pupi_byte = pupi_i[7:0];
      3'd2:    pupi_byte = pupi_i[15:8];
      3'd3:    pupi_byte = pupi_i[23:16];
      default: pupi_byte = pupi_i[31:24];
    endcase
  end

  always_comb begin
    own_d   = own_q;
    value_d = value_q;
    part4_d = part4_q;
    cid_d   = cid_q;
    if (byte_valid_i && state_q != nfc_pkg::CallActive) begin
      if (bytes_i == 5'd0)                                             own_d = 1'b1;
      else if (bytes_i <= 5'd4 && byte_i != pupi_byte)                 own_d = 1'b0;
      if (bytes_i == ParamPlace || bytes_i == P2Place)                 value_d = byte_i;
      if (bytes_i == P3Place)                                          part4_d = byte_i[3:0] == Protocol;
      if (bytes_i == P4Place)                                          cid_d = byte_i[3:0];
    end
  end

  // ---- The whole frame ----
  assign slots    = value_q[2:0];
  assign call_d   = code_i == nfc_pkg::CmdReqb && bytes_i == ReqbBytes && slots <= MostSlots &&
                    (state_q != nfc_pkg::CallHalt || value_q[WakesBit]);
  assign afi_ok_d = argument_i == '0 || argument_i == afi_i ||
                    (argument_i[7:4] == afi_i[7:4] && argument_i[3:0] == '0) ||
                    (argument_i[7:4] == '0 && argument_i[3:0] == afi_i[3:0]);
  assign marker_d = code_i[3:0] == nfc_pkg::CmdSlot && code_i[7:4] == slot_q && code_i[7:4] != '0 &&
                    bytes_i == SlotBytes;
  assign hltb_d   = code_i == nfc_pkg::CmdHltb && bytes_i == HltbBytes && own_q;
  assign attrib_d = code_i == nfc_pkg::CmdAttrib && bytes_i >= AttribBytes && own_q && part4_q &&
                    can_attrib_i && cid_q != nfc_pkg::CidRfu && (cid_support_i || cid_q == '0) &&
                    nfc_pkg::rates_ok(rates_i, card_rate_o, reader_rate_o);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      call_q   <= 1'b0;
      afi_ok_q <= 1'b0;
      marker_q <= 1'b0;
      hltb_q   <= 1'b0;
      attrib_q <= 1'b0;
    end else begin
      call_q   <= call_d;
      afi_ok_q <= afi_ok_d;
      marker_q <= marker_d;
      hltb_q   <= hltb_d;
      attrib_q <= attrib_d;
    end
  end

  assign attrib_o      = frame_end_i && sound_i && state_q == nfc_pkg::CallDeclared && attrib_q;
  assign fsdi_o        = value_q[3:0];
  assign reader_rate_o = value_q[5:4];
  assign card_rate_o   = value_q[7:6];
  assign cid_o         = cid_q;

  always_comb begin
    unique case (slots)
      3'd1:    slot_mask = 4'd1;
      3'd2:    slot_mask = 4'd3;
      3'd3:    slot_mask = 4'd7;
      default: slot_mask = 4'd15;
    endcase
  end

  always_comb begin
    state_d       = state_q;
    slot_d        = slot_q;
    reply_valid_o = 1'b0;
    reply_o       = nfc_pkg::ReplyData;
    draw_o        = 1'b0;
    unique case (state_q)
      // Wait for a call; HALT for one that wakes.
      nfc_pkg::CallIdle, nfc_pkg::CallHalt: state_d = state_q;
      // Waits for the generator.
      nfc_pkg::CallDraw: begin
        if (drawn_i) begin
          slot_d  = random_i & slot_mask;
          state_d = nfc_pkg::CallRequested;
          if (slot_d == '0) begin
            reply_valid_o = 1'b1;
            state_d       = nfc_pkg::CallDeclared;
          end
        end
      end
      // Waits for its slot.
      nfc_pkg::CallRequested: begin
        if (frame_end_i && sound_i && marker_q) begin
          reply_valid_o = 1'b1;
          state_d       = nfc_pkg::CallDeclared;
        end
      end
      // Waits for ATTRIB.
      nfc_pkg::CallDeclared: begin
        if (attrib_o) begin
          state_d = nfc_pkg::CallActive;
        end else if (frame_end_i && sound_i && hltb_q) begin
          reply_valid_o = 1'b1;
          reply_o       = nfc_pkg::ReplySak;
          state_d       = nfc_pkg::CallHalt;
        end
      end
      // The block protocol has the card.
      nfc_pkg::CallActive: if (halt_i) state_d = nfc_pkg::CallHalt;
      default: state_d = nfc_pkg::CallIdle;
    endcase

    if (frame_end_i && sound_i && call_q && state_q != nfc_pkg::CallActive) begin
      if (!afi_ok_q) begin
        state_d = (state_q == nfc_pkg::CallHalt) ? nfc_pkg::CallHalt : nfc_pkg::CallIdle;
      end else if (slots == '0) begin
        reply_valid_o = 1'b1;
        state_d       = nfc_pkg::CallDeclared;
      end else begin
        draw_o  = 1'b1;
        state_d = nfc_pkg::CallDraw;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= nfc_pkg::CallIdle;
      own_q   <= 1'b0;
      value_q <= '0;
      part4_q <= 1'b0;
      cid_q   <= '0;
      slot_q  <= '0;
    end else begin
      state_q <= state_d;
      own_q   <= own_d;
      value_q <= value_d;
      part4_q <= part4_d;
      cid_q   <= cid_d;
      slot_q  <= slot_d;
    end
  end

  `NFC_CHECK(active_is_silent, !(state_q == nfc_pkg::CallActive && reply_valid_o))

endmodule
