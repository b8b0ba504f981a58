#!/usr/bin/env python3
"""gp_client.py - a small GlobalPlatform client over PC/SC, with the option names of GlobalPlatformPro.

It sends what GlobalPlatformPro sends (host-links sheet, 3.2) and stands in for it where it is not to be had. Its
cryptography is python3-cryptography's. Exit status 0: done; 1: the card refused.
"""

import argparse
import os
import sys
import zipfile

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from smartcard.CardConnection import CardConnection
from smartcard.Exceptions import CardConnectionException, NoCardException
from smartcard.System import readers

TEST_KEY = "404142434445464748494A4B4C4D4E4F"
SSD_PACKAGE = bytes.fromhex("A0000001515350")
SSD_MODULE = bytes.fromhex("A000000151535041")
STATES = {0x01: "LOADED", 0x03: "INSTALLED", 0x07: "SELECTABLE", 0x0F: "PERSONALIZED"}
CARD_STATES = {0x01: "OP_READY", 0x07: "INITIALIZED", 0x0F: "SECURED", 0x7F: "CARD_LOCKED", 0xFF: "TERMINATED"}


class Refused(Exception):
    """The card said no, or something that cannot be believed."""


def pad80(data, block):
    data += b"\x80"
    return data + bytes(-len(data) % block)


