// sim_picc_logic.sv - the half of a card that acts, as a Verilated top that needs computing only when it is told something.
// Simulation only.
// In:  what the card is, its host and its store as C++ plays them; what sim_radio hears, as it packs it, taken over at once by
//      a rising edge of heard_clk_i (see sim_radio).
// Out: what that half says, packed; ports as in sim_field.

module sim_picc_logic (
  input  logic        clk_i,
  input  logic        picc_clk_i,
  input  logic        heard_clk_i,
  input  logic        rst_ni,
  input  logic        picc_rst_ni,

  input  logic        load_settings_i,
  input  logic [79:0] uid_i,
  input  logic [1:0]  uid_size_i,
  input  logic [15:0] atqa_i,
  input  logic [7:0]  sak_i,
  input  logic        type_b_i,
  input  logic [7:0]  afi_i,
  input  logic [55:0] atqb_i,
  input  logic [2:0]  kind_i,
  input  logic        random_uid_i,
  input  logic        nak_silent_i,
  input  logic        nonce_unpredictable_i,
  input  logic [31:0] nonce_seed_i,

  output logic        store_asked_o,
  output logic [1:0]  store_op_o,
  output logic [8:0]  store_block_o,
  output logic [3:0]  store_offset_o,
  output logic [7:0]  store_wdata_o,
  input  logic        store_ready_i,
  input  logic [7:0]  store_rdata_i,
  input  logic        store_error_i,

  input  logic        host_call_i,
  input  logic        host_write_i,
  input  logic [7:0]  host_address_i,
  input  logic [7:0]  host_wdata_i,
  output logic        host_done_o,
  output logic [7:0]  host_rdata_o,
  output logic        host_irq_o,

  input  logic [31:0] picc_heard_i,
  output logic [31:0] picc_said_o
);

  logic        type_b, random_uid, nak_silent, nonce_unpredictable;
  logic [79:0] uid;
  logic [1:0]  uid_size;
  logic [15:0] atqa;
  logic [7:0]  sak, afi;
  logic [55:0] atqb;
  logic [31:0] nonce_seed;
  nfc_pkg::kind_e kind;

  sim_identity u_sim_identity (
    .clk_i, .load_settings_i,
    .uid_i, .uid_size_i, .atqa_i, .sak_i, .type_b_i, .afi_i, .atqb_i, .kind_i, .random_uid_i, .nak_silent_i,
    .nonce_unpredictable_i, .nonce_seed_i,
    .uid_o(uid), .uid_size_o(uid_size), .atqa_o(atqa), .sak_o(sak), .type_b_o(type_b), .afi_o(afi),
    .atqb_o(atqb), .kind_o(kind), .random_uid_o(random_uid), .nak_silent_o(nak_silent),
    .nonce_unpredictable_o(nonce_unpredictable), .nonce_seed_o(nonce_seed)
  );

  logic       host_select, host_enable, host_write, host_pready, host_pslverr, store_ready, store_error;
  logic [7:0] host_address, host_wdata, host_prdata, store_rdata;

  sim_host u_sim_host (
    .clk_i(picc_clk_i), .rst_ni,
    .call_i(host_call_i), .write_i(host_write_i), .address_i(host_address_i), .wdata_i(host_wdata_i),
    .done_o(host_done_o), .rdata_o(host_rdata_o), .store_ready_i, .store_rdata_i, .store_error_i,
    .psel_o(host_select), .penable_o(host_enable), .pwrite_o(host_write), .paddr_o(host_address),
    .pwdata_o(host_wdata), .prdata_i(host_prdata),
    .store_ready_o(store_ready), .store_rdata_o(store_rdata), .store_error_o(store_error)
  );

  logic          powered, frame_sof, air_valid, air_bit, frame_eof, coding_error, start, program_now, silence_end, lead,
                 bit_ready, done, active, nonce_bit, proof_ok;
  logic          deaf, arm, follow, store_done, bit_valid, answer_bit, nonce_draw, nonce_step, nonce_random, random_low,
                 random_high, compare, compare_bit, rests, store_valid;
  logic [1:0]    card_rate, reader_rate;
  logic [5:0]    index;
  logic [10:0]   unused_heard;
  nfc_pkg::fdt_e fdt;

  logic [31:0] picc_heard_q;

  always_ff @(posedge heard_clk_i) picc_heard_q <= picc_heard_i;

  assign {unused_heard, powered, frame_sof, air_valid, air_bit, frame_eof, coding_error, start, program_now, silence_end,
          lead, bit_ready, done, active, nonce_bit, proof_ok, index} = picc_heard_q;
  assign picc_said_o = 32'({deaf, arm, follow, store_done, bit_valid, answer_bit, nonce_draw, nonce_step, nonce_random, random_low,
                            random_high, compare, compare_bit, rests, card_rate, reader_rate, fdt});

  // A card without power is in reset: what it asks then means nothing.
  assign store_asked_o = store_valid && powered;

  top_picc_logic u_top_picc_logic (
    .clk_i(picc_clk_i), .rst_ni(picc_rst_ni),
    .powered_i(powered), .mark_i(1'b0), .sof_i(frame_sof), .bit_valid_i(air_valid), .bit_i(air_bit), .eof_i(frame_eof),
    .error_i(coding_error), .start_i(start), .program_i(program_now), .silence_end_i(silence_end), .lead_i(lead),
    .index_i(index), .bit_ready_i(bit_ready), .done_i(done), .active_i(active), .nonce_bit_i(nonce_bit),
    .proof_ok_i(proof_ok),
    .deaf_o(deaf), .card_rate_o(card_rate), .reader_rate_o(reader_rate), .arm_o(arm), .fdt_o(fdt),
    .follow_o(follow), .store_done_o(store_done), .bit_valid_o(bit_valid), .bit_o(answer_bit), .nonce_draw_o(nonce_draw),
    .nonce_step_o(nonce_step), .nonce_random_o(nonce_random), .random_low_o(random_low),
    .random_high_o(random_high), .compare_o(compare), .compare_bit_o(compare_bit), .rests_o(rests),
    .uid_i(uid), .uid_size_i(uid_size), .atqa_i(atqa), .sak_i(sak), .type_b_i(type_b), .afi_i(afi), .atqb_i(atqb),
    .kind_i(kind), .random_uid_i(random_uid), .nak_silent_i(nak_silent),
    .nonce_unpredictable_i(nonce_unpredictable), .nonce_seed_i(nonce_seed),
    .store_valid_o(store_valid), .store_op_o, .store_block_o, .store_offset_o, .store_wdata_o,
    .store_ready_i(store_ready), .store_rdata_i(store_rdata), .store_error_i(store_error),
    .psel_i(host_select), .penable_i(host_enable), .pwrite_i(host_write),
    .paddr_i(host_address), .pwdata_i(host_wdata), .prdata_o(host_prdata),
    .pready_o(host_pready), .pslverr_o(host_pslverr), .irq_o(host_irq_o)
  );

  logic unused;
  assign unused = &{1'b0, host_pready, host_pslverr, unused_heard};

endmodule
