// sim_air.sv - the air between one reader and its cards, one level per tick. Simulation only.
// In:  what the reader does to its carrier, what the cards' load switches do; the antenna, constant
//      while the simulation runs (port::AirProfile in the units named below).
// Out: the level at tick t shows the modulation of tick t-1, in 8 bits at the cards, in 12 bits at the reader.
// docs/choices.md, Time; integer arithmetic only, and work only in ticks in which something moves.

module sim_air #(
  parameter int unsigned Cards = 1
) (
  input  logic             clk_i,
  input  logic             rst_ni,

  input  logic             carrier_i,
  input  logic             pause_i,     // it is modulated,
  input  logic             shallow_i,   // as type B does,
  input  logic [1:0]       rate_i,      // or as type A does at fc/128 to fc/16
  input  logic [Cards-1:0] load_i,      // of cards in the field
  input  logic [7:0]       inject_load_i,

  // Amplitudes have 14 bits below one of 255.
  input  logic [22:0]      unmodulated_i,
  input  logic [22:0]      peak_i,      // what the rise after a pause aims at
  input  logic [22:0]      residual_i,  // what the fall into a pause aims at
  input  logic [68:0]      fast_residual_i,  // and above fc/128, fc/64 in the lowest bits
  input  logic [22:0]      shallow_level_i,  // what the fall of type B aims at; its rise has no peak
  input  logic [8:0]       fall_i,      // share of the distance moved in a tick, of 256
  input  logic [8:0]       rise_i,
  input  logic [11:0]      pcd_drop_i,  // how far one load switch pulls the level down, of 4095
  input  logic [11:0]      picc_drop_i,
  input  logic [31:0]      fading_step_i,   // share of a fading period in a tick, of 2^32; 0: no fading
  input  logic [8:0]       fading_depth_i,  // of 256
  input  logic [11:0]      noise_i,         // peak, of 4095
  input  logic [31:0]      noise_seed_i,    // not 0

  output logic [7:0]       picc_level_o,
  output logic [11:0]      pcd_level_o,
  output logic             rests_o      // the levels have stood for RestTicks and will stand
);

  localparam int Fraction = 14;
  localparam int Near     = 1 << (Fraction - 6);  // a distance this small is no distance

  int               amplitude_q, amplitude_d;
  logic             rising_q, rising_d;   // after a pause and not yet at the peak
  logic [11:0]      pcd_level_d, picc_level_q, picc_level_d;
  logic [31:0]      fading_q, noise_q, noise_d;
  logic [Cards-1:0] load_q;
  logic [7:0]       inject_load_q;
  logic             work_q, work;         // in the last tick, in this one

  int               target, distance, share, base, loads, drop, fade, level;
  logic [7:0]       triangle;

  function automatic logic [11:0] clamp(input int value);
    clamp = value < 0 ? 12'd0 : value > 4095 ? 12'hFFF : value[11:0];
  endfunction

  always_comb begin
    amplitude_d  = amplitude_q;
    rising_d     = rising_q;
    pcd_level_d  = pcd_level_o;
    picc_level_d = picc_level_q;
    noise_d      = noise_q;
    distance     = 0;
    share        = 0;
    base         = 0;
    loads        = 0;
    drop         = 0;
    fade         = 0;
    level        = 0;
    triangle     = '0;

    if (!carrier_i) begin
      target = 0;
    end else if (pause_i) begin
      unique case (rate_i)
        2'd0:    target = int'(residual_i);
        2'd1:    target = int'(fast_residual_i[22:0]);
        2'd2:    target = int'(fast_residual_i[45:23]);
        default: target = int'(fast_residual_i[68:46]);
      endcase
      if (shallow_i) target = int'(shallow_level_i);
    end else begin
      target = rising_q && !shallow_i ? int'(peak_i) : int'(unmodulated_i);
    end

    work = amplitude_q != target || load_i != load_q || inject_load_i != inject_load_q ||
           noise_i != 12'd0 || pause_i != rising_q;
    if (work || work_q) begin
      // ---- One pole down, one pole up; after a pause the rise aims at the peak ----
      distance = target - amplitude_q;
      share    = distance > 0 ? int'(rise_i) : int'(fall_i);
      if (distance < Near && distance > -Near) amplitude_d = target;
      else                                     amplitude_d = amplitude_q + ((distance * share) >>> 8);
      // The peak counts as reached within 1/128 of it; from there the level sinks to the carrier.
      if (!carrier_i)                       rising_d = 1'b0;
      else if (pause_i)                     rising_d = 1'b1;
      else if (distance < (target >>> 7))   rising_d = 1'b0;
      base = amplitude_d >>> (Fraction - 4);

      // ---- Load modulation, its depth on a triangle once a fading period ----
      for (int i = 0; i < Cards; i++) loads = loads + int'(load_i[i]);
      for (int i = 0; i < 8; i++) loads = loads + int'(inject_load_i[i]);
      triangle = fading_q[30:23] ^ {8{fading_q[31]}};
      fade     = (65536 - int'(triangle) * int'(fading_depth_i)) >>> 8;

      // ---- Each side's share, with its own noise ----
      level = base - ((loads * int'(pcd_drop_i) * fade) >>> 8);
      if (noise_i != 12'd0) begin
        noise_d = noise_q ^ (noise_q << 13);
        noise_d = noise_d ^ (noise_d >> 17);
        noise_d = noise_d ^ (noise_d << 5);
        level   = level + ((int'(noise_q[15:0]) * (2 * int'(noise_i) + 1)) >>> 16) - int'(noise_i);
      end
      pcd_level_d = clamp(level);

      drop  = (loads * int'(picc_drop_i) * fade) >>> 8;
      level = base - drop;
      if (noise_i != 12'd0) begin
        level = level + ((int'(noise_q[31:16]) * (2 * int'(noise_i) + 1)) >>> 16) - int'(noise_i);
      end
      picc_level_d = clamp(level);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      amplitude_q   <= 0;
      rising_q      <= 1'b0;
      pcd_level_o   <= '0;
      picc_level_q  <= '0;
      load_q        <= '0;
      inject_load_q <= '0;
      work_q        <= 1'b0;
      noise_q       <= noise_seed_i;
    end else begin
      work_q <= work;
      if (work || work_q) begin
        amplitude_q   <= amplitude_d;
        rising_q      <= rising_d;
        pcd_level_o   <= pcd_level_d;
        picc_level_q  <= picc_level_d;
        load_q        <= load_i;
        inject_load_q <= inject_load_i;
        noise_q       <= noise_d;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)                     fading_q <= '0;
    else if (fading_step_i != 32'd0) fading_q <= fading_q + fading_step_i;
  end

  // Longer than any receiver looks back.
  localparam logic [7:0] RestTicks = 8'd160;
  logic [7:0] rest_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)                  rest_q <= '0;
    else if (work)                rest_q <= '0;
    else if (rest_q != RestTicks) rest_q <= rest_q + 1'b1;
  end

  assign rests_o = rest_q == RestTicks && !work && fading_step_i == 32'd0;

  assign picc_level_o = picc_level_q[11:4];

endmodule
