"""globalplatform.py - GlobalPlatform clients manage the card over PC/SC."""

import os
import re
import shutil
import subprocess

import pcsc
from harness import Skip, check

SSD = "D27600011855AA0003"
PURSE = "D276000118AA3001"
PURSE_PACKAGE = "D276000118AA30"
OTHER_KEY = "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF"
TEST_KEY = "404142434445464748494A4B4C4D4E4F"
WRONG_KEY = "00112233445566778899AABBCCDDEEFF"
HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.join(HERE, "..", "..", "scripts")
PYTHON = "/usr/bin/python3"  # Debian's, which has the modules that Debian packages


class Client:
    """A program that takes the options of GlobalPlatformPro."""

    def __init__(self, bench, program):
        self.bench = bench
        self.program = program

    def run(self, *arguments):
        program, *first = self.program
        result = self.bench.run(program, *first, "-r", f"{pcsc.READER} 00 00", *arguments, limit=600)
        if result.status == 77:
            raise Skip(result.text.strip())
        return result

    def succeed(self, *arguments):
        return self.run(*arguments).succeed()

    def refuse(self, *arguments):
        result = self.run(*arguments)
        check(result.status not in (0, None), f"{arguments} should be refused:\n{result.text}")
        return result

    def listing(self, *arguments):
        return self.succeed("-l", *arguments)


def pro(bench):
    """GlobalPlatformPro of Maven Central; skips where it cannot be had."""
    return Client(bench, [os.path.join(SCRIPTS, "gptool.sh")])


def client(bench):
    """Our own client."""
    modules = "import smartcard, cryptography"
    if not shutil.which(PYTHON) or subprocess.run([PYTHON, "-c", modules], stderr=subprocess.DEVNULL,
                                                  check=False).returncode != 0:
        raise Skip("python3-pyscard or python3-cryptography is not installed")
    return Client(bench, [PYTHON, os.path.join(HERE, "gp_client.py")])


def has(result, kind, aid, state=""):
    return re.search(rf"^(?:{kind}): {aid} \({state}", result.text, re.MULTILINE) is not None


def put_keys(gp):
    """Keys added, replaced, and rotated away and back, DES and AES."""
    for session, added in (("32", "33"), ("48", "49")):
        gp.succeed("--key-ver", session, "--lock", OTHER_KEY, "--new-keyver", added)
        gp.listing("--key-ver", added, "--key", OTHER_KEY)
        gp.refuse("-l", "--key-ver", added)
        gp.succeed("--key-ver", added, "--key", OTHER_KEY, "--unlock")  # replaces them by the test key
        gp.listing("--key-ver", added)
        gp.refuse("-l", "--key-ver", added, "--key", OTHER_KEY)
        gp.succeed("--key-ver", session, "--delete-key", added)
        gp.refuse("-l", "--key-ver", added)
    gp.succeed("--lock", OTHER_KEY)  # the set of the session itself
    gp.refuse("-l")
    gp.listing("--key", OTHER_KEY)
    gp.succeed("--key", OTHER_KEY, "--unlock")
    gp.listing()


def manage_content(bench, gp):
    """A security domain, and an application from a CAP file, made and removed; locked and unlocked."""
    gp.succeed("--domain", SSD)
    check(has(gp.listing(), "DOM|APP", SSD), "the security domain is missing")
    gp.succeed("--delete", SSD)
    check(not has(gp.listing(), "DOM|APP", SSD), "the security domain is still there")

    package = bench.path("purse.cap")
    bench.run(bench.cartouche, "package", "purse", package).succeed()
    gp.succeed("--install", package)
    listing = gp.listing()
    check(has(listing, "APP", PURSE, "SELECTABLE"), listing.text)
    check(has(listing, "PKG", PURSE_PACKAGE, "LOADED"), listing.text)
    gp.refuse("--install", package)
    gp.succeed("--lock-applet", PURSE)
    check(has(gp.listing(), "APP", PURSE, "LOCKED"), "the application is not locked")
    select = f"00A40400{len(PURSE) // 2:02X}{PURSE}00"
    bench.run("opensc-tool", "-r", "0", "-c", "default", "-s", select).expect("SW1=0x6A, SW2=0x82")
    gp.succeed("--unlock-applet", PURSE)
    bench.run("opensc-tool", "-r", "0", "-c", "default", "-s", select).succeed().expect("SW1=0x90, SW2=0x00")
    gp.succeed("--delete", PURSE)
    check(not has(gp.listing(), "APP", PURSE), "the application is still there")
    gp.succeed("--uninstall", package)
    check(not has(gp.listing(), "PKG", PURSE_PACKAGE), "the package is still there")


