// bus_sniffer.sv - the log of a sniffer behind APB (IHI 0024), without wait states.
//
// In:  APB; words of the log (nfc_pkg::log_word_t), valid/ready.
// Out: the word that waits, as two registers; reading the second one takes it. While Control.Run is off every word
//      is taken at once and dropped.
// Register map: rtl/bus/registers.json.

module bus_sniffer (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic                 psel_i,
  input  logic                 penable_i,
  input  logic                 pwrite_i,
  input  logic [7:0]           paddr_i,
  input  logic [31:0]          pwdata_i,
  output logic [31:0]          prdata_o,
  output logic                 pready_o,
  output logic                 pslverr_o,
  output logic                 irq_o,       // level: a word waits, and that is to be told

  input  logic                 log_valid_i,
  output logic                 log_ready_o,
  input  nfc_pkg::log_word_t   log_i
);

  logic run_d, run_q;
  logic irq_d, irq_q;   // IrqEnable
  logic access, write, known;

  assign access = psel_i && penable_i;
  assign write  = access && pwrite_i;

  always_comb begin
    known    = 1'b1;
    prdata_o = '0;
    run_d    = run_q;
    irq_d    = irq_q;
    if (psel_i) begin
      unique case (paddr_i)
        nfc_reg_pkg::SnfControl: begin
          prdata_o[nfc_reg_pkg::SnfControlRunBit] = run_q;
          if (write) run_d = pwdata_i[nfc_reg_pkg::SnfControlRunBit];
        end
        nfc_reg_pkg::SnfIrqEnable: begin
          prdata_o[nfc_reg_pkg::SnfIrqEnableWordBit] = irq_q;
          if (write) irq_d = pwdata_i[nfc_reg_pkg::SnfIrqEnableWordBit];
        end
        nfc_reg_pkg::SnfHead: begin
          if (log_valid_i && run_q) begin
            prdata_o[nfc_reg_pkg::SnfHeadCountLsb +: 5] = log_i.count;
            prdata_o[nfc_reg_pkg::SnfHeadRateLsb +: 2]  = log_i.rate;
            prdata_o[nfc_reg_pkg::SnfHeadTypeBBit]      = log_i.type_b;
            prdata_o[nfc_reg_pkg::SnfHeadPiccBit]       = log_i.picc;
            prdata_o[nfc_reg_pkg::SnfHeadKindLsb +: 3]  = log_i.kind;
            prdata_o[nfc_reg_pkg::SnfHeadValidBit]      = 1'b1;
          end
        end
        nfc_reg_pkg::SnfData: prdata_o = log_valid_i && run_q ? log_i.data : '0;
        default:              known = 1'b0;
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      run_q <= 1'b0;
      irq_q <= 1'b0;
    end else begin
      run_q <= run_d;
      irq_q <= irq_d;
    end
  end

  logic unused;
  assign unused = &{1'b0, pwdata_i[31:1]};

  assign log_ready_o = !run_q || (access && !pwrite_i && paddr_i == nfc_reg_pkg::SnfData);
  assign irq_o       = irq_q && run_q && log_valid_i;
  assign pready_o    = 1'b1;
  assign pslverr_o   = access && !known;

endmodule
