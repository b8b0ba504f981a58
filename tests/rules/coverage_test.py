#!/usr/bin/env python3
"""scripts/coverage.py: counts are added, and its pages show them."""

import os
import subprocess
import sys
import tempfile
import unittest

POINT = "C '\x01f\x02{file}\x01l\x02{line}\x01n\x021\x01page\x02v_{kind}/frame_crc\x01o\x02{what}\x01h\x02top' {count}\n"


class Coverage(unittest.TestCase):
    def test_pages_show_what_was_hit(self):
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for index, count in enumerate((0, 3)):
                files.append(os.path.join(folder, f"{index}.dat"))
                with open(files[-1], "w", encoding="latin-1") as file:
                    file.write("# SystemC::Coverage-3\n")
                    for line, hits in ((20, count), (21, 0)):
                        file.write(POINT.format(file="/x/rtl/frame/frame_crc.sv", line=line, kind="line", what="else", count=hits))
            done = subprocess.run([sys.executable, "scripts/coverage.py", "--html", f"{folder}/pages", *files],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1, done.stderr)  # 50 % is not enough
            self.assertIn("1/2", done.stdout)
            with open(f"{folder}/pages/index.html", encoding="utf-8") as file:
                index = file.read()
            self.assertIn("rtl_frame_frame_crc.sv.html", index)
            self.assertIn("50.0 %", index)
            with open(f"{folder}/pages/rtl_frame_frame_crc.sv.html", encoding="utf-8") as file:
                source = file.read()
            self.assertEqual(source.count('<tr class="hit"'), 1)
            self.assertEqual(source.count('<tr class="miss"'), 1)
            self.assertIn("never: line else", source)


if __name__ == "__main__":
    unittest.main()
