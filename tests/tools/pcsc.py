"""pcsc.py - unmodified PC/SC tools on a card in the virtual reader of a pcscd of our own."""

import os
import random
import re
import signal
import socket
import subprocess
import time

import images
from harness import Failure, Serve, Skip, check

DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
RUN = "/run/pcscd"  # of every pcscd of the machine: there can be one only
READER = "Virtual PCD"
CONTACT_ATR = "3B D4 95 00 80 31 FE 45 43 53 4D 31 27"
CONTACTLESS_ATR = "3B 85 80 01 80 73 C8 21 10 0E"
CLASSIC_ATR = "3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A"
TEST_AID = "D276000118AA1001"


def listens(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(address) == 0


def free_port():
    """A port that is free, and the one after it, which vpcd takes for its second slot."""
    for _ in range(100):
        port = random.randrange(20000, 30000)
        try:
            for number in (port, port + 1):
                with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
                    probe.bind(("127.0.0.1", number))
        except OSError:
            continue
        return port
    raise Failure("no free port")


class Pcscd:
    """pcscd with the virtual reader only, for the length of a with-block."""

    LIMIT = 20

    def __init__(self, bench):
        self.bench = bench
        self.port = free_port()

    def __enter__(self):
        options, _ = self.bench.command("pcscd", ["-f", "-c", self.configuration()], None)
        if not os.path.exists(DRIVER):
            raise Skip("vsmartcard-vpcd is not installed")
        try:
            os.makedirs(RUN, exist_ok=True)
        except PermissionError as error:
            raise Skip("pcscd wants to be started by root") from error
        if listens(socket.AF_UNIX, f"{RUN}/pcscd.comm"):
            raise Skip("another pcscd runs on this machine")
        self.log = open(self.bench.path("pcscd.log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, **options)
        end = time.monotonic() + self.LIMIT
        while not listens(socket.AF_UNIX, f"{RUN}/pcscd.comm"):
            if self.process.poll() is not None or time.monotonic() > end:
                raise Failure(f"pcscd does not start:\n{self.text()}")
            time.sleep(0.05)
        return self

    def configuration(self):
        folder = self.bench.path("reader.conf.d")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "vpcd"), "w", encoding="utf-8") as file:
            file.write(f'FRIENDLYNAME "{READER}"\nDEVICENAME /dev/null:0x{self.port:04X}\nLIBPATH {DRIVER}\n'
                       f"CHANNELID 0x{self.port:04X}\n")
        return folder

    def __exit__(self, kind, value, trace):
        self.process.terminate()
        try:
            self.process.wait(self.LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def text(self):
        self.log.seek(0)
        return self.log.read()


class PcscServe(Serve):
    """A card in that reader, by contacts or through the air as the bench says."""

    def __init__(self, bench, pcscd, arguments=()):
        self.port = pcscd.port
        self.apdus = bench.path("apdus.log")
        super().__init__(bench, list(arguments))

    def link_options(self):
        way = ["--contactless"] if self.bench.way == "contactless" else []
        return ["--pcsc", f"127.0.0.1:{self.port}", *way, "--apdus", self.apdus]

    def has_started(self):
        return "\nready" in self.text()

    def check_end(self):
        pass

    def __enter__(self):
        super().__enter__()
        self.wait_for("Yes")
        return self

    def __exit__(self, kind, value, trace):
        super().__exit__(kind, value, trace)
        if kind is None:
            self.wait_for("No")  # pcscd looks for a card every 0.4 s: the next one must not be taken for this

    def wait_for(self, card, limit=60):
        """Until pcscd sees a card (Yes) or sees it gone (No)."""
        end = time.monotonic() + limit
        while True:
            seen = self.bench.run("opensc-tool", "-l").text
            if any(line.split()[:2] == ["0", card] for line in seen.splitlines()):
                return
            check(time.monotonic() < end, f"pcscd says of the card not {card} but:\n{seen}")
            time.sleep(0.2)

    def apdu_log(self):
        """What was done to the card: lines of text."""
        with open(self.apdus, encoding="utf-8") as file:
            return file.read().splitlines()


def atr_of(bench):
    return CONTACT_ATR if bench.way == "contact" else CONTACTLESS_ATR


def pcsc_scan(bench):
    """pcsc_scan shows reader, card and ATR."""
    with Pcscd(bench) as pcscd, PcscServe(bench, pcscd):
        scan = bench.start("pcsc_scan", "-n", "-c")
        time.sleep(3)
        os.killpg(scan.pid, signal.SIGINT)
        text = scan.communicate(timeout=20)[0].decode(errors="replace")
        check("Card inserted" in text and f"ATR: {atr_of(bench)}" in text, text)


def opensc_tool(bench):
    """opensc-tool reads the ATR, probes with 48 commands, and selects the issuer's security domain."""
    with Pcscd(bench) as pcscd, PcscServe(bench, pcscd):
        atr = atr_of(bench).lower().replace(" ", ":")
        bench.run("opensc-tool", "-r", "0", "-a").succeed().expect(f"^{atr}")
        bench.run("opensc-tool", "-r", "0", "-c", "default", "-s", "00A4040000").succeed() \
            .expect(r"SW1=0x90, SW2=0x00").expect("6F .. 84 08 A0 00 00 01 51 00 00 00 A5")
        # Without a driver named it first asks the card what it is, in many ways.
        bench.run("opensc-tool", "-r", "0", "-s", "00A4040000").succeed().expect(r"SW1=0x90, SW2=0x00")


def scriptor_answers(text):
    """Each answer in hex. Long ones go over several lines, and end with what the status means."""
    return [" ".join(part.split(":")[0].split()) for part in re.findall(r"^< (.*?)(?=^>|\Z)", text, re.M | re.S)]


def scriptor(bench):
    """scriptor runs a script: selection, short and long answers, a refusal, a reset that forgets."""
    select = "00 A4 04 00 08 " + " ".join(TEST_AID[i:i + 2] for i in range(0, 16, 2)) + " 00"
    script = "\n".join([select, "80 03 00 00 01", "80 03 00 00 01", "80 04 00 00 03 AA BB CC 00",
                        "80 01 00 C8 00", "80 FF 00 00", "reset", select, "80 03 00 00 01", ""])
    with Pcscd(bench) as pcscd, PcscServe(bench, pcscd):
        result = bench.run("scriptor", "-r", f"{READER} 00 00", stdin=script).succeed()
    answers = scriptor_answers(result.text)
    long = " ".join(f"{i:02X}" for i in range(200))
    check(answers[1:6] == ["01 90 00", "02 90 00", "AA BB CC 90 00", f"{long} 90 00", "6D 00"],
          f"answers {answers}\n{result.text}")
    check(answers[-1] == "01 90 00", f"a reset starts the count again: {answers}\n{result.text}")


def come_and_go(bench):
    """A card that is taken out is gone for pcscd, and is there again when it is put back."""
    card = bench.make_card("card.nvm", "--chip")
    with Pcscd(bench) as pcscd, PcscServe(bench, pcscd, ["--nvm", card]) as serve:
        serve.control("remove")
        serve.wait_for("No")
        serve.control("place", card)
        serve.wait_for("Yes")
        bench.run("opensc-tool", "-r", "0", "-c", "default", "-s", "00A4040000").succeed().expect("SW1=0x90")


def type_b(bench):
    """A card of type B is found after type A was polled for; its ATR is made of ATQB, its PUPI is told, APDUs go."""
    card = bench.make_card("card.nvm", "--type", "b", "--pupi", "566473F2", "--atqb", "01020304778191")
    for rate in ("106", "848"):
        with Pcscd(bench) as pcscd, PcscServe(bench, pcscd, ["--nvm", card, "--rate", rate]):
            bench.run("opensc-tool", "-r", "0", "-a").succeed() \
                .expect("^3b:88:80:01:01:02:03:04:77:81:91:00:6a")
            bench.run("opensc-tool", "-r", "0", "-c", "default", "-s", "FFCA000000").succeed() \
                .expect("56 64 73 F2")
            bench.run("opensc-tool", "-r", "0", "-c", "default", "-s", "00A4040000").succeed() \
                .expect("6F .. 84 08 A0 00 00 01 51 00 00 00 A5")


def memory_card(bench):
    """A MIFARE Classic in the field has the ATR of its kind, and the reader tells its UID."""
    card = bench.write("card.mfd", images.image(64, 1))
    with Pcscd(bench) as pcscd, PcscServe(bench, pcscd, ["--card", card]):
        atr = CLASSIC_ATR.lower().replace(" ", ":")
        bench.run("opensc-tool", "-r", "0", "-a").succeed().expect(f"^{atr}")
        bench.run("opensc-tool", "-r", "0", "-c", "default", "-s", "FFCA000000").succeed() \
            .expect("10 E2 F0 A1")


def memory_card_commands(bench):
    """scriptor and pyscard read and write blocks of a MIFARE Classic by the storage commands of PC/SC part 3."""
    keys = images.random_keys(64, 7)
    content = images.image(64, 7, keys)
    card = bench.write("card.mfd", content)
    spaced = lambda data: data.hex(" ").upper()
    new = bytes(range(16))
    with Pcscd(bench) as pcscd, PcscServe(bench, pcscd, ["--card", card]):
        script = "\n".join([f"FF 82 00 00 06 {spaced(keys[1][0])}", "FF 86 00 00 05 01 00 04 60 00",
                            "FF B0 00 04 10", f"FF D6 00 05 10 {spaced(new)}", "FF B0 00 05 10",
                            "FF 86 00 00 05 01 00 08 60 00", "FF B0 00 04 10", ""])
        result = bench.run("scriptor", "-r", f"{READER} 00 00", stdin=script).succeed()
        answers = scriptor_answers(result.text)
        block = spaced(content[64:80])
        check(answers == ["90 00", "90 00", f"{block} 90 00", "90 00", f"{spaced(new)} 90 00", "69 82", "69 82"],
              f"answers {answers}\n{result.text}")
        program = "\n".join([
            "from smartcard.System import readers", "from smartcard.util import toHexString",
            f"card = next(reader for reader in readers() if str(reader) == '{READER} 00 00').createConnection()",
            "card.connect()",
            f"for command in ([0xFF, 0x82, 0x20, 0x1F, 6, *bytes.fromhex('{keys[1][0].hex()}')],",
            "                [0xFF, 0x86, 0, 0, 5, 1, 0, 5, 0x60, 0x1F], [0xFF, 0xB0, 0, 5, 16], [0xFF, 0xCA, 0, 0, 0]):",
            "    data, sw1, sw2 = card.transmit(command)",
            "    print(toHexString([*data, sw1, sw2]))"])
        python = "/usr/bin/python3"  # Debian's, which has the modules that Debian packages
        if bench.run(python, "-c", "import smartcard").status != 0:
            raise Skip("python3-pyscard is not installed")
        lines = bench.run(python, "-c", program).succeed().text.split("\n")
        check(lines[:4] == ["90 00", "90 00", f"{spaced(new)} 90 00", f"{spaced(images.UID)} 90 00"], f"{lines}")
    expected = content[:80] + new + content[96:]
    check(bench.read("card.mfd") == expected, "the card's file does not hold what was written")
