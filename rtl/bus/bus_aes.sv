// bus_aes.sv - the AES engine's registers behind APB (IHI 0024), without wait states.
//
// In:  APB; the byte that the engine shows.
// Out: pulses for the engine in the tick of the access.
// Counters: two registers count what the engine and its bus were at. A look at them is no access that counts.
// Register map: rtl/bus/registers.json.

module bus_aes #(
  parameter bit Counters = 1'b0
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
  output logic        irq_o,

  input  logic        busy_i,
  input  logic        done_i,
  output logic [1:0]  key_size_o,
  output logic        rewind_o,
  output logic        key_valid_o,
  output logic        block_valid_o,
  output logic        block_next_o,        // a byte of the block was read
  output logic [7:0]  data_o,
  input  logic [7:0]  data_i,
  output logic        start_o,
  output logic        decrypt_o
);

  logic [1:0] key_size_d, key_size_q;
  logic       irq_enable_d, irq_enable_q, irq_done_d, irq_done_q;
  logic        access, write, known, counts_read;
  logic        at_config_q, at_command_q, at_key_q, at_block_q;   // since the setup phase
  logic [31:0] counts;

  assign access = psel_i && penable_i;
  assign write  = access && pwrite_i;

  if (Counters) begin : g_counters
    logic [31:0] work_d, work_q, access_d, access_q;

    assign counts_read = psel_i && (paddr_i == nfc_reg_pkg::AesWorkTicks || paddr_i == nfc_reg_pkg::AesAccessTicks);

    always_comb begin
      work_d   = work_q;
      access_d = access_q;
      if (busy_i) work_d = work_q + 1'b1;
      else if (psel_i && !counts_read) access_d = access_q + 1'b1;
    end

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        work_q   <= '0;
        access_q <= '0;
      end else begin
        work_q   <= work_d;
        access_q <= access_d;
      end
    end

    assign counts = paddr_i == nfc_reg_pkg::AesWorkTicks ? work_q : access_q;
  end else begin : g_no_counters
    assign counts_read = 1'b0;
    assign counts      = '0;
  end

  // Only what is read shows: a bus that is not asked is still.
  always_comb begin
    known    = 1'b1;
    prdata_o = '0;
    if (psel_i) begin
      case (paddr_i)
        nfc_reg_pkg::AesConfig: begin
          prdata_o[nfc_reg_pkg::AesConfigKeySizeLsb +: nfc_reg_pkg::AesConfigKeySizeWidth] = key_size_q;
        end
        nfc_reg_pkg::AesStatus:    prdata_o[nfc_reg_pkg::AesStatusBusyBit] = busy_i;
        nfc_reg_pkg::AesIrqEnable: prdata_o[nfc_reg_pkg::AesIrqEnableDoneBit] = irq_enable_q;
        nfc_reg_pkg::AesIrqStatus: prdata_o[nfc_reg_pkg::AesIrqStatusDoneBit] = irq_done_q;
        nfc_reg_pkg::AesBlock:     prdata_o[7:0] = data_i;
        nfc_reg_pkg::AesCommand, nfc_reg_pkg::AesKey: ;
        default: begin
          known = counts_read;
          if (counts_read) prdata_o = counts;
        end
      endcase
    end
  end

  always_comb begin
    key_size_d    = key_size_q;
    irq_enable_d  = irq_enable_q;
    irq_done_d    = irq_done_q;
    rewind_o      = 1'b0;
    key_valid_o   = 1'b0;
    block_valid_o = 1'b0;
    block_next_o  = 1'b0;
    start_o       = 1'b0;
    decrypt_o     = 1'b0;
    if (write) begin
      case (paddr_i)
        nfc_reg_pkg::AesIrqEnable: irq_enable_d = pwdata_i[nfc_reg_pkg::AesIrqEnableDoneBit];
        nfc_reg_pkg::AesIrqStatus: irq_done_d = irq_done_q && !pwdata_i[nfc_reg_pkg::AesIrqStatusDoneBit];
        default:                   ;
      endcase
    end
    if (access && !busy_i) begin
      rewind_o      = at_config_q && pwrite_i;
      decrypt_o     = at_command_q && pwdata_i[1:0] == nfc_reg_pkg::AesCommandDecrypt;
      start_o       = at_command_q && pwrite_i && (decrypt_o || pwdata_i[1:0] == nfc_reg_pkg::AesCommandEncrypt);
      key_valid_o   = at_key_q && pwrite_i;
      block_valid_o = at_block_q && pwrite_i;
      block_next_o  = at_block_q && !pwrite_i;
      if (rewind_o) key_size_d = pwdata_i[nfc_reg_pkg::AesConfigKeySizeLsb +: nfc_reg_pkg::AesConfigKeySizeWidth];
    end
    if (done_i) irq_done_d = 1'b1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      key_size_q   <= '0;
      irq_enable_q <= 1'b0;
      irq_done_q   <= 1'b0;
      at_config_q  <= 1'b0;
      at_command_q <= 1'b0;
      at_key_q     <= 1'b0;
      at_block_q   <= 1'b0;
    end else begin
      key_size_q   <= key_size_d;
      irq_enable_q <= irq_enable_d;
      irq_done_q   <= irq_done_d;
      at_config_q  <= paddr_i == nfc_reg_pkg::AesConfig;
      at_command_q <= paddr_i == nfc_reg_pkg::AesCommand;
      at_key_q     <= paddr_i == nfc_reg_pkg::AesKey;
      at_block_q   <= paddr_i == nfc_reg_pkg::AesBlock;
    end
  end

  assign key_size_o = key_size_q;
  assign data_o     = pwdata_i[7:0];
  assign pready_o   = 1'b1;
  assign pslverr_o  = access && !known;
  assign irq_o      = irq_done_q && irq_enable_q;

endmodule
