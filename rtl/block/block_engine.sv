// block_engine.sv - the card's side of the block protocol: activation, block numbers, chaining, waiting, recovery.
//
// In:  verdicts of block_frame at the end of each frame; the host's Go; the grid of the frame delay timer.
// Out: which frames are ours, which answer goes out, what the host is told.
// ISO/IEC 14443-4, 5 to 8; docs/choices.md, ISO-DEP at the card.
//
//   frame of the reader      G      G+1024        G+128n, n = W at the latest
//   ____| 02 80 .. |_________|________|_____________|____
//                       Tell      |   Hold, the host at work: Go, or S(WTX)

`include "nfc_check.svh"

module block_engine (
  input  logic                   clk_i,
  input  logic                   rst_ni,

  // Activation
  input  logic                   selected_i,     // ACTIVE, no MIFARE Classic command yet; enabled
  input  logic                   classic_i,      // a MIFARE Classic as well, until RATS
  output logic                   mine_o,         // the frame that ends now is no MIFARE Classic command
  input  logic                   strict_i,       // before RATS a frame that is not for us ends the selection
  output logic                   drop_o,
  output logic                   halt_o,
  input  logic                   attrib_i,       // type B: the frame that ends is an ATTRIB for us,
  input  logic [3:0]             attrib_fsdi_i,  // and this is what it says
  input  logic [3:0]             attrib_cid_i,
  output logic                   agreed_o,       // on rates

  // Frame
  input  logic                   frame_end_i,
  input  logic                   sound_i,
  input  logic [7:0]             code_i,
  input  logic [7:0]             argument_i,
  input  nfc_pkg::block_frame_t  frame_i,
  output logic [3:0]             cid_o,
  output logic                   nad_ok_o,

  // Answer
  input  logic                   program_i,      // one tick before G + 1024
  input  logic                   lead_i,         // last tick in which a Go counts for the next instant
  input  logic                   due_i,          // with it: the next instant is W
  output logic                   reply_valid_o,
  output nfc_pkg::fdt_e          fdt_o,
  output nfc_pkg::block_answer_t answer_o,

  // Host
  output nfc_pkg::block_event_t  event_o,
  output logic [3:0]             fsdi_o,
  output logic                   owned_o,        // the buffers are the host's
  input  logic                   go_valid_i,
  input  nfc_pkg::block_go_t     go_i,

  output logic                   busy_o,         // no frame may come
  output logic                   waiting_o,      // for the host, and for nothing else
  output logic                   holds_o         // lead_i and due_i count
);

  nfc_pkg::block_state_e state_d, state_q;
  nfc_pkg::block_kind_e  kind_d, kind_q;      // the last answer
  nfc_pkg::block_go_t    said_d, said_q;      // with the last I-block

  logic       protocol_d, protocol_q;
  logic       first_d, first_q;        // no frame was heard since the ATS
  logic [3:0] cid_d, cid_q;
  logic [3:0] fsdi_d, fsdi_q;
  logic       number_d, number_q;
  logic       with_cid_d, with_cid_q;  // the block that is answered has a CID
  logic       command_d, command_q;    // the reader's chain goes on
  logic       chain_d, chain_q;        // the card's chain goes on
  logic       next_d, next_q;          // the host is asked for a next piece
  logic       go_d, go_q;              // the host has let the answer go
  logic       hlta_d, hlta_q, selected_q;  // known before the frame ends
  logic       same_number, is_r, go_now;

  assign hlta_d      = code_i == nfc_pkg::CmdHlta && argument_i == '0;
  assign mine_o      = protocol_q || (selected_q && (!sound_i || frame_i.rats || (!classic_i && !hlta_q)));
  assign drop_o      = strict_i && frame_end_i && mine_o && !protocol_q && !frame_i.rats;
  assign same_number = code_i[0] == number_q;
  assign is_r        = frame_i.ack || frame_i.nak;
  assign go_now      = go_valid_i && owned_o;

  always_comb begin
    state_d       = state_q;
    kind_d        = kind_q;
    said_d        = said_q;
    protocol_d    = protocol_q;
    first_d       = first_q;
    cid_d         = cid_q;
    fsdi_d        = fsdi_q;
    number_d      = number_q;
    with_cid_d    = with_cid_q;
    command_d     = command_q;
    chain_d       = chain_q;
    next_d        = next_q;
    go_d          = go_q || go_now;
    reply_valid_o = 1'b0;
    fdt_o         = nfc_pkg::FdtMin;
    halt_o        = 1'b0;
    agreed_o      = attrib_i;
    event_o       = '0;

    if (go_now) said_d = go_i;
    if (frame_end_i && protocol_q) first_d = 1'b0;

    unique case (state_q)
      nfc_pkg::BlockListen: begin
        if (frame_end_i && protocol_q) begin
          if (frame_i.pps && first_q) begin
            kind_d        = nfc_pkg::BlockPps;
            reply_valid_o = 1'b1;
            agreed_o      = 1'b1;
          end else if (frame_i.info) begin
            number_d   = !number_q;
            with_cid_d = code_i[3];
            command_d  = code_i[4];
            chain_d    = 1'b0;
            next_d     = 1'b0;
            kind_d     = nfc_pkg::BlockNone;
            state_d    = nfc_pkg::BlockTell;
          end else if (is_r && same_number) begin
            reply_valid_o = kind_q == nfc_pkg::BlockInfo || kind_q == nfc_pkg::BlockAck;
          end else if (frame_i.nak) begin
            kind_d        = nfc_pkg::BlockAck;
            with_cid_d    = code_i[3];
            reply_valid_o = 1'b1;
          end else if (frame_i.ack && chain_q) begin
            number_d   = !number_q;
            with_cid_d = code_i[3];
            next_d     = 1'b1;
            kind_d     = nfc_pkg::BlockNone;
            state_d    = nfc_pkg::BlockTell;
          end
        end else if ((frame_end_i && selected_q && frame_i.rats) || attrib_i) begin
          protocol_d    = 1'b1;
          first_d       = !attrib_i;
          cid_d         = attrib_i ? attrib_cid_i : argument_i[3:0];
          fsdi_d        = attrib_i ? attrib_fsdi_i : argument_i[7:4];
          number_d      = 1'b1;
          command_d     = 1'b0;
          chain_d       = 1'b0;
          kind_d        = attrib_i ? nfc_pkg::BlockAttrib : nfc_pkg::BlockAts;
          reply_valid_o = 1'b1;
          state_d       = nfc_pkg::BlockTell;
        end
      end

      nfc_pkg::BlockTell: begin
        go_d = 1'b0;
        if (program_i) begin
          event_o.activated = kind_q == nfc_pkg::BlockAts || kind_q == nfc_pkg::BlockAttrib;
          event_o.next      = !event_o.activated && next_q;
          event_o.piece     = !event_o.activated && !next_q;
          state_d           = event_o.activated ? nfc_pkg::BlockListen : nfc_pkg::BlockHold;
        end
      end

      nfc_pkg::BlockHold: begin
        if (lead_i && go_d) begin
          kind_d        = command_q ? nfc_pkg::BlockAck : nfc_pkg::BlockInfo;
          chain_d       = !command_q && said_d.more;
          fdt_o         = nfc_pkg::FdtStore;
          reply_valid_o = 1'b1;
          state_d       = nfc_pkg::BlockListen;
        end else if (due_i) begin
          kind_d        = nfc_pkg::BlockWtx;
          fdt_o         = nfc_pkg::FdtStore;
          reply_valid_o = 1'b1;
          state_d       = nfc_pkg::BlockExtend;
        end
      end

      nfc_pkg::BlockExtend: begin
        if (frame_end_i) begin
          if (frame_i.wtx)              state_d = nfc_pkg::BlockResume;
          else if (is_r && same_number) reply_valid_o = 1'b1;
        end
      end

      nfc_pkg::BlockResume: if (program_i) state_d = nfc_pkg::BlockHold;

      default: state_d = nfc_pkg::BlockListen;
    endcase

    // Ends everything at any time.
    if (frame_end_i && protocol_q && frame_i.deselect) begin
      protocol_d         = 1'b0;
      with_cid_d         = code_i[3];
      kind_d             = nfc_pkg::BlockDeselect;
      reply_valid_o      = 1'b1;
      halt_o             = 1'b1;
      event_o.deselected = 1'b1;
      state_d            = nfc_pkg::BlockListen;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q    <= nfc_pkg::BlockListen;
      kind_q     <= nfc_pkg::BlockNone;
      said_q     <= '0;
      protocol_q <= 1'b0;
      first_q    <= 1'b0;
      cid_q      <= '0;
      fsdi_q     <= '0;
      number_q   <= 1'b0;
      with_cid_q <= 1'b0;
      command_q  <= 1'b0;
      chain_q    <= 1'b0;
      next_q     <= 1'b0;
      go_q       <= 1'b0;
      hlta_q     <= 1'b0;
      selected_q <= 1'b0;
    end else begin
      state_q    <= state_d;
      kind_q     <= kind_d;
      said_q     <= said_d;
      protocol_q <= protocol_d;
      first_q    <= first_d;
      cid_q      <= cid_d;
      fsdi_q     <= fsdi_d;
      number_q   <= number_d;
      with_cid_q <= with_cid_d;
      command_q  <= command_d;
      chain_q    <= chain_d;
      next_q     <= next_d;
      go_q       <= go_d;
      hlta_q     <= hlta_d;
      selected_q <= selected_i;
    end
  end

  assign cid_o     = cid_q;
  assign fsdi_o    = fsdi_q;
  assign nad_ok_o  = !command_q;
  assign owned_o   = !go_q && (state_q == nfc_pkg::BlockHold || state_q == nfc_pkg::BlockExtend ||
                               state_q == nfc_pkg::BlockResume);
  assign busy_o    = state_q == nfc_pkg::BlockTell || state_q == nfc_pkg::BlockHold ||
                     state_q == nfc_pkg::BlockResume;
  assign holds_o   = state_q == nfc_pkg::BlockHold;
  assign waiting_o = state_q == nfc_pkg::BlockHold && !go_q;

  always_comb begin
    answer_o.kind      = kind_q;
    answer_o.number    = number_q;
    answer_o.with_cid  = with_cid_q;
    answer_o.chained   = chain_q;
    answer_o.nad       = said_q.nad;
    answer_o.cid       = cid_q;
    answer_o.short_ats = fsdi_q == '0;
  end

  `NFC_CHECK(answers_in_turn, !reply_valid_o || frame_end_i || state_q == nfc_pkg::BlockHold)

endmodule
