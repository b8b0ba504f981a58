// bus_spi.sv - an SPI target (mode 0, most significant bit first) that is master of an APB.
//
// In:  the pins, asynchronous to clk_i; SCK at most a quarter of it, each half at least one tick and a bit.
// Out: APB (IHI 0024) with wait states as the other side likes, up to 8 SCK periods a word.
//
//   CS low, then          MOSI                    MISO
//   write    {1, 0, address[7:2]}, words          status, then 0
//   read     {0, 0, address[7:2]}, count, -       status, 0, words: count of them (0: 256), then 0
//
// A word is WordBytes bytes, the lowest byte first; each is one access to the one address, so that a window
// register takes or gives a burst. A read word is fetched while the one before it is sent, and never more than
// count. status: bit 0 the interrupt line, bit 1 an access since the last status ended with PSLVERR.

`include "nfc_check.svh"

module bus_spi #(
  parameter int unsigned WordBytes = 1   // 1, 2 or 4
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,

  input  logic                   sck_i,
  input  logic                   cs_ni,
  input  logic                   mosi_i,
  output logic                   miso_o,   // to be driven while CS is low

  output logic                   psel_o,
  output logic                   penable_o,
  output logic                   pwrite_o,
  output logic [7:0]             paddr_o,
  output logic [8*WordBytes-1:0] pwdata_o,
  input  logic [8*WordBytes-1:0] prdata_i,
  input  logic                   pready_i,
  input  logic                   pslverr_i,
  input  logic                   irq_i
);

  localparam logic [1:0] LastByte = 2'(WordBytes - 1);

  logic sck, cs_n, mosi, sck_q;

  common_sync #(.Width(2)) u_data_sync (.clk_i, .rst_ni, .data_i({sck_i, mosi_i}), .data_o({sck, mosi}));
  common_sync #(.Reset(1'b1)) u_cs_sync (.clk_i, .rst_ni, .data_i(cs_ni), .data_o(cs_n));

  nfc_pkg::spi_phase_e phase_d, phase_q;

  logic [2:0]             bit_d, bit_q;
  logic [1:0]             byte_d, byte_q;      // of the word, the next one that is taken or sent
  logic [6:0]             in_d, in_q;
  logic [7:0]             out_d, out_q;
  logic                   write_d, write_q;
  logic [5:0]             address_d, address_q;
  logic [8*WordBytes-1:0] word_d, word_q;      // gathered for a write, or fetched and not sent yet
  logic [7:0]             left_d, left_q;      // words still to fetch
  logic                   some_d, some_q;      // word_q has something to send, or will have
  logic                   request_d, request_q, enable_d, enable_q, error_d, error_q;
  logic                   rise, whole, last, over;
  logic [7:0]             value, left;

  assign rise  = sck && !sck_q && !cs_n;
  assign whole = rise && bit_q == 3'd7;
  assign value = {in_q, mosi};
  assign last  = byte_q == LastByte;
  assign over  = enable_q && pready_i;
  assign left  = (phase_q == nfc_pkg::SpiCount) ? value - 8'd1 : left_q;

  always_comb begin
    phase_d   = phase_q;
    bit_d     = bit_q;
    byte_d    = byte_q;
    in_d      = in_q;
    out_d     = out_q;
    write_d   = write_q;
    address_d = address_q;
    word_d    = word_q;
    left_d    = left_q;
    some_d    = some_q;
    request_d = request_q && !over;
    enable_d  = request_q && !over;
    error_d   = error_q || (over && pslverr_i);
    if (over && !write_q) word_d = prdata_i;

    if (rise) begin
      in_d  = value[6:0];
      bit_d = bit_q + 1'b1;
      out_d = {out_q[6:0], 1'b0};
    end

    if (whole) begin
      unique case (phase_q)
        nfc_pkg::SpiCommand: begin
          write_d   = value[7];
          address_d = value[5:0];
          byte_d    = '0;
          error_d   = 1'b0;
          some_d    = !value[7];
          request_d = !value[7];
          phase_d   = value[7] ? nfc_pkg::SpiWrite : nfc_pkg::SpiCount;
        end
        nfc_pkg::SpiWrite: begin
          byte_d    = last ? '0 : byte_q + 1'b1;
          word_d    = (8 * WordBytes)'({value, word_q} >> 8);
          request_d = last;
        end
        // The count, with the first word fetched meanwhile, or the end of a byte.
        default: begin
          phase_d = nfc_pkg::SpiRead;
          left_d  = left;
          if (some_q) begin
            out_d  = word_q[7:0];
            word_d = word_q >> 8;
            byte_d = last ? '0 : byte_q + 1'b1;
            if (last) begin
              some_d    = left != '0;
              request_d = left != '0;
              left_d    = left - 8'd1;
            end
          end
        end
      endcase
    end

    if (cs_n) begin
      phase_d = nfc_pkg::SpiCommand;
      bit_d   = '0;
      out_d   = {6'b0, error_q, irq_i};
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      sck_q     <= 1'b0;
      phase_q   <= nfc_pkg::SpiCommand;
      bit_q     <= '0;
      byte_q    <= '0;
      in_q      <= '0;
      out_q     <= '0;
      write_q   <= 1'b0;
      address_q <= '0;
      word_q    <= '0;
      left_q    <= '0;
      some_q    <= 1'b0;
      request_q <= 1'b0;
      enable_q  <= 1'b0;
      error_q   <= 1'b0;
    end else begin
      sck_q     <= sck;
      phase_q   <= phase_d;
      bit_q     <= bit_d;
      byte_q    <= byte_d;
      in_q      <= in_d;
      out_q     <= out_d;
      write_q   <= write_d;
      address_q <= address_d;
      word_q    <= word_d;
      left_q    <= left_d;
      some_q    <= some_d;
      request_q <= request_d;
      enable_q  <= enable_d;
      error_q   <= error_d;
    end
  end

  assign miso_o    = out_q[7];
  assign psel_o    = request_q;
  assign penable_o = enable_q;
  assign pwrite_o  = write_q;
  assign paddr_o   = {address_q, 2'b00};
  assign pwdata_o  = word_q;

  `NFC_CHECK(access_follows_setup, !penable_o || psel_o)

endmodule
