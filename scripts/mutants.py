#!/usr/bin/env python3
"""mutants.py make|run - does the test suite notice small wrong changes in the RTL?

make OUT [--top TOP] [--count N] [--seed S]
                                  Yosys `mutate` puts N switchable mutants into the flattened tops (as many into each)
                                  and writes OUT/top_*.sv and OUT/mutants.txt. Build with -DCARTOUCHE_MUTANTS=OUT.
run BUILD OUT [--only K,..]       runs the RTL tests of BUILD once without a mutant (all must pass), then once for each
                                  mutant until a test fails. Prints each survivor with its place in the source.
                                  Exit status 0 when at least 95 % are killed.
"""

import argparse
import glob
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

TOPS = ("top_picc", "top_pcd", "top_aes")
# Test programs in the order in which they kill most, fastest first; each with its filter.
SUITES = (
    ("system_anticol_test", "*/rtl"), ("system_classic_test", "*/rtl"), ("system_frame_test", "*/rtl"),
    ("system_timing_test", "*/rtl"), ("system_crypto1_test", "*/rtl:-*CRY_11*"), ("reader_plan_test", "*/rtl"),
    ("system_access_test", "*/rtl"), ("link_plan_test", "*/rtl"), ("system_emulator_faults_test", "*/rtl"),
    ("system_tearing_test", "*/rtl"), ("system_frame_rtl_test", "*"), ("system_timing_session_test", "*/rtl"),
    ("system_lockstep_test", "*/rtl"), ("system_crypto1_test", "*CRY_11*/rtl"), ("system_collision_test", "*/rtl"),
)
AES_SUITES = (("aes_test", "*rtl:AesEngine.*:AesRegisters.*:-*Monte*"),)


def make(out, tops, count, seed):
    os.makedirs(out, exist_ok=True)
    sources = sorted(s for s in glob.glob("rtl/*/*.sv") if not s.startswith(("rtl/pkg", "rtl/board")))
    registers = f"{out}/nfc_reg_pkg.sv"
    subprocess.run(["scripts/registers.py", "sv", "--out", registers], check=True)
    first, index = 1, []
    for top in tops:
        share = count // len(tops)
        listing = f"{out}/{top}.mutate"
        read = f"read_verilog -sv -defer -Irtl/common rtl/pkg/nfc_pkg.sv {registers} {' '.join(sources)}; prep -flatten -top {top}"
        subprocess.run(["yosys", "-q", "-p", f"{read}; mutate -list {share} -seed {seed} -ctrl mutant 16 {first} -o {listing}; "
                        f"script {listing}; opt_clean; write_verilog -noattr {out}/{top}.flat.v"], check=True)
        text = open(f"{out}/{top}.flat.v", encoding="utf-8").read()
        # The select signal comes from the environment instead of a port, so that nobody else has to know of it.
        text = re.sub(r"(module \S+\([^;]*?),\s*mutant(\s*[,)])", r"\1\2", text, count=1, flags=re.S)
        text = text.replace("  input [15:0] mutant;\n  wire [15:0] mutant;\n",
                            '  import "DPI-C" function int cartouche_mutant();\n'
                            "  reg [15:0] mutant;\n  initial mutant = 16'(cartouche_mutant());\n", 1)
        if "cartouche_mutant" not in text:
            sys.exit(f"mutants.py: {out}/{top}.flat.v has no select signal in the form expected")
        open(f"{out}/{top}.sv", "w", encoding="utf-8").write(text)
        os.remove(f"{out}/{top}.flat.v")
        for line in open(listing, encoding="utf-8"):
            number = re.search(r"-ctrl mutant 16 (\S+)", line)
            places = re.findall(r"-src (\S+)", line)
            mode = re.search(r"-mode (\S+)", line).group(1)
            index.append(f"{int(str(number.group(1)).split(chr(39) + 'd')[-1])} {top} {mode} {' '.join(places)}")
        first += share
    open(f"{out}/mutants.txt", "w", encoding="utf-8").write("\n".join(index) + "\n")
    print(f"{len(index)} mutants, seed {seed}, in {out}")


def suite_fails(build, suites, mutant):
    """The name of the first of `suites` that notices the mutant, or None."""
    environment = dict(os.environ, CARTOUCHE_MUTANT=str(mutant))
    for program, tests in suites:
        found = glob.glob(f"{build}/tests/*/{program}")
        if not found:
            continue
        try:
            done = subprocess.run([found[0], f"--gtest_filter={tests}", "--gtest_fail_fast"], env=environment,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600, check=False)
        except subprocess.TimeoutExpired:
            return f"{program} (time-out)"
        if done.returncode != 0:
            return program
    return None


def run(build, out, only):
    index = [line.split(" ", 1) for line in open(f"{out}/mutants.txt", encoding="utf-8").read().splitlines()]
    if only:
        index = [entry for entry in index if int(entry[0]) in only]
    suites = {number: AES_SUITES if what.startswith("top_aes") else SUITES for number, what in index}
    noticed = suite_fails(build, sorted(set(sum(suites.values(), ()))), 0)
    if noticed:
        sys.exit(f"mutants.py: {noticed} fails without any mutant")
    survivors = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for (number, what), killer in zip(index, pool.map(lambda e: suite_fails(build, suites[e[0]], int(e[0])), index)):
            print(f"{number:>4} {'survived' if killer is None else 'killed by ' + killer}: {what}", flush=True)
            if killer is None:
                survivors.append(number)
    killed = len(index) - len(survivors)
    print(f"{killed} of {len(index)} killed; survivors: {' '.join(survivors) or 'none'}")
    return 0 if killed >= 0.95 * len(index) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    maker = commands.add_parser("make")
    maker.add_argument("out")
    maker.add_argument("--top", dest="tops", action="append", choices=TOPS)
    maker.add_argument("--count", type=int, default=100)
    maker.add_argument("--seed", type=int, default=14443)
    runner = commands.add_parser("run")
    runner.add_argument("build")
    runner.add_argument("out")
    runner.add_argument("--only", type=lambda text: {int(n) for n in text.split(",")})
    arguments = parser.parse_args()
    if arguments.command == "make":
        make(arguments.out, arguments.tops or TOPS, arguments.count, arguments.seed)
        return 0
    return run(arguments.build, arguments.out, arguments.only)


if __name__ == "__main__":
    sys.exit(main())
