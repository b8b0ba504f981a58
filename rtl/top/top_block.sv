// top_block.sv - the block protocol of the card with its buffers and its mailbox.
//
// In:  frames and grid of the card's receiver and timer; APB of the software behind the card.
// Out: which frames are blocks, their answers for the transmitter, the end of the session.
//
//   frames -> block_frame -> block_engine -> block_sender -> answer
//                  |          |      |            |
//          receive buffer     |  block_wait   transmit buffer
//                  |          |                   |
//                  +---- bus_mailbox -------------+

module top_block #(
  parameter bit TypeB = 1'b1,
  parameter bit Rates = 1'b1
) (
  input  logic        clk_i,
  input  logic        rst_ni,         // placed new
  input  logic        card_rst_ni,    // placed new or without field
  input  logic        powered_i,

  input  logic        psel_i,
  input  logic        penable_i,
  input  logic        pwrite_i,
  input  logic [7:0]  paddr_i,
  input  logic [7:0]  pwdata_i,
  output logic [7:0]  prdata_o,
  output logic        pready_o,
  output logic        pslverr_o,
  output logic        irq_o,

  input  logic        type_b_i,
  input  logic [55:0] atqb_i,         // type B: what ATQB says is what the card does
  output logic        enabled_o,      // somebody answers blocks
  output logic [7:0]  rates_o,        // map of nfc_pkg::rates_ok
  output logic        cid_support_o,
  input  logic        attrib_i,       // type B: the frame that ends is an ATTRIB for us, which asks for
  input  logic [3:0]  fsdi_i,
  input  logic [3:0]  cid_i,
  input  logic [1:0]  card_rate_i,
  input  logic [1:0]  reader_rate_i,

  input  logic        selected_i,     // ACTIVE, no MIFARE Classic command yet
  input  logic        can_blocks_i,   // SAK: ISO/IEC 14443-4
  input  logic        is_classic_i,   // SAK: MIFARE Classic
  output logic        mine_o,
  output logic        drop_o,
  output logic        halt_o,

  input  logic        sof_i,
  input  logic        byte_valid_i,
  input  logic [7:0]  byte_i,
  input  logic [4:0]  bytes_i,
  input  logic        frame_end_i,
  input  logic        sound_i,
  input  logic        sounds_i,       // sound_i of the next tick
  input  logic [7:0]  code_i,
  input  logic [7:0]  argument_i,

  input  logic        program_i,
  input  logic        lead_i,
  input  logic [5:0]  instant_i,

  output logic        reply_valid_o,
  output nfc_pkg::fdt_e fdt_o,
  input  logic        sent_i,
  input  logic [7:0]  index_i,
  output logic        more_o,
  output logic        bit_o,
  input  logic        done_i,         // last tick of an answer

  output logic [1:0]  card_rate_o,    // in force
  output logic [1:0]  reader_rate_o,

  output logic        busy_o,         // no frame may come
  output logic        waiting_o,      // for the host, and nothing else will come soon
  output logic        holds_o         // lead_i counts
);

  localparam int unsigned NadBit   = 49;   // of atqb_i
  localparam int unsigned CidBit   = 48;
  localparam int unsigned OtherBit = 35;   // rates are coded in another way

  nfc_pkg::block_config_t block_config, box_config;
  nfc_pkg::block_frame_t  frame_d, frame_q;
  nfc_pkg::block_answer_t answer;
  nfc_pkg::block_event_t  told;
  nfc_pkg::block_go_t     go;

  logic       enabled, go_valid, owned, waiting, last_round, due, nad_ok;
  logic [3:0] cid, fsdi;
  logic [7:0] place, received, piece, count;
  logic       host_write, host_ats, receive_write, fetch;
  logic [8:0] fetch_place;

  logic       is_b, agreed;
  logic [7:0] box_rates;
  logic [1:0] pps_card, pps_reader;

  assign is_b      = TypeB && type_b_i;
  assign enabled   = block_config.enable && (can_blocks_i || is_b);
  assign waiting_o = waiting && !last_round;

  always_comb begin
    block_config = box_config;
    rates_o      = box_rates;
    if (is_b) begin
      block_config.fsci = atqb_i[47:44];
      block_config.fwi  = atqb_i[55:52];
      block_config.nad  = atqb_i[NadBit];
      block_config.cid  = atqb_i[CidBit];
      rates_o           = atqb_i[OtherBit] || !Rates ? '0 : atqb_i[39:32];
    end
  end

  assign enabled_o     = enabled;
  assign cid_support_o = block_config.cid;

  logic unused;
  assign unused = &{1'b0, atqb_i, type_b_i};

  bus_mailbox #(.Rates(Rates)) u_bus_mailbox (
    .clk_i,
    .rst_ni,
    .psel_i,
    .penable_i,
    .pwrite_i,
    .paddr_i,
    .pwdata_i,
    .prdata_o,
    .pready_o,
    .pslverr_o,
    .irq_o,
    .powered_i,
    .config_o   (box_config),
    .rates_o    (box_rates),
    .event_i    (told),
    .fsdi_i     (fsdi),
    .owned_i    (owned),
    .go_valid_o (go_valid),
    .go_o       (go),
    .place_o    (place),
    .write_o    (host_write),
    .ats_o      (host_ats),
    .length_i   (count),
    .data_i     (received)
  );

  block_frame u_block_frame (
    .clk_i,
    .rst_ni        (card_rst_ni),
    .type_b_i      (is_b),
    .fsci_i        (block_config.fsci),
    .rates_i       (rates_o),
    .cid_support_i (block_config.cid),
    .cid_i         (cid),
    .nad_ok_i      (block_config.nad && nad_ok),
    .sof_i,
    .byte_valid_i  (byte_valid_i && enabled),
    .byte_i,
    .bytes_i,
    .sound_i       (sounds_i),
    .code_i,
    .argument_i,
    .frame_o       (frame_d),
    .card_rate_o   (pps_card),
    .reader_rate_o (pps_reader),
    .take_i        (!owned),
    .write_o       (receive_write),
    .count_o       (count)
  );

  always_ff @(posedge clk_i or negedge card_rst_ni) begin
    if (!card_rst_ni) frame_q <= '0;
    else              frame_q <= frame_d;
  end

  block_engine u_block_engine (
    .clk_i,
    .rst_ni        (card_rst_ni),
    .selected_i    (selected_i && enabled),
    .classic_i     (is_classic_i),
    .mine_o,
    .strict_i      (block_config.strict),
    .drop_o,
    .halt_o,
    .attrib_i      (TypeB && attrib_i),
    .attrib_fsdi_i (fsdi_i),
    .attrib_cid_i  (cid_i),
    .agreed_o      (agreed),
    .frame_end_i,
    .sound_i,
    .code_i,
    .argument_i,
    .frame_i       (frame_q),
    .cid_o         (cid),
    .nad_ok_o      (nad_ok),
    .program_i,
    .lead_i,
    .due_i         (due),
    .reply_valid_o,
    .fdt_o,
    .answer_o      (answer),
    .event_o       (told),
    .fsdi_o        (fsdi),
    .owned_o       (owned),
    .go_valid_i    (go_valid),
    .go_i          (go),
    .busy_o,
    .waiting_o     (waiting),
    .holds_o
  );

  if (Rates) begin : g_rates
    block_rates u_block_rates (
      .clk_i,
      .rst_ni   (card_rst_ni),
      .agreed_i (agreed),
      .card_i   (TypeB && attrib_i ? card_rate_i : pps_card),
      .reader_i (TypeB && attrib_i ? reader_rate_i : pps_reader),
      .end_i    (halt_o),
      .done_i,
      .card_o   (card_rate_o),
      .reader_o (reader_rate_o)
    );
  end else begin : g_no_rates
    logic unused_rates;
    assign unused_rates  = &{1'b0, agreed, pps_card, pps_reader, card_rate_i, reader_rate_i, done_i};
    assign card_rate_o   = 2'd0;
    assign reader_rate_o = 2'd0;
  end

  block_wait u_block_wait (
    .clk_i,
    .rst_ni    (card_rst_ni),
    .waiting_i (waiting),
    .lead_i,
    .index_i   (instant_i),
    .fwi_i     (block_config.fwi),
    .last_o    (last_round),
    .due_o     (due)
  );

  block_sender u_block_sender (
    .clk_i,
    .rst_ni       (card_rst_ni),
    .start_i      (reply_valid_o),
    .answer_i     (answer),
    .ats_length_i (block_config.ats_length),
    .piece_end_i  (place),
    .sent_i,
    .index_i,
    .more_o,
    .bit_o,
    .fetch_o      (fetch),
    .place_o      (fetch_place),
    .data_i       (piece)
  );

  block_buffer #(.PlaceBits(8)) u_receive (
    .clk_i,
    .write_i       (receive_write),
    .write_place_i (count),
    .data_i        (byte_i),
    .read_i        (1'b1),
    .read_place_i  (place),
    .data_o        (received)
  );

  block_buffer #(.PlaceBits(9)) u_transmit (
    .clk_i,
    .write_i       (host_write),
    .write_place_i ({host_ats, place}),
    .data_i        (pwdata_i),
    .read_i        (fetch),
    .read_place_i  (fetch_place),
    .data_o        (piece)
  );

endmodule
