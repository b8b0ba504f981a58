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

module top_block (
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

  output logic        busy_o,         // no frame may come
  output logic        waiting_o       // for the host, and nothing else will come soon
);

  nfc_pkg::block_config_t block_config;
  nfc_pkg::block_frame_t  frame;
  nfc_pkg::block_answer_t answer;
  nfc_pkg::block_event_t  told;
  nfc_pkg::block_go_t     go;

  logic       enabled, go_valid, owned, waiting, last_round, due, nad_ok;
  logic [3:0] cid, fsdi;
  logic [7:0] place, received, piece, count;
  logic       host_write, host_ats, receive_write, fetch;
  logic [8:0] fetch_place;

  assign enabled   = block_config.enable && can_blocks_i;
  assign waiting_o = waiting && !last_round;

  bus_mailbox u_bus_mailbox (
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
    .config_o   (block_config),
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
    .fsci_i        (block_config.fsci),
    .cid_support_i (block_config.cid),
    .cid_i         (cid),
    .nad_ok_i      (block_config.nad && nad_ok),
    .sof_i,
    .byte_valid_i  (byte_valid_i && enabled),
    .byte_i,
    .bytes_i,
    .sound_i,
    .code_i,
    .argument_i,
    .frame_o       (frame),
    .take_i        (!owned),
    .write_o       (receive_write),
    .count_o       (count)
  );

  block_engine u_block_engine (
    .clk_i,
    .rst_ni        (card_rst_ni),
    .selected_i    (selected_i && enabled),
    .classic_i     (is_classic_i),
    .mine_o,
    .strict_i      (block_config.strict),
    .drop_o,
    .halt_o,
    .frame_end_i,
    .sound_i,
    .code_i,
    .argument_i,
    .frame_i       (frame),
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
    .waiting_o     (waiting)
  );

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
