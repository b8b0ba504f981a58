// sim_identity.sv - what a card is, taken over while load_settings_i. Simulation only.

module sim_identity (
  input  logic             clk_i,

  input  logic             load_settings_i,
  input  logic [79:0]      uid_i,
  input  logic [1:0]       uid_size_i,
  input  logic [15:0]      atqa_i,
  input  logic [7:0]       sak_i,
  input  logic             type_b_i,
  input  logic [7:0]       afi_i,
  input  logic [55:0]      atqb_i,
  input  logic [2:0]       kind_i,
  input  logic             random_uid_i,
  input  logic             nak_silent_i,
  input  logic             nonce_unpredictable_i,
  input  logic [31:0]      nonce_seed_i,

  output logic [79:0]      uid_o,
  output logic [1:0]       uid_size_o,
  output logic [15:0]      atqa_o,
  output logic [7:0]       sak_o,
  output logic             type_b_o,
  output logic [7:0]       afi_o,
  output logic [55:0]      atqb_o,
  output nfc_pkg::kind_e   kind_o,
  output logic             random_uid_o,
  output logic             nak_silent_o,
  output logic             nonce_unpredictable_o,
  output logic [31:0]      nonce_seed_o
);

  always_ff @(posedge clk_i) begin
    if (load_settings_i) begin
      uid_o                 <= uid_i;
      uid_size_o            <= uid_size_i;
      atqa_o                <= atqa_i;
      sak_o                 <= sak_i;
      type_b_o              <= type_b_i;
      afi_o                 <= afi_i;
      atqb_o                <= atqb_i;
      kind_o                <= nfc_pkg::kind_e'(kind_i);
      random_uid_o          <= random_uid_i;
      nak_silent_o          <= nak_silent_i;
      nonce_unpredictable_o <= nonce_unpredictable_i;
      nonce_seed_o          <= nonce_seed_i;
    end
  end

endmodule
