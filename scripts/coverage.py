#!/usr/bin/env python3
"""coverage.py [--holes] [DAT...] - line and toggle coverage of rtl/ from Verilator's coverage files.

Without DAT files it builds SUITES in the preset `coverage` and runs them first.
Counts of the same point in several files are added. --holes lists every point that was never hit. Exit status 0 only
with at least 95 % of the lines and 90 % of the toggles.
"""

import argparse
import glob
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

POINT = re.compile(r"^C '(.*)' (\d+)$")
# Counting makes a simulation six to eight times slower: the suites that reach most, the long ones first.
SUITES = (
    ("reader_plan_test", "*/rtl"), ("system_access_test", "*/rtl"), ("system_block_cases_test", "*/rtl"),
    ("system_random_test", "*/1:*/2"), ("system_anticol_test", "*/rtl"), ("system_timing_session_test", "*/rtl"),
    ("system_block_picc_test", "*/rtl"), ("system_classic_test", "*/rtl"), ("system_emulator_faults_test", "*/rtl"),
    ("system_crypto1_test", "*/rtl:-*CRY_03*:*CRY_11*"), ("system_frame_rtl_test", "*"), ("link_plan_test", "*/rtl"),
    ("system_frame_test", "*/rtl"), ("system_timing_test", "*/rtl"), ("system_clock_offset_test", "*"),
    ("flows_reader_test", "*rtl"), ("pcd_rtl_test", "*"), ("picc_rtl_test", "*"), ("rf_rtl_test", "*"),
    ("block_rtl_test", "*"), ("bus_rtl_test", "*"), ("aes_test", "*rtl:AesEngine.*:AesRegisters.*:-*Monte*"),
    ("aes_small_test", "*"), ("rf_recording_test", "*"),
)
LIMITS = {"line": 95.0, "toggle": 90.0}


def points(paths):
    """{(kind, file, line, comment): hits}; instances of one module count as one."""
    hits = defaultdict(int)
    for path in paths:
        for line in open(path, encoding="latin-1"):
            match = POINT.match(line.rstrip("\n"))
            if not match:
                continue
            fields = dict(part.split("\x02", 1) for part in match.group(1).split("\x01") if "\x02" in part)
            file = fields.get("f", "")
            if "/rtl/" not in "/" + file:
                continue
            kind = fields.get("page", "").split("/")[0].removeprefix("v_")
            kind = "line" if kind == "branch" else kind
            if kind in LIMITS:
                name = file[("/" + file).rindex("/rtl/"):]
                hits[kind, name, int(fields["l"]), fields.get("o", "")] += int(match.group(2))
    return hits


def measure():
    """The coverage files of one run of SUITES."""
    build = "build/coverage"
    folder = os.path.abspath(f"{build}/dat")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["cmake", "--preset", "coverage"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", build, *(program for program, _ in SUITES)], check=True)

    def run(suite):
        program, tests = suite
        subprocess.run([*glob.glob(f"{build}/tests/*/{program}"), f"--gtest_filter={tests}"], check=False,
                       stdout=subprocess.DEVNULL, env=dict(os.environ, CARTOUCHE_COVERAGE_DIR=folder))

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(run, SUITES))
    return glob.glob(f"{folder}/*.dat")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--holes", action="store_true")
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    hits = points(arguments.files or measure())
    table = defaultdict(lambda: {kind: [0, 0] for kind in LIMITS})
    for (kind, file, _, _), count in hits.items():
        for row in (file, "all"):
            table[row][kind][0] += count > 0
            table[row][kind][1] += 1
    good = bool(hits)
    print(f"{'file':<44} {'line':>16} {'toggle':>16}")
    for row in sorted(table, key=lambda name: (name == "all", name)):
        cells = []
        for kind, limit in LIMITS.items():
            hit, total = table[row][kind]
            share = 100.0 * hit / total if total else 100.0
            cells.append(f"{hit:>5}/{total:<5} {share:5.1f}%")
            if row == "all" and share < limit:
                good = False
        print(f"{row:<44} {cells[0]:>16} {cells[1]:>16}")
    if arguments.holes:
        for (kind, file, line, what), count in sorted(hits.items(), key=lambda item: item[0][1:3]):
            if count == 0:
                print(f"never hit: {file}:{line} {kind} {what}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
