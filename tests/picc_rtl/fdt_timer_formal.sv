// fdt_timer_formal.sv - the frame delay timer against the times of docs/choices.md, for all time.
//
// since_q counts from E on its own; everything the timer says is compared with it. The solver picks when
// pauses end, when the frame ends, when and what is armed, and when the store is done.

module fdt_timer_formal (
  input logic          clk_i,
  input logic          rst_ni,
  input logic          pause_end_i,
  input logic          frame_end_i,
  input logic          last_is_x_i,
  input logic          arm_i,
  input nfc_pkg::fdt_e fdt_i,
  input logic          store_done_i,
  input logic          type_b_i,
  input logic [1:0]    rate_i
);

  // What the sheet asks for.
  localparam logic [23:0] Last      = 24'd148;   // latest G - E
  localparam logic [23:0] MinAt     = 24'd1152;   // 9 bits
  localparam logic [23:0] ReadAt    = 24'd2304;   // 18 bits
  localparam logic [23:0] AuthAt    = 24'd4480;   // 35 bits
  localparam logic [23:0] ProgramAt = 24'd1024;
  localparam logic [23:0] DeafEnd   = 24'd768;
  localparam logic [23:0] StoreLead = 24'd64;
  localparam logic [23:0] Wrap      = 24'd8000;
  localparam logic [23:0] Longest   = 24'd140000;

  // The card's type and its reader's rate, as they are at reset.
  logic        type_b_q;
  logic [1:0]  rate_q;
  logic [23:0] after_z, after_x, latency, frame_latency;

  always_comb begin
    case (rate_q)
      2'd0: {after_z, after_x} = {24'd20, 24'd84};
      2'd1: {after_z, after_x} = {24'd116, 24'd148};
      2'd2: {after_z, after_x} = {24'd100, 24'd116};
      2'd3: {after_z, after_x} = {24'd92, 24'd100};
    endcase
    latency       = 24'(nfc_pkg::PauseEndLatency) + (24'(nfc_pkg::PauseHoldTicks) >> rate_q);
    frame_latency = 24'(nfc_pkg::PauseStartLatency);
    if (type_b_q) begin
      after_z       = 24'd20;
      after_x       = 24'd20;
      latency       = (24'd48 >> rate_q) + 24'd4;
      frame_latency = latency + (24'd48 >> rate_q) + 24'd1;
    end
  end

  logic        start, program_now, silence_end;
  logic [23:0] since_q;   // ticks since E
  logic        known_q;   // a pause has ended
  logic        ended_q;   // and the frame
  logic        is_x_q;
  logic        done_q;    // the store is done
  logic [23:0] done_at_q; // since G
  logic        reset_q = 1'b0;

  // The timer's own registers, which flattening joins to these.
  (* hierconn *) wire [12:0] \u_frame_fdt_timer.ticks_q ;
  (* hierconn *) wire        \u_frame_fdt_timer.late_q ;

  frame_fdt_timer u_frame_fdt_timer (
    .clk_i,
    .rst_ni        (reset_q),
    .type_b_i      (type_b_q),
    .rate_i        (rate_q),
    .pause_end_i   (pause_end_i && !ended_q),
    .deaf_i        (ended_q),
    .frame_end_i   (frame_end_i && known_q && !ended_q && !pause_end_i),
    .last_is_x_i   (last_is_x_i && !type_b_q),
    .arm_i         (arm_i && ended_q),
    .fdt_i,
    .store_done_i  (store_done_i && ended_q),
    .start_o       (start),
    .program_o     (program_now),
    .silence_end_o (silence_end)
  );

  logic [23:0] since_grid;  // ticks since G
  logic [23:0] next_grid;   // the same in the next tick

  assign since_grid = since_q - (is_x_q ? after_x : after_z);
  assign next_grid  = since_grid + 24'd1;

  always_ff @(posedge clk_i) begin
    reset_q <= 1'b1;
    if (!reset_q) begin
      since_q   <= '0;
      known_q   <= 1'b0;
      type_b_q  <= type_b_i;
      rate_q    <= rate_i;
      ended_q   <= 1'b0;
      is_x_q    <= 1'b0;
      done_q    <= 1'b0;
      done_at_q <= '0;
    end else begin
      since_q <= since_q + 24'd1;
      if (pause_end_i && !ended_q) begin
        // Seen that long after E.
        since_q <= latency + 24'd1;
        known_q <= 1'b1;
      end else if (frame_end_i && known_q && !ended_q) begin
        ended_q <= 1'b1;
        is_x_q  <= last_is_x_i && !type_b_q;
      end
      if (ended_q && store_done_i && !done_q) begin
        done_q    <= 1'b1;
        done_at_q <= since_grid;
      end
    end
  end

  // The decoder tells the end of a frame after G - here more than 148 ticks after E - and before the card decides; the store is
  // done once, after the longest programming time at the latest; what need not wait for it is armed before
  // the timer's 13 bits wrap.
  always_ff @(posedge clk_i) if (reset_q) begin
    assume (!(frame_end_i && known_q && !ended_q) || (since_q > Last && since_q < 24'd404));
    assume (!(store_done_i && done_q));
    assume (!known_q || since_q < Longest);
    assume (!(arm_i && ended_q && fdt_i != nfc_pkg::FdtStore && since_q >= Wrap));

    if (ended_q) begin
      if (start) begin
        on_the_grid: assert (next_grid[6:0] == '0);
        min_at:      assert (fdt_i != nfc_pkg::FdtMin || next_grid == MinAt);
        read_at:     assert (fdt_i != nfc_pkg::FdtRead || next_grid == ReadAt);
        auth_at:     assert (fdt_i != nfc_pkg::FdtAuth || next_grid == AuthAt);
        armed:       assert (arm_i);
        lead:        assert (fdt_i != nfc_pkg::FdtStore || !done_q || next_grid - done_at_q >= StoreLead);
      end else begin
        min_there:  assert (!(arm_i && fdt_i == nfc_pkg::FdtMin && next_grid == MinAt));
        read_there: assert (!(arm_i && fdt_i == nfc_pkg::FdtRead && next_grid == ReadAt));
        auth_there: assert (!(arm_i && fdt_i == nfc_pkg::FdtAuth && next_grid == AuthAt));
        store_there: assert (!(arm_i && fdt_i == nfc_pkg::FdtStore && done_q && next_grid[6:0] == '0 &&
                               next_grid - done_at_q >= StoreLead));
      end
      program_there: assert (since_q >= Wrap || program_now == (next_grid == ProgramAt));
      deaf_there:    assert (since_q >= Wrap || silence_end == (next_grid == DeafEnd +
                                             frame_latency));
    end
    // What makes it inductive: the two counts say the same.
    counts_agree: assert (!known_q || 13'(since_grid) == \u_frame_fdt_timer.ticks_q );
    late_is_late: assert (!\u_frame_fdt_timer.late_q || done_q);
    recent:       assert (!done_q || done_at_q < Longest);
    done_before:  assert (!done_q || done_at_q < since_grid);
    done_after:   assert (!done_q || ended_q);
    known_first:  assert (!ended_q || known_q);
    late_until:   assert (!ended_q || !done_q || \u_frame_fdt_timer.late_q ==
                          ((done_at_q & 24'h7F) > 24'd64 && (since_grid >> 7) == (done_at_q >> 7)));
    x_at_the_end: assert (ended_q || !is_x_q);
    x_is_past:    assert (!ended_q || since_q > Last);
  end

endmodule
