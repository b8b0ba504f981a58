// anticol_alias.sv - the 4-byte identity that some cards show instead of their UID.
//
// In:  prepare_i at power-up and at each activation, with the usage then in force; random bits; the CRC.
// Out: alias_o: 08 and 24 random bits, drawn once for as long as the card has power, or the NUID.
// ISO/IEC 14443-3, 6.5.4 (random ID); the NUID is a CRC_A over the 7 bytes of the UID.

`include "nfc_check.svh"

module anticol_alias (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic        prepare_i,
  input  logic        random_i,       // the identity in force is a random one
  input  logic        nuid_i,         // it is the NUID

  output logic        draw_o,         // one tick: a new random word is wanted
  input  logic        drawn_i,        // the word is there
  output logic        take_o,         // one random bit is used
  input  logic        random_bit_i,   // bits of the word in turn, lowest first

  output logic        crc_init_o,
  output logic        crc_valid_o,    // the UID bit at count_o goes into the CRC, in the next tick
  output logic [5:0]  count_o,
  input  logic [15:0] crc_i,

  output logic [31:0] alias_o,
  output logic        busy_o
);

  localparam logic [5:0] RandomBits = 6'd32;
  // The CRC takes the bit at count_o two ticks later.
  localparam logic [5:0] WholeUid   = 6'd56;    // a multiple of 8
  localparam logic [5:0] FirstPart  = 6'd25;    // behind the bits of UID0 to UID2
  localparam logic [5:0] LastPart   = 6'd57;
  localparam logic [7:0] RandomTag  = 8'h08;
  localparam logic [7:0] NuidMask   = 8'hE0;
  localparam logic [7:0] NuidTag    = 8'h0F;

  nfc_pkg::alias_step_e step_d, step_q;

  logic        random_d, random_q;    // alias_q holds this power-up's random ID
  logic [5:0]  count_d, count_q;
  logic [31:0] alias_d, alias_q;

  always_comb begin
    step_d      = step_q;
    random_d    = random_q;
    count_d     = count_q;
    alias_d     = alias_q;
    draw_o      = 1'b0;
    take_o      = 1'b0;
    crc_init_o  = 1'b0;
    crc_valid_o = 1'b0;
    unique case (step_q)
      // Waits for power-up or an activation.
      nfc_pkg::AliasRest: begin
        count_d = '0;
        if (prepare_i && random_i && !random_q) begin
          draw_o = 1'b1;
          step_d = nfc_pkg::AliasDraw;
        end else if (prepare_i && nuid_i) begin
          crc_init_o = 1'b1;
          step_d     = nfc_pkg::AliasCrc;
        end
      end
      // Waits for the generator.
      nfc_pkg::AliasDraw: if (drawn_i) step_d = nfc_pkg::AliasShift;
      // 32 random bits, of which the first byte is replaced.
      nfc_pkg::AliasShift: begin
        take_o  = 1'b1;
        count_d = count_q + 1'b1;
        alias_d = {count_q[5:3] == '0 ? RandomTag[count_q[2:0]] : random_bit_i, alias_q[31:1]};
        if (count_q == RandomBits - 1'b1) begin
          random_d = 1'b1;
          step_d   = nfc_pkg::AliasRest;
        end
      end
      // One bit of the UID a tick.
      nfc_pkg::AliasCrc: begin
        random_d    = 1'b0;
        crc_valid_o = count_q[5:3] != WholeUid[5:3];
        count_d     = count_q + 1'b1;
        if (count_q == FirstPart) alias_d[15:0] = {crc_i[7:0], (crc_i[15:8] & NuidMask) | NuidTag};
        if (count_q == LastPart) begin
          alias_d[31:16] = {crc_i[7:0], crc_i[15:8]};
          count_d        = '0;
          step_d         = nfc_pkg::AliasRest;
        end
      end
      default: step_d = nfc_pkg::AliasRest;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q   <= nfc_pkg::AliasRest;
      random_q <= 1'b0;
      count_q  <= '0;
      alias_q  <= '0;
    end else begin
      step_q   <= step_d;
      random_q <= random_d;
      count_q  <= count_d;
      alias_q  <= alias_d;
    end
  end

  assign count_o = count_q;
  assign alias_o = alias_q;
  assign busy_o  = step_q != nfc_pkg::AliasRest;

  `NFC_CHECK(counts_no_further, count_q <= LastPart)

endmodule
