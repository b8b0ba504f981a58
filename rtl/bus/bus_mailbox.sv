// bus_mailbox.sv - where the block protocol meets the software behind the card, behind APB (IHI 0024).
//
// In:  APB without wait states, 8 bits wide; events of the engine, the block that has come.
// Out: what the software has set; its Go; place and write strobes for the buffers.
// Register map: rtl/bus/registers.json.

`include "nfc_check.svh"

module bus_mailbox #(
  parameter bit Rates = 1'b1   // register Rates is there; else it reads as 0
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,      // placed new, not field loss

  input  logic                   psel_i,
  input  logic                   penable_i,
  input  logic                   pwrite_i,
  input  logic [7:0]             paddr_i,
  input  logic [7:0]             pwdata_i,
  output logic [7:0]             prdata_o,
  output logic                   pready_o,
  output logic                   pslverr_o,
  output logic                   irq_o,

  input  logic                   powered_i,   // without power nothing is told
  output nfc_pkg::block_config_t config_o,
  output logic [7:0]             rates_o,     // TA(1)
  input  nfc_pkg::block_event_t  event_i,
  input  logic [3:0]             fsdi_i,
  input  logic                   owned_i,     // the buffers are the software's
  output logic                   go_valid_o,
  output nfc_pkg::block_go_t     go_o,

  output logic [7:0]             place_o,     // of the byte that is read or written, then behind the last one
  output logic                   write_o,
  output logic                   ats_o,       // it is one of the ATS
  input  logic [7:0]             length_i,
  input  logic [7:0]             data_i
);

  localparam logic [7:0] FirstPlace = 8'd1;

  nfc_pkg::block_config_t config_d, config_q;
  nfc_pkg::block_event_t  events_d, events_q;

  logic [7:0] place_d, place_q;
  logic [7:0] rates_d, rates_q;
  logic       access, write, known, mine;
  logic       at_go_q;   // since the setup phase

  assign access = psel_i && penable_i;
  assign write  = access && pwrite_i;
  // What is not told yet cannot be meant by what the software does.
  assign mine   = owned_i && events_q == '0;

  always_comb begin
    known    = 1'b1;
    prdata_o = '0;
    if (psel_i) begin
      case (paddr_i)
        nfc_reg_pkg::BoxConfig: begin
          prdata_o[nfc_reg_pkg::BoxConfigEnableBit] = config_q.enable;
          prdata_o[nfc_reg_pkg::BoxConfigCidBit]    = config_q.cid;
          prdata_o[nfc_reg_pkg::BoxConfigNadBit]    = config_q.nad;
          prdata_o[nfc_reg_pkg::BoxConfigStrictBit] = config_q.strict;
        end
        nfc_reg_pkg::BoxLimits:    prdata_o = {config_q.fwi, config_q.fsci};
        nfc_reg_pkg::BoxAtsLength: prdata_o = {3'b000, config_q.ats_length};
        nfc_reg_pkg::BoxEvents:    prdata_o = {fsdi_i, events_q};
        nfc_reg_pkg::BoxLength:    prdata_o = length_i;
        nfc_reg_pkg::BoxData:      prdata_o = data_i;
        nfc_reg_pkg::BoxRates:     prdata_o = rates_q;
        nfc_reg_pkg::BoxAts, nfc_reg_pkg::BoxFlush, nfc_reg_pkg::BoxGo: ;
        default: known = 1'b0;
      endcase
    end
  end

  always_comb begin
    config_d   = config_q;
    rates_d    = rates_q;
    events_d   = events_q;
    place_d    = place_q;
    write_o    = 1'b0;
    ats_o      = 1'b0;
    go_valid_o = write && at_go_q && mine;
    if (access && paddr_i == nfc_reg_pkg::BoxData && mine) begin
      write_o = pwrite_i;
      place_d = place_q + 1'b1;
    end
    if (write) begin
      case (paddr_i)
        nfc_reg_pkg::BoxConfig: begin
          config_d.enable = pwdata_i[nfc_reg_pkg::BoxConfigEnableBit];
          config_d.cid    = pwdata_i[nfc_reg_pkg::BoxConfigCidBit];
          config_d.nad    = pwdata_i[nfc_reg_pkg::BoxConfigNadBit];
          config_d.strict = pwdata_i[nfc_reg_pkg::BoxConfigStrictBit];
        end
        nfc_reg_pkg::BoxLimits: begin
          config_d.fsci = pwdata_i[nfc_reg_pkg::BoxLimitsFsciLsb +: nfc_reg_pkg::BoxLimitsFsciWidth];
          config_d.fwi  = pwdata_i[nfc_reg_pkg::BoxLimitsFwiLsb +: nfc_reg_pkg::BoxLimitsFwiWidth];
        end
        nfc_reg_pkg::BoxRates:     rates_d = Rates ? pwdata_i : '0;
        nfc_reg_pkg::BoxAtsLength: config_d.ats_length = pwdata_i[4:0];
        nfc_reg_pkg::BoxAts: begin
          write_o = 1'b1;
          ats_o   = 1'b1;
          place_d = place_q + 1'b1;
        end
        nfc_reg_pkg::BoxEvents: events_d = events_q & ~pwdata_i[3:0];
        nfc_reg_pkg::BoxFlush:  if (mine || !config_q.enable) place_d = FirstPlace;
        default: ;
      endcase
    end
    if (event_i.piece || event_i.next) place_d = '0;
    if (event_i.deselected) begin
      events_d.piece = 1'b0;
      events_d.next  = 1'b0;
    end
    events_d = powered_i ? events_d | event_i : '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      config_q <= '0;
      rates_q  <= '0;
      events_q <= '0;
      place_q  <= '0;
      at_go_q  <= 1'b0;
    end else begin
      config_q <= config_d;
      rates_q  <= rates_d;
      events_q <= events_d;
      place_q  <= place_d;
      at_go_q  <= paddr_i == nfc_reg_pkg::BoxGo;
    end
  end

  assign pready_o  = 1'b1;
  assign pslverr_o = access && !known;
  assign irq_o     = events_q != '0;
  assign config_o  = config_q;
  assign rates_o   = rates_q;
  assign go_o.nad  = pwdata_i[nfc_reg_pkg::BoxGoNadBit];
  assign go_o.more = pwdata_i[nfc_reg_pkg::BoxGoMoreBit];
  assign place_o   = place_q;

  `NFC_CHECK(answers_are_asked_for, !go_valid_o || owned_i)

endmodule
