// top_activation.sv - which card this is and how it is found: identity, activation states, anticollision.
//
// In:  what is set for the card and what its memory says of its UID; frames as they come; the bit that is sent.
// Out: the state, the answers of the activation, and the bits of ATQA, UID and SAK for them.
// ISO/IEC 14443-3, 6; docs/choices.md, Frames at the card.

module top_activation (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  // Identity
  input  logic [79:0]          uid_i,                  // u0 in bits 7..0
  input  logic [1:0]           uid_size_i,             // 0 four, 1 seven, 2 ten bytes
  input  logic [15:0]          atqa_i,
  input  logic [7:0]           sak_i,                  // of the last cascade level
  input  logic                 random_uid_i,
  input  logic [2:0]           usage_i,                // {personalised, usage} of the UID
  input  logic                 usage_valid_i,

  // Frame
  input  logic                 sof_i,
  input  logic                 data_valid_i,
  input  logic                 data_i,
  input  logic [4:0]           bytes_i,
  input  logic [3:0]           bits_i,
  input  logic [5:0]           place_i,                // of the next bit in UID and BCC
  input  logic [6:0]           call_i,                 // seven bits of a short frame
  input  logic [7:0]           code_i,
  input  logic [7:0]           argument_i,
  input  logic                 frame_end_i,
  input  logic                 short_i,
  input  logic                 sound_i,
  input  logic                 crc_ok_i,
  input  logic                 read_first_i,           // a sound READ of block 0
  input  logic                 drop_i,                 // ACTIVE: error, to IDLE or back to HALT
  input  logic                 halt_i,                 // ACTIVE: to HALT

  output nfc_pkg::picc_state_e state_o,
  output logic                 wake_o,
  output logic                 read_ahead_o,
  output logic                 reply_valid_o,
  output nfc_pkg::reply_e      reply_o,

  // Answer
  input  logic                 send_i,                 // one bit of it is sent
  input  logic                 sending_i,
  input  logic                 sends_uid_i,
  input  logic [5:0]           index_i,                // of the bit that is sent
  output logic                 uid_bit_o,
  output logic                 own_bit_o,              // of UID and BCC
  output logic [15:0]          atqa_o,
  output logic [7:0]           sak_o,

  // Random numbers and CRC, for an identity that is not the UID
  input  logic                 random_ready_i,
  input  logic                 random_bit_i,
  output logic                 draw_o,
  output logic                 take_o,
  output logic                 crc_init_o,
  output logic                 crc_valid_o,
  input  logic [15:0]          crc_i,
  output logic                 busy_o
);

  localparam logic [7:0]  SakCascade   = 8'h04;
  localparam logic [15:0] AtqaSizeBits = 16'h00C0;
  localparam logic [4:0]  HeaderBytes  = 5'd2;   // SEL and NVB
  localparam logic [5:0]  BccPlace     = 6'd32;
  localparam logic [4:0]  PayloadEnd   = 5'd7;   // SEL, NVB, UID, BCC

  logic        personalised, is_random, is_nuid, has_shortcut;
  logic [1:0]  level, size;
  logic        anticol, selected;
  logic [5:0]  place;          // of the bit that is received or sent, in UID and BCC
  logic        in_payload;
  logic [31:0] id_alias;
  logic [5:0]  alias_count;

  assign personalised = usage_i[2] && uid_size_i == 2'd1;
  assign is_random    = random_uid_i || (personalised && usage_i[1:0] == 2'd1);
  assign has_shortcut = personalised && usage_i[1:0] == 2'd2;
  assign is_nuid      = personalised && usage_i[1:0] == 2'd3;
  assign size         = (is_random || is_nuid) ? 2'd0 : uid_size_i;

  anticol_state u_anticol_state (
    .clk_i,
    .rst_ni,
    .frame_end_i,
    .reqa_i        (short_i && call_i == nfc_pkg::CmdReqa),
    .wupa_i        (short_i && call_i == nfc_pkg::CmdWupa),
    .anticol_i     (anticol),
    .select_i      (selected),
    .read_first_i,
    .shortcut_i    (has_shortcut),
    .size_i        (size),
    .drop_i,
    .halt_i,
    .state_o,
    .level_o       (level),
    .wake_o,
    .read_ahead_o,
    .reply_valid_o,
    .reply_o
  );

  assign place      = sending_i ? index_i : place_i;
  assign in_payload = sending_i ? sends_uid_i : bytes_i >= HeaderBytes && bytes_i < PayloadEnd;

  anticol_uid u_anticol_uid (
    .uid_i,
    .alias_i     (id_alias),
    .use_alias_i (is_random || is_nuid),
    .size_i      (size),
    .level_i     (level),
    .place_i     (place[4:0]),
    .raw_i       (crc_valid_o),
    .raw_place_i (alias_count),
    .bit_o       (uid_bit_o)
  );

  anticol_select u_anticol_select (
    .clk_i,
    .rst_ni,
    .sof_i,
    .data_valid_i,
    .data_i,
    .send_i,
    .in_payload_i (in_payload),
    .in_bcc_i     (place >= BccPlace),
    .uid_bit_i    (uid_bit_o),
    .own_o        (own_bit_o),
    .code_i,
    .argument_i,
    .bytes_i,
    .bits_i,
    .sound_i,
    .crc_ok_i,
    .level_i      (level),
    .anticol_o    (anticol),
    .select_o     (selected)
  );

  anticol_alias u_anticol_alias (
    .clk_i,
    .rst_ni,
    .prepare_i    (usage_valid_i),
    .random_i     (is_random),
    .nuid_i       (is_nuid),
    .draw_o,
    .drawn_i      (random_ready_i),
    .take_o,
    .random_bit_i,
    .crc_init_o,
    .crc_valid_o,
    .count_o      (alias_count),
    .crc_i,
    .alias_o      (id_alias),
    .busy_o
  );

  assign atqa_o = (is_random || is_nuid) ? atqa_i & ~AtqaSizeBits : atqa_i;
  assign sak_o  = (state_o == nfc_pkg::StActive) ? sak_i : SakCascade;

endmodule
