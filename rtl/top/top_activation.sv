// top_activation.sv - which card this is and how it is found: identity, activation states, anticollision.
//
// In:  what is set for the card and what its memory says of its UID; frames as they come; the bit that is sent.
// Out: the state, the answers of the activation, and the bits of ATQA, UID and SAK for them.
// ISO/IEC 14443-3, 6; docs/choices.md, Frames at the card.

module top_activation #(
  parameter bit Alias = 1'b1               // can show another identity than the UID
) (
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
  output logic                 uid_bit_o,              // good a tick after the place
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

  logic        personalised;
  logic        is_random_d, is_random_q, is_nuid_d, is_nuid_q, has_shortcut_d, has_shortcut_q;
  logic        fresh_q;
  logic [1:0]  level, size_d, size_q;
  logic        anticol, selected;
  logic [5:0]  place;          // of the bit that is received or sent, in UID and BCC
  logic        in_payload;
  logic [31:0] id_alias;
  logic [5:0]  alias_count;
  logic        crc_valid_d, crc_valid_q, sending_q;

  assign personalised   = usage_i[2] && uid_size_i == 2'd1;
  assign is_random_d    = Alias && (random_uid_i || (personalised && usage_i[1:0] == 2'd1));
  assign has_shortcut_d = personalised && usage_i[1:0] == 2'd2;
  assign is_nuid_d      = Alias && personalised && usage_i[1:0] == 2'd3;
  assign size_d         = (is_random_d || is_nuid_d) ? 2'd0 : uid_size_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      is_random_q    <= 1'b0;
      has_shortcut_q <= 1'b0;
      is_nuid_q      <= 1'b0;
      size_q         <= 2'd0;
      fresh_q        <= 1'b0;
    end else begin
      is_random_q    <= is_random_d;
      has_shortcut_q <= has_shortcut_d;
      is_nuid_q      <= is_nuid_d;
      size_q         <= size_d;
      fresh_q        <= usage_valid_i;
    end
  end

  anticol_state u_anticol_state (
    .clk_i,
    .rst_ni,
    .frame_end_i,
    .reqa_i        (short_i && call_i == nfc_pkg::CmdReqa),
    .wupa_i        (short_i && call_i == nfc_pkg::CmdWupa),
    .anticol_i     (anticol),
    .select_i      (selected),
    .read_first_i,
    .shortcut_i    (has_shortcut_q),
    .size_i        (size_q),
    .drop_i,
    .halt_i,
    .state_o,
    .level_o       (level),
    .wake_o,
    .read_ahead_o,
    .reply_valid_o,
    .reply_o
  );

  assign place      = sending_q ? index_i : place_i;
  assign in_payload = sending_q ? sends_uid_i : bytes_i >= HeaderBytes && bytes_i < PayloadEnd;

  anticol_uid u_anticol_uid (
    .clk_i,
    .rst_ni,
    .uid_i,
    .alias_i     (id_alias),
    .use_alias_i (is_random_q || is_nuid_q),
    .size_i      (size_q),
    .level_i     (level),
    .place_i     (place[4:0]),
    .raw_i       (busy_o),
    .raw_place_i (alias_count),
    .bit_o       (uid_bit_o)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      crc_valid_q <= 1'b0;
      sending_q   <= 1'b0;
    end else begin
      crc_valid_q <= crc_valid_d;
      sending_q   <= sending_i;
    end
  end

  assign crc_valid_o = crc_valid_q;

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

  if (Alias) begin : g_alias
    anticol_alias u_anticol_alias (
      .clk_i,
      .rst_ni,
      .prepare_i    (fresh_q),
      .random_i     (is_random_q),
      .nuid_i       (is_nuid_q),
      .draw_o,
      .drawn_i      (random_ready_i),
      .take_o,
      .random_bit_i,
      .crc_init_o,
      .crc_valid_o  (crc_valid_d),
      .count_o      (alias_count),
      .crc_i,
      .alias_o      (id_alias),
      .busy_o
    );
  end else begin : g_no_alias
    logic unused;
    assign unused      = &{1'b0, fresh_q, random_uid_i, random_ready_i, random_bit_i, crc_i};
    assign draw_o      = 1'b0;
    assign take_o      = 1'b0;
    assign crc_init_o  = 1'b0;
    assign crc_valid_d = 1'b0;
    assign alias_count = '0;
    assign id_alias    = '0;
    assign busy_o      = 1'b0;
  end

  assign atqa_o = (is_random_q || is_nuid_q) ? atqa_i & ~AtqaSizeBits : atqa_i;
  assign sak_o  = (state_o == nfc_pkg::StActive) ? sak_i : SakCascade;

endmodule
