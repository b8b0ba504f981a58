// type2_page.sv - what a page of a type 2 memory is.
//
// In:  kind of memory, number of a page.
// Out: whether it exists, is the last one, and is one of the special ones; the page of the dynamic lock bytes,
//      behind which AUTH0, ACCESS, the password and PACK follow.
// docs/choices.md, Type 2 memory.

module type2_page (
  input  nfc_pkg::kind_e kind_i,
  input  logic [7:0]     page_i,
  output logic           exists_o,
  output logic           last_o,
  output logic           serial_o,      // read only
  output logic           locks_o,       // lock bytes of pages 3 to 15
  output logic           once_o,        // whose bits are only set
  output logic           dynamic_o,     // dynamic lock bytes
  output logic           config_o,
  output logic           secret_o,      // reads as 00
  output logic           pack_o,        // its first two bytes do
  output logic           guarded_o,     // has a lock bit
  output logic [7:0]     base_o
);

  localparam logic [7:0] SerialPages = 8'd2;
  localparam logic [7:0] LockPage    = 8'd2;
  localparam logic [7:0] OncePage    = 8'd3;
  localparam logic [8:0] DynamicLeft = 9'd4;    // pages behind it
  localparam logic [7:0] AesConfig   = 8'h29;   // and the next one
  localparam logic [7:2] AesKeyBlock = 6'h0C;   // pages 30h to 33h

  logic       ntag, aes;
  logic [7:0] last;
  logic [8:0] left;                     // pages behind this one

  always_comb begin
    ntag   = 1'b0;
    aes    = 1'b0;
    last   = 8'd15;
    base_o = 8'h28;
    unique case (kind_i)
      nfc_pkg::KindNtag213: begin
        ntag = 1'b1;
        last = 8'd44;
      end
      nfc_pkg::KindNtag215: begin
        ntag   = 1'b1;
        last   = 8'd134;
        base_o = 8'h82;
      end
      nfc_pkg::KindNtag216: begin
        ntag   = 1'b1;
        last   = 8'd230;
        base_o = 8'hE2;
      end
      nfc_pkg::KindUltralightAes: begin
        aes  = 1'b1;
        last = 8'd59;
      end
      default: ;
    endcase
  end

  assign left      = {1'b0, last} - {1'b0, page_i};
  assign exists_o  = !left[8];
  assign last_o    = left == '0;
  assign serial_o  = page_i < SerialPages;
  assign locks_o   = page_i == LockPage;
  assign once_o    = locks_o || page_i == OncePage || dynamic_o;
  assign dynamic_o = ntag && left == DynamicLeft;
  assign config_o  = ntag ? left[8:1] == 8'd1 : aes && (page_i == AesConfig || page_i == AesConfig + 8'd1);
  assign secret_o  = ntag ? left == 9'd1 : aes && page_i[7:2] == AesKeyBlock;
  assign pack_o    = ntag && last_o;
  assign guarded_o = page_i < 8'd16 ? !serial_o && !locks_o : ntag && left > DynamicLeft;

endmodule
