#!/usr/bin/env python3
"""fusesoc_registers.py CONFIG - the generator `registers` of cartouche.core: FuseSoC starts it.

CONFIG is what FuseSoC hands to generators: YAML with `files_root` and `vlnv`. Writes nfc_reg_pkg.sv and the core file
that names it into the present folder.
"""

import os
import re
import subprocess
import sys


def value(config, name):
    found = re.search(rf"(?m)^{name}:\s*[\"']?(.*?)[\"']?\s*$", config)
    if not found or not found.group(1):
        sys.exit(f"fusesoc_registers.py: no {name} in the configuration")
    return found.group(1)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.splitlines()[0])
    with open(sys.argv[1], encoding="utf-8") as file:
        config = file.read()
    root, vlnv = value(config, "files_root"), value(config, "vlnv")
    subprocess.run([sys.executable, os.path.join(root, "scripts", "registers.py"), "sv", "--out", "nfc_reg_pkg.sv"], check=True)
    with open(vlnv.split(":")[2] + ".core", "w", encoding="utf-8") as file:
        file.write(f'CAPI=2:\nname: "{vlnv}"\nfilesets:\n  rtl:\n    file_type: systemVerilogSource\n'
                   "    files: [nfc_reg_pkg.sv]\ntargets:\n  default:\n    filesets: [rtl]\n")


if __name__ == "__main__":
    main()
