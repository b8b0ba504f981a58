#!/usr/bin/env bash
# rtl_module.sh lint|synth <module.sv> - reads one RTL module as its own top, every warning fatal.
set -euo pipefail
job=$1 source=$2
module=$(basename "$source" .sv)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
scripts/registers.py sv --out "$work/nfc_reg_pkg.sv"
packages=(rtl/pkg/nfc_pkg.sv "$work/nfc_reg_pkg.sv")
case $job in
  lint)
    search=()
    for folder in rtl/*/; do search+=(-y "${folder%/}"); done
    verilator --lint-only -Wall --assert -Irtl/common "${search[@]}" rtl/lint.vlt "${packages[@]}" "$source" \
      --top-module "$module"
    ;;
  synth)
    # -e '.*': a warning is an error, since a misread name only warns (style.md, "silent trap").
    # A module outside of rtl/ (tests/integrate) is read as well.
    mapfile -t all < <(find rtl -name '*.sv' ! -path 'rtl/pkg/*' | sort)
    [[ $source == rtl/* ]] || all+=("$source")
    yosys -q -e '.*' -p "read_verilog -sv -defer -Irtl/common ${packages[*]} ${all[*]};
      hierarchy -check -top $module; proc; check -assert; synth_ice40"
    ;;
  *) echo "rtl_module.sh: lint or synth, not '$job'" >&2; exit 2 ;;
esac
