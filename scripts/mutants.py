#!/usr/bin/env python3
"""mutants.py make|run|prove - does the test suite notice small wrong changes in the RTL?

make OUT [--top TOP] [--count N] [--seed S]
                                  Yosys `mutate` puts N switchable mutants into the flattened tops (as many into each)
                                  and writes OUT/top_*.sv and OUT/mutants.txt. Build with -DCARTOUCHE_MUTANTS=OUT.
prove OUT K,..                    Yosys tries to prove that these mutants change nothing, whatever the registers hold (a
                                  minute each). Those that change nothing are noted in OUT/results.txt, and spare ones take
                                  their places: no test could notice them.
run BUILD OUT [--only K,..] [--suites PATTERN] [--seconds S]
                                  runs the RTL tests of BUILD for each mutant until one fails or takes three times
                                  the processor's time of a run without a mutant, which all must pass. --seconds leaves
                                  out the suites that take longer than S then, --suites all whose program's name PATTERN
                                  is not found in. OUT/results.txt keeps what is known: a second run tries only
                                  survivors, on suites they have not seen. Remove it (and OUT/times.txt) after a change
                                  of tests. Exit status 0 when at least 95 % are killed.
"""

import argparse
import glob
import os
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

TOPS = ("top_picc", "top_pcd", "top_aes")
# Registers that the simulation counts on when it passes over idle ticks (tb/verilated/free_counters.vlt): they stay whole.
COUNTERS = (r"u_top_picc_radio\.u_crypto1_nonce\.(?:divider|lfsr)_q|u_top_picc_radio\.u_frame_fdt_timer\.ticks_q|"
            r"u_top_picc_logic\.g_block\.u_top_block\.u_block_engine\.state_q|u_top_pcd_radio\.u_timer\.(?:tick|alarm|pending)_q")
SPARE = 20  # mutants in place of those that would take a counter apart, or change nothing
# Test programs in the order in which they kill most in the shortest time; each with its filter. Those whose third
# element is found in a mutant's places come first.
SUITES = (
    ("pcd_rtl_test", "Rate*:TypeB*", r"rtl/rf/rf_(bpsk|nrz)"),
    ("pcd_rtl_test", "*RecordedAnswers*", r"rtl/rf/rf_(bpsk|subcarrier|manchester)"),
    ("pcd_rtl_test", "*WeakAnswers*", r"rtl/rf/rf_(bpsk|subcarrier|manchester)"),
    ("picc_rtl_test", "*WeakFrames*", r"rtl/rf/rf_(pause|miller|shallow|nrz)"), ("pcd_rtl_test", "Pcd*:-*RandomExchanges*", r"."),
    ("system_type2_test", "*/rtl", r"rtl/(type2|aes)/"),
    ("system_type_b_test", "*/rtl:-*TYB_13*", r"rtl/rf/rf_(bpsk|nrz|shallow)|anticol_b|frame_character"),
    ("system_rate_test", "*/rtl", r"rtl/rf/rf_bpsk|block_rates|frame_framing"),
    ("system_rate_rtl_test", "*", r"rtl/rf/rf_(bpsk|nrz|shallow)"),
    ("system_link_rtl_test", "*", r"rtl/rf/rf_bpsk"),
    ("system_classic_test", "*/rtl", r"rtl/classic/"), ("system_block_picc_test", "*/rtl", r"rtl/block/|bus_mailbox"),
    ("system_timing_test", "*/rtl"),
    ("system_frame_test", "*/rtl"), ("system_frame_rtl_test", "*"), ("link_plan_test", "*/rtl"),
    ("system_crypto1_test", "*/rtl:-*CRY_03*:*CRY_11*", r"crypto1_random"), ("system_emulator_faults_test", "*/rtl"),
    ("system_anticol_test", "*/rtl", r"rtl/anticol/anticol_[^b]"), ("system_timing_session_test", "*/rtl"),
    ("system_block_cases_test", "*/rtl", r"rtl/block/"), ("system_access_test", "*/rtl", r"rtl/classic/"),
    ("system_link_lockstep_test", "*/rtl"), ("type2_rtl_test", "*", r"rtl/(type2|aes)/"),
    ("system_frame_error_test", "*/rtl"), ("system_cut_test", "*/rtl"), ("pcd_rtl_test", "*RandomExchanges*"),
    ("system_type_b_test", "*TYB_13*/rtl"),
    ("system_lockstep_test", "*/rtl"), ("system_tearing_test", "*/rtl"), ("picc_rtl_test", "*"),
    ("system_block_lockstep_test", "*ShortFrames/rtl:*LongAts/rtl"), ("reader_plan_test", "*/rtl"),
    ("system_crypto1_test", "*CRY_03*/rtl:*CRY_11*/rtl"), ("system_collision_test", "*/rtl"),
    ("system_random_test", "*"),
)
ALONE = {"pcd_rtl_test": "top_pcd", "picc_rtl_test": "top_picc", "type2_rtl_test": "top_picc"}  # one top only
# As timeout(1) reports them, which dies as its child did.
TIMED_OUT = (124, 128 + signal.SIGKILL, -signal.SIGXCPU, -signal.SIGKILL)
AES_SUITES = (("aes_test", "*rtl:AesEngine.*:AesRegisters.*:-*Monte*"),)


