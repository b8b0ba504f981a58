#!/usr/bin/env python3
"""mutants.py - is each test of the contacts able to fail?

Applies each change of mutants.txt (test, file, old text, new text, separated by ` | `) to a copy of the sources and runs
the test it names, which must fail. Exit status 0 when all do. Usage: tests/contact/mutants.py [TEST...]
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

CXX = ["ccache", "g++", "-std=c++20", "-O1"]
ROOMS = ("model/contact", "sw/apdu", "sw/base")


def compile_one(tree, source, target):
    done = subprocess.run([*CXX, f"-I{tree}/model", f"-I{tree}/sw", "-Itests", "-c", source, "-o", target],
                          capture_output=True, text=True)
    return done.returncode == 0 or done.stderr


def main():
    wanted = set(sys.argv[1:])
    rows = [line.rstrip("\n").replace(r"\|", "\0").split(" | ") for line in open("tests/contact/mutants.txt", encoding="utf-8")
            if " | " in line and not line.startswith("#")]
    failures = 0
    with tempfile.TemporaryDirectory() as work:
        for room in ROOMS + ("sw/port",):
            shutil.copytree(room, f"{work}/{room}")
        tests = [test for test in glob.glob("tests/contact/*_test.cpp")
                 if not test.endswith(("shell_test.cpp", "chip_test.cpp"))]
        sources = [f"{work}/{s}" for room in ROOMS for s in glob.glob(f"{room}/*.cpp")] + tests
        objects = {s: f"{work}/{os.path.basename(s)}.o" for s in sources}
        with ThreadPoolExecutor(2) as pool:
            for source, result in zip(sources, pool.map(lambda s: compile_one(work, s, objects[s]), sources)):
                if result is not True:
                    sys.exit(f"{source}: {result}")

        def run(name, replaced):
            program = f"{work}/test"
            parts = [replaced.get(s, o) for s, o in objects.items()]
            subprocess.run([*CXX, *parts, "-lgtest", "-lgtest_main", "-o", program], check=True)
            try:
                result = subprocess.run([program, f"--gtest_filter=*{name}*"], capture_output=True, text=True, timeout=60)
            except subprocess.TimeoutExpired:
                return "no end"
            if "0 tests from" in result.stdout.split("\n")[2] or "Running 0 tests" in result.stdout:
                sys.exit(f"no test {name}")
            lines = result.stdout.split("\n")
            first = next((i for i, line in enumerate(lines) if "Failure" in line), None)
            if result.returncode == 0:
                return None
            return lines[first].replace(os.getcwd() + "/", "") if first is not None else "crash"

        if run("", {}) is not None:
            sys.exit("the tests fail without a mutant")
        for name, file, *change in rows:
            old, new = (part.replace("\0", "|").replace(r"\n", "\n") for part in change)
            if wanted and name not in wanted:
                continue
            source = f"{work}/model/contact/{file}"
            text = open(source, encoding="utf-8").read()
            if text.count(old) != 1:
                sys.exit(f"{name}: `{old}` stands {text.count(old)} times in {file}")
            open(source, "w", encoding="utf-8").write(text.replace(old, new))
            mutated = [source] if source.endswith(".cpp") else [s for s in sources if s not in tests]
            replaced = {s: objects[s] + ".mutant" for s in mutated}
            built = [compile_one(work, s, o) for s, o in replaced.items()]
            if all(b is True for b in built):
                seen = run(name, replaced)
            else:
                sys.exit(f"{name}: {[b for b in built if b is not True][0]}")
            open(source, "w", encoding="utf-8").write(text)
            failures += seen is None
            shown = f"{old} -> {new}".replace("\n", r"\n")
            print(f"{'SURVIVES' if seen is None else 'red'}  {name}  {file}: {shown}  {seen or ''}", flush=True)
    print(f"{failures} survive")
    sys.exit(failures != 0)


main()