def manage(bench, gp):
    with pcsc.Pcscd(bench) as pcscd, pcsc.PcscServe(bench, pcscd):
        gp.succeed("-i").expect("(?i)version: *32 .*des").expect("(?i)version: *48 .*aes")
        listing = gp.listing()
        check(has(listing, "ISD", "A000000151000000", "OP_READY"), listing.text)
        check(has(listing, "APP", pcsc.TEST_AID, "SELECTABLE"), listing.text)
        for mode in ("mac", "enc"):
            for version in ("32", "48"):
                gp.listing("--mode", mode, "--key-ver", version)
        wrong = gp.refuse("-l", "--key", WRONG_KEY)
        check("OP_READY" not in wrong.text, wrong.text)
        put_keys(gp)
        manage_content(bench, gp)
        gp.succeed("--initialize-card")
        gp.succeed("--secure-card")
        gp.succeed("--lock-card")
        gp.refuse("--domain", SSD)
        gp.succeed("--unlock-card")
        check(has(gp.listing(), "ISD", "A000000151000000", "SECURED"), "the card is not unlocked")


def pro_manages(bench):
    """GlobalPlatformPro: information, lists, keys, security domains, applications, locks; a wrong key is refused."""
    manage(bench, pro(bench))


def client_manages(bench):
    """The same by our own client, which sends what GlobalPlatformPro sends."""
    manage(bench, client(bench))


class Gpshell:
    """gpshell of Debian, one script a session."""

    OPENING = "mode_211\nenable_trace\nestablish_context\ncard_connect\nselect -AID A000000151000000\n"
    CLOSING = "card_disconnect\nrelease_context\n"

    def __init__(self, bench):
        self.bench = bench

    def run(self, *commands, session=48, key=TEST_KEY, security=3):
        scp = "-scp 3 -scpimpl 0x70" if session >= 48 else "-scp 2 -scpimpl 0x55"
        opened = (f"open_sc {scp} -security {security} -keyind 0 -keyver {session} -key {key} -mac_key {key} "
                  f"-enc_key {key} -kek_key {key}\n")
        script = self.bench.path("gpshell.txt")
        with open(script, "w", encoding="utf-8") as file:
            file.write(self.OPENING + opened + "".join(f"{command}\n" for command in commands) + self.CLOSING)
        result = self.bench.run(os.path.join(SCRIPTS, "gpshell.sh"), script, limit=600)
        if result.status == 77:
            raise Skip(result.text.strip())
        return result

    def succeed(self, *commands, **session):
        result = self.run(*commands, **session).succeed()
        check("returns 0x" not in result.text, result.text)
        return result

    def refuse(self, *commands, **session):
        result = self.run(*commands, **session)
        check("returns 0x" in result.text, f"{commands} should be refused:\n{result.text}")
        return result


