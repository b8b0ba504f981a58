// top_aes.sv - the AES engine behind APB (IHI 0024).
//
// Register map: rtl/bus/registers.json. FIPS 197.

module top_aes #(
  parameter bit Decrypt  = 1'b1,          // 0: encrypts only
  parameter bit LongKeys = 1'b1,          // 0: 16 bytes of key only
  parameter bit Counters = 1'b0           // counts the ticks of the engine and of its bus
) (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic        psel_i,
  input  logic        penable_i,
  input  logic        pwrite_i,
  input  logic [7:0]  paddr_i,
  input  logic [31:0] pwdata_i,
  output logic [31:0] prdata_o,
  output logic        pready_o,
  output logic        pslverr_o,

  output logic        irq_o
);

  logic [1:0] key_size;
  logic       rewind, key_valid, block_valid, block_next, start, decrypt, busy, done;
  logic [7:0] data_in, data_out;

  bus_aes #(
    .Counters (Counters)
  ) u_bus (
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
    .busy_i        (busy),
    .done_i        (done),
    .key_size_o    (key_size),
    .rewind_o      (rewind),
    .key_valid_o   (key_valid),
    .block_valid_o (block_valid),
    .block_next_o  (block_next),
    .data_o        (data_in),
    .data_i        (data_out),
    .start_o       (start),
    .decrypt_o     (decrypt)
  );

  aes_engine #(
    .Decrypt  (Decrypt),
    .LongKeys (LongKeys)
  ) u_engine (
    .clk_i,
    .rst_ni,
    .key_size_i    (key_size),
    .rewind_i      (rewind),
    .key_valid_i   (key_valid),
    .block_valid_i (block_valid),
    .next_i        (block_next),
    .data_i        (data_in),
    .data_o        (data_out),
    .start_i       (start && (Decrypt || !decrypt)),
    .decrypt_i     (decrypt),
    .busy_o        (busy),
    .done_o        (done)
  );

endmodule
