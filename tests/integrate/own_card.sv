// own_card.sv - a design of one's own with a card in it: any reader of MIFARE Classic sees its sensor as block 4.
//
// In:  13.56 MHz; a comparator behind the antenna, high while the carrier is there; the sensor.
// Out: the load switch.
// docs/integrate.md.

module own_card (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        carrier_i,
  output logic        load_o,
  output logic        powered_o,  // a lamp: the card has its field
  input  logic [15:0] sensor_i
);

  localparam logic [79:0] Uid = 80'h0403_0201;  // first byte in bits 7..0

  // The front end takes samples of a level: a comparator gives nothing or full scale.
  logic carrier;

  common_sync u_common_sync (.clk_i, .rst_ni, .data_i(carrier_i), .data_o(carrier));

  // ---- What a reader reads: nothing is kept, the byte asked for is made ----
  nfc_pkg::store_op_e store_op;

  logic       store_valid, store_ready_q, store_error;
  logic [8:0] store_block;
  logic [3:0] store_offset;
  logic [7:0] byte_d, byte_q, store_wdata;

  always_comb begin
    byte_d = 8'h00;
    if (store_block[8]) byte_d = 8'h00;         // block 256 holds what is no sector data
    else if (store_block[1:0] == 2'd3) begin    // sector trailers: key A, access bits, key B
      unique case (store_offset)
        4'd7:    byte_d = 8'h07;
        4'd8:    byte_d = 8'h80;
        4'd9:    byte_d = 8'h69;
        default: byte_d = 8'hFF;
      endcase
    end else if (store_block == 9'd4 && store_offset[3:1] == '0) begin
      byte_d = store_offset[0] ? sensor_i[7:0] : sensor_i[15:8];
    end
  end

  // Ready a tick after it was asked; programming fails, and the reader gets a NAK.
  assign store_error = store_op == nfc_pkg::StoreProgram;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      store_ready_q <= 1'b0;
      byte_q        <= '0;
    end else begin
      store_ready_q <= store_valid && !store_ready_q;
      byte_q        <= byte_d;
    end
  end

  // ---- The card: a bare MIFARE Classic 1K ----
  logic       quiet, irq, box_ready, box_error;
  logic [7:0] box_data;
  logic       unused;

  assign unused = &{1'b0, quiet, irq, box_ready, box_error, box_data, store_wdata};

  top_picc #(
    .Dep   (1'b0),
    .TypeB (1'b0),
    .Rates (1'b0),
    .Type2 (1'b0)
  ) u_top_picc (
    .clk_i,
    .rst_ni,
    .level_i               ({8{carrier}}),
    .load_o,
    .uid_i                 (Uid),
    .uid_size_i            (2'd0),
    .atqa_i                (16'h0004),
    .sak_i                 (8'h08),
    .type_b_i              (1'b0),
    .afi_i                 (8'h00),
    .atqb_i                ('0),
    .kind_i                (nfc_pkg::Kind1k),
    .random_uid_i          (1'b0),
    .nak_silent_i          (1'b0),
    .nonce_unpredictable_i (1'b0),
    .prng_seed_i           (nfc_pkg::PrngSeed),
    .nonce_seed_i          (nfc_pkg::NonceSeed),
    .store_valid_o         (store_valid),
    .store_op_o            (store_op),
    .store_block_o         (store_block),
    .store_offset_o        (store_offset),
    .store_wdata_o         (store_wdata),
    .store_ready_i         (store_ready_q),
    .store_rdata_i         (byte_q),
    .store_error_i         (store_error),
    .psel_i                (1'b0),
    .penable_i             (1'b0),
    .pwrite_i              (1'b0),
    .paddr_i               (8'h00),
    .pwdata_i              (8'h00),
    .prdata_o              (box_data),
    .pready_o              (box_ready),
    .pslverr_o             (box_error),
    .irq_o                 (irq),
    .powered_o,
    .quiet_o               (quiet)
  );

endmodule
