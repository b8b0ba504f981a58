// rf_bpsk_decoder.sv - level at the reader to the bits of a card that sends phases: type A above fc/128, type B at
// every rate.
//
// In:  level of the field, one sample a tick. listen_i: low holds the decoder idle. type_b_i and rate_i (bit time
//      128 ticks >> rate_i) change only then.
// Out: sof_o at L + BpskSofLatency, default antenna; lost_o when no frame followed. bit_valid_o for each bit of the
//      air (type A) or data bit of a character (type B). eof_o after the subcarrier went off (type A), or at the
//      falling edge of EOF + 10 etu + BpskEofLatency (type B), with error_o: a broken character, no EOF, or no
//      bits at all. settled_o: with an even level it is the same every four ticks.
// ISO/IEC 14443-2, 8.2.5.2 and 9.2; docs/choices.md, Higher rates and Type B.
//
// An edge is looked for in the sum of the values since the line was surely at its old level; that sum begins anew
// whenever it says so. Where it began last is the most likely place of the edge:
//
//   values   +  +  +  -  +  +  -  -  -  -
//   deficit  0  0  0  1  0  0  1  2  3  4    found when it is more than 3/8 of a bit
//                           ^ edge
//
// Noise moves an edge by a value and more. Characters of type B mostly begin whole bits after the last edge: an edge is
// taken to be there unless what was heard since, or before, tells otherwise by more than a quarter of a bit. Once as
// many values as a bit has are a start bit, in sum, they are one.

