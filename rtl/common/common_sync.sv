// common_sync.sv - a level from outside this clock, two flip-flops behind.
//
// Out: data_o, data_i two to three ticks ago. Several bits may arrive a tick apart.

module common_sync #(
  parameter int unsigned Width = 1,
  parameter logic        Reset = 1'b0
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic [Width-1:0] data_i,
  output logic [Width-1:0] data_o
);

  logic [Width-1:0] first_q, second_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      first_q  <= {Width{Reset}};
      second_q <= {Width{Reset}};
    end else begin
      first_q  <= data_i;
      second_q <= first_q;
    end
  end

  assign data_o = second_q;

endmodule
