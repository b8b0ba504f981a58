// type2_locks.sv - where the lock bit of a page stands, and which lock bits can no longer be set.
//
// In:  kind, page; a lock byte as it is; the byte of the page that is written, and what freezes it.
// Out: byte and bit of the page's lock bit; frozen_o, bits that stay.
// docs/choices.md, Type 2 memory.

module type2_locks (
  input  nfc_pkg::kind_e kind_i,
  input  logic [7:0]     page_i,
  output logic           second_o,      // of the two lock bytes
  input  logic [7:0]     byte_i,        // of the store
  output logic           locked_o,

  input  logic           locks_i,       // a lock byte of pages 3 to 15 is written
  input  logic           dynamic_i,     // a dynamic one is
  input  logic [1:0]     place_i,       // in its page
  output logic [7:0]     frozen_o       // byte_i being byte 2 of the page
);

  logic [3:0] group;                    // of pages that share a lock bit

  // Dynamic ones count from page 16 on.
  always_comb begin
    if (page_i[7:4] == '0)                  group = page_i[3:0];
    else if (kind_i == nfc_pkg::KindNtag213) group = {page_i[5], page_i[3:1]};
    else                                    group = page_i[7:4] - 4'd1;
  end

  assign second_o = group[3];
  assign locked_o = byte_i[group[2:0]];

  always_comb begin
    frozen_o = '0;
    if (locks_i && place_i == 2'd2) begin
      frozen_o = {{4{byte_i[1]}}, byte_i[0], 3'b000};
    end else if (locks_i && place_i == 2'd3) begin
      frozen_o = {{6{byte_i[2]}}, {2{byte_i[1]}}};
    end else if (dynamic_i && place_i == 2'd0) begin
      frozen_o = {{2{byte_i[3]}}, {2{byte_i[2]}}, {2{byte_i[1]}}, {2{byte_i[0]}}};
    end else if (dynamic_i && place_i == 2'd1) begin
      frozen_o = {{2{byte_i[7]}}, {2{byte_i[6]}}, {2{byte_i[5]}}, {2{byte_i[4]}}};
    end
  end

endmodule
