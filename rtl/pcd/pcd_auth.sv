// pcd_auth.sv - what the three-pass authentication of MIFARE Classic sends and expects.
//
// In:  step_i: low while AUTH and nt travel, high while {nr}{ar} and {at} do; position_i and the events of
//      sender and receiver. nt_done_i: nt is complete (not before its last bit, well before ar).
//      key_load_i: nt has begun; its first bit is more than KeyBits ticks away.
// Out: load_o/load_bit_o, the key into the cipher, lowest bit of its first byte first; send_bit_o, plaintext bit number send_position_i; cipher_in_o, what the cipher takes with the
//      present bit; match_o: all bits of at so far are right.
// MIFARE Classic: ar = suc64(nt), at = suc96(nt); nt and nr enter the cipher, ar and at do not.

module pcd_auth (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic        step_i,
  input  logic        nt_done_i,
  input  logic [31:0] uid_i,
  input  logic [31:0] nr_i,
  input  logic [15:0] auth_i,

  input  logic        key_load_i,
  input  logic [47:0] key_i,
  output logic        load_o,
  output logic        load_bit_o,

  input  logic [5:0]  send_position_i,
  input  logic        send_taken_i,
  output logic        send_bit_o,

  input  logic [4:0]  receive_position_i,
  input  logic        receive_valid_i,
  input  logic        receive_bit_i,

  output logic        cipher_in_o,
  output logic [31:0] nt_o,
  output logic        match_o
);

  // Outputs of the nonce generator between the last one seen in nt and the first of ar.
  localparam logic [5:0] AheadSteps = 6'd48;

  localparam logic [5:0] KeyBits = 6'd48;

  logic [5:0]  load_d, load_q;        // bits of the key still to load
  logic [31:0] nt_d, nt_q;
  logic [15:0] ahead_d, ahead_q;      // bit 0: the next bit of ar or at
  logic [5:0]  steps_d, steps_q;      // still to go to ar
  logic        match_d, match_q;
  logic        sends_answer, advance;

  assign sends_answer = step_i && send_position_i[5];

  always_comb begin
    if (!step_i) send_bit_o = auth_i[send_position_i[3:0]];
    else if (send_position_i[5]) send_bit_o = ahead_q[0];
    else send_bit_o = nr_i[send_position_i[4:0]];
  end

  always_comb begin
    cipher_in_o = 1'b0;
    if (receive_valid_i) begin
      cipher_in_o = !step_i && (receive_bit_i ^ uid_i[receive_position_i]);
    end else if (send_taken_i) begin
      cipher_in_o = step_i && !send_position_i[5] && send_bit_o;
    end
  end

  assign advance = steps_q != '0 || (step_i && (receive_valid_i || (send_taken_i && sends_answer)));

  always_comb begin
    load_d = load_q;
    if (key_load_i) load_d = KeyBits;
    else if (load_o) load_d = load_q - 1'b1;
  end

  assign load_o     = load_q != '0;
  assign load_bit_o = load_o && key_i[KeyBits-load_q];

  always_comb begin
    nt_d    = nt_q;
    ahead_d = ahead_q;
    steps_d = steps_q;
    match_d = match_q;
    if (advance) begin
      ahead_d = {ahead_q[0] ^ ahead_q[2] ^ ahead_q[3] ^ ahead_q[5], ahead_q[15:1]};
    end
    if (steps_q != '0) steps_d = steps_q - 1'b1;
    if (receive_valid_i) begin
      if (!step_i) nt_d[receive_position_i] = receive_bit_i;
      else match_d = match_q && receive_bit_i == ahead_q[0];
    end
    if (nt_done_i) begin
      ahead_d = nt_q[31:16];
      steps_d = AheadSteps;
      match_d = 1'b1;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      load_q  <= '0;
      nt_q    <= '0;
      ahead_q <= '0;
      steps_q <= '0;
      match_q <= 1'b0;
    end else begin
      load_q  <= load_d;
      nt_q    <= nt_d;
      ahead_q <= ahead_d;
      steps_q <= steps_d;
      match_q <= match_d;
    end
  end

  assign nt_o    = nt_q;
  assign match_o = match_q;

endmodule
