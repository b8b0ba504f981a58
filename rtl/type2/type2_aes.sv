// type2_aes.sv - the three passes of a type 2 memory's AES authentication, around an AES engine.
//
// In:  orders of the type 2 engine; bytes of the reader's proof as they come; random bits.
// Out: blocks for the AES engine, whose key is there; ready_o, it holds the answer; proof_ok_o.
// docs/choices.md, Type 2 memory: RndX' is RndX rotated by a byte.
//
//   answer 1   E(RndB)
//   proof      C1 = E(RndA), C2 = E(RndB' + C1)
//   answer 2   E(RndA')
//
// Each byte takes four ticks: two reads of the one memory, then what is made of them.

`include "nfc_check.svh"

module type2_aes (
  input  logic       clk_i,
  input  logic       rst_ni,

  // Type 2 engine
  input  logic       begin_i,
  input  logic       proving_i,        // the frame is a proof
  input  logic       answer_i,
  input  logic       next_i,
  output logic       ready_o,          // nothing under way
  output logic       proof_ok_o,

  // Frame
  input  logic       byte_valid_i,
  input  logic [7:0] byte_i,
  input  logic       first_i,          // its first byte

  // Random words
  input  logic       drawn_i,
  input  logic       random_bit_i,
  output logic       draw_o,
  output logic       use_o,            // bits are taken
  output logic       take_o,

  // AES engine
  output logic       block_valid_o,
  output logic       block_next_o,
  output logic [7:0] block_o,
  input  logic [7:0] block_i,
  output logic       start_o,
  output logic       decrypt_o,
  input  logic       done_i
);

  // Slots of the memory. C2 comes behind C1, but nobody needs it.
  localparam logic [1:0] RndA = 2'd0;
  localparam logic [1:0] RndB = 2'd1;
  localparam logic [1:0] C1   = 2'd2;

  localparam logic [5:0] BlockBytes = 6'd16;
  localparam logic [5:0] ProofBytes = 6'd32;
  localparam logic [5:0] FrameBytes = 6'd35;
  localparam logic [1:0] Act        = 2'd3;

  (* no_rw_check *) logic [7:0] memory [64];

  nfc_pkg::type2_aes_e step_d, step_q;

  logic [3:0] index_d, index_q;        // of a byte in its block
  logic [1:0] turn_d, turn_q;          // of a byte's four ticks; 1: what was asked for is under way
  logic [2:0] shift_d, shift_q;        // bits of a random byte
  logic [5:0] place_d, place_q;        // bytes of the frame
  logic       same_d, same_q;          // the RndB' of the proof is right so far
  logic       whole_d, whole_q;        // and has been looked at
  logic [7:0] hold_d, hold_q, read_q;
  logic       act, last, write, takes;
  logic [5:0] read_address, write_address;
  logic [7:0] write_byte;

  assign act   = turn_q == Act;
  assign last  = index_q == '1;
  assign takes = proving_i && byte_valid_i && !first_i && place_q != '0 && place_q <= ProofBytes;

  // ---- Memory: RndA or C1 in the first turn, then its partner, a byte on ----
  always_comb begin
    read_address = {RndA, index_q + 4'd1};
    if (step_q == nfc_pkg::Type2AesCompare) read_address = turn_q == '0 ? {C1, index_q} : {RndB, index_q + 4'd1};
  end

  always_comb begin
    write         = takes;
    write_address = {C1, 4'd0} + place_q - 6'd1;
    write_byte    = byte_i;
    if (step_q == nfc_pkg::Type2AesStore) begin
      write         = 1'b1;
      write_address = {RndB, index_q};
      write_byte    = hold_q;
    end else if (step_q == nfc_pkg::Type2AesKeep) begin
      write         = act;
      write_address = {RndA, index_q};
      write_byte    = block_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (write) memory[write_address] <= write_byte;
    read_q <= memory[read_address];
  end

  // ---- Steps ----
  always_comb begin
    step_d        = step_q;
    index_d       = index_q;
    turn_d        = '0;
    shift_d       = shift_q;
    place_d       = place_q;
    same_d        = same_q;
    whole_d       = whole_q;
    hold_d        = hold_q;
    draw_o        = 1'b0;
    take_o        = 1'b0;
    block_valid_o = 1'b0;
    block_next_o  = next_i;
    block_o       = byte_i;
    start_o       = 1'b0;
    decrypt_o     = 1'b0;

    if (proving_i && byte_valid_i) begin
      if (first_i)             place_d = 6'd1;
      else if (place_q != '1)  place_d = place_q + 6'd1;
    end

    unique case (step_q)
      nfc_pkg::Type2AesRest: begin
        index_d       = '0;
        block_valid_o = takes;
        if (proving_i && byte_valid_i && first_i) begin
          same_d  = 1'b1;
          whole_d = 1'b0;
        end
        if (takes && (place_q == BlockBytes || place_q == ProofBytes)) step_d = nfc_pkg::Type2AesDecrypt;
        if (begin_i)                                                   step_d = nfc_pkg::Type2AesDraw;
        if (answer_i)                                                  step_d = nfc_pkg::Type2AesTurn;
      end

      // A word serves four bytes.
      nfc_pkg::Type2AesDraw: begin
        draw_o = turn_q == '0 && drawn_i;
        turn_d = {1'b0, turn_q[0] || drawn_i};
        if (turn_q[0] && drawn_i) step_d = nfc_pkg::Type2AesShift;
      end

      nfc_pkg::Type2AesShift: begin
        take_o  = 1'b1;
        hold_d  = {random_bit_i, hold_q[7:1]};
        shift_d = shift_q + 3'd1;
        if (shift_q == '1) step_d = nfc_pkg::Type2AesStore;
      end

      nfc_pkg::Type2AesStore: begin
        block_valid_o = 1'b1;
        block_o       = hold_q;
        index_d       = index_q + 4'd1;
        if (last)                     step_d = nfc_pkg::Type2AesEncrypt;
        else if (index_q[1:0] == '1)  step_d = nfc_pkg::Type2AesDraw;
        else                          step_d = nfc_pkg::Type2AesShift;
      end

      nfc_pkg::Type2AesEncrypt, nfc_pkg::Type2AesDecrypt: begin
        turn_d    = 2'd1;
        start_o   = turn_q == '0;
        decrypt_o = step_q == nfc_pkg::Type2AesDecrypt;
        if (done_i) begin
          turn_d = '0;
          if (step_q == nfc_pkg::Type2AesEncrypt) step_d = nfc_pkg::Type2AesRest;
          else if (place_q > ProofBytes)          step_d = nfc_pkg::Type2AesCompare;
          else                                    step_d = nfc_pkg::Type2AesKeep;
        end
      end

      // Sixteen bytes, four ticks each.
      nfc_pkg::Type2AesKeep, nfc_pkg::Type2AesCompare, nfc_pkg::Type2AesTurn: begin
        turn_d = turn_q + 2'd1;
        if (turn_q == 2'd1) hold_d = read_q;
        if (act) begin
          index_d       = index_q + 4'd1;
          block_valid_o = step_q == nfc_pkg::Type2AesTurn;
          block_next_o  = !block_valid_o;
          block_o       = read_q;
          if (step_q == nfc_pkg::Type2AesCompare && (block_i ^ hold_q) != read_q) same_d = 1'b0;
          if (last) begin
            step_d  = step_q == nfc_pkg::Type2AesTurn ? nfc_pkg::Type2AesEncrypt : nfc_pkg::Type2AesRest;
            whole_d = step_q == nfc_pkg::Type2AesCompare;
          end
        end
      end

      default: step_d = nfc_pkg::Type2AesRest;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q  <= nfc_pkg::Type2AesRest;
      index_q <= '0;
      turn_q  <= '0;
      shift_q <= '0;
      place_q <= '0;
      same_q  <= 1'b0;
      whole_q <= 1'b0;
      hold_q  <= '0;
    end else begin
      step_q  <= step_d;
      index_q <= index_d;
      turn_q  <= turn_d;
      shift_q <= shift_d;
      place_q <= place_d;
      same_q  <= same_d;
      whole_q <= whole_d;
      hold_q  <= hold_d;
    end
  end

  assign use_o      = step_q == nfc_pkg::Type2AesShift || step_q == nfc_pkg::Type2AesStore;
  assign ready_o    = step_q == nfc_pkg::Type2AesRest;
  assign proof_ok_o = ready_o && whole_q && same_q && place_q == FrameBytes;

  `NFC_CHECK(orders_meet_it_at_rest, !(begin_i || answer_i) || ready_o)

endmodule
