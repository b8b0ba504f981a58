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
         "top_aes:Decrypt=0,LongKeys=0", "top_aes", "top_picc", "top_pcd", "bus_sniffer", "top_sniffer_apb")



def read_command(registers):
    """The Yosys command that reads all of rtl/; writes the register package to the file `registers`."""
    subprocess.run(["scripts/registers.py", "sv", "--out", registers], check=True)
    sources = sorted(s for s in glob.glob("rtl/*/*.sv") if not s.startswith("rtl/pkg"))
    return f"read_verilog -sv -defer -Irtl/common rtl/pkg/nfc_pkg.sv {registers} {' '.join(sources)}"


def cells(log):
    """{kind: count} of the last table of `stat` in a log of Yosys."""
    return {name: int(count) for name, count in re.findall(r"^\s+(\w+)\s+(\d+)$", log[log.rindex("Number of cells"):], re.M)}


def size(what, read):
    module, _, settings = what.partition(":")
    changes = "".join(f"chparam -set {name} {value} {module}; " for name, value in
                      (setting.split("=") for setting in settings.split(",") if setting))
    done = subprocess.run(["yosys", "-p", f"{read}; {changes}synth_ice40 -top {module}; stat"],
                          capture_output=True, text=True, check=True).stdout
    found = cells(done)
    flops = sum(count for name, count in found.items() if name.startswith("SB_DFF"))
    return (what, found.get("SB_LUT4", 0), flops, found.get("SB_CARRY", 0), found.get("SB_RAM40_4K", 0))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", default=TABLE)
    modules = parser.parse_args().modules
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    with tempfile.TemporaryDirectory() as folder:
        read = read_command(f"{folder}/nfc_reg_pkg.sv")
        print(f"{'module':34}{'LUT4':>6}{'FF':>6}{'carry':>7}{'RAM':>5}")
        with ThreadPoolExecutor(max_workers=2) as pool:
            for what, *counts in pool.map(lambda module: size(module, read), modules):
                print("{:34}{:>6}{:>6}{:>7}{:>5}".format(what, *counts), flush=True)


if __name__ == "__main__":
    main()