def make(out, tops, count, seed):
    os.makedirs(out, exist_ok=True)
    for known in ("results.txt", "times.txt"):  # of other mutants by the same numbers
        if os.path.exists(f"{out}/{known}"):
            os.remove(f"{out}/{known}")
    sources = sorted(s for s in glob.glob("rtl/*/*.sv") if not s.startswith(("rtl/pkg", "rtl/board")))
    registers = f"{out}/nfc_reg_pkg.sv"
    subprocess.run(["scripts/registers.py", "sv", "--out", registers], check=True)
    first, index = 1, []
    for top in tops:
        share = count // len(tops)
        listing = f"{out}/{top}.mutate"
        # What is constant or unused where it stands is taken out first: no test could notice it.
        read = f"read_verilog -sv -defer -Irtl/common rtl/pkg/nfc_pkg.sv {registers} {' '.join(sources)}; " \
               f"prep -flatten -top {top}; opt -full; wreduce; opt_clean"
        subprocess.run(["yosys", "-q", "-p", f"{read}; write_rtlil {out}/{top}.il; mutate -list {share + SPARE} -seed {seed} "
                        f"-ctrl mutant 16 {first} -o {listing}"], check=True)
        whole = [line for line in open(listing, encoding="utf-8") if not re.search(rf"-wire (?:{COUNTERS}) ", line)]
        open(listing, "w", encoding="utf-8").writelines(whole)
        subprocess.run(["yosys", "-q", "-p", f"read_rtlil {out}/{top}.il; script {listing}; opt_clean; splitnets -driver; "
                        f"write_verilog -noattr {out}/{top}.flat.v"], check=True)
        text = open(f"{out}/{top}.flat.v", encoding="utf-8").read()
        # The select signal comes from the environment instead of a port, so that nobody else has to know of it.
        text = re.sub(r"(module \S+\([^;]*?),\s*mutant(\s*[,)])", r"\1\2", text, count=1, flags=re.S)
        text = text.replace("  input [15:0] mutant;\n  wire [15:0] mutant;\n",
                            '  import "DPI-C" function int cartouche_mutant();\n'
                            "  reg [15:0] mutant;\n  initial mutant = 16'(cartouche_mutant());\n", 1)
        text = re.sub(rf"(  reg (?:\[\S+\] )?\\(?:{COUNTERS}) )", r"\1/* verilator public_flat_rw */", text)
        if "cartouche_mutant" not in text:
            sys.exit(f"mutants.py: {out}/{top}.flat.v has no select signal in the form expected")
        open(f"{out}/{top}.sv", "w", encoding="utf-8").write(text)
        os.remove(f"{out}/{top}.flat.v")
        for line in open(listing, encoding="utf-8"):
            number = re.search(r"-ctrl mutant 16 (\S+)", line)
            places = re.findall(r"-src (\S+)", line)
            mode = re.search(r"-mode (\S+)", line).group(1)
            index.append(f"{int(str(number.group(1)).split(chr(39) + 'd')[-1])} {top} {mode} {' '.join(places)}")
        first += share + SPARE
    open(f"{out}/mutants.txt", "w", encoding="utf-8").write("\n".join(index) + "\n")
    open(f"{out}/share.txt", "w", encoding="utf-8").write(f"{share}\n")
    print(f"{share * len(tops)} mutants and {len(index) - share * len(tops)} spare ones, seed {seed}, in {out}")