`include "nfc_check.svh"

module rf_bpsk_decoder #(
  parameter int unsigned LevelBits = 12,
  parameter bit          TypeB     = 1'b1
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,

  input  logic [LevelBits-1:0] level_i,
  input  logic                 listen_i,
  input  logic                 type_b_i,
  input  logic [1:0]           rate_i,

  output logic                 sof_o,
  output logic                 lost_o,
  output logic                 bit_valid_o,
  output logic                 bit_o,
  output logic                 eof_o,
  output logic                 error_o,
  output logic                 settled_o
);

  localparam int unsigned ValueBits = LevelBits + 2;
  localparam int unsigned CellBits  = ValueBits + 3;  // sum of the values of a bit, signed
  localparam int unsigned SizeBits  = CellBits - 1;

  // The reference phase of type A lasts 32 periods; where a noisy start was misjudged, some more or fewer.
  localparam logic [5:0] ReferenceMin = 6'd28;
  localparam logic [5:0] ReferenceMax = 6'd36;
  localparam logic [5:0] ReferenceEnd = 6'd40;
  // Periods between two characters: EGT of 272 ticks, and some.
  localparam logic [6:0] GapMax = 7'd24;

  logic                 locked, value_valid, settled, is_b;
  logic [5:0]           periods;
  logic [ValueBits-1:0] value;
  logic [ValueBits-2:0] mean, silence;

  nfc_pkg::bpsk_state_e state_d, state_q;
  logic                 told_d, told_q;          // sof_o was
  logic [2:0]           cell_d, cell_q;          // values of this bit so far
  logic [CellBits-1:0]  sum_d, sum_q;            // of them
  logic [SizeBits-1:0]  loud_d, loud_q;          // size of a bit
  logic [SizeBits+1:0]  recent_d, recent_q;      // of the last four, two or one, together
  logic [CellBits-1:0]  deficit_d, deficit_q;
  logic [3:0]           since_d, since_q;        // values since it was zero
  logic [6:0]           length_d, length_q;      // periods of what is waited out
  logic [3:0]           place_d, place_q;        // of this bit in its character, or among nine
  logic [6:0]           held_d, held_q;          // bits that may not be any
  logic [2:0]           fill_d, fill_q;          // how many of them there are
  logic [2:0]           flush_d, flush_q;        // how many of them are bits
  logic [7:0]           byte_d, byte_q;
  logic [3:0]           emit_d, emit_q;          // bits of byte_q still to tell
  logic                 start_d, start_q;        // this is the start bit of a type A frame
  logic                 empty_d, empty_q;
  logic                 broken_d, broken_q;
  logic                 bit_valid_d, bit_valid_q;
  logic                 bit_d, bit_q;
  logic                 eof_d, eof_q;
  logic                 lost_d, lost_q;
  logic                 done_d, done_q;
  logic                 sof;

  logic [2:0]           last;                    // index of a bit's last value
  logic [6:0]           etu;                     // values of a bit
  logic                 starting, rising, coherent, cell_end, faint, alone, edge_found, bit_now;
  logic [CellBits-1:0]  value_wide, value_size, sum, deficit;
  logic [CellBits-1:0]  known, slack, least;     // of a deficit: what counts so far, what does not yet, what has to be
                                                 // exceeded
  logic [SizeBits-1:0]  size, limit, silent;
  logic [SizeBits+1:0]  recent;
  logic [3:0]           since, count, nine;
  logic [6:0]           length;
  logic [6:0]           past;                    // values since a character was due
  logic [5:0]           edge_at;
  logic [2:0]           drop, usual;

  rf_bpsk_receiver #(.LevelBits(LevelBits)) u_bpsk_receiver (
    .clk_i,
    .rst_ni,
    .level_i,
    .listen_i,
    .done_i       (done_q),
    .type_b_i     (is_b),
    .sof_o        (sof),
    .periods_o    (periods),
    .locked_o     (locked),
    .value_valid_o(value_valid),
    .value_o      (value),
    .mean_o       (mean),
    .silence_o    (silence),
    .settled_o    (settled)
  );

  assign is_b = TypeB && type_b_i;
  assign last = 3'd7 >> rate_i;
  assign etu  = 7'd8 >> rate_i;

  // ---- What a value is worth ----
  assign rising     = is_b && state_q == nfc_pkg::BpskSofLow;
  // Only the bits of a frame are known to begin and end with a cell.
  assign coherent   = state_q == nfc_pkg::BpskBits || state_q == nfc_pkg::BpskCharacter;
  assign value_wide = {{3{value[ValueBits-1]}}, value};
  assign value_size = value[ValueBits-1] ? -value_wide : value_wide;
  assign sum        = sum_q + (coherent ? value_wide : value_size);
  assign bit_now    = !sum[CellBits-1];
  assign size       = sum[CellBits-1] ? ~sum[SizeBits-1:0] : sum[SizeBits-1:0];
  assign cell_end   = cell_q == last;
  assign length     = length_q + 1'b1;

  // ---- An edge ----
  assign starting = is_b && (state_q == nfc_pkg::BpskGap || state_q == nfc_pkg::BpskSofHigh);
  assign slack    = {1'b0, loud_q >> 2};

  always_comb begin
    past = length_q;
    if (state_q == nfc_pkg::BpskSofHigh) past = length_q - (length_q < 7'd3 * etu ? 7'd2 * etu : 7'd3 * etu);
    known = deficit_q;
    count = since_q;
    if (starting && past == '0 && deficit_q <= slack) begin
      known = '0;
      count = '0;
    end
    deficit = rising ? known + value_wide : known - value_wide;
    since   = count == '1 ? count : count + 1'b1;
    if ((deficit[CellBits-1] || deficit == '0) && !(starting && 7'(count) == past && deficit > -slack)) begin
      deficit = '0;
      since   = '0;
    end
    least      = starting && since > 4'(last) ? '0 : {1'b0, (loud_q >> 2) + (loud_q >> 3)};
    edge_found = !deficit[CellBits-1] && deficit > least;
  end

  // ---- Is there a subcarrier at all? A bit alone is too short to say, but for the lowest rate of type A, whose end
  //      has to be known at once: there a faint bit has to be fainter ----
  assign alone = !is_b && rate_i == 2'd1;

  always_comb begin
    silent = SizeBits'(silence);
    recent = (alone ? (SizeBits + 2)'(size) : recent_q >> 1) + (SizeBits + 2)'(size);
    usual  = alone ? 3'd1 : 3'd2;
    if (rate_i == 2'd3) begin
      recent = recent_q - (recent_q >> 2) + (SizeBits + 2)'(size);
      usual  = 3'd4;
    end
    // Type B tells its end; that of type A has to be found.
    if (alone)                        silent = SizeBits'({silence, 1'b0});
    else if (!is_b && rate_i == 2'd2) silent = SizeBits'(silence) + SizeBits'(silence[ValueBits-2:1]);
    limit = (loud_q >> 2) + (alone || is_b ? '0 : loud_q >> 3);
    if (limit < silent) limit = silent;
    faint = recent < (rate_i == 2'd3 ? {limit, 2'b00} : {1'b0, limit, 1'b0});
  end

  // ---- Bits that were none: a type A frame is so many times nine bits. Noise finds its end late ----
  assign nine    = place_q == 4'd8 ? 4'd0 : place_q + 1'b1;
  assign drop    = (nine + 4'd1 >= 4'(usual) && nine <= 4'(usual) + 4'd3) ? nine[2:0] : usual;
  assign edge_at = periods - 6'(since);

  always_comb begin
    state_d     = state_q;
    told_d      = told_q || sof;
    cell_d      = cell_q;
    sum_d       = sum_q;
    loud_d      = loud_q;
    recent_d    = recent_q;
    deficit_d   = deficit_q;
    since_d     = since_q;
    length_d    = length_q;
    place_d     = place_q;
    held_d      = held_q;
    fill_d      = fill_q;
    flush_d     = flush_q;
    byte_d      = byte_q;
    emit_d      = emit_q;
    start_d     = start_q;
    empty_d     = empty_q;
    broken_d    = broken_q;
    bit_valid_d = 1'b0;
    bit_d       = bit_q;
    eof_d       = 1'b0;
    lost_d      = 1'b0;

    if (value_valid) begin
      cell_d    = cell_end ? '0 : cell_q + 1'b1;
      sum_d     = cell_end ? '0 : sum;
      deficit_d = deficit;
      since_d   = since;
      length_d  = length;
      if (cell_end) begin
        recent_d = recent;
        if (size > (loud_q >> 1)) loud_d = loud_q - (loud_q >> 2) + (size >> 2);
      end
    end

    // What it began with was noise. At the lowest rate TR1 may then be taken for the zeros of SOF.
    if (value_valid && cell_end && is_b && rate_i == '0 && size > {loud_q[SizeBits-2:0], 1'b0} &&
        (state_q == nfc_pkg::BpskReference || state_q == nfc_pkg::BpskSofLow)) begin
      lost_d = 1'b1;
    end

    unique case (state_q)
      nfc_pkg::BpskSearch: begin
        told_d = 1'b0;
        if (locked && !done_q) begin
          state_d   = nfc_pkg::BpskReference;
          loud_d    = SizeBits'({mean, 3'b000} >> rate_i);
          recent_d  = ({1'b0, mean, 4'b0000} >> (rate_i == 2'd3 ? 2'd2 : rate_i));
          cell_d    = '0;
          sum_d     = '0;
          deficit_d = '0;
          since_d   = '0;
          empty_d   = 1'b1;
          broken_d  = 1'b0;
          emit_d    = '0;
        end
      end
      nfc_pkg::BpskReference: begin
        if (value_valid) begin
          if (edge_found && is_b) begin
            state_d   = nfc_pkg::BpskSofLow;
            length_d  = 7'(since);
            deficit_d = '0;
            since_d   = '0;
          end else if (edge_found && edge_at >= ReferenceMin && edge_at <= ReferenceMax) begin
            state_d = nfc_pkg::BpskBits;
            place_d = '0;
            fill_d  = '0;
            start_d = 1'b1;
            cell_d  = since[2:0];
            sum_d   = -deficit;
            if (since > 4'(last)) begin
              start_d = 1'b0;
              cell_d  = '0;
              sum_d   = '0;
            end
          end else if (edge_found) begin
            deficit_d = '0;
            since_d   = '0;
          end
          if ((cell_end && faint) || (!is_b && periods > ReferenceEnd)) lost_d = 1'b1;
        end
      end
      nfc_pkg::BpskBits: begin
        if (value_valid && cell_end) begin
          start_d = 1'b0;
          if (start_q) begin
            if (faint) lost_d = 1'b1;
          end else begin
            held_d  = {held_q[5:0], bit_now};
            place_d = nine;
            if (faint) begin
              state_d = nfc_pkg::BpskFlush;
              fill_d  = fill_q + 1'b1;
              flush_d = drop > fill_q + 3'd1 ? '0 : fill_q + 3'd1 - drop;
            end else if (fill_q == 3'd6) begin
              bit_valid_d = 1'b1;
              bit_d       = held_q[5];
            end else begin
              fill_d = fill_q + 1'b1;
            end
          end
        end
      end
      nfc_pkg::BpskFlush: begin
        if (flush_q == '0) begin
          eof_d = 1'b1;
        end else begin
          bit_valid_d = 1'b1;
          bit_d       = held_q[fill_q-1'b1];
          fill_d      = fill_q - 1'b1;
          flush_d     = flush_q - 1'b1;
        end
      end
      nfc_pkg::BpskSofLow: begin
        if (value_valid) begin
          // Ten or eleven bits, as far as they can be measured.
          if (edge_found) begin
            state_d   = nfc_pkg::BpskSofHigh;
            length_d  = 7'(since);
            deficit_d = '0;
            since_d   = '0;
            lost_d    = length - 7'(since) < 7'd9 * etu || length - 7'(since) > 7'd12 * etu;
          end
          if ((cell_end && faint) || length > 7'd14 * etu) lost_d = 1'b1;
        end
      end
      nfc_pkg::BpskSofHigh, nfc_pkg::BpskGap: begin
        if (value_valid) begin
          if (edge_found) begin
            state_d = nfc_pkg::BpskCharacter;
            place_d = '0;
            cell_d  = since[2:0];
            sum_d   = -deficit;
            if (since > 4'(last)) begin
              place_d = 4'd1;
              cell_d  = '0;
              sum_d   = '0;
            end
          end else if ((cell_end && faint) || length > (state_q == nfc_pkg::BpskGap ? GapMax : 7'd4 * etu)) begin
            broken_d = 1'b1;
            if (state_q == nfc_pkg::BpskGap) eof_d = 1'b1;
            else                             lost_d = 1'b1;
          end
        end
      end
      nfc_pkg::BpskCharacter: begin
        if (value_valid && cell_end) begin
          place_d = place_q + 1'b1;
          if (place_q != 4'd9) begin
            byte_d = {bit_now, byte_q[7:1]};
          end else begin
            state_d  = nfc_pkg::BpskGap;
            length_d = '0;
            if (!bit_now && byte_q == '0) begin
              eof_d = 1'b1;
            end else begin
              broken_d = broken_q || !bit_now;
              emit_d   = 4'd8;
            end
          end
          // A start bit is looked for from the stop bit on.
          if (place_q == 4'd8 || !bit_now) begin
            deficit_d = '0;
            since_d   = '0;
          end
          if (faint) begin
            broken_d = 1'b1;
            emit_d   = '0;
            eof_d    = 1'b1;
          end
        end
      end
      default: state_d = nfc_pkg::BpskSearch;
    endcase

    if (emit_q != '0) begin
      bit_valid_d = 1'b1;
      bit_d       = byte_q[0];
      byte_d      = {1'b0, byte_q[7:1]};
      emit_d      = emit_q - 1'b1;
    end
    if (bit_valid_d) empty_d = 1'b0;

    done_d = eof_d || lost_d;
    if (done_d || !listen_i) state_d = nfc_pkg::BpskSearch;
    lost_d = lost_d && told_d;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q     <= nfc_pkg::BpskSearch;
      told_q      <= 1'b0;
      cell_q      <= '0;
      sum_q       <= '0;
      loud_q      <= '0;
      recent_q    <= '0;
      deficit_q   <= '0;
      since_q     <= '0;
      length_q    <= '0;
      place_q     <= '0;
      held_q      <= '0;
      fill_q      <= '0;
      flush_q     <= '0;
      byte_q      <= '0;
      emit_q      <= '0;
      start_q     <= 1'b0;
      empty_q     <= 1'b0;
      broken_q    <= 1'b0;
      bit_valid_q <= 1'b0;
      bit_q       <= 1'b0;
      eof_q       <= 1'b0;
      lost_q      <= 1'b0;
      done_q      <= 1'b0;
    end else begin
      state_q     <= state_d;
      told_q      <= told_d;
      cell_q      <= cell_d;
      sum_q       <= sum_d;
      loud_q      <= loud_d;
      recent_q    <= recent_d;
      deficit_q   <= deficit_d;
      since_q     <= since_d;
      length_q    <= length_d;
      place_q     <= place_d;
      held_q      <= held_d;
      fill_q      <= fill_d;
      flush_q     <= flush_d;
      byte_q      <= byte_d;
      emit_q      <= emit_d;
      start_q     <= start_d;
      empty_q     <= empty_d;
      broken_q    <= broken_d;
      bit_valid_q <= bit_valid_d;
      bit_q       <= bit_d;
      eof_q       <= eof_d;
      lost_q      <= lost_d;
      done_q      <= done_d;
    end
  end

  assign sof_o       = sof && !done_q;
  assign lost_o      = lost_q;
  assign bit_valid_o = bit_valid_q;
  assign bit_o       = bit_q;
  assign eof_o       = eof_q;
  assign error_o     = empty_q || broken_q;
  assign settled_o   = settled && state_q == nfc_pkg::BpskSearch;

  `NFC_CHECK(one_thing_at_a_time, !(eof_q && bit_valid_q) && !(eof_q && lost_q))

endmodule
