/* mfclassic_client.c - reads or writes a whole MIFARE Classic card through libnfc.
 *
 *   mfclassic_client read  KEYS OUT     all blocks into OUT; key fields are filled in from KEYS
 *   mfclassic_client write KEYS NEW     all blocks but block 0 from NEW, trailers last in their sector
 *   mfclassic_client value KEYS BLOCK   value block 100: +10, -3, copied to BLOCK + 1, prints both values
 *
 * KEYS and NEW are images of 320, 1024 or 4096 bytes. Exit status 0: everything was done.
 */
#include <nfc/nfc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BlockSize = 16, MostBlocks = 256, KeySize = 6, MaxAnswer = 264 };

struct image {
    uint8_t bytes[MostBlocks * BlockSize];
    unsigned blocks;
};

static nfc_device *device;
static nfc_target target;

static int fail(const char *what, unsigned block) {
    fprintf(stderr, "mfclassic_client: %s (block %u)\n", what, block);
    return 1;
}

static int load(const char *path, struct image *image) {
    FILE *file = fopen(path, "rb");
    if (!file) return fail("cannot open the image", 0);
    const size_t size = fread(image->bytes, 1, sizeof image->bytes, file);
    fclose(file);
    image->blocks = (unsigned)(size / BlockSize);
    return size == 320 || size == 1024 || size == 4096 ? 0 : fail("no image of a card", 0);
}

static int save(const char *path, const struct image *image) {
    FILE *file = fopen(path, "wb");
    if (!file) return fail("cannot create the image", 0);
    const size_t size = (size_t)image->blocks * BlockSize;
    const size_t written = fwrite(image->bytes, 1, size, file);
    return fclose(file) == 0 && written == size ? 0 : fail("cannot write the image", 0);
}

static unsigned trailer_of(unsigned block) { return block < 128 ? block | 3U : block | 15U; }

static int is_trailer(unsigned block) { return block == trailer_of(block); }

static int select_card(void) {
    const nfc_modulation modulation = {.nmt = NMT_ISO14443A, .nbr = NBR_106};
    return nfc_initiator_select_passive_target(device, modulation, NULL, 0, &target) > 0
               ? 0
               : fail("no card", 0);
}

static int transceive(const uint8_t *command, size_t size, uint8_t *answer) {
    return nfc_initiator_transceive_bytes(device, command, size, answer, MaxAnswer, -1);
}

static int authenticate(unsigned block, uint8_t code, const uint8_t *key) {
    uint8_t command[12] = {code, (uint8_t)block};
    uint8_t answer[MaxAnswer];
    const size_t uid = target.nti.nai.szUidLen;
    memcpy(command + 2, key, KeySize);
    memcpy(command + 8, target.nti.nai.abtUid + uid - 4, 4);
    return transceive(command, sizeof command, answer) >= 0 ? 0 : 1;
}

/* With key A of the image, or with key B when the card refuses A. */
static int open_sector(unsigned block, const struct image *keys) {
    const uint8_t *trailer = keys->bytes + trailer_of(block) * BlockSize;
    if (authenticate(block, 0x60, trailer) == 0) return 0;
    if (select_card() != 0) return 1;
    return authenticate(block, 0x61, trailer + 10) == 0 ? 0 : fail("authentication", block);
}

static int read_block(unsigned block, uint8_t *data) {
    const uint8_t command[2] = {0x30, (uint8_t)block};
    uint8_t answer[MaxAnswer];
    if (transceive(command, sizeof command, answer) != BlockSize) return fail("read", block);
    memcpy(data, answer, BlockSize);
    return 0;
}

static int write_block(unsigned block, const uint8_t *data) {
    uint8_t command[2 + BlockSize] = {0xA0, (uint8_t)block};
    uint8_t answer[MaxAnswer];
    memcpy(command + 2, data, BlockSize);
    return transceive(command, sizeof command, answer) >= 0 ? 0 : fail("write", block);
}

