// rf_manchester_decoder.sv - level at the reader to the bits of a type A card, 106 kbit/s.
//
// In:  level of the field, one sample a tick. listen_i: low holds the decoder idle.
// Out: sof_o at L + SubcarrierSofLatency, when the first bit is there, which an SOC in noise needs to be sure;
//      bit_valid_o for each bit of the air when the next one or the frame's end is there, collision_o with it when
//      both halves carried subcarrier; eof_o after the first bit time without any, with error_o when it was
//      the first one of all (a frame of 0 bits). settled_o: with an even level it is the same every four ticks.
// ISO/IEC 14443-2, 8.2.
//
// A bit's louder half tells whether the frame goes on, in parts of what those before it measured:
//
//   0            1/4           1/2
//   |    end      |    doubt    |    bit
//
// In doubt, where noise may measure as much, the next one tells: both are bits, or none is.

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

  localparam int unsigned EnergyBits = LevelBits + 2;

  logic                  soc, whole, half_valid, second, settled;
  logic [EnergyBits-1:0] burst, value, silence;
  logic [EnergyBits:0]   sure;
  logic [2:0]            off;

  logic                  trial_d, trial_q;      // behind an SOC that may be none
  logic                  active_d, active_q;    // inside a frame
  logic                  empty_d, empty_q;      // no bit yet
  logic [EnergyBits-1:0] first_d, first_q;      // value of the first half of this bit
  logic [2:0]            first_off_d, first_off_q;
  logic                  weigh_d, weigh_q;      // both halves are there
  logic                  judge_d, judge_q;      // and they are of a frame
  logic                  one_d, one_q;
  logic [EnergyBits-1:0] louder_d, louder_q;
  logic [EnergyBits-1:0] softer_d, softer_q;
  logic [2:0]            off_d, off_q;          // of the louder half
  logic [EnergyBits-1:0] loud_d, loud_q;        // mean value of halves with subcarrier
  logic [EnergyBits-1:0] silent_d, silent_q;    // and of those without
  logic                  kept_d, kept_q;        // a bit is to be told,
  logic                  doubt_d, doubt_q;      // if it is one
  logic                  last_d, last_q;        // the frame has ended
  logic                  kept_bit_d, kept_bit_q;
  logic                  kept_collision_d, kept_collision_q;
  logic                  sof_d, sof_q;
  logic                  bit_valid_d, bit_valid_q;
  logic                  bit_d, bit_q;
  logic                  collision_d, collision_q;
  logic                  eof_d, eof_q;
  logic                  drop_d, drop_q;

  logic                  little, fits, ends, shift_valid;
  // What stands in the tick of weigh_q, for judge_q.
  logic                  little_q, doubts_d, doubts_q, collides_d, collides_q;

  rf_subcarrier_receiver #(.LevelBits(LevelBits)) u_subcarrier_receiver (
    .clk_i,
    .rst_ni,
    .level_i,
    .listen_i,
    .hold_i       (active_q),
    .done_i       (eof_q || drop_q),
    .anew_i       (drop_q),
    .shift_valid_i(shift_valid),
    .shift_i      (off_q),
    .soc_o        (soc),
    .burst_o      (burst),
    .whole_o      (whole),
    .half_valid_o (half_valid),
    .second_o     (second),
    .value_o      (value),
    .off_o        (off),
    .sure_o       (sure),
    .silence_o    (silence),
    .settled_o    (settled)
  );

  assign little   = louder_q < loud_q >> 2 || louder_q < (silence >> 3) + (silence >> 4);
  assign doubts_d = louder_q < (loud_q >> 1) && louder_q < (silence >> 1) && softer_q > louder_q >> 3;
  // Seven cards may say one thing and one the other; where nothing collides, a fading or ringing field leaves something
  // in the silent half, but then it does so in every bit.
  assign collides_d = softer_q > silence && softer_q > (louder_q >> 4) + (louder_q >> 5) &&
                      {2'b00, softer_q} > {silent_q, 2'b00};

  always_comb begin
    trial_d          = trial_q;
    active_d         = active_q;
    empty_d          = empty_q;
    first_d          = first_q;
    first_off_d      = first_off_q;
    weigh_d          = 1'b0;
    judge_d          = 1'b0;
    one_d            = one_q;
    louder_d         = louder_q;
    softer_d         = softer_q;
    off_d            = off_q;
    loud_d           = loud_q;
    silent_d         = silent_q;
    kept_d           = kept_q;
    doubt_d          = doubt_q;
    last_d           = 1'b0;
    kept_bit_d       = kept_bit_q;
    kept_collision_d = kept_collision_q;
    sof_d            = 1'b0;
    bit_valid_d      = 1'b0;
    bit_d            = bit_q;
    collision_d      = collision_q;
    eof_d            = 1'b0;
    drop_d           = 1'b0;
    fits             = 1'b0;
    ends             = 1'b0;
    shift_valid      = 1'b0;

    if (half_valid) begin
      if (!second) begin
        first_d     = value;
        first_off_d = off;
      end else begin
        weigh_d  = trial_q || active_q;
        one_d    = first_q > value;
        louder_d = one_d ? first_q : value;
        softer_d = one_d ? value : first_q;
        off_d    = one_d ? first_off_q : off;
      end
    end

    if (soc) begin
      trial_d  = 1'b1;
      empty_d  = 1'b1;
      kept_d   = 1'b0;
      loud_d   = burst >> 1;
      silent_d = value >> 1;
    end

    if (weigh_q) begin
      trial_d  = 1'b0;
      // A first bit is about as strong as the burst, in one half or, where cards collide, well above noise in both.
      // Without one only what is of an SOC's shape.
      fits     = little ? whole : louder_q >= burst >> 2 && louder_q >> 1 <= burst &&
                                  (softer_q < louder_q >> 1 || softer_q > silence);
      sof_d    = trial_q && fits && (EnergyBits + 1)'(burst) + (EnergyBits + 1)'(louder_q) >= sure;
      drop_d   = trial_q && !sof_d;
      active_d = active_q || sof_d;
      judge_d  = active_d;
    end

    if (judge_q) begin
      ends        = little_q || (doubts_q && kept_q && doubt_q);
      bit_valid_d = kept_q && !(ends && doubt_q);
      bit_d       = kept_bit_q;
      collision_d = kept_collision_q;
      if (bit_valid_d) empty_d = 1'b0;
      kept_d           = !ends;
      doubt_d          = doubts_q;
      kept_bit_d       = one_q || (collides_q && CollisionIsOne);
      kept_collision_d = collides_q;
      if (ends) begin
        active_d = 1'b0;
        last_d   = 1'b1;
      end else begin
        shift_valid = !doubts_q;
        loud_d      = (loud_q >> 1) + (louder_q >> 1);
        if (!collides_q) silent_d = (silent_q >> 1) + (softer_q >> 1);
      end
    end
    if (last_q) eof_d = 1'b1;

    if (!listen_i) begin
      trial_d  = 1'b0;
      active_d = 1'b0;
      weigh_d  = 1'b0;
      judge_d  = 1'b0;
      sof_d    = 1'b0;
      last_d   = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      trial_q          <= 1'b0;
      active_q         <= 1'b0;
      empty_q          <= 1'b0;
      first_q          <= '0;
      first_off_q      <= '0;
      weigh_q          <= 1'b0;
      judge_q          <= 1'b0;
      little_q         <= 1'b0;
      doubts_q         <= 1'b0;
      collides_q       <= 1'b0;
      one_q            <= 1'b0;
      louder_q         <= '0;
      softer_q         <= '0;
      off_q            <= '0;
      loud_q           <= '0;
      silent_q         <= '0;
      kept_q           <= 1'b0;
      doubt_q          <= 1'b0;
      last_q           <= 1'b0;
      kept_bit_q       <= 1'b0;
      kept_collision_q <= 1'b0;
      sof_q            <= 1'b0;
      bit_valid_q      <= 1'b0;
      bit_q            <= 1'b0;
      collision_q      <= 1'b0;
      eof_q            <= 1'b0;
      drop_q           <= 1'b0;
    end else begin
      trial_q          <= trial_d;
      active_q         <= active_d;
      empty_q          <= empty_d;
      first_q          <= first_d;
      first_off_q      <= first_off_d;
      weigh_q          <= weigh_d;
      judge_q          <= judge_d;
      little_q         <= little;
      doubts_q         <= doubts_d;
      collides_q       <= collides_d;
      one_q            <= one_d;
      louder_q         <= louder_d;
      softer_q         <= softer_d;
      off_q            <= off_d;
      loud_q           <= loud_d;
      silent_q         <= silent_d;
      kept_q           <= kept_d;
      doubt_q          <= doubt_d;
      last_q           <= last_d;
      kept_bit_q       <= kept_bit_d;
      kept_collision_q <= kept_collision_d;
      sof_q            <= sof_d;
      bit_valid_q      <= bit_valid_d;
      bit_q            <= bit_d;
      collision_q      <= collision_d;
      eof_q            <= eof_d;
      drop_q           <= drop_d;
    end
  end

  assign sof_o       = sof_q;
  assign bit_valid_o = bit_valid_q;
  assign bit_o       = bit_q;
  assign collision_o = collision_q;
  assign eof_o       = eof_q;
  assign error_o     = empty_q;
  assign settled_o   = settled && !active_q;

  `NFC_CHECK(one_thing_at_a_time, 32'(sof_q) + 32'(bit_valid_q) + 32'(eof_q) < 2)

endmodule
