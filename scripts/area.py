#!/usr/bin/env python3
"""area.py [MODULE[:PARAMETER=VALUE,...]...] - size of modules of rtl/ on iCE40 (yosys synth_ice40), each as its own top.

Without arguments the table of docs/numbers.md. LUT4, flip-flops, carries, 4-kbit memories.
"""

import argparse
import glob
import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

TABLE = ("aes_engine:Decrypt=0,LongKeys=0", "aes_engine:Decrypt=1,LongKeys=0", "aes_engine", "aes_sbox:Inverse=0", "aes_sbox",
         "top_aes:Decrypt=0,LongKeys=0", "top_aes", "top_picc", "top_pcd")


def size(what, registers):
    module, _, settings = what.partition(":")
    sources = sorted(s for s in glob.glob("rtl/*/*.sv") if not s.startswith(("rtl/pkg", "rtl/board")))
    changes = "".join(f"chparam -set {name} {value} {module}; " for name, value in
                      (setting.split("=") for setting in settings.split(",") if setting))
    done = subprocess.run(["yosys", "-p", f"read_verilog -sv -defer -Irtl/common rtl/pkg/nfc_pkg.sv {registers} {' '.join(sources)}; "
                           f"{changes}synth_ice40 -top {module}; stat"], capture_output=True, text=True, check=True).stdout
    cells = {name: int(count) for name, count in re.findall(r"^\s+(SB_\w+)\s+(\d+)$", done[done.rindex("Number of cells"):], re.M)}
    flops = sum(count for name, count in cells.items() if name.startswith("SB_DFF"))
    return (what, cells.get("SB_LUT4", 0), flops, cells.get("SB_CARRY", 0), cells.get("SB_RAM40_4K", 0))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", default=TABLE)
    modules = parser.parse_args().modules
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    with tempfile.TemporaryDirectory() as folder:
        registers = f"{folder}/nfc_reg_pkg.sv"
        subprocess.run(["scripts/registers.py", "sv", "--out", registers], check=True)
        print(f"{'module':34}{'LUT4':>6}{'FF':>6}{'carry':>7}{'RAM':>5}")
        with ThreadPoolExecutor(max_workers=2) as pool:
            for what, *counts in pool.map(lambda module: size(module, registers), modules):
                print("{:34}{:>6}{:>6}{:>7}{:>5}".format(what, *counts), flush=True)


if __name__ == "__main__":
    main()
