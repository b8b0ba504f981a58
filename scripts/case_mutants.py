#!/usr/bin/env python3
"""case_mutants.py BUILD [--level tlm|rtl] - can each named ISO-DEP case fail?

tlm (default): copies the sources to BUILD/src, builds the block protocol's tests there and applies the mutants of
tests/system/block_mutants.json (file, old text, new text) to model and reader one after the other. rtl: builds with
rtl/block replaced by switchable mutants (scripts/switchable.py) and runs the card's cases that have not failed yet.
Prints how many cases each mutant fails, then the cases that none does: exit status 0 when there is none. BUILD may be
used again; a mutant whose result stands in BUILD/results-LEVEL.txt is not run twice.
"""

import argparse
import glob
import json
import os
import re
import subprocess
import sys

from switchable import switchable

CARD = ("system_block_picc_test", "system_block_cases_test")
READER = ("system_block_pcd_test",)
READER_CASES = "BlockReader."  # in system_block_cases_test: the software under them is the same on both levels
TIMEOUT = 600


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


class Programs:
    """The test programs of one build and their cases of one level."""

    def __init__(self, source, build, level, options=()):
        names = CARD + READER if level == "tlm" else CARD
        self.ninja = ["ninja", "-C", build, *names]
        if not os.path.exists(os.path.join(build, "build.ninja")):
            subprocess.run(["cmake", "--preset", "release", "-B", build, *options], cwd=source, check=True,
                           stdout=subprocess.DEVNULL)
        subprocess.run(self.ninja, check=True, stdout=subprocess.DEVNULL)
        self.cases = {}
        for name in names:
            program = os.path.join(build, "tests/system", name)
            self.cases[program] = [case for case in self.listed(program, level)
                                   if level == "tlm" or not case.startswith(READER_CASES)]
        if failed := self.failures(self.all(), 0):
            sys.exit(f"case_mutants.py: fails without a mutant: {' '.join(failed)}")

    @staticmethod
    def listed(program, level):
        suite = ""
        for line in run([program, "--gtest_list_tests", f"--gtest_filter=*/{level}"], check=True).stdout.splitlines():
            if line.startswith("  "):
                yield suite + line.split()[0]
            elif line.endswith("."):
                suite = line

    def all(self):
        return {case for cases in self.cases.values() for case in cases}

    def failures(self, wanted, mutant):
        """Those of `wanted` that fail; all that did not end when a program does not end well."""
        failed = []
        for program, cases in self.cases.items():
            cases = [case for case in cases if case in wanted]
            if not cases:
                continue
            try:
                output = run([program, "--gtest_filter=" + ":".join(cases)], timeout=TIMEOUT,
                             env={**os.environ, "CARTOUCHE_MUTANT": str(mutant)}).stdout
            except subprocess.TimeoutExpired as late:
                output = (late.stdout or b"").decode()
            passed = set(re.findall(r"^\[       OK \] (\S+)", output, re.M))
            failed += [case for case in cases if case not in passed]
        return failed


class Results:
    def __init__(self, path, cases):
        self.path, self.never, self.known = path, set(cases), {}
        if os.path.exists(path):
            self.known = dict(json.loads(line) for line in open(path, encoding="utf-8"))
        for failed in self.known.values():
            self.never -= set(failed)

    def take(self, key, failed):
        self.known[key] = failed
        self.never -= set(failed)
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps([key, failed]) + "\n")
        print(f"{len(failed):4} {key}", flush=True)


def copy_sources(target):
    for path in run(["git", "ls-files"], check=True).stdout.split():
        copy = os.path.join(target, path)
        data = open(path, "rb").read()
        if not os.path.exists(copy) or open(copy, "rb").read() != data:
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            open(copy, "wb").write(data)


def run_tlm(out):
    source = os.path.join(out, "src")
    copy_sources(source)
    programs = Programs(source, os.path.join(source, "build"), "tlm")
    results = Results(f"{out}/results-tlm.txt", programs.all())
    for mutant in json.load(open("tests/system/block_mutants.json", encoding="utf-8")):
        key = f"{mutant['file']}: {mutant['old']!r} becomes {mutant['new']!r}"
        if key in results.known:
            continue
        path = os.path.join(source, mutant["file"])
        right = open(path, encoding="utf-8").read()
        if right.count(mutant["old"]) != 1:
            sys.exit(f"case_mutants.py: not once there: {key}")
        try:
            open(path, "w", encoding="utf-8").write(right.replace(mutant["old"], mutant["new"]))
            built = run(programs.ninja)
        finally:
            open(path, "w", encoding="utf-8").write(right)
        if built.returncode != 0:
            sys.exit(f"case_mutants.py: does not build: {key}\n{built.stdout[-2000:]}")
        results.take(key, programs.failures(programs.all(), 0))
    return results


def run_rtl(out):
    folder = os.path.join(out, "rtl")
    os.makedirs(folder, exist_ok=True)
    mutants = []
    for path in sorted(glob.glob("rtl/block/block_*.sv")):
        text, index = switchable(open(path, encoding="utf-8").read(), len(mutants) + 1)
        mutants += [(number, f"{path}:{line}: {what}") for number, line, what in index]
        copy = os.path.join(folder, os.path.basename(path))
        if not os.path.exists(copy) or open(copy, encoding="utf-8").read() != text:
            open(copy, "w", encoding="utf-8").write(text)
    programs = Programs(os.getcwd(), os.path.join(out, "build"), "rtl", [f"-DCARTOUCHE_SWITCHABLE={folder}"])
    results = Results(f"{out}/results-rtl.txt", programs.all())
    for number, what in mutants:
        key = f"{number} {what}"
        if results.never and key not in results.known:
            results.take(key, programs.failures(results.never, number))
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--level", choices=("tlm", "rtl"), default="tlm")
    arguments = parser.parse_args()
    out = os.path.abspath(arguments.build)
    results = run_tlm(out) if arguments.level == "tlm" else run_rtl(out)
    print(f"{len(results.never)} cases never failed" + "".join(f"\n  {case}" for case in sorted(results.never)))
    return 1 if results.never else 0


if __name__ == "__main__":
    sys.exit(main())