def cbc(algorithm, iv, data):
    encryptor = Cipher(algorithm, modes.CBC(iv)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def aes_ecb(key, data):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def aes_cmac(key, data):
    mac = CMAC(algorithms.AES(key))
    mac.update(data)
    return mac.finalize()


def des3(key):
    return algorithms.TripleDES(key + key[:8])


def single_des(key, block):
    return cbc(algorithms.TripleDES(key[:8] * 3), bytes(8), block)


def retail_mac(key, iv, data):
    data = pad80(data, 8)
    for at in range(0, len(data) - 8, 8):
        iv = single_des(key, bytes(a ^ b for a, b in zip(iv, data[at:at + 8])))
    return cbc(des3(key), bytes(8), bytes(a ^ b for a, b in zip(iv, data[-8:])))


def kdf(key, constant, bits, context):
    out, counter = b"", 1
    while len(out) < bits // 8:
        out += aes_cmac(key, bytes(11) + bytes([constant, 0]) + bits.to_bytes(2, "big") + bytes([counter]) + context)
        counter += 1
    return out[:bits // 8]


def tlvs(data):
    """Objects of one level as (tag, value)."""
    at, found = 0, []
    while at < len(data):
        begin = at
        at += 1
        if data[begin] & 0x1F == 0x1F:
            while data[at] & 0x80:
                at += 1
            at += 1
        tag = data[begin:at].hex().upper()
        length = data[at]
        at += 1
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[at:at + count], "big")
            at += count
        found.append((tag, data[at:at + length]))
        at += length
    return found


def tlv(tag, value):
    length = len(value)
    head = bytes([length]) if length < 0x80 else bytes([0x81, length]) if length < 0x100 else \
        bytes([0x82]) + length.to_bytes(2, "big")
    return bytes.fromhex(tag) + head + value


class Scp02:
    """Session keys and counters of SCP02, i = 15 or 55."""

    block = 8

    def __init__(self, keys, host, answer):
        self.sequence, self.challenge = answer[12:14], answer[14:20]
        self.enc, self.mac, self.dek = (
            cbc(des3(key), bytes(8), bytes.fromhex(constant) + self.sequence + bytes(12))
            for key, constant in zip(keys, ("0182", "0101", "0181")))
        self.chain = None
        self.card = self._cryptogram(host + self.sequence + self.challenge)
        self.host = self._cryptogram(self.sequence + self.challenge + host)
        self.told = answer[20:28]

    def _cryptogram(self, data):
        return cbc(des3(self.enc), bytes(8), pad80(data, 8))[-8:]

    def wrap(self, cla, ins, p1, p2, data, encrypt):
        iv = bytes(8) if self.chain is None else single_des(self.mac, self.chain)
        self.chain = retail_mac(self.mac, iv, bytes([cla | 4, ins, p1, p2, len(data) + 8]) + data)
        if encrypt and data:
            data = cbc(des3(self.enc), bytes(8), pad80(data, 8))
        return data + self.chain

    def encrypt_key(self, value):
        return b"".join(cbc(des3(self.dek), bytes(8), value[i:i + 8]) for i in range(0, len(value), 8))

    def key_field(self, value):
        cipher = self.encrypt_key(value)
        return bytes([0x80, len(cipher)]) + cipher + b"\x03" + cbc(des3(value), bytes(8), bytes(8))[:3]


class Scp03:
    """Session keys and counters of SCP03."""

    def __init__(self, keys, host, answer):
        self.challenge, self.told = answer[13:21], answer[21:29]
        context, bits = host + self.challenge, 8 * len(keys[0])
        self.enc = kdf(keys[0], 4, bits, context)
        self.mac = kdf(keys[1], 6, bits, context)
        self.dek = keys[2]
        self.card = kdf(self.mac, 0, 64, context)
        self.host = kdf(self.mac, 1, 64, context)
        self.chain, self.counter = bytes(16), 0

    def wrap(self, cla, ins, p1, p2, data, encrypt):
        if ins != 0x82:
            self.counter += 1
        if encrypt and data:
            data = cbc(algorithms.AES(self.enc), aes_ecb(self.enc, self.counter.to_bytes(16, "big")), pad80(data, 16))
        self.chain = aes_cmac(self.mac, self.chain + bytes([cla | 4, ins, p1, p2, len(data) + 8]) + data)
        return data + self.chain[:8]

    def key_field(self, value):
        cipher = cbc(algorithms.AES(self.dek), bytes(16), value + bytes(-len(value) % 16))
        return bytes([0x88, len(cipher) + 1, len(value)]) + cipher + b"\x03" + aes_ecb(value, b"\x01" * 16)[:3]


class Card:
    """One connection: plain commands, then those of a secure channel."""

    def __init__(self, name, debug):
        found = [reader for reader in readers() if name in str(reader)]
        if not found:
            raise Refused(f"no reader {name}")
        self.connection = found[0].createConnection()
        self.connection.connect()
        self.t0 = self.connection.getProtocol() == CardConnection.T0_protocol
        self.debug = debug
        self.session = None
        self.level = 0

    def send(self, cla, ins, p1, p2, data=b"", le=True):
        command = bytes([cla, ins, p1, p2]) + (bytes([len(data)]) + data if data else b"")
        if le and not (self.t0 and data):
            command += b"\x00"
        answer, sw = b"", 0x6100
        while sw >> 8 == 0x61:
            part, sw1, sw2 = self.connection.transmit(list(command))
            if self.debug:
                print(f"A>> {command.hex().upper()}\nA<< {bytes(part).hex().upper()} {sw1:02X}{sw2:02X}")
            answer, sw = answer + bytes(part), sw1 << 8 | sw2
            command = bytes([0x00, 0xC0, 0x00, 0x00, sw2])
        return answer, sw

    def open(self, keys, version, level):
        host = os.urandom(8)
        answer, sw = self.send(0x80, 0x50, version, 0, host)
        if sw != 0x9000:
            raise Refused(f"INITIALIZE UPDATE failed: {sw:04X}")
        session = {2: Scp02, 3: Scp03}[answer[11]](keys, host, answer)
        session.version = answer[10]
        if session.card != session.told:
            raise Refused("Card cryptogram invalid! The keys do not fit.")
        self.session = session
        self.send_secure(0x80, 0x82, level, 0, session.host, le=False)
        self.level = level

    def send_secure(self, cla, ins, p1, p2, data=b"", le=True, accept=(0x9000,)):
        """A command in the channel; its answer, or Refused."""
        wrapped = self.session.wrap(cla, ins, p1, p2, data, bool(self.level & 2))
        answer, sw = self.send(cla | 4, ins, p1, p2, wrapped, le)
        if sw not in accept:
            raise Refused(f"{cla:02X}{ins:02X}{p1:02X}{p2:02X} failed: {sw:04X}")
        return answer, sw

    def status(self, p1):
        entries, p2 = [], 2
        while True:
            answer, sw = self.send_secure(0x80, 0xF2, p1, p2, bytes.fromhex("4F00"), accept=(0x9000, 0x6310, 0x6A88))
            entries += [dict(tlvs(value)) for tag, value in tlvs(answer) if tag == "E3"]
            if sw != 0x6310:
                return entries
            p2 = 3


def lv(value):
    return bytes([len(value)]) + value


def info(card):
    for name, tag in (("CPLC", 0x9F7F), ("IIN", 0x42), ("CIN", 0x45), ("KDD", 0xCF), ("SSC", 0xC1)):
        answer, sw = card.send(0x80, 0xCA, tag >> 8, tag & 0xFF)
        print(f"{name}: {answer.hex().upper()}" if sw == 0x9000 else f"{name}: none ({sw:04X})")
    answer, sw = card.send(0x80, 0xCA, 0x00, 0x66)
    print(f"Card Data: {answer.hex().upper()}")
    answer, sw = card.send(0x80, 0xCA, 0x00, 0xE0)
    for tag, key in tlvs(tlvs(answer)[0][1]) if sw == 0x9000 else []:
        kind = {0x80: "DES3", 0x88: "AES"}.get(key[2], "?")
        print(f"Version: {key[1]:3} (0x{key[1]:02X}) ID: {key[0]:3} type: {kind} length: {key[3]}")


def show(card):
    for kind, p1 in (("ISD", 0x80), ("APP", 0x40), ("PKG", 0x20)):
        for entry in card.status(p1):
            state = entry["9F70"][0]
            privileges = entry.get("C5", b"\x00")
            name = "DOM" if kind == "APP" and privileges[0] & 0x80 else kind
            text = CARD_STATES.get(state) if kind == "ISD" else \
                "LOCKED" if state & 0x80 and kind != "PKG" else STATES.get(state)
            print(f"{name}: {entry['4F'].hex().upper()} ({text or hex(state)})")


def load(card, path):
    """The package's AID and its modules."""
    with zipfile.ZipFile(path) as file:
        parts = {os.path.basename(name): file.read(name) for name in file.namelist() if name.endswith(".cap")}
    header, applet = parts["Header.cap"], parts["Applet.cap"]
    package = header[13:13 + header[12]]
    modules, at = [], 4
    for _ in range(applet[3]):
        modules.append(applet[at + 1:at + 1 + applet[at]])
        at += applet[at] + 3
    order = ("Header", "Directory", "Import", "Applet", "Class", "Method", "StaticField", "Export", "ConstantPool",
             "RefLocation")
    block = tlv("C4", b"".join(parts.get(f"{name}.cap", b"") for name in order))
    card.send_secure(0x80, 0xE6, 0x02, 0x00, lv(package) + lv(card.selected) + bytes(3))
    size = 255 - 8 - (8 if card.level & 2 else 0) - 1
    chunks = [block[i:i + size] for i in range(0, len(block), size)]
    for number, chunk in enumerate(chunks):
        last = number + 1 == len(chunks)
        card.send_secure(0x80, 0xE8, 0x80 if last else 0x00, number, chunk)
    return package, modules


def install(card, package, module, aid, privileges, parameters):
    card.send_secure(0x80, 0xE6, 0x0C, 0x00, lv(package) + lv(module) + lv(aid) + lv(privileges) +
                     lv(tlv("C9", parameters)) + b"\x00")


def put_keys(card, current, keys, version):
    data = bytes([version]) + b"".join(card.session.key_field(key) for key in keys)
    card.send_secure(0x80, 0xD8, current, 0x81, data)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("-r", "--reader", default="")
    add("-d", "--debug", action="store_true")
    add("-i", "--info", action="store_true")
    add("-l", "--list", action="store_true")
    add("--mode", choices=("clr", "mac", "enc"), default="mac")
    for name in ("--sdaid", "--key", "--key-enc", "--key-mac", "--key-dek", "--lock", "--new-keyver", "--key-ver",
                 "--delete-key", "--domain", "--delete", "--install", "--uninstall", "--params", "--lock-applet",
                 "--unlock-applet", "--create", "--package", "--applet"):
        add(name)
    for name in ("--unlock", "--lock-card", "--unlock-card", "--initialize-card", "--secure-card"):
        add(name, action="store_true")
    return parser.parse_args()


def run(arguments):
    card = Card(arguments.reader, arguments.debug)
    wanted = bytes.fromhex(arguments.sdaid or "")
    answer, sw = card.send(0x00, 0xA4, 0x04, 0x00, wanted)
    if sw not in (0x9000, 0x6283):
        raise Refused(f"SELECT failed: {sw:04X}")
    card.selected = dict(tlvs(tlvs(answer)[0][1]))["84"]
    if arguments.info:
        info(card)
        return
    one = arguments.key or TEST_KEY
    keys = [bytes.fromhex(getattr(arguments, f"key_{name}") or one) for name in ("enc", "mac", "dek")]
    number = lambda text: int(text, 16) if text.startswith("0x") else int(text)
    version = number(arguments.key_ver or "0")
    card.open(keys, version, {"clr": 0, "mac": 1, "enc": 3}[arguments.mode])
    if arguments.unlock:  # the set of this session
        used = card.session.version
        put_keys(card, used, [bytes.fromhex(TEST_KEY)] * 3, used)
    if arguments.lock:
        new = [bytes.fromhex(arguments.lock)] * 3
        if arguments.new_keyver:
            put_keys(card, 0, new, number(arguments.new_keyver))
        else:  # the first set that there is
            told, _ = card.send_secure(0x80, 0xCA, 0x00, 0xE0)
            used = tlvs(tlvs(told)[0][1])[0][1][1]
            put_keys(card, used, new, used)
    if arguments.delete_key:
        card.send_secure(0x80, 0xE4, 0x00, 0x00, tlv("D2", bytes([number(arguments.delete_key)])))
    if arguments.domain:
        install(card, SSD_PACKAGE, SSD_MODULE, bytes.fromhex(arguments.domain), b"\x80", b"")
    if arguments.install:
        package, modules = load(card, arguments.install)
        for module in modules:
            install(card, package, module, module, b"\x00", bytes.fromhex(arguments.params or ""))
            print(f"{module.hex().upper()} installed")
    if arguments.create:
        install(card, bytes.fromhex(arguments.package), bytes.fromhex(arguments.applet),
                bytes.fromhex(arguments.create), b"\x00", bytes.fromhex(arguments.params or ""))
    if arguments.uninstall:
        with zipfile.ZipFile(arguments.uninstall) as file:
            header = next(file.read(name) for name in file.namelist() if name.endswith("Header.cap"))
        card.send_secure(0x80, 0xE4, 0x00, 0x80, tlv("4F", header[13:13 + header[12]]))
    if arguments.delete:
        card.send_secure(0x80, 0xE4, 0x00, 0x00, tlv("4F", bytes.fromhex(arguments.delete)))
    if arguments.lock_applet:
        card.send_secure(0x80, 0xF0, 0x40, 0x80, bytes.fromhex(arguments.lock_applet))
    if arguments.unlock_applet:
        card.send_secure(0x80, 0xF0, 0x40, 0x00, bytes.fromhex(arguments.unlock_applet))
    for name, state in (("initialize_card", 0x07), ("secure_card", 0x0F), ("lock_card", 0x7F), ("unlock_card", 0x0F)):
        if getattr(arguments, name):
            card.send_secure(0x80, 0xF0, 0x80, state)
    if arguments.list:
        show(card)


def main():
    try:
        run(parse())
    except (Refused, NoCardException, CardConnectionException) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
