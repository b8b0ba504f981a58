// bus_counters.sv - how many ticks each of eight phases has taken, behind APB (IHI 0024).
//
// In:  end_i: phase phase_i is over, the next one began at tick at_i; APB, where `SelectAddress` says which count `TicksAddress`
//      shows and, by its bit 8 (of a bus of bytes: 7), clears them all.
// Out: own_o: the address is one of these two; data_o: what is read there. On a bus of bytes (Bytes = 1) each read of
//      TicksAddress shows the next byte, lowest first.
//
// Nothing counts: at the end of a phase its ticks are added up in a memory, in three ticks. An end that comes meanwhile is
// put to the next one. The counts of all phases add up to the last at_i.
// Register map: rtl/bus/registers.json.

module bus_counters #(
  parameter bit         Bytes         = 1'b0,
  parameter logic [7:0] SelectAddress = nfc_reg_pkg::PcdCounter,
  parameter logic [7:0] TicksAddress  = nfc_reg_pkg::PcdCounterTicks
) (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic        psel_i,
  input  logic        penable_i,
  input  logic        pwrite_i,
  input  logic [7:0]  paddr_i,
  input  logic [31:0] pwdata_i,
  output logic        own_o,
  output logic [31:0] data_o,

  input  logic        end_i,
  input  logic [2:0]  phase_i,
  input  logic [31:0] at_i,

  output logic        busy_o        // something changes by itself
);

  localparam int unsigned ClearBit = Bytes ? nfc_reg_pkg::BoxCounterClearBit : nfc_reg_pkg::PcdCounterClearBit;

  nfc_pkg::count_e step_d, step_q;  // read, add, write

  logic [31:0] memory [8];
  logic [31:0] word_q, since_q, delta_q, write_data;
  logic [2:0]  place_q, select_q, read_index, write_index;
  logic [3:0]  clear_d, clear_q;    // the next one to be cleared, from the reset on; 8: none
  logic [1:0]  byte_d, byte_q;
  logic        access, select, take, clearing, write;

  assign access   = psel_i && penable_i;
  assign select   = access && pwrite_i && paddr_i == SelectAddress;
  assign clearing = !clear_q[3];
  assign take     = end_i && step_q == nfc_pkg::CountRest && !clearing;

  always_comb begin
    unique case (step_q)
      nfc_pkg::CountRest: step_d = take ? nfc_pkg::CountRead : nfc_pkg::CountRest;
      nfc_pkg::CountRead: step_d = nfc_pkg::CountWrite;
      default:  step_d = nfc_pkg::CountRest;
    endcase
  end

  always_comb begin
    clear_d = clearing ? clear_q + 1'b1 : clear_q;
    byte_d  = byte_q;
    if (select) begin
      byte_d = '0;
      if (pwdata_i[ClearBit]) clear_d = '0;
    end else if (access && !pwrite_i && paddr_i == TicksAddress) begin
      byte_d = byte_q + 1'b1;
    end
  end

  assign read_index  = step_q == nfc_pkg::CountRead ? place_q : select_q;
  assign write       = clearing || step_q == nfc_pkg::CountWrite;
  assign write_index = clearing ? clear_q[2:0] : place_q;
  assign write_data  = clearing ? '0 : word_q + delta_q;

  always_ff @(posedge clk_i) begin
    if (write) memory[write_index] <= write_data;
    word_q <= memory[read_index];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q   <= nfc_pkg::CountRest;
      place_q  <= '0;
      since_q  <= '0;
      delta_q  <= '0;
      select_q <= '0;
      clear_q  <= '0;
      byte_q   <= '0;
    end else begin
      step_q  <= step_d;
      clear_q <= clear_d;
      byte_q  <= byte_d;
      if (select) select_q <= pwdata_i[2:0];
      if (take) begin
        place_q <= phase_i;
        since_q <= at_i;
        delta_q <= at_i - since_q;
      end
    end
  end

  always_comb begin
    data_o = '0;
    own_o  = 1'b0;
    if (psel_i) begin
      if (paddr_i == TicksAddress) begin
        own_o  = 1'b1;
        data_o = Bytes ? {24'b0, word_q[8*byte_q +: 8]} : word_q;
      end else if (paddr_i == SelectAddress) begin
        own_o       = 1'b1;
        data_o[2:0] = select_q;
      end
    end
  end

  logic unused;
  assign unused = &{1'b0, pwdata_i};

  assign busy_o = step_q != nfc_pkg::CountRest || clearing;


endmodule
