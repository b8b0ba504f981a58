// bus_readings.sv - what the PCD shows on its APB, without wait states.
//
// In:  the registers that only the PCD writes; own_i with data_i for the others (bus_registers).
// Out: APB (IHI 0024); PSLVERR where there is no register.
// Register map: rtl/bus/registers.json.

module bus_readings (
  input  logic        psel_i,
  input  logic        penable_i,
  input  logic [7:0]  paddr_i,
  output logic [31:0] prdata_o,
  output logic        pready_o,
  output logic        pslverr_o,

  input  logic        own_i,
  input  logic [31:0] data_i,

  input  logic [31:0] tick_i,
  input  logic        carrier_i,
  input  logic        field_pending_i,
  input  logic [31:0] status_i,
  input  logic [31:0] tx_end_i,
  input  logic [31:0] rx_start_i,
  input  logic [31:0] rx_end_i,
  input  logic [31:0] rx_bits_i,
  input  logic [31:0] nt_i,
  input  logic [31:0] buffer_data_i,
  input  logic [31:0] buffer_mask_i
);

  logic known;

  always_comb begin
    known    = 1'b1;
    prdata_o = '0;
    if (psel_i) begin
      case (paddr_i)
        nfc_reg_pkg::PcdTick:       prdata_o = tick_i;
        nfc_reg_pkg::PcdControl:    prdata_o = {data_i[31:3], field_pending_i, carrier_i, data_i[0]};
        nfc_reg_pkg::PcdStatus:     prdata_o = status_i;
        nfc_reg_pkg::PcdTxEnd:      prdata_o = tx_end_i;
        nfc_reg_pkg::PcdRxStart:    prdata_o = rx_start_i;
        nfc_reg_pkg::PcdRxEnd:      prdata_o = rx_end_i;
        nfc_reg_pkg::PcdRxBits:     prdata_o = rx_bits_i;
        nfc_reg_pkg::PcdData:       prdata_o = buffer_data_i;
        nfc_reg_pkg::PcdCollisions: prdata_o = buffer_mask_i;
        nfc_reg_pkg::PcdNt:         prdata_o = nt_i;
        default: begin
          known    = own_i;
          prdata_o = data_i;
        end
      endcase
    end
  end

  assign pready_o  = 1'b1;
  assign pslverr_o = psel_i && penable_i && !known;

endmodule
