#!/usr/bin/env python3
"""cartouche.core lists every file of rtl/, its generator makes nfc_reg_pkg, and what it lists is a whole design."""

import glob
import os
import re
import subprocess
import sys
import tempfile
import unittest


def listed(fileset):
    """The files of a fileset, in order."""
    with open("cartouche.core", encoding="utf-8") as file:
        text = file.read()
    block = re.search(rf"(?m)^  {fileset}:\n((?:    .*\n)+)", text).group(1)
    return re.findall(r"(?m)^      - ([^\s:]+)", block)


class Core(unittest.TestCase):
    def test_every_module_is_listed_once(self):
        files = listed("rtl") + listed("board")
        self.assertEqual(sorted(files), sorted(glob.glob("rtl/*/*.sv") + glob.glob("rtl/*/*.svh")))

    def test_what_is_listed_is_a_design(self):
        with tempfile.TemporaryDirectory() as folder:
            config = os.path.join(folder, "config.yml")
            with open(config, "w", encoding="utf-8") as file:
                file.write(f"files_root: {os.getcwd()}\ngapi: '1.0'\nparameters: {{}}\nvlnv: cartouche:nfc:cartouche-registers:0.1.0\n")
            subprocess.run([sys.executable, os.path.join(os.getcwd(), "scripts/fusesoc_registers.py"), config], cwd=folder, check=True)
            with open(os.path.join(folder, "cartouche-registers.core"), encoding="utf-8") as file:
                self.assertTrue(file.read().startswith("CAPI=2:\n"))
            sources = [name for name in listed("rtl") if name.endswith(".sv")]
            for top in ("top_picc", "top_pcd", "top_reader", "top_sniffer"):
                done = subprocess.run(["verilator", "--lint-only", "-Wall", "--assert", "-Irtl/common", "rtl/lint.vlt",
                                       os.path.join(folder, "nfc_reg_pkg.sv"), *sources, "--top-module", top],
                                      capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
