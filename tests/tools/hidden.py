"""hidden.py - nothing that this program writes or prints holds a key or a PIN."""

import os
import re
import subprocess

import globalplatform
import images
import pcsc
from harness import check

PIN = "593817406295"
GP_KEYS = {name: bytes.fromhex(value) for name, value in (
    ("test key", globalplatform.TEST_KEY), ("new key", "C3A55A3C96690FF01E2D4B8778B4D2E1"))}
PURSE_KEY = bytes.fromhex("6D1F83B2C5E94A7708D2F6319BAC50E4")


def forms(secret):
    """How a secret may stand in a file: its bytes, and in hex."""
    return [secret, secret.hex().encode(), secret.hex().upper().encode()]


def search(folder, secrets, inputs):
    """Every file of the folder that was not put there by the test. Hex is looked for without what may divide it."""
    searched = 0
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            if name in inputs or os.path.islink(path) or not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                content = file.read()
            searched += 1
            packed = re.sub(rb"[\s:,|\"]|0x", b"", content)
            for what, secret in secrets.items():
                check(not any(form in content or form in packed for form in forms(secret)),
                      f"{name} holds the {what}")
    return searched


def apdus(bench, *commands):
    """Sent by opensc-tool; what it prints is its own."""
    for command in commands:
        bench.run("opensc-tool", "-r", "0", "-c", "default", "-s", command)


def manage_card(bench):
    """Keys put and used, an application personalised with keys and PIN, the PIN verified."""
    gp = globalplatform.client(bench)
    package = bench.path("purse.cap")
    bench.run(bench.cartouche, "package", "purse", package).succeed()
    new = GP_KEYS["new key"].hex()
    parameters = "8114" + "3F010100" + PURSE_KEY.hex() + "84" + f"{len(PIN):02X}" + PIN.encode().hex()
    with pcsc.Pcscd(bench) as pcscd, pcsc.PcscServe(bench, pcscd) as serve:
        gp.succeed("--lock", new, "--new-keyver", "49")
        gp.listing("--key-ver", "49", "--key", new)
        gp.succeed("--install", package, "--params", parameters)
        select = f"00A40400{len(globalplatform.PURSE) // 2:02X}{globalplatform.PURSE}00"
        verify = f"00200000{len(PIN):02X}" + PIN.encode().hex()
        apdus(bench, select, verify, "002000", f"80E20000{len(PURSE_KEY):02X}" + PURSE_KEY.hex())
        serve.control("state")
    os.rename(bench.path("serve.log"), bench.path("serve_card.log"))


def no_secret_is_written(bench):
    """Logs, lists, traces, pcapng, JSON and error texts of a card's whole work hold no key and no PIN."""
    keys = images.random_keys(64, 41)
    later = images.random_keys(64, 42)
    before, after = images.image(64, 41, keys), images.image(64, 42, later)
    card = bench.write("card.mfd", before)
    bench.write("before.mfd", before)
    bench.write("after.mfd", after)
    every = {*(key for pair in (*keys.values(), *later.values()) for key in pair)}
    bench.write("keys.txt", "".join(f"{key.hex()}\n" for key in sorted(every)).encode())
    sinks = ["--list", bench.path("air.txt"), "--pcapng", bench.path("air.pcapng"), "--trace", bench.path("air.trace")]
    with bench.serve(*sinks, "--keys", bench.path("keys.txt"), card=card):
        bench.client_run("read", "before.mfd", "out.mfd")
        bench.client_run("write", "before.mfd", "after.mfd")
    os.rename(bench.path("serve.log"), bench.path("serve_reader.log"))
    listed = bench.read("air.txt").decode()
    check(re.search(r"\* \|( \*\*){6} ", re.sub(" +", " ", listed)), "the list shows no hidden keys")

    def told(name, *arguments):
        """What the program says to these arguments, errors included."""
        output = subprocess.run([bench.cartouche, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                cwd=bench.folder.name, timeout=120, check=False).stdout
        bench.write(name, output)

    trace = bench.path("air.trace")
    told("replay.txt", "replay", "--level", bench.level, "--list", "-", "--keys", bench.path("keys.txt"), trace)
    told("wrong_keys.txt", "replay", "--list", "-", "--keys", card, trace)
    with open(bench.path("cut.mfd"), "wb") as file:
        file.write(before[:1000])
    told("cut_image.txt", "replay", "--card", bench.path("cut.mfd"), trace)
    bench.write("bad.eml", before[:64].hex("\n", 16).encode() + b"\nzz" + before[64:128].hex("\n", 16).encode())
    told("bad_image.txt", "replay", "--card", bench.path("bad.eml"), trace)
    manage_card(bench)

    secrets = {**{f"sector key {key.hex()}": key for key in every}, **GP_KEYS, "purse key": PURSE_KEY,
               "PIN": PIN.encode()}
    inputs = {"card.mfd", "before.mfd", "after.mfd", "out.mfd", "keys.txt", "cut.mfd", "bad.eml", "pcscd.log"}
    searched = search(bench.folder.name, secrets, inputs)
    check(searched >= 10, f"only {searched} files were searched")
    check("**" in bench.read("apdus.log").decode(), "the APDU log hides nothing")
