// bus_registers.sv - the registers of the PCD that software writes, behind APB (IHI 0024).
//
// In:  APB; done_i, a command ended.
// Out: what software has set; one-tick pulses for what a write starts, in the tick after the write.
// Register map: rtl/bus/registers.json.

`include "nfc_check.svh"

module bus_registers #(
  parameter bit TypeB = 1'b1,   // fields of what the reader does not have stay 0
  parameter bit Rates = 1'b1
) (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic        psel_i,
  input  logic        penable_i,
  input  logic        pwrite_i,
  input  logic [7:0]  paddr_i,
  input  logic [31:0] pwdata_i,
  output logic        own_o,               // paddr_i is one of these registers
  output logic [31:0] data_o,              // which shows this

  input  logic        done_i,
  output logic        irq_o,

  output nfc_pkg::pcd_config_t config_o,
  output logic [47:0] key_o,
  output logic [31:0] uid_o,
  output logic [31:0] nr_o,
  output logic [15:0] auth_o,
  output logic [31:0] timeout_o,
  output logic [31:0] start_at_o,
  output logic [11:0] tx_bits_o,

  output logic        field_set_o,
  output logic        field_on_o,
  output logic [31:0] field_at_o,

  output logic [2:0]  command_o,           // 0: none

  output logic        buffer_next_o,       // at once: Data was accessed
  output logic        buffer_write_o
);

  nfc_pkg::pcd_config_t config_d, config_q;
  logic [47:0] key_d, key_q;
  logic [31:0] uid_d, uid_q;
  logic [31:0] nr_d, nr_q;
  logic [15:0] auth_d, auth_q;
  logic [31:0] timeout_d, timeout_q;
  logic [31:0] start_at_d, start_at_q;
  logic [31:0] field_at_d, field_at_q;
  logic [11:0] tx_bits_d, tx_bits_q;
  logic        field_on_d, field_on_q;
  logic        field_set_d, field_set_q;
  logic [2:0]  command_d, command_q;
  logic        irq_enable_d, irq_enable_q;
  logic        irq_done_d, irq_done_q;
  logic        access;

  assign access = psel_i && penable_i;

  // Read back; what only the PCD writes is bus_readings' part.
  always_comb begin
    own_o  = 1'b0;
    data_o = '0;
    if (psel_i) begin
      own_o = 1'b1;
      case (paddr_i)
        nfc_reg_pkg::PcdControl:   data_o = {31'b0, field_on_q};
        nfc_reg_pkg::PcdFieldAt:   data_o = field_at_q;
        nfc_reg_pkg::PcdConfig: begin
          data_o[nfc_reg_pkg::PcdConfigPauseLsb +: nfc_reg_pkg::PcdConfigPauseWidth]     = config_q.pause_ticks;
          data_o[nfc_reg_pkg::PcdConfigParityAsDataBit]                                  = config_q.parity_as_data;
          data_o[nfc_reg_pkg::PcdConfigTxCrcBit]                                         = config_q.tx_crc;
          data_o[nfc_reg_pkg::PcdConfigRxCrcBit]                                         = config_q.rx_crc;
          data_o[nfc_reg_pkg::PcdConfigRxAlignLsb +: nfc_reg_pkg::PcdConfigRxAlignWidth] = config_q.rx_align;
          data_o[nfc_reg_pkg::PcdConfigTypeBBit]                                         = config_q.type_b;
          data_o[nfc_reg_pkg::PcdConfigTxRateLsb +: nfc_reg_pkg::PcdConfigTxRateWidth]   = config_q.tx_rate;
          data_o[nfc_reg_pkg::PcdConfigRxRateLsb +: nfc_reg_pkg::PcdConfigRxRateWidth]   = config_q.rx_rate;
        end
        nfc_reg_pkg::PcdFraming: begin
          data_o[nfc_reg_pkg::PcdFramingSofLowBit]                                       = config_q.sof_low;
          data_o[nfc_reg_pkg::PcdFramingSofHighBit]                                      = config_q.sof_high;
          data_o[nfc_reg_pkg::PcdFramingEgtLsb +: nfc_reg_pkg::PcdFramingEgtWidth]       = config_q.egt;
        end
        nfc_reg_pkg::PcdTimeout:   data_o = timeout_q;
        nfc_reg_pkg::PcdStartAt:   data_o = start_at_q;
        nfc_reg_pkg::PcdTxBits:    data_o = {20'b0, tx_bits_q};
        nfc_reg_pkg::PcdIrqEnable: data_o = {31'b0, irq_enable_q};
        nfc_reg_pkg::PcdIrqStatus: data_o = {31'b0, irq_done_q};
        nfc_reg_pkg::PcdUid:       data_o = uid_q;
        nfc_reg_pkg::PcdNr:        data_o = nr_q;
        nfc_reg_pkg::PcdAuth:      data_o = {16'b0, auth_q};
        // Nobody reads a key, or what a command was.
        nfc_reg_pkg::PcdKeyLow, nfc_reg_pkg::PcdKeyHigh, nfc_reg_pkg::PcdCommand: ;
        default:               own_o = 1'b0;
      endcase
    end
  end

  always_comb begin
    config_d     = config_q;
    key_d        = key_q;
    uid_d        = uid_q;
    nr_d         = nr_q;
    auth_d       = auth_q;
    timeout_d    = timeout_q;
    start_at_d   = start_at_q;
    field_at_d   = field_at_q;
    tx_bits_d    = tx_bits_q;
    field_on_d   = field_on_q;
    field_set_d  = 1'b0;
    command_d    = '0;
    irq_enable_d = irq_enable_q;
    irq_done_d   = irq_done_q;

    if (access && pwrite_i) begin
      case (paddr_i)
        nfc_reg_pkg::PcdControl: begin
          field_on_d  = pwdata_i[0];
          field_set_d = 1'b1;
        end
        nfc_reg_pkg::PcdFieldAt: field_at_d = pwdata_i;
        nfc_reg_pkg::PcdConfig: begin
          config_d.pause_ticks    = pwdata_i[nfc_reg_pkg::PcdConfigPauseLsb +: nfc_reg_pkg::PcdConfigPauseWidth];
          config_d.parity_as_data = pwdata_i[nfc_reg_pkg::PcdConfigParityAsDataBit];
          config_d.tx_crc         = pwdata_i[nfc_reg_pkg::PcdConfigTxCrcBit];
          config_d.rx_crc         = pwdata_i[nfc_reg_pkg::PcdConfigRxCrcBit];
          config_d.rx_align       = pwdata_i[nfc_reg_pkg::PcdConfigRxAlignLsb +: nfc_reg_pkg::PcdConfigRxAlignWidth];
          config_d.type_b         = TypeB && pwdata_i[nfc_reg_pkg::PcdConfigTypeBBit];
          config_d.tx_rate        = {2{Rates}} & pwdata_i[nfc_reg_pkg::PcdConfigTxRateLsb +: nfc_reg_pkg::PcdConfigTxRateWidth];
          config_d.rx_rate        = {2{Rates}} & pwdata_i[nfc_reg_pkg::PcdConfigRxRateLsb +: nfc_reg_pkg::PcdConfigRxRateWidth];
        end
        nfc_reg_pkg::PcdFraming: begin
          config_d.sof_low  = TypeB && pwdata_i[nfc_reg_pkg::PcdFramingSofLowBit];
          config_d.sof_high = TypeB && pwdata_i[nfc_reg_pkg::PcdFramingSofHighBit];
          config_d.egt      = {10{TypeB}} & pwdata_i[nfc_reg_pkg::PcdFramingEgtLsb +: nfc_reg_pkg::PcdFramingEgtWidth];
        end
        nfc_reg_pkg::PcdTimeout:   timeout_d = pwdata_i;
        nfc_reg_pkg::PcdStartAt:   start_at_d = pwdata_i;
        nfc_reg_pkg::PcdTxBits:    tx_bits_d = pwdata_i[11:0];
        nfc_reg_pkg::PcdCommand:   command_d = pwdata_i[2:0];
        nfc_reg_pkg::PcdIrqEnable: irq_enable_d = pwdata_i[0];
        nfc_reg_pkg::PcdIrqStatus: irq_done_d = irq_done_q && !pwdata_i[0];
        nfc_reg_pkg::PcdKeyLow:    key_d[31:0] = pwdata_i;
        nfc_reg_pkg::PcdKeyHigh:   key_d[47:32] = pwdata_i[15:0];
        nfc_reg_pkg::PcdUid:       uid_d = pwdata_i;
        nfc_reg_pkg::PcdNr:        nr_d = pwdata_i;
        nfc_reg_pkg::PcdAuth:      auth_d = pwdata_i[15:0];
        default:               ;
      endcase
    end
    if (done_i) irq_done_d = 1'b1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      config_q             <= '0;
      config_q.pause_ticks <= 6'(nfc_reg_pkg::PcdConfigReset);
      uid_q                <= '0;
      nr_q                 <= '0;
      auth_q               <= '0;
      key_q                <= '0;
      timeout_q            <= nfc_reg_pkg::PcdTimeoutReset;
      start_at_q           <= '0;
      field_at_q           <= '0;
      tx_bits_q            <= '0;
      field_on_q           <= 1'b0;
      field_set_q          <= 1'b0;
      command_q            <= '0;
      irq_enable_q         <= 1'b0;
      irq_done_q           <= 1'b0;
    end else begin
      config_q     <= config_d;
      uid_q        <= uid_d;
      nr_q         <= nr_d;
      auth_q       <= auth_d;
      key_q        <= key_d;
      timeout_q    <= timeout_d;
      start_at_q   <= start_at_d;
      field_at_q   <= field_at_d;
      tx_bits_q    <= tx_bits_d;
      field_on_q   <= field_on_d;
      field_set_q  <= field_set_d;
      command_q    <= command_d;
      irq_enable_q <= irq_enable_d;
      irq_done_q   <= irq_done_d;
    end
  end

  assign config_o       = config_q;
  assign key_o          = key_q;
  assign uid_o          = uid_q;
  assign nr_o           = nr_q;
  assign auth_o         = auth_q;
  assign timeout_o      = timeout_q;
  assign start_at_o     = start_at_q;
  assign tx_bits_o      = tx_bits_q;
  assign field_set_o    = field_set_q;
  assign field_on_o     = field_on_q;
  assign field_at_o     = field_at_q;
  assign command_o      = command_q;
  assign irq_o          = irq_done_q && irq_enable_q;
  assign buffer_next_o  = access && paddr_i == nfc_reg_pkg::PcdData;
  assign buffer_write_o = buffer_next_o && pwrite_i;

  `NFC_CHECK(commands_are_pulses, command_d == '0 || (access && pwrite_i))

endmodule