static int read_card(const struct image *keys, const char *path) {
    struct image card = {.blocks = keys->blocks};
    for (unsigned block = 0; block < keys->blocks; ++block) {
        uint8_t *data = card.bytes + block * BlockSize;
        const int first = block == 0 || is_trailer(block - 1);
        if (first && open_sector(block, keys) != 0) return 1;
        if (read_block(block, data) != 0) return 1;
        if (is_trailer(block)) {
            const uint8_t *trailer = keys->bytes + block * BlockSize;
            memcpy(data, trailer, KeySize);
            memcpy(data + 10, trailer + 10, KeySize);
        }
    }
    printf("read %u blocks\n", keys->blocks);
    return save(path, &card);
}

static int write_card(const struct image *keys, const struct image *wanted) {
    unsigned written = 0;
    for (unsigned block = 0; block < keys->blocks; ++block) {
        const int first = block == 0 || is_trailer(block - 1);
        if (first && open_sector(block, keys) != 0) return 1;
        if (block == 0) continue;
        if (write_block(block, wanted->bytes + block * BlockSize) != 0) return 1;
        ++written;
    }
    printf("wrote %u blocks\n", written);
    return 0;
}

static int change_value(unsigned block, uint8_t code, uint32_t operand) {
    const uint8_t command[6] = {code,
                                (uint8_t)block,
                                (uint8_t)operand,
                                (uint8_t)(operand >> 8),
                                (uint8_t)(operand >> 16),
                                (uint8_t)(operand >> 24)};
    uint8_t answer[MaxAnswer];
    return transceive(command, sizeof command, answer) >= 0 ? 0 : fail("value command", block);
}

static int transfer(unsigned block) {
    const uint8_t command[2] = {0xB0, (uint8_t)block};
    uint8_t answer[MaxAnswer];
    return transceive(command, sizeof command, answer) >= 0 ? 0 : fail("transfer", block);
}

static int print_value(unsigned block) {
    uint8_t data[BlockSize];
    if (read_block(block, data) != 0) return 1;
    printf("block %u: %d\n", block,
           (int)((uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 |
                 (uint32_t)data[3] << 24));
    return 0;
}

static int use_values(const struct image *keys, unsigned block) {
    const uint8_t address = (uint8_t)block;
    const uint8_t inverted = (uint8_t)~address;
    const uint8_t hundred[BlockSize] = {100,  0,    0,    0, 0x9B,    0xFF,     0xFF,    0xFF,
                                        100,  0,    0,    0, address, inverted, address, inverted};
    if (block + 1 >= keys->blocks || open_sector(block, keys) != 0) return 1;
    if (write_block(block, hundred) != 0) return 1;
    if (change_value(block, 0xC1, 10) != 0 || transfer(block) != 0) return 1;
    if (change_value(block, 0xC0, 3) != 0 || transfer(block) != 0) return 1;
    if (change_value(block, 0xC2, 0) != 0 || transfer(block + 1) != 0) return 1;
    return print_value(block) != 0 || print_value(block + 1) != 0;
}

static int run(int argc, char **argv) {
    static struct image keys;
    static struct image wanted;
    if (argc != 4 || load(argv[2], &keys) != 0) return fail("read|write|value KEYS FILE|BLOCK", 0);
    if (nfc_initiator_init(device) < 0) return fail("no initiator", 0);
    if (nfc_device_set_property_bool(device, NP_AUTO_ISO14443_4, false) < 0) return 1;
    if (nfc_device_set_property_bool(device, NP_INFINITE_SELECT, false) < 0) return 1;
    if (select_card() != 0) return 1;
    if (strcmp(argv[1], "read") == 0) return read_card(&keys, argv[3]);
    if (strcmp(argv[1], "value") == 0) return use_values(&keys, (unsigned)atoi(argv[3]));
    if (strcmp(argv[1], "write") != 0) return fail("unknown job", 0);
    return load(argv[3], &wanted) != 0 || write_card(&keys, &wanted) != 0;
}

int main(int argc, char **argv) {
    nfc_context *context = NULL;
    nfc_init(&context);
    if (!context) return fail("libnfc does not start", 0);
    device = nfc_open(context, NULL);
    const int status = device ? run(argc, argv) : fail("no reader", 0);
    if (device) nfc_close(device);
    nfc_exit(context);
    return status;
}
