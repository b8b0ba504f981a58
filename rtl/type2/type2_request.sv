// type2_request.sv - what the type 2 engine asks of the store in each of its states.
//
// In:  the state, the page and byte it is at, where special pages lie.
// Out: valid_o, there is a request; operation, block and byte for the store port.
// Store port: docs/rooms.md, top_picc. Four pages share a block.

module type2_request (
  input  nfc_pkg::type2_state_e state_i,
  input  logic [7:0]            page_i,
  input  logic [7:0]            base_i,       // page of the dynamic lock bytes
  input  logic [3:0]            count_i,      // byte of the answer, of the block or of the key
  input  logic                  tail_i,       // the block is filled up
  input  logic                  password_i,   // what runs is PWD_AUTH
  input  logic                  second_i,     // lock byte
  output logic                  valid_o,
  output nfc_pkg::store_op_e    op_o,
  output logic [8:0]            block_o,
  output logic [3:0]            offset_o
);

  localparam logic [8:0] ConfigBlock  = 9'd256;
  localparam logic [8:0] AesKeyBlock  = 9'h00C;
  localparam logic [7:0] LockPage     = 8'd2;
  localparam logic [1:0] LockByte     = 2'd2;   // first of two
  localparam logic [1:0] FreezeByte   = 2'd2;
  localparam logic [1:0] FirstByte    = 2'd3;   // AUTH0
  localparam logic [1:0] AccessByte   = 2'd0;
  localparam logic [2:0] FirstBehind  = 3'd1;   // pages behind the dynamic lock bytes
  localparam logic [2:0] AccessBehind = 3'd2;
  localparam logic [2:0] SecretBehind = 3'd3;
  localparam logic [2:0] PackBehind   = 3'd4;

  logic [7:0] page;
  logic [2:0] behind;
  logic [1:0] place;
  logic       special, static_lock;

  // Special pages share the upper bits with the first of them.
  assign page        = special ? {base_i[7:3], base_i[2:0] + behind} : static_lock ? LockPage : page_i;
  assign static_lock = state_i == nfc_pkg::Type2Lock && page_i[7:4] == '0;

  always_comb begin
    valid_o = 1'b1;
    op_o    = nfc_pkg::StoreRead;
    special = 1'b0;
    behind  = '0;
    place   = count_i[1:0];
    unique case (state_i)
      nfc_pkg::Type2Config, nfc_pkg::Type2Count, nfc_pkg::Type2Key, nfc_pkg::Type2Old: ;
      nfc_pkg::Type2Compare: begin
        special = 1'b1;
        behind  = SecretBehind;
      end
      nfc_pkg::Type2Freeze: place = FreezeByte;
      nfc_pkg::Type2Load:   op_o = nfc_pkg::StoreLoad;
      nfc_pkg::Type2First: begin
        special = 1'b1;
        behind  = FirstBehind;
        place   = FirstByte;
      end
      nfc_pkg::Type2Access: begin
        special = 1'b1;
        behind  = AccessBehind;
        place   = AccessByte;
      end
      nfc_pkg::Type2Lock: begin
        special = !static_lock;
        place   = {static_lock && LockByte[1], second_i};
      end
      nfc_pkg::Type2Program: op_o = nfc_pkg::StoreProgram;
      nfc_pkg::Type2Fetch: begin
        special = password_i;
        behind  = PackBehind;
      end
      default: valid_o = 1'b0;
    endcase
  end

  always_comb begin
    block_o  = {3'b000, page[7:2]};
    offset_o = tail_i ? count_i : {page[1:0], place};
    if (state_i == nfc_pkg::Type2Config || state_i == nfc_pkg::Type2Count || (password_i && tail_i)) begin
      block_o  = ConfigBlock;
      offset_o = count_i;
    end
    // The key lies with its last byte first.
    if (state_i == nfc_pkg::Type2Key) begin
      block_o  = AesKeyBlock;
      offset_o = ~count_i;
    end
  end

endmodule
