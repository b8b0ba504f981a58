"""smoke.py - tools that find cards and talk to the chip."""

import os
import re
import signal
import time

import images
from harness import Failure, check


def nfc_list(bench):
    """nfc-list names ATQA, UID and SAK of cards with short and long UIDs, and no card where there is none."""
    cards = [
        (["--kind", "1k", "--uid", "10E2F0A1"], "00  04", "10  e2  f0  a1", "08"),
        (["--kind", "1k", "--uid", "04183F09321B85"], "00  44", "04  18  3f  09  32  1b  85", "08"),
        (["--kind", "4k", "--uid", "14579F69"], "00  02", "14  57  9f  69", "18"),
    ]
    for number, (options, atqa, uid, sak) in enumerate(cards):
        card = bench.make_card(f"card{number}.json", *options)
        with bench.serve(card=card):
            result = bench.run("nfc-list", "-v").succeed()
            result.expect("1 ISO14443A passive target")
            result.expect(rf"ATQA \(SENS_RES\): {atqa}")
            result.expect(rf"UID \(NFCID1\): {uid}")
            result.expect(rf"SAK \(SEL_RES\): {sak}")
    with bench.serve():
        result = bench.run("nfc-list", "-v", "-t", "1").succeed()
        result.expect("0 ISO14443A passive target")


def nfc_list_type_b(bench):
    """nfc-list shows a card of type B, and no card of type A beside it; the other way round with a card of type A."""
    card = bench.make_card("card.nvm", "--type", "b", "--pupi", "566473F2", "--atqb", "01020304778191")
    with bench.serve("--nvm", card):
        result = bench.run("nfc-list", "-v").succeed()
        result.expect("0 ISO14443A passive target")
        result.expect("1 ISO14443B passive target")
        result.expect("PUPI: 56  64  73  f2")
        result.expect("Application Data: 01  02  03  04")
        result.expect("Protocol Info: 77  81  91")
        # Found once more: it was left as it must be.
        bench.run("nfc-list", "-v", "-t", "8").succeed().expect("1 ISO14443B passive target")
    with bench.serve(card=bench.write("card.mfd", images.image(64, 1))):
        result = bench.run("nfc-list", "-v").succeed()
        result.expect("1 ISO14443A passive target")
        result.expect("0 ISO14443B passive target")


def pn532_rates(bench):
    """pn53x-tamashell: InPSL brings a card with a card OS to 424 kbit/s, and APDUs go on."""
    card = bench.make_card("card.nvm", "--chip", "--uid", "9C599B32")
    script = [
        ("4a 01 00", "01 01 00 04 20 04 9c 59 9b 32 0a 78 77 91 02 80 73 c8 21 10"),
        ("4e 01 02 02", "00"),
        ("40 01 00 a4 04 00 08 d2 76 00 01 18 aa 10 01 00", r"00 .*90 00"),
        ("44 01", "00"),
        ("4a 01 03 00", "00"),
    ]
    with bench.serve("--nvm", card, "--list", bench.path("list")):
        lines = "".join(f"{command}\n" for command, _ in script) + "q\n"
        text = bench.run("pn53x-tamashell", stdin="32 05 00 01 02\n" + lines).succeed().text
    received = [line.split("Rx:")[1].replace("  ", " ").strip()
                for line in text.splitlines() if "Rx:" in line]
    check(len(received) == len(script) + 1, text)
    for (command, answer), seen in zip(script, received[1:]):
        if not re.fullmatch(answer, seen.lower()):
            raise Failure(f"{command}: {seen!r} instead of {answer!r}\n{text}")


def nfc_scan_device(bench):
    """nfc-scan-device finds a PN532."""
    with bench.serve():
        bench.run("nfc-scan-device", "-v").succeed().expect("chip: PN532 v1.6")


def nfc_anticol(bench):
    """nfc-anticol selects one card with its own frames."""
    with bench.serve(card=bench.write("card.mfd", images.image(64, 1))):
        result = bench.run("nfc-anticol").succeed()
        result.expect(r"UID: 10e2f0a1\s+ATQA: 0004\s+SAK: 08")
    card = bench.make_card("card7.json", "--kind", "1k", "--uid", "04183F09321B85")
    with bench.serve(card=card):
        result = bench.run("nfc-anticol").succeed()
        result.expect(r"UID: 04183f09321b85\s+ATQA: 0044\s+SAK: 08")


