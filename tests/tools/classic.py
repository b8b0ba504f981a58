"""classic.py - tools that read and write whole cards."""

import images
from harness import check


def same(bench, name, expected):
    got = bench.read(name)
    check(len(got) == len(expected), f"{name}: {len(got)} bytes instead of {len(expected)}")
    for block in range(len(expected) // 16):
        part = slice(16 * block, 16 * block + 16)
        check(got[part] == expected[part],
              f"{name}: block {block} is {got[part].hex()} instead of {expected[part].hex()}")


def nfc_mfclassic_read(bench):
    """nfc-mfclassic reads a 1K image byte for byte, with keys of its own in each sector."""
    wanted = images.image(64, 2, images.random_keys(64, 3))
    with bench.serve(card=bench.write("card.mfd", wanted)):
        bench.write("keys.mfd", wanted)
        result = bench.run("nfc-mfclassic", "r", "a", "u", "out.mfd", "keys.mfd", "f").succeed()
        result.expect("64 of 64 blocks read")
    same(bench, "out.mfd", wanted)


def nfc_mfultralight_read(bench):
    """nfc-mfultralight reads an Ultralight page for page."""
    pages = bytes.fromhex("04AC6B4B72BA6C8024480000E1100600") + bytes(range(1, 49))
    with bench.serve(card=bench.write("card.mfd", pages)):
        bench.run("nfc-mfultralight", "r", "out.mfd").succeed().expect("16 of 16 pages read")
    same(bench, "out.mfd", pages)


def client(bench, blocks, seed):
    """Reads the card, writes all of it anew with new keys, reads it again; serve saves what was written."""
    before = images.image(blocks, seed, images.random_keys(blocks, seed + 1))
    after = images.image(blocks, seed + 2, images.random_keys(blocks, seed + 3))
    card = bench.write("card.mfd", before)
    bench.write("before.mfd", before)
    bench.write("after.mfd", after)
    with bench.serve(card=card):
        bench.client_run("read", "before.mfd", "out.mfd")
        same(bench, "out.mfd", before)
        bench.client_run("write", "before.mfd", "after.mfd")
        bench.client_run("read", "after.mfd", "again.mfd")
        same(bench, "again.mfd", after)
    same(bench, "card.mfd", after)


def client_1k(bench):
    """A client on libnfc reads and writes 1K completely."""
    client(bench, 64, 10)


def client_4k(bench):
    """A client on libnfc reads and writes 4K completely."""
    client(bench, 256, 20)


def client_values(bench):
    """INCREMENT, DECREMENT, RESTORE and TRANSFER through libnfc: 100 + 10 - 3, copied."""
    card = images.image(64, 30)
    bench.write("keys.mfd", card)
    with bench.serve(card=bench.write("card.mfd", card)):
        result = bench.client_run("value", "keys.mfd", "5")
        result.expect("block 5: 107").expect("block 6: 107")


def ndef(bench):
    """libfreefare formats the card, writes an NDEF message, and reads the same message back."""
    message = images.ndef_text("Cartouche, a card you touch. " * 4)
    bench.write("message.ndef", message)
    with bench.serve(card=bench.write("card.mfd", images.image(64, 40))):
        bench.run("mifare-classic-format", "-y").succeed().expect("done")
        bench.run("mifare-classic-write-ndef", "-y", "-i", "message.ndef").succeed()
        bench.run("mifare-classic-read-ndef", "-y", "-o", "back.ndef").succeed()
    check(bench.read("back.ndef") == message, "the message read back differs")