def changes_nothing(out, number):
    """Whether Yosys proves it: equal registers and inputs give equal registers and outputs."""
    for listing in glob.glob(f"{out}/top_*.mutate"):
        top = os.path.basename(listing).removesuffix(".mutate")
        for line in open(listing, encoding="utf-8"):
            if int(re.search(r"-ctrl mutant 16 (\S+)", line).group(1).split("'d")[-1]) == int(number):
                break
        else:
            continue
        # The mutant's cell is dissolved, else what reads it would be paired with what reads the right one.
        cell = re.escape(re.search(r"-cell (\S+)", line).group(1))
        text = open(f"{out}/{top}.il", encoding="utf-8").read()
        design = f"{out}/prove{number}.il"
        open(design, "w", encoding="utf-8").write(
            re.sub(rf"(?m)^(  cell \S+ {cell})$", r"  attribute \\mutated 1\n\1", text, count=1))
        mutate = re.sub(r"-ctrl mutant 16 \S+ ", "", line).replace(f"-module {top}", "-module gate").strip()
        script = f"{out}/prove{number}.ys"
        open(script, "w", encoding="utf-8").write(
            f"read_rtlil {design}\nmemory_map\nrename {top} gold\ncopy gold gate\n{mutate}\ntechmap gate/a:mutated=1\n"
            "equiv_make gold gate equiv\nhierarchy -top equiv\ndelete gold gate\nasync2sync\nopt_clean\nequiv_struct -fwd -icells\n"
            "equiv_simple\nequiv_induct -seq 3\nequiv_status -assert\n")
        proof = subprocess.run(["timeout", "900", "yosys", "-q", "-s", script], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, check=False)
        os.remove(design)
        os.remove(script)
        return proof.returncode == 0
    sys.exit(f"mutants.py: {out} has no mutant {number}")


def prove(out, numbers):
    with ThreadPoolExecutor(max_workers=2) as pool, open(f"{out}/results.txt", "a", encoding="utf-8") as file:
        for number, same in zip(numbers, pool.map(lambda number: changes_nothing(out, number), numbers)):
            if same:
                print(number, "same", file=file, flush=True)
            print(f"{number} {'changes nothing' if same else 'may change something'}", flush=True)


