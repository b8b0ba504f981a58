// nfc_pkg.sv - every constant and type that crosses a room of rtl/.
//
// One package: Yosys 0.23 cannot read a package that names another one.
// Times are in ticks, periods of the 13.56 MHz carrier.

package nfc_pkg;

  // ---- Air, type A at 106 kbit/s (ISO/IEC 14443-2, 8.1 and 8.2) ----
  localparam int unsigned BitTicks        = 128;  // one bit
  localparam int unsigned HalfBitTicks    = 64;
  localparam int unsigned SubcarrierTicks = 16;   // one period of fc/16

  // ---- Frame delay (ISO/IEC 14443-3, 6.2.1.1): first load edge = end of last pause + offset + 128 n ----
  localparam int unsigned FdtAfterZ    = 20;      // last pause began its bit
  localparam int unsigned FdtAfterX    = 84;      // last pause began at half a bit
  localparam int unsigned FdtIndexMin  = 9;       // ATQA, UID, SAK, {at}, ACK of WRITE part 1, every NAK
  localparam int unsigned FdtIndexRead = 18;      // READ data, ACK of value commands (docs/choices.md)
  localparam int unsigned FdtIndexAuth = 35;      // card nonce (docs/choices.md)

  // ---- Power (docs/choices.md) ----
  localparam int unsigned PowerUpTicks   = 4096;
  localparam int unsigned FieldLossTicks = 1024;

  // ---- CRC_A (ISO/IEC 14443-3, Annex B), bit-reflected ----
  localparam logic [15:0] CrcAPreset = 16'h6363;
  localparam logic [15:0] CrcAPoly   = 16'h8408;

  // One step of CRC_A for one bit.
  function automatic logic [15:0] crc_a_next(input logic [15:0] crc, input logic bit_in);
    crc_a_next = (crc >> 1) ^ ((crc[0] ^ bit_in) ? nfc_pkg::CrcAPoly : 16'h0000);
  endfunction

  // ---- Short frames and codes (ISO/IEC 14443-3, 6.4) ----
  localparam logic [6:0] CmdReqa = 7'h26;
  localparam logic [6:0] CmdWupa = 7'h52;
  localparam logic [7:0] CmdSel1 = 8'h93;
  localparam logic [7:0] CmdSel2 = 8'h95;
  localparam logic [7:0] CmdSel3 = 8'h97;
  localparam logic [7:0] CmdHlta = 8'h50;
  localparam logic [7:0] CascadeTag = 8'h88;

  // What the Miller decoder hears in one bit time.
  typedef enum logic [1:0] {
    SeqX,    // pause in the second half: a one
    SeqY,    // no pause: a zero after a one, or silence
    SeqZ,    // pause at the start: a zero
    SeqErr   // a pause where none may be
  } seq_e;

  // ---- Store port of the card (docs/rooms.md) ----
  typedef enum logic [1:0] {
    StoreRead,     // rdata = byte at block, offset
    StoreLoad,     // page buffer[offset] = wdata
    StoreProgram   // page buffer -> block; done after the programming time
  } store_op_e;

  // ---- Kinds of MIFARE Classic ----
  typedef enum logic [1:0] {KindMini, Kind1k, Kind4k} kind_e;

endpackage
