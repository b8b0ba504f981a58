#!/usr/bin/env python3
"""coverage.py [--holes] [--html FOLDER] [--suites PATTERN] [DAT...] - line and toggle coverage of rtl/ from Verilator's coverage files.

Without DAT files it builds SUITES in the preset `coverage` and runs them first; --suites: those whose program's name
the regular expression PATTERN is found in.
Counts of the same point in several files are added. --holes lists every point that was never hit, --html writes
pages that stand alone: FOLDER/index.html and one with the source of each file. Exit status 0 only
with at least 95 % of the lines and 90 % of the toggles.
"""

import argparse
import functools
import glob
import html
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

POINT = re.compile(r"^C '(.*)' (\d+)$")
# The contents of a memory are data: which of its bits a test happens to write says nothing about the logic.
MEMORY = re.compile(r"^\s*(?:\(\*.*?\*\))?\s*logic\b[^;]*\s(\w+)\s+\[[^;]*\];", re.M)
# Counting makes a simulation six to eight times slower: the suites that reach most, the long ones first.
SUITES = (
    ("reader_plan_test", "*/rtl"), ("system_access_test", "*/rtl"), ("system_block_cases_test", "*/rtl"),
    ("system_random_test", "*/1:*/2"), ("system_anticol_test", "*/rtl"), ("system_timing_session_test", "*/rtl"),
    ("system_block_picc_test", "*/rtl"), ("system_classic_test", "*/rtl"), ("system_emulator_faults_test", "*/rtl"),
    ("system_crypto1_test", "*/rtl:-*CRY_03*:*CRY_11*"), ("system_frame_rtl_test", "*"), ("link_plan_test", "*/rtl"),
    ("system_type_b_test", "*/rtl:-*TYB_13_Answers*"), ("system_rate_test", "*/rtl"), ("system_link_lockstep_test", "*/rtl"),
    ("system_type2_test", "*/rtl"), ("system_rate_rtl_test", "*"), ("system_link_rtl_test", "*"), ("type2_rtl_test", "*"),
    ("recording_test", "*:-*Altered*"), ("rf_bpsk_test", "*"), ("block_rtl_test", "*"),
    ("system_frame_test", "*/rtl"), ("system_timing_test", "*/rtl"), ("system_clock_offset_test", "*"),
    ("flows_reader_test", "*rtl"), ("flows_counters_test", "*"), ("pcd_rtl_test", "*"), ("picc_rtl_test", "*"), ("rf_rtl_test", "*"),
    ("bus_rtl_test", "*"), ("bus_sniffer_test", "*"), ("control_rtl_test", "*"), ("aes_test", "*rtl:AesEngine.*:AesRegisters.*:-*Monte*"),
    ("aes_small_test", "*"),
)
LIMITS = {"line": 95.0, "toggle": 90.0}


@functools.cache
def memories(file):
    """Names of the memories that an RTL file declares; `file` as in points()."""
    return set(MEMORY.findall(open(file.lstrip("/"), encoding="utf-8").read()))


def points(paths):
    """{(kind, file, line, comment): hits}; instances of one module count as one, contents of memories are left out."""
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
                if kind == "toggle" and fields.get("o", "").split("[")[0] in memories(name):
                    continue
                hits[kind, name, int(fields["l"]), fields.get("o", "")] += int(match.group(2))
    return hits


def measure(pattern):
    """The coverage files of one run of those of SUITES that `pattern` is found in."""
    suites = [suite for suite in SUITES if re.search(pattern, suite[0])]
    build = "build/coverage"
    folder = os.path.abspath(f"{build}/dat")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["cmake", "--preset", "coverage"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", build, *(program for program, _ in suites)], check=True)

    def run(suite):
        program, tests = suite
        subprocess.run([*glob.glob(f"{build}/tests/*/{program}"), f"--gtest_filter={tests}"], check=False,
                       stdout=subprocess.DEVNULL, env=dict(os.environ, CARTOUCHE_COVERAGE_DIR=folder))

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(run, suites))
    return glob.glob(f"{folder}/*.dat")


STYLE = """body{font:14px/1.4 sans-serif;margin:2em auto;max-width:1100px;padding:0 1em}table{border-collapse:collapse;width:100%}
td,th{padding:.2em .6em;border-bottom:1px solid #ddd;text-align:left}td.n,th.n{text-align:right}td.bar{width:160px}
.bar div{background:#eee}.bar i{display:block;height:.7em;background:#4c9a5f}pre{margin:0;font:12px/1.35 monospace}
tr.hit td{background:#eaf5ec}tr.miss td{background:#fbe3e1}tr.part td{background:#fdf3d8}table.src td{border:0;padding:0 .6em}"""


def page(title, body):
    return (f"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{html.escape(title)}</title><style>{STYLE}</style>"
            f"</head><body><h1>{html.escape(title)}</h1>\n{body}</body></html>\n")


def page_name(file):
    return file.strip("/").replace("/", "_") + ".html"


def source_page(file, hits):
    """The lines of `file` with what was hit of each."""
    lines = defaultdict(list)
    for (kind, name, line, what), count in hits.items():
        if name == file:
            lines[line].append((kind, what, count))
    rows = []
    with open(file.lstrip("/"), encoding="utf-8") as source:
        for number, text in enumerate(source, 1):
            found = lines.get(number, [])
            missed = [f"{kind} {what}" for kind, what, count in found if count == 0]
            state = "" if not found else "hit" if not missed else "miss" if len(missed) == len(found) else "part"
            most = max((count for _, _, count in found), default="")
            rows.append(f'<tr class="{state}" title="{html.escape("never: " + ", ".join(missed)) if missed else ""}">'
                        f'<td class="n">{number}</td><td class="n">{most}</td><td><pre>{html.escape(text.rstrip())}</pre></td></tr>')
    return page(file.lstrip("/"), '<p><a href="index.html">all files</a>. Green: all points hit, yellow: some, red: none; the second '
                f'column is the highest count.</p><table class="src">{"".join(rows)}</table>')


def write_pages(folder, table, hits):
    """index.html and a page for each file; what cannot be read (another tree's) has no page."""
    os.makedirs(folder, exist_ok=True)
    rows = []
    for file in sorted(table, key=lambda name: (name == "all", name)):
        shown = html.escape(file.lstrip("/"))
        if file != "all" and os.path.exists(file.lstrip("/")):
            with open(os.path.join(folder, page_name(file)), "w", encoding="utf-8") as out:
                out.write(source_page(file, hits))
            shown = f'<a href="{page_name(file)}">{shown}</a>'
        cells = []
        for kind in LIMITS:
            hit, total = table[file][kind]
            share = 100.0 * hit / total if total else 100.0
            cells.append(f'<td class="bar"><div><i style="width:{share:.1f}%"></i></div></td><td class="n">{hit}/{total}</td>'
                         f'<td class="n">{share:.1f} %</td>')
        rows.append(f"<tr><td>{shown}</td>{''.join(cells)}</tr>")
    heads = "".join(f'<th colspan="2">{kind}s</th><th class="n">of all</th>' for kind in LIMITS)
    with open(os.path.join(folder, "index.html"), "w", encoding="utf-8") as out:
        out.write(page("Coverage of the RTL", f"<table><tr><th>file</th>{heads}</tr>{''.join(rows)}</table>"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--holes", action="store_true")
    parser.add_argument("--html", metavar="FOLDER")
    parser.add_argument("--suites", metavar="PATTERN", default="")
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    hits = points(arguments.files or measure(arguments.suites))
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
    if arguments.html:
        write_pages(arguments.html, table, hits)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