def suite_fails(build, suite, mutant, limit):
    """("" or how the suite notices the mutant, seconds of the processor it took); `limit`: seconds of the processor"""
    program, tests = suite[:2]
    path = glob.glob(f"{build}/tests/*/{program}")
    if not path:
        sys.exit(f"mutants.py: {build} has no {program}; build tests/system/all and the programs of SUITES")
    # Seconds of the processor: a busy machine kills no mutant. Those of the wall end a test that waits for ever.
    with subprocess.Popen(["timeout", str(60 * int(limit)), "prlimit", f"--cpu={int(limit)}", path[0],
                           f"--gtest_filter={tests}", "--gtest_fail_fast"],
                          env=dict(os.environ, CARTOUCHE_MUTANT=str(mutant)),
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as test:
        _, status, usage = os.wait4(test.pid, 0)
        test.returncode = os.waitstatus_to_exitcode(status)
    noticed = ""
    if test.returncode != 0:
        noticed = "time-out" if test.returncode in TIMED_OUT else "fails"
    return noticed, usage.ru_utime + usage.ru_stime


def name_of(suite):
    return f"{suite[0]}:{suite[1]}"


def suites_of(what):
    top = what.split()[0]
    if top == "top_aes":
        return AES_SUITES
    suites = [suite for suite in SUITES if ALONE.get(suite[0], top) == top]
    return sorted(suites, key=lambda suite: len(suite) < 3 or not re.search(suite[2], what))


class Times:
    """Seconds of the processor that suites take without a mutant, measured when first asked for and kept in `path`."""

    def __init__(self, build, path, longest):
        self.build, self.path, self.longest = build, path, longest
        self.lock = threading.Lock()
        self.locks = {}
        self.known = {}
        if os.path.exists(path):
            self.known = {name: float(seconds) for name, seconds in (line.split() for line in open(path, encoding="utf-8"))}

    def of(self, suite):
        """Seconds; infinite for a suite that takes longer than `longest`. Any suite must pass."""
        name = name_of(suite)
        with self.lock:
            own = self.locks.setdefault(name, threading.Lock())
        with own:
            if name not in self.known:
                noticed, seconds = suite_fails(self.build, suite, 0, min(self.longest, 3600))
                if noticed == "time-out":
                    self.known[name] = float("inf")  # for this run: the next one may have more time
                elif noticed:
                    raise SystemExit(f"mutants.py: {name} fails without any mutant")
                else:
                    with self.lock, open(self.path, "a", encoding="utf-8") as file:
                        print(f"{name} {seconds:.1f}", file=file)
                    self.known[name] = seconds
            return self.known[name] if self.known[name] <= self.longest else float("inf")


def try_mutant(build, entry, survived, times, pattern):
    """(number, killer or None, suites it survived)"""
    number, what = entry
    passed = []
    for suite in suites_of(what):
        if name_of(suite) in survived or not re.search(pattern, suite[0]):
            continue
        seconds = times.of(suite)
        if seconds == float("inf"):
            continue
        noticed, _ = suite_fails(build, suite, number, 10 + 3 * seconds)
        if noticed:
            return number, f"{name_of(suite)}({noticed})", passed
        passed.append(name_of(suite))
    return number, None, passed


def chosen(index, same, share):
    """Of each top the first `share` mutants that change something."""
    places, entries = {}, []
    for number, what in index:
        top = what.split()[0]
        if number not in same and places.setdefault(top, 0) < share:
            places[top] += 1
            entries.append((number, what))
    return entries


def run(build, out, only, pattern, longest):
    index = [line.split(" ", 1) for line in open(f"{out}/mutants.txt", encoding="utf-8").read().splitlines()]
    killers, survived = {}, {number: set() for number, _ in index}
    results, same = f"{out}/results.txt", set()
    if os.path.exists(results):
        for line in open(results, encoding="utf-8"):
            number, verdict, *suites = line.split()
            if verdict == "same":
                same.add(number)
            elif verdict == "killed":
                killers[number] = suites[0]
            elif number in survived:
                survived[number].update(suites)
    index = chosen(index, same, int(open(f"{out}/share.txt", encoding="utf-8").read()))
    if only:
        index = [entry for entry in index if int(entry[0]) in only]
    with ThreadPoolExecutor(max_workers=2) as pool, open(results, "a", encoding="utf-8") as file:
        times = Times(build, f"{out}/times.txt", longest)
        left = [entry for entry in index if entry[0] not in killers]
        jobs = [pool.submit(try_mutant, build, entry, survived[entry[0]], times, pattern) for entry in left]
        for job in as_completed(jobs):
            try:
                number, killer, passed = job.result()
            except SystemExit:
                pool.shutdown(cancel_futures=True)
                raise
            if killer:
                killers[number] = killer
            print(number, *(["killed", killer] if killer else ["survived", *passed]), file=file, flush=True)
            print(f"{number} {'killed by ' + killer if killer else 'survived'}", file=sys.stderr, flush=True)
    for number, what in index:
        print(f"{number:>4} {'killed by ' + killers[number] if number in killers else 'survived'}: {what}")
    survivors = [number for number, _ in index if number not in killers]
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
    prover = commands.add_parser("prove")
    prover.add_argument("out")
    prover.add_argument("numbers", type=lambda text: [str(int(number)) for number in text.split(",")])
    runner = commands.add_parser("run")
    runner.add_argument("build")
    runner.add_argument("out")
    runner.add_argument("--seconds", type=float, default=float("inf"))
    runner.add_argument("--suites", metavar="PATTERN", default="")
    runner.add_argument("--only", type=lambda text: {int(n) for n in text.split(",")})
    arguments = parser.parse_args()
    if arguments.command == "make":
        make(arguments.out, arguments.tops or TOPS, arguments.count, arguments.seed)
        return 0
    if arguments.command == "prove":
        prove(arguments.out, arguments.numbers)
        return 0
    return run(arguments.build, arguments.out, arguments.only, arguments.suites, arguments.seconds)


if __name__ == "__main__":
    sys.exit(main())
