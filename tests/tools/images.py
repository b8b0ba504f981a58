"""images.py - MIFARE Classic images with seeded content."""

import random

TRANSPORT = bytes([0xFF, 0x07, 0x80, 0x69])  # access bits of delivery and byte 9
FACTORY = bytes([0xFF] * 6)
UID = bytes([0x10, 0xE2, 0xF0, 0xA1])


def is_trailer(block):
    return block % 4 == 3 if block < 128 else block % 16 == 15


def sector_of(block):
    return block // 4 if block < 128 else 32 + (block - 128) // 16


def first_block(blocks, uid=UID):
    sak = 0x18 if blocks == 256 else 0x08
    atqa = 0x02 if blocks == 256 else 0x04
    check_byte = uid[0] ^ uid[1] ^ uid[2] ^ uid[3]
    return bytes([*uid, check_byte, sak, atqa, 0x00]) + bytes(8)


def image(blocks, seed, keys=None, uid=UID):
    """`blocks` blocks of random data; `keys`: sector -> (key A, key B), factory keys elsewhere."""
    source = random.Random(seed)
    made = bytearray(first_block(blocks, uid))
    for block in range(1, blocks):
        if is_trailer(block):
            key_a, key_b = (keys or {}).get(sector_of(block), (FACTORY, FACTORY))
            made += key_a + TRANSPORT + key_b
        else:
            made += source.randbytes(16)
    return bytes(made)


def random_keys(blocks, seed):
    source = random.Random(seed)
    sectors = sector_of(blocks - 1) + 1
    return {sector: (source.randbytes(6), source.randbytes(6)) for sector in range(sectors)}


def ndef_text(text):
    """An NDEF message with one text record in English."""
    payload = bytes([2]) + b"en" + text.encode()
    return bytes([0xD1, 0x01, len(payload)]) + b"T" + payload
