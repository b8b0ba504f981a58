#!/usr/bin/env bash
# rtl_module.sh lint|synth <module.sv> - reads one RTL module as its own top, every warning fatal.
set -euo pipefail
job=$1 source=$2
module=$(basename "$source" .sv)
case $job in
  lint)
    search=()
    for folder in rtl/*/; do search+=(-y "${folder%/}"); done
    verilator --lint-only -Wall --assert -Irtl/common "${search[@]}" rtl/lint.vlt rtl/pkg/nfc_pkg.sv "$source" \
      --top-module "$module"
    ;;
  synth)
    # -e '.*': a warning is an error, since a misread name only warns (style.md, "silent trap").
    mapfile -t all < <(find rtl -name '*.sv' ! -path 'rtl/pkg/*' ! -path 'rtl/board/*' | sort)
    yosys -q -e '.*' -p "read_verilog -sv -defer -Irtl/common rtl/pkg/nfc_pkg.sv ${all[*]};
      hierarchy -check -top $module; proc; check -assert; synth_ice40"
    ;;
  *) echo "rtl_module.sh: lint or synth, not '$job'" >&2; exit 2 ;;
esac
