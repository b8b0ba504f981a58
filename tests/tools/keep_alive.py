"""keep_alive.py - a simulation slower than libnfc's time-outs."""

import os
import subprocess
import time

from harness import check


def slow_select(bench):
    """A select that takes 2.5 s is survived by nfc-list -t 1: bytes known in advance keep it waiting."""
    reader = subprocess.Popen([bench.slow_reader, bench.link, "2500"])
    try:
        while not os.path.exists(bench.link):
            check(reader.poll() is None, "the slow reader ended at once")
            time.sleep(0.02)
        result = bench.run("nfc-list", "-t", "1").succeed()
    finally:
        reader.terminate()
        reader.wait(10)
    result.expect(r"UID \(NFCID1\): 10  e2  f0  a1")
    check(result.seconds > 2.5, f"not slow at all: {result.seconds:.1f} s")
    check("Timeout" not in result.text and "timed out" not in result.text, result.text)