def nfc_anticol_timed(bench):
    """nfc-anticol -t prints the frame delays of 1172 and 1236 ticks as 1221 and 1285."""
    # The SELECT frames of these UIDs end with different parity bits.
    seen = set()
    for uid in (bytes([0x10, 0xE2, 0xF0, 0xA1]), bytes([0x14, 0x57, 0x9F, 0x69])):
        with bench.serve(card=bench.write("card.mfd", images.image(64, 1, uid=uid))):
            result = bench.run("nfc-anticol", "-t").succeed()
        answers = 0
        expected = None
        for line in result.text.splitlines():
            if line.startswith("Sent bits:"):
                last = line.split(":")[1].replace("(7 bits)", "").split()[-1]
                ones = bin(int(last, 16)).count("1")
                # Odd parity of the last byte, or the last bit of the short frame 26, which is a 0.
                expected = 1221 if "7 bits" in line or ones % 2 == 1 else 1285
            elif line.startswith("Response after"):
                cycles = int(line.split()[2])
                check(cycles == expected, f"{cycles} cycles instead of {expected}:\n{result.text}")
                answers += 1
                seen.add(cycles)
        check(answers >= 3, f"only {answers} timed answers:\n{result.text}")
    check(seen == {1221, 1285}, f"seen only {seen}")


def nfc_poll_until_removed(bench):
    """nfc-poll reports the card and ends when it is taken away."""
    with bench.serve(card=bench.write("card.mfd", images.image(64, 1))) as serve:
        poll = bench.start("nfc-poll", "-v")
        time.sleep(2.0)
        check(poll.poll() is None, "nfc-poll ended although the card is there")
        serve.control("remove")
        text = poll.communicate(timeout=60)[0].decode()
    check("UID (NFCID1): 10  e2  f0  a1" in text, text)
    check("done" in text, text)


def nfc_poll_abort(bench):
    """Ctrl-C in nfc-poll gives the running command up; the next tool finds the chip well."""
    with bench.serve():
        poll = bench.start("nfc-poll", "-v")
        time.sleep(1.0)
        check(poll.poll() is None, "nfc-poll ended although it must wait for a card")
        os.kill(poll.pid, signal.SIGINT)
        text = poll.communicate(timeout=20)[0].decode()
        check("Unexpected PN53x reply" not in text, text)
        bench.run("nfc-scan-device", "-v").succeed().expect("chip: PN532 v1.6")


def pn53x_diagnose(bench):
    """pn53x-diagnose finds line, ROM and RAM well."""
    with bench.serve():
        result = bench.run("pn53x-diagnose").succeed()
        for test in ("Communication line", "ROM", "RAM"):
            result.expect(f"{test} test: OK")


def pn53x_tamashell(bench):
    """pn53x-tamashell sends raw commands: the bytes of host-links 1.4 to 1.8."""
    script = [
        ("02", "32 01 06 07"),
        ("4a 01 00", "01 01 00 04 08 04 10 e2 f0 a1"),
        ("06 63 02 63 03 63 38", "80 80 00"),
        ("40 01 60 04 ff ff ff ff ff ff 10 e2 f0 a1", "00"),
        ("06 63 38", "08"),
        ("40 01 30 05", "00 " + bytes(range(16)).hex(" ")),
        ("44 01", "00"),
        ("4a 01 00 10 e2 f0 a1", "01 01 00 04 08 04 10 e2 f0 a1"),
        ("08 63 02 00 63 03 00", ""),
        ("42 30 00 02 a8", "00 04"),
        ("06 63 3c", "14"),
    ]
    card = bytearray(images.image(64, 1))
    card[5 * 16:6 * 16] = bytes(range(16))
    with bench.serve(card=bench.write("card.mfd", bytes(card))):
        lines = "".join(f"{command}\n" for command, _ in script) + "q\n"
        text = bench.run("pn53x-tamashell", stdin="32 05 00 01 02\n" + lines).succeed().text
    received = [line.split("Rx:")[1].replace("  ", " ").strip()
                for line in text.splitlines() if "Rx:" in line]
    check(len(received) == len(script) + 1, text)
    for (command, answer), seen in zip(script, received[1:]):
        if seen.lower() != answer:
            raise Failure(f"{command}: {seen!r} instead of {answer!r}\n{text}")
