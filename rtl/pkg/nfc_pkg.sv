// nfc_pkg.sv - every constant and type that crosses a room of rtl/.
//
// One package: Yosys 0.23 cannot read a package that names another one.
// Times are in ticks, periods of the 13.56 MHz carrier.

package nfc_pkg;

  // ---- Air, type A at 106 kbit/s (ISO/IEC 14443-2, 8.1 and 8.2) ----
  localparam int unsigned BitTicks        = 128;  // one bit
  localparam int unsigned HalfBitTicks    = 64;
  localparam int unsigned SubcarrierTicks = 16;   // one period of fc/16
  localparam int unsigned ReferenceTicks  = 512;  // reference phase of a card's frame above fc/128

  // ---- Bit rates: a rate is 0 to 3 for fc/128 to fc/16, and its bit BitTicks >> rate ticks long ----

  // ---- Air above fc/128 and of type B (ISO/IEC 14443-2; docs/choices.md) ----
  localparam int unsigned LeadTicksA   = 512;    // subcarrier of reference phase before the start bit
  localparam int unsigned Tr1Ticks     = 1408;   // the same in type B, before SOF
  localparam int unsigned EgtMax       = 773;    // longest pause between two characters of a PCD
  localparam int unsigned ShallowTicks = 48;     // half of what rf_shallow_sums adds up at fc/128; an edge comes so late,
  localparam int unsigned ShallowDelay = 4;      // and at each rate so much later

  // ---- Frame delay (ISO/IEC 14443-3, 6.2.1.1): first load edge = end of last pause + offset + 128 n ----
  localparam int unsigned FdtAfterZ    = 20;      // last pause began its bit
  localparam int unsigned FdtAfterX    = 84;      // last pause began at half a bit
  localparam int unsigned FdtFast      = 84;      // above fc/128: this and half a bit after a Z, and a whole one after an X
  localparam int unsigned FdtAfterEof  = 20;      // type B
  localparam int unsigned FdtIndexMin  = 9;       // ATQA, UID, SAK, {at}, ACK of WRITE part 1, every NAK
  localparam int unsigned FdtIndexRead = 18;      // READ data, ACK of value commands (docs/choices.md)
  localparam int unsigned FdtIndexAuth = 35;      // card nonce (docs/choices.md)

  // ---- Power (docs/choices.md) ----
  localparam int unsigned PowerUpTicks   = 4096;
  localparam int unsigned FieldLossTicks = 1024;

  // ---- Receivers, on the default antenna (docs/rooms.md) ----
  localparam int unsigned PauseStartLatency    = 4;    // pause_start_o after the first modulated tick s
  localparam int unsigned PauseHoldTicks       = 16;   // the level must have been up for so long, less at higher rates:
  localparam int unsigned PauseEndLatency      = 3;    // pause_end_o after E + (PauseHoldTicks >> rate)
  localparam int unsigned SubcarrierSofLatency = 263;  // sof_o of rf_manchester_decoder after L
  localparam int unsigned BpskSofLatency       = 320;  // sof_o of rf_bpsk_decoder after L
  localparam int unsigned BpskEofLatency       = 3;    // its eof_o after the tenth etu of a type B EOF

  // ---- CRC_A and CRC_B (ISO/IEC 14443-3, Annex B), bit-reflected ----
  localparam logic [15:0] CrcAPreset  = 16'h6363;
  localparam logic [15:0] CrcBPreset  = 16'hFFFF;
  localparam logic [15:0] CrcBResidue = 16'hF0B8;  // what a CRC_B that matches leaves
  localparam logic [15:0] CrcPoly     = 16'h8408;

  // One step of either for one bit.
  function automatic logic [15:0] crc_next(input logic [15:0] crc, input logic bit_in);
    crc_next = (crc >> 1) ^ ((crc[0] ^ bit_in) ? nfc_pkg::CrcPoly : 16'h0000);
  endfunction

  // ---- Short frames and codes (ISO/IEC 14443-3, 6.4) ----
  localparam logic [6:0] CmdReqa = 7'h26;
  localparam logic [6:0] CmdWupa = 7'h52;
  localparam logic [7:0] CmdSel1 = 8'h93;
  localparam logic [7:0] CmdSel2 = 8'h95;
  localparam logic [7:0] CmdSel3 = 8'h97;
  localparam logic [7:0] CmdHlta = 8'h50;
  localparam logic [7:0] CascadeTag = 8'h88;

  // ---- Type B (ISO/IEC 14443-3, 7) ----
  localparam logic [7:0] CmdReqb   = 8'h05;
  localparam logic [3:0] CmdSlot   = 4'h5;   // low nibble; the high one is the slot less 1
  localparam logic [7:0] CmdAttrib = 8'h1D;
  localparam logic [7:0] CmdHltb   = 8'h50;
  localparam logic [7:0] AtqbHead  = 8'h50;
  localparam int unsigned AtqbBits = 96;     // without CRC

  // States of the card (7.4.1).
  typedef enum logic [2:0] {
    CallIdle,
    CallHalt,
    CallDraw,       // READY-REQUESTED, draws its slot
    CallRequested,
    CallDeclared,
    CallActive
  } call_state_e;

  // May the rates be had? `map` is coded as TA(1) and as the first byte of the protocol info of ATQB; ds is the card's.
  function automatic logic rates_ok(input logic [7:0] map, input logic [1:0] ds, input logic [1:0] dr);
    rates_ok = (ds == 2'd0 || map[3'd3 + {1'b0, ds}]) && (dr == 2'd0 || map[{1'b0, dr} - 3'd1]) &&
               !(map[7] && ds != dr);
  endfunction

  // Which part of a frame of characters is sent.
  typedef enum logic [1:0] {FramingHead, FramingBody, FramingTail, FramingEnd} framing_e;

  // What rf_bpsk_decoder waits for.
  typedef enum logic [3:0] {
    BpskSearch,     // a subcarrier
    BpskReference,  // the end of the reference phase
    BpskBits,       // type A: bits
    BpskFlush,      // type A: the frame has ended, its last bits are told
    BpskSofLow,     // type B: the zeros of SOF
    BpskSofHigh,    // type B: the ones of SOF
    BpskCharacter,  // type B: bits of a character
    BpskGap         // type B: the next start bit
  } bpsk_state_e;

  // What the decoder of type B characters waits for.
  typedef enum logic [2:0] {
    NrzIdle,       // a falling edge
    NrzSofLow,     // the end of the low of SOF
    NrzSofHigh,    // the first character
    NrzCharacter,  // its bits
    NrzGap,        // the next character, or EOF
    NrzEof,        // the end of EOF
    NrzBroken      // the end of the frame, whatever comes
  } nrz_state_e;

  // What the Miller decoder hears in one bit time.
  typedef enum logic [1:0] {
    SeqX,    // pause in the second half: a one
    SeqY,    // no pause: a zero after a one, or silence
    SeqZ,    // pause at the start: a zero
    SeqErr   // a pause where none may be
  } seq_e;

  // ---- States of the card (ISO/IEC 14443-3, 6.3); the starred ones are these with "woken from HALT" ----
  typedef enum logic [1:0] {
    StIdle,
    StHalt,
    StReady,
    StActive
  } picc_state_e;

  // ---- Answers of the card ----
  typedef enum logic [2:0] {
    ReplyAtqa,
    ReplyUid,     // UID and BCC from a given bit on
    ReplySak,     // type B: the answer to HLTB
    ReplyNibble,  // 4 bits without parity
    ReplyNonce,   // nt
    ReplyProof,   // at
    ReplyData,    // 16 bytes; type B: ATQB
    ReplyBlock    // a block, ATS or PPS answer: as many bytes as the block engine has, and their CRC
  } reply_e;

  // Preparing the identity that stands for the UID.
  typedef enum logic [1:0] {
    AliasRest,
    AliasDraw,
    AliasShift,
    AliasCrc
  } alias_step_e;

  // What the MIFARE Classic engine does.
  typedef enum logic [3:0] {
    ClassicConfig,   // reads the configuration byte
    ClassicListen,   // waits for the end of a frame
    ClassicKeep,     // reads the byte that stays in a trailer field
    ClassicLoad,     // puts a byte into the page buffer
    ClassicRights,   // reads access bytes
    ClassicJudge,    // may the command run?
    ClassicFormat,   // reads a value block to check it
    ClassicAdd,      // reads the stored value to add the operand
    ClassicOnce,     // reads the configuration byte: it is written only once
    ClassicKey,      // reads a byte of the key
    ClassicShift,    // shifts it into the cipher
    ClassicHold,     // waits for the tick at which programming starts
    ClassicProgram,  // waits for the store to be done
    ClassicFetch,    // reads the next byte of an answer
    ClassicReply,    // waits for the end of the answer
    ClassicClose     // tells the store that the session is over
  } classic_state_e;

  // What the MIFARE Classic engine takes the next frame for.
  typedef enum logic [2:0] {
    PhaseOpen,     // a command in clear
    PhaseProof,    // {nr}{ar}
    PhaseSession,  // an encrypted command
    PhaseWrite,    // the 16 bytes of a WRITE
    PhaseValue     // the operand of a value command
  } phase_e;

  // When an answer starts: its frame delay index, or the first grid instant after the store is done.
  typedef enum logic [1:0] {
    FdtMin,
    FdtRead,
    FdtAuth,
    FdtStore
  } fdt_e;

  localparam int unsigned ProgramTicks   = 1024;  // from G to the start of programming (docs/choices.md)
  localparam int unsigned SilenceTicks   = 768;   // from G to the end of the deaf time after a silent answer
  localparam int unsigned StoreLeadTicks = 64;    // from store_ready_i to the first grid instant that counts

  // ---- Blocks of the card (ISO/IEC 14443-4; docs/choices.md, ISO-DEP at the card) ----
  localparam logic [7:0] CmdRats = 8'hE0;
  localparam logic [3:0] CmdPps  = 4'hD;     // high nibble; the low one is the CID
  localparam logic [3:0] CidRfu  = 4'hF;
  localparam logic [7:0] WtxmOne = 8'h01;    // every S(WTX) of ours asks for one waiting time
  localparam int unsigned BlockBytes = 256;  // longest block that is received or sent

  // From the ACCESS phase of the host's Go to the first grid instant that counts: 64 ticks from its decision
  // (GO in docs/choices.md), of which it takes 2 to get here.
  localparam int unsigned GoLeadTicks = 62;

  // S(WTX) goes out WaitLead grid instants before the frame waiting time, 32 * 2^FWI instants, is over.
  localparam int unsigned WaitLead     = 8;
  localparam int unsigned WaitInstants = 32;

  // What the card's software says of the card.
  typedef struct packed {
    logic       enable;
    logic       cid;         // TC(1) bit 2
    logic       nad;         // TC(1) bit 1
    logic       strict;      // before RATS other frames end the selection
    logic [3:0] fsci;
    logic [3:0] fwi;
    logic [4:0] ats_length;  // TL
  } block_config_t;

  // What a frame is to the card as it stands: every rule of coding, length, CID and NAD holds.
  typedef struct packed {
    logic rats;
    logic pps;
    logic info;
    logic ack;        // R(ACK), and R(NAK):
    logic nak;
    logic deselect;
    logic wtx;
  } block_frame_t;

  // What the host is told, one tick each.
  typedef struct packed {
    logic deselected;
    logic next;       // the next piece of the answer is wanted
    logic piece;      // a piece of a command has come
    logic activated;
  } block_event_t;

  // What the host says with an answer.
  typedef struct packed {
    logic nad;        // the first byte is the NAD
    logic more;       // other pieces follow
  } block_go_t;

  typedef enum logic [2:0] {
    BlockNone,        // nothing that could be sent again
    BlockAts,
    BlockPps,
    BlockDeselect,
    BlockInfo,
    BlockAck,
    BlockWtx,
    BlockAttrib       // the answer to ATTRIB
  } block_kind_e;

  typedef enum logic [2:0] {
    BlockListen,      // waits for a frame; the last answer may still be under way
    BlockTell,        // waits for the tick at which the host is told
    BlockHold,        // waits for the host
    BlockExtend,      // has asked for more time, waits for the reader's consent
    BlockResume       // has it, waits for the tick from which on an answer may be decided
  } block_state_e;

  // Which part of an answer is sent.
  typedef enum logic [1:0] {BlockHead, BlockCid, BlockBody} block_step_e;

  // Everything the sender needs to know of an answer.
  typedef struct packed {
    logic [2:0] kind;     // block_kind_e
    logic       number;
    logic       with_cid;
    logic       chained;
    logic       nad;
    logic [3:0] cid;
    logic       short_ats;  // the reader takes 16 bytes
  } block_answer_t;

  // ---- Seeds of a card's random numbers that nobody sets (docs/choices.md, Nonces) ----
  localparam logic [15:0] PrngSeed  = 16'h2001;
  localparam logic [31:0] NonceSeed = 32'd2463534242;

  // ---- 4-bit answers and codes of MIFARE Classic ----
  localparam logic [3:0] NibbleAck = 4'hA;
  localparam logic [7:0] CmdAuthA       = 8'h60;
  localparam logic [7:0] CmdAuthB       = 8'h61;
  localparam logic [7:0] CmdRead        = 8'h30;
  localparam logic [7:0] CmdWrite       = 8'hA0;
  localparam logic [7:0] CmdDecrement   = 8'hC0;
  localparam logic [7:0] CmdIncrement   = 8'hC1;
  localparam logic [7:0] CmdRestore     = 8'hC2;
  localparam logic [7:0] CmdTransfer    = 8'hB0;
  localparam logic [7:0] CmdPersonalize = 8'h40;
  localparam logic [7:0] CmdSetModType  = 8'h43;

  // ---- Store port of the card (docs/rooms.md) ----
  typedef enum logic [1:0] {
    StoreRead,     // rdata = byte at block, offset
    StoreLoad,     // page buffer[offset] = wdata
    StoreProgram   // page buffer -> block; done after the programming time
  } store_op_e;

  // ---- Kinds of memory: MIFARE Classic, then type 2 ----
  typedef enum logic [2:0] {
    KindMini,
    Kind1k,
    Kind4k,
    KindUltralight,
    KindNtag213,
    KindNtag215,
    KindNtag216,
    KindUltralightAes
  } kind_e;

  // ---- Type 2 memory (docs/choices.md) ----
  localparam logic [7:0] CmdFastRead     = 8'h3A;
  localparam logic [7:0] CmdPageWrite    = 8'hA2;
  localparam logic [7:0] CmdVersion      = 8'h60;
  localparam logic [7:0] CmdPassword     = 8'h1B;
  localparam logic [7:0] CmdAuthenticate = 8'h1A;
  localparam logic [7:0] CmdMore         = 8'hAF;  // both ways: the authentication goes on

  // 4-bit answers, beside NibbleAck.
  localparam logic [3:0] NibbleRefused = 4'h0;
  localparam logic [3:0] NibbleGarbled = 4'h1;
  localparam logic [3:0] NibbleLocked  = 4'h4;  // too many wrong passwords
  localparam logic [3:0] NibbleFailed  = 4'h5;  // programming

  // What the type 2 engine does.
  typedef enum logic [4:0] {
    Type2Config,    // reads the configuration byte
    Type2Listen,    // waits for the end of a frame
    Type2Compare,   // reads the byte that one of the password must be
    Type2Freeze,    // reads which lock bits stay as they are
    Type2Old,       // reads what stands where the next byte goes
    Type2Load,      // puts a byte into the page buffer
    Type2First,     // reads the first shut page (AUTH0)
    Type2Access,    // reads the access byte
    Type2Judge,     // may the command run?
    Type2Lock,      // reads the page's lock bit
    Type2Count,     // reads how many wrong passwords came
    Type2Verdict,   // was the password right?
    Type2Key,       // reads a byte of the key
    Type2Cipher,    // waits for the AES unit
    Type2Hold,      // waits for the tick at which programming starts
    Type2Program,   // waits for the store to be done
    Type2Fetch,     // reads the next byte of an answer
    Type2Reply      // waits for the end of the answer
  } type2_state_e;

  // What the type 2 engine takes the next frame for.
  typedef enum logic [1:0] {
    Type2Open,      // a command
    Type2Write,     // the 16 bytes of a COMPATIBILITY WRITE
    Type2Proof      // the second step of an authentication
  } type2_phase_e;

  // What the AES unit of a type 2 memory does.
  typedef enum logic [3:0] {
    Type2AesRest,     // waits for an order, or a block of the reader's
    Type2AesDraw,     // a random word is made
    Type2AesShift,    // its bits become a byte of RndB
    Type2AesStore,    // which goes into the engine
    Type2AesEncrypt,  // E(RndB), E(RndA')
    Type2AesDecrypt,
    Type2AesKeep,     // RndA
    Type2AesCompare,  // RndB'
    Type2AesTurn      // RndA' goes into the engine
  } type2_aes_e;

  // ---- SPI target (bus_spi): what the byte under way is ----
  typedef enum logic [1:0] {SpiCommand, SpiCount, SpiRead, SpiWrite} spi_phase_e;

  // ---- PCD (docs/choices.md; its registers stand in rtl/bus/registers.json, here in nfc_reg_pkg) ----
  localparam int unsigned PcdListenAfter  = 192;   // E to the first tick of listening; a card may answer at E + 300
  localparam int unsigned PcdGuardTicks   = 1300;  // least gap of the PCD's own follow-up after a PICC frame
  localparam int unsigned PcdBufferBits   = 2048;
  localparam int unsigned GuardTicks      = 1172;  // least gap between a PICC frame and the reader's next one

  // ---- What bus_counters counts (docs/profile.md); the numbers are those that the host selects by ----
  typedef enum logic [2:0] {
    PcdPhaseOff,      // no carrier
    PcdPhaseField,    // carrier on, before the first frame
    PcdPhaseHost,     // for the next command
    PcdPhaseGuard,    // GuardTicks after an answer
    PcdPhaseSend,
    PcdPhaseDelay,    // for an answer that came
    PcdPhaseReceive,
    PcdPhaseSilence   // for one that did not
  } pcd_phase_e;

  typedef enum logic [2:0] {
    CardPhaseOff,
    CardPhaseListen,   // until the first pause of a frame has ended
    CardPhaseReceive,  // until its last one has
    CardPhaseDelay,    // until the answer begins, but for the next two
    CardPhaseMemory,   // the store programs
    CardPhaseHost,     // the host has not said Go
    CardPhaseSend
  } card_phase_e;

  typedef enum logic [1:0] {CountRest, CountRead, CountWrite} count_e;

  // Registers Config and Framing.
  typedef struct packed {
    logic [9:0] egt;             // of type B: ticks between characters;
    logic       sof_high;        // SOF is low, or high,
    logic       sof_low;         // for one etu more than the least
    logic [1:0] rx_rate;
    logic [1:0] tx_rate;
    logic       type_b;
    logic [2:0] rx_align;        // place of the first received bit in its byte
    logic       rx_crc;
    logic       tx_crc;
    logic       parity_as_data;
    logic [5:0] pause_ticks;     // P
  } pcd_config_t;

  // Register Status, bits 8..4 and 9.
  typedef struct packed {
    logic crc_right;
    logic overflow;
    logic framing;
    logic collision;
    logic crc;
    logic parity;
  } pcd_errors_t;

  typedef enum logic [2:0] {
    PcdIdle,     // nothing asked
    PcdWait,     // for the tick of the SOC
    PcdSend,     // frame on the air
    PcdSettle,   // the antenna comes to rest after the last pause
    PcdListen,   // for the SOC of the answer, or the time-out
    PcdReceive   // answer on the air
  } pcd_state_e;

  // ---- Sniffer (docs/rooms.md, top_sniffer) ----
  typedef enum logic [2:0] {
    LogStart,  // data: tick of the start
    LogBits,   // data: count bits
    LogEnd,    // data: tick of the end; count: flags
    LogDrop,   // it was no frame
    LogBurst,  // data: tick at which modulation of any kind began, and
    LogQuiet,  // at which it ended; count: how many lows, and how long (rf_activity)
    LogTime,   // the time has come round to 0
    LogLost    // words were lost here
  } log_kind_e;

  // Receiver or card, technology and rate say which receiver it was.
  typedef struct packed {
    logic [2:0]  kind;    // log_kind_e
    logic        picc;
    logic        type_b;
    logic [1:0]  rate;    // fc/128, fc/64, fc/32, fc/16
    logic [4:0]  count;
    logic [31:0] data;
  } log_word_t;

  typedef enum logic [1:0] {
    PcdAuthOk,
    PcdAuthNoNonce,
    PcdAuthNoAnswer,
    PcdAuthRefused
  } pcd_auth_e;

endpackage
