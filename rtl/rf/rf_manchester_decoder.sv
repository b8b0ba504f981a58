// rf_manchester_decoder.sv - level at the reader to the bits of a type A card, 106 kbit/s.
//
// In:  level of the field, one sample a tick. listen_i: low holds the decoder idle.
// Out: sof_o at L + SubcarrierSofLatency; bit_valid_o for each bit of the air, collision_o with it when both
//      halves carried subcarrier; eof_o after the first bit time without any, with error_o when it was
//      the first one of all (a frame of 0 bits). settled_o: with an even level it is the same every four ticks.
// ISO/IEC 14443-2, 8.2.

`include "nfc_check.svh"

module rf_manchester_decoder #(
  parameter int unsigned LevelBits       = 12,
  parameter bit          CollisionIsOne = 1'b1   // else bit_o is what the stronger half says
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  input  logic                 listen_i,

  output logic                 sof_o,
  output logic                 bit_valid_o,
  output logic                 bit_o,
  output logic                 collision_o,
  output logic                 eof_o,
  output logic                 error_o,
  output logic                 settled_o
);

  localparam int unsigned EnergyBits = LevelBits + 1;

  logic                  soc, half_valid, edge_valid, second, settled;
  logic [EnergyBits-1:0] energy, edge_energy, silence;

  logic                  active_d, active_q;    // inside a frame
  logic                  empty_d, empty_q;      // no bit yet
  logic [EnergyBits-1:0] first_d, first_q;      // energy of the first half of this bit
  logic [EnergyBits-1:0] loud_d, loud_q;        // energy of the last half with subcarrier
  logic [EnergyBits-1:0] silent_d, silent_q;    // mean energy of halves without
  logic                  before_d, before_q;    // subcarrier just before the middle of the bit
  logic                  after_d, after_q;      // and just after it
  logic [1:0]            early_d, early_q;      // bits in a row measured too early, or
  logic [1:0]            late_d, late_q;        // too late
  logic                  sof_d, sof_q;
  logic                  bit_valid_d, bit_valid_q;
  logic                  bit_d, bit_q;
  logic                  collision_d, collision_q;
  logic                  eof_d, eof_q;

  logic                  one;
  logic [EnergyBits-1:0] louder, softer;

  rf_subcarrier_receiver #(.LevelBits(LevelBits)) u_subcarrier_receiver (
    .clk_i,
    .rst_ni,
    .level_i,
    .listen_i,
    .done_i      (eof_q),
    .early_i     (early_q[1]),
    .late_i      (late_q[1]),
    .soc_o       (soc),
    .half_valid_o(half_valid),
    .edge_valid_o(edge_valid),
    .second_o    (second),
    .energy_o    (energy),
    .edge_o      (edge_energy),
    .silence_o   (silence),
    .settled_o   (settled)
  );

  always_comb begin
    active_d    = active_q;
    empty_d     = empty_q;
    first_d     = first_q;
    loud_d      = loud_q;
    silent_d    = silent_q;
    before_d    = before_q;
    after_d     = after_q;
    early_d     = early_q;
    late_d      = late_q;
    sof_d       = 1'b0;
    bit_valid_d = 1'b0;
    bit_d       = bit_q;
    collision_d = collision_q;
    eof_d       = 1'b0;
    one         = 1'b0;
    louder      = '0;
    softer        = '0;

    if (!listen_i) begin
      active_d = 1'b0;
    end else if (edge_valid) begin
      if (second) after_d  = edge_energy > (loud_q >> 1);
      else        before_d = edge_energy > (loud_q >> 1);
    end

    if (listen_i && half_valid) begin
      if (!second) begin
        first_d = energy;
      end else if (soc) begin
        active_d = 1'b1;
        empty_d  = 1'b1;
        loud_d   = first_q;
        silent_d = energy;
        early_d  = '0;
        late_d   = '0;
        sof_d    = 1'b1;
      end else if (active_q) begin
        one    = first_q > energy;
        louder = one ? first_q : energy;
        softer = one ? energy : first_q;
        if (louder < silence || louder < (loud_q >> 2)) begin
          active_d = 1'b0;
          eof_d    = 1'b1;
        end else begin
          // Seven cards may say one thing and one the other; where nothing collides, a fading or
          // ringing field leaves something in the silent half, but then it does so in every bit.
          collision_d = softer > {silence[EnergyBits-2:0], 1'b0} &&
                        softer > (louder >> 4) + (louder >> 5) &&
                        {2'b00, softer} > {silent_q, 2'b00};
          bit_valid_d = 1'b1;
          bit_d       = one || (collision_d && CollisionIsOne);
          empty_d     = 1'b0;
          loud_d      = louder;
          early_d     = '0;
          late_d      = '0;
          if (!collision_d) begin
            silent_d = (silent_q >> 1) + (softer >> 1);
            // Two bits in a row that say the same move the window.
            if (before_q == after_q && early_q[1] == 1'b0 && late_q[1] == 1'b0) begin
              if (one == before_q) early_d = {early_q[0], 1'b1};
              else                 late_d  = {late_q[0], 1'b1};
            end
          end
        end
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q    <= 1'b0;
      empty_q     <= 1'b0;
      first_q     <= '0;
      loud_q      <= '0;
      silent_q    <= '0;
      before_q    <= 1'b0;
      after_q     <= 1'b0;
      early_q     <= '0;
      late_q      <= '0;
      sof_q       <= 1'b0;
      bit_valid_q <= 1'b0;
      bit_q       <= 1'b0;
      collision_q <= 1'b0;
      eof_q       <= 1'b0;
    end else begin
      active_q    <= active_d;
      empty_q     <= empty_d;
      first_q     <= first_d;
      loud_q      <= loud_d;
      silent_q    <= silent_d;
      before_q    <= before_d;
      after_q     <= after_d;
      early_q     <= early_d;
      late_q      <= late_d;
      sof_q       <= sof_d;
      bit_valid_q <= bit_valid_d;
      bit_q       <= bit_d;
      collision_q <= collision_d;
      eof_q       <= eof_d;
    end
  end

  assign sof_o       = sof_q;
  assign bit_valid_o = bit_valid_q;
  assign bit_o       = bit_q;
  assign collision_o = collision_q;
  assign eof_o       = eof_q;
  assign error_o     = empty_q;
  assign settled_o   = settled && !active_q;

  `NFC_CHECK(one_thing_at_a_time, !(sof_q && bit_valid_q) && !(eof_q && bit_valid_q))

endmodule
