"""attacks.py - attack tools on the leaky card, and on the hardened one."""

import os

import images
from harness import check

KEY = bytes.fromhex("123456789ABC")
SECOND_KEY = bytes.fromhex("A1B2C3D4E5F6")
HARDENED = ["--nak", "silent", "--nonce", "unpredictable"]
LIMIT = 300  # seconds for an attack that must succeed
TIMES = 5  # a hardened card must hold out for this many times the time of a success


def mfoc_default_keys(bench):
    """mfoc dumps a card that has its factory keys."""
    wanted = images.image(64, 50)
    with bench.serve(card=bench.write("card.mfd", wanted)):
        bench.run("mfoc", "-O", "out.mfd").succeed()
    check(bench.read("out.mfd") == wanted, "the dump differs")


def nested_card(bench):
    wanted = images.image(64, 51, {7: (KEY, SECOND_KEY)})
    return wanted, bench.write("card.mfd", wanted)


def mfoc_nested(bench):
    """mfoc finds keys A and B of a sector by its nested attack and dumps the card."""
    wanted, card = nested_card(bench)
    with bench.serve("--jitter", "16", card=card):
        result = bench.run("mfoc", "-O", "out.mfd", limit=LIMIT).succeed()
    result.expect(r"(?i)Found Key: A \[123456789abc\]")
    check(bench.read("out.mfd") == wanted, "the dump differs")
    return result.seconds


def mfoc_hardened(bench):
    """mfoc finds nothing on the hardened card in five times the time of a success."""
    seconds = mfoc_nested(bench)
    os.remove(bench.path("out.mfd"))
    _, card = nested_card(bench)
    with bench.serve("--jitter", "16", *HARDENED, card=card):
        result = bench.run("mfoc", "-O", "out.mfd", limit=TIMES * seconds)
    check(result.status != 0, f"mfoc ended well:\n{result.text[-2000:]}")
    check("123456789abc" not in result.text.lower(), "mfoc found the key")
    check(not os.path.exists(bench.path("out.mfd")) or not bench.read("out.mfd"), "there is a dump")


def mfcuk(bench, arguments, limit):
    card = bench.write("card.mfd", images.image(64, 52, {0: (KEY, images.FACTORY)}))
    with bench.serve("--jitter", "1", *arguments, card=card):
        return bench.run("mfcuk", "-C", "-R", "0:A", "-s", "1", "-S", "1", "-v", "2", limit=limit)


def mfcuk_darkside(bench):
    """mfcuk finds one key by its darkside attack."""
    result = mfcuk(bench, [], LIMIT).succeed()
    result.expect(r"(?i)recovered KEY: 123456789abc")
    return result.seconds


def mfcuk_hardened(bench):
    """mfcuk finds nothing on the hardened card in five times the time of a success."""
    seconds = mfcuk_darkside(bench)
    result = mfcuk(bench, HARDENED, TIMES * seconds)
    check("123456789abc" not in result.text.lower(), "mfcuk found the key")
    check(result.status is None, f"mfcuk gave up with {result.status}:\n{result.text[-2000:]}")
