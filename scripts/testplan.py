#!/usr/bin/env python3
"""testplan.py [--junit FILE] [--plan FILE] [--all] - every id of the verification plan as passed, failed or missing.

FILE of --junit is what `ctest --output-junit` wrote; without it all tests are run first. The plan is testplan.md, by
default the one beside the data of others. An id stands in a test's name as ANTI_12; its level is
the part after the last slash (rtl, tlm) or none for `tool`. Rows of rooms that are not built yet are left out unless
--all is given; skipped counts as missing; an id that the plan does not know is an error. Exit status 0 only when
nothing is failed or missing.
"""

import argparse
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

# Rows whose rooms stand: all of them.
BUILT = re.compile(r"")


def plan_rows(path):
    """{id: set of levels} from the tables of the plan."""
    rows = {}
    for line in open(path, encoding="utf-8"):
        match = re.match(r"^\| ([A-Z]+(?:-[A-Z0-9])?-\d+) \|.*\| (rtl|tlm|both|tool) \|$", line.rstrip())
        if match:
            level = match.group(2)
            rows[match.group(1)] = {"rtl", "tlm"} if level == "both" else {level}
    return rows


def results(path):
    """{(id, level): outcome}; the worst outcome of several tests counts."""
    order = {"passed": 0, "missing": 1, "failed": 2}
    found = {}
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        match = re.search(r"\b([A-Z]+(?:_[A-Z0-9])?_\d+)_", case.get("name"))
        if not match:
            continue
        level = case.get("name").rsplit("/", 1)[1] if "/" in case.get("name") else ""
        outcome = {"run": "passed", "fail": "failed"}.get(case.get("status"), "missing")
        key = (match.group(1).replace("_", "-"), level)
        if key not in found or order[outcome] > order[found[key]]:
            found[key] = outcome
    return found


def outcome_of(row, level, levels, found):
    """A test without a level in its name stands for the row's only level; a `tool` row may run on several."""
    names = ("", "tlm", "rtl", "both") if level == "tool" else (level, "") if len(levels) == 1 else (level,)
    outcomes = [found[(row, name)] for name in names if (row, name) in found]
    for worst in ("failed", "missing", "passed"):
        if worst in outcomes:
            return worst
    return "missing"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    data = os.environ.get("CARTOUCHE_DATA", "../shared/data")
    parser.add_argument("--plan", default=os.path.join(data, "..", "testplan.md"))
    parser.add_argument("--junit")
    parser.add_argument("--all", action="store_true", help="also the rows of rooms that are not built yet")
    arguments = parser.parse_args()
    rows = plan_rows(arguments.plan)
    junit = arguments.junit
    if not junit:
        junit = os.path.abspath(os.path.join(os.environ.get("CARTOUCHE_BUILD", "build/release"), "junit.xml"))
        subprocess.run(["./run", "test", "--all", "--junit", junit], check=False)
    found = results(junit)
    count = {"passed": 0, "failed": 0, "missing": 0}
    for row, levels in rows.items():
        if not (arguments.all or BUILT.match(row)):
            continue
        for level in sorted(levels):
            outcome = outcome_of(row, level, levels, found)
            count[outcome] += 1
            print(f"{row:<12} {level:<5} {outcome}")
    unknown = sorted({row for row, _ in found if row not in rows})
    for row in unknown:
        print(f"{row:<12} {'':<5} not in the plan")
    print(f"{count['passed']} passed, {count['failed']} failed, {count['missing']} missing, {len(unknown)} unknown")
    return 0 if not (count["failed"] or count["missing"] or unknown) else 1


if __name__ == "__main__":
    sys.exit(main())