def gpshell_manages(bench):
    """gpshell: lists, keys, a security domain and an application made and removed; a wrong key is refused."""
    package = bench.path("purse.cap")
    bench.run(bench.cartouche, "package", "purse", package).succeed()
    shell = Gpshell(bench)
    with pcsc.Pcscd(bench) as pcscd, pcsc.PcscServe(bench, pcscd):
        for session in (32, 48):
            for security in (1, 3):
                shell.succeed("get_status -element 80", session=session, security=security)
        shell.succeed("get_status -element 40").expect(pcsc.TEST_AID.lower())
        shell.refuse("get_status -element 80", key=WRONG_KEY)

        shell.succeed(f"put_sc_key -keyver 0 -newkeyver 49 -keyType 88 -mac_key {OTHER_KEY} -enc_key {OTHER_KEY} "
                      f"-kek_key {OTHER_KEY}")
        shell.succeed("get_status -element 80", session=49, key=OTHER_KEY)
        shell.refuse("get_status -element 80", session=49)
        shell.succeed("delete_key -keyver 49")
        shell.refuse("get_status -element 80", session=49, key=OTHER_KEY)

        shell.succeed("install_for_install -priv 128 -AID A000000151535041 -pkgAID A0000001515350 "
                      f"-instAID {SSD} -nvDataLimit 500")
        shell.succeed("get_status -element 40").expect(SSD.lower())
        shell.succeed(f"delete -AID {SSD}")

        shell.succeed(f"install -file {package} -priv 0")
        shell.succeed("get_status -element 40").expect(PURSE.lower())
        shell.succeed(f"delete -AID {PURSE}", f"delete -AID {PURSE_PACKAGE}")


def content_stays(bench):
    """What was put onto the card is there when the same file is served again, the other way."""
    gp = client(bench)
    card = bench.make_card("card.nvm", "--chip")
    package = bench.path("purse.cap")
    bench.run(bench.cartouche, "package", "purse", package).succeed()
    with pcsc.Pcscd(bench) as pcscd:
        with pcsc.PcscServe(bench, pcscd, ["--nvm", card]):
            gp.succeed("--install", package)
            gp.succeed("--lock", OTHER_KEY)
        bench.way = "contact" if bench.way == "contactless" else "contactless"
        with pcsc.PcscServe(bench, pcscd, ["--nvm", card]):
            gp.refuse("-l")
            check(has(gp.listing("--key", OTHER_KEY), "APP", PURSE, "SELECTABLE"), "the application is gone")


def exchanges(log):
    """Commands and answers as (header, length of data, length of the answer, status), whatever T=0 did to them."""
    seen = []
    lines = [line.split() for line in log if line[:1] in "<>"]
    for command, answer in zip(lines[::2], lines[1::2]):
        check(command[0] == ">" and answer[0] == "<", f"{command} {answer}")
        command, answer = command[1:], answer[1:]
        length = int(command[4], 16) if len(command) > 5 else 0
        entry = [" ".join(command[:4]), length, len(answer) - 2, " ".join(answer[-2:])]
        if command[1] == "C0":  # GET RESPONSE: the rest of the answer before
            seen[-1][2:] = [seen[-1][2] + entry[2], entry[3]]
        else:
            seen.append(entry)
    return seen


def same_apdus_on_both_ways(bench):
    """opensc-tool, scriptor and a GlobalPlatform client: the same exchanges by contacts and through reader and air."""
    gp = client(bench)
    package = bench.path("purse.cap")
    bench.run(bench.cartouche, "package", "purse", package).succeed()
    logs = {}
    with pcsc.Pcscd(bench) as pcscd:
        for bench.way in ("contact", "contactless"):
            with pcsc.PcscServe(bench, pcscd) as serve:
                bench.run("opensc-tool", "-r", "0", "-a").succeed()
                script = "00 A4 04 00 00\n80 CA 00 66 00\n"
                bench.run("scriptor", "-r", f"{pcsc.READER} 00 00", stdin=script).succeed()
                gp.listing()
                gp.succeed("--install", package)
                gp.succeed("--lock-applet", PURSE)
                gp.succeed("--unlock-applet", PURSE)
                gp.succeed("--uninstall", package)
                logs[bench.way] = exchanges(serve.apdu_log())
    check(len(logs["contact"]) >= 20, f"only {len(logs['contact'])} exchanges")
    for number, (one, other) in enumerate(zip(logs["contact"], logs["contactless"])):
        check(one == other, f"exchange {number}: {one} by contacts, {other} through the air")
    check(len(logs["contact"]) == len(logs["contactless"]), "one log is longer")
