#!/usr/bin/env python3
"""A register map becomes the same numbers in SystemVerilog and C++, and a map that cannot be is refused."""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

MAP = {"blocks": [{"name": "toy", "prefix": "Toy", "namespace": "driver::toy_reg", "title": "A toy", "description": "For this test.",
                   "registers": [
                       {"name": "Go", "address": "08", "access": "wo", "value_bits": 2, "description": "Starts.",
                        "values": [{"name": "Fast", "value": 3, "description": "at once"}]},
                       {"name": "State", "address": "1C", "access": "rw", "reset": 5, "description": "State.",
                        "fields": [{"name": "On", "bits": "4", "description": "on"},
                                   {"name": "Size", "bits": "11:5", "description": "size"}]}]}]}


class Registers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_script(self, what, out, change=None):
        blocks = json.loads(json.dumps(MAP))
        if change:
            change(blocks["blocks"][0]["registers"])
        (self.folder / "map.json").write_text(json.dumps(blocks), encoding="utf-8")
        return subprocess.run([sys.executable, "scripts/registers.py", what, "--map", str(self.folder / "map.json"), "--out",
                               str(self.folder / out)], capture_output=True, check=False)

    def numbers(self, text, pattern):
        return dict(re.findall(pattern, text))

    def test_package_has_addresses_places_and_codes(self):
        self.assertEqual(self.run_script("sv", "p.sv").returncode, 0)
        found = self.numbers((self.folder / "p.sv").read_text(), r"localparam \w+ (?:\[[\d:]+\] |unsigned )(\w+) = (\S+);")
        self.assertEqual(found, {"ToyGo": "8'h08", "ToyGoFast": "2'd3", "ToyState": "8'h1C", "ToyStateReset": "32'd5",
                                 "ToyStateOnBit": "4", "ToyStateSizeLsb": "5", "ToyStateSizeWidth": "7"})

    def test_header_has_addresses_masks_and_codes(self):
        self.assertEqual(self.run_script("headers", "h").returncode, 0)
        found = self.numbers((self.folder / "h" / "toy_registers.hpp").read_text(), r"constexpr \S+ (\w+) = ([^;]+);")
        self.assertEqual(found, {"Go": "0x08", "GoFast": "3", "State": "0x1C", "StateReset": "5", "StateOn": "1U << 4",
                                 "StateSizeShift": "5", "StateSizeMask": "0x7F"})

    def test_page_names_every_register(self):
        self.assertEqual(self.run_script("page", "p.md").returncode, 0)
        page = (self.folder / "p.md").read_text()
        for row in ("| 08 | Go |", "| = Fast | 3 |", "| 1C | State |", "| .Size | 11:5 | rw |"):
            self.assertIn(row, page)

    def test_maps_that_cannot_be_are_refused(self):
        def changed(register, **values):
            return lambda registers: registers[register].update(values)
        for change in (changed(1, address="08"), changed(1, address="1D"), changed(1, address="100"), changed(1, access="x"),
                       changed(1, name="Go"), changed(0, value_bits=1),
                       lambda registers: registers[1]["fields"][0].update(bits="5"),
                       lambda registers: registers[1]["fields"][1].update(bits="32:5")):
            done = self.run_script("sv", "p.sv", change)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"registers.py: toy.", done.stderr)


if __name__ == "__main__":
    unittest.main()
