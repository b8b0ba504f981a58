#!/bin/sh
# Proves the frame delay timer, then shows that the proof fails for timers a tick off.
set -eu
timer=rtl/frame/frame_fdt_timer.sv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

proves() {
    yosys -q -p "read_verilog -sv -formal -DFORMAL -Irtl/common rtl/pkg/nfc_pkg.sv $1; \
        script tests/picc_rtl/fdt_timer_formal.ys" >"$work/log" 2>&1
}

proves "$timer" || { cat "$work/log"; echo "the timer is not proved"; exit 1; }

count=0
while IFS= read -r change; do
    sed "$change" "$timer" >"$work/frame_fdt_timer.sv"
    if cmp -s "$timer" "$work/frame_fdt_timer.sv"; then echo "no such line: $change"; exit 1; fi
    if proves "$work/frame_fdt_timer.sv"; then echo "not caught: $change"; exit 1; fi
    grep -q 'proof did fail' "$work/log" || { cat "$work/log"; exit 1; }
    count=$((count + 1))
done <<'MUTANTS'
s/PauseEndLatency + 1)/PauseEndLatency)/
s/PauseEndLatency + 1)/PauseEndLatency + 2)/
s/ticks_q + 1'b1 - half/ticks_q - half/
s/ticks_q + 1'b1 - half/ticks_q + 1'b1/
s/HalfBit >> rate/HalfBit/
s/FirstTicksFast - half/FirstTicksFast/
s/- half + hold/- half/
s/Hold >> rate/Hold/
s/FdtAfterZ) + Hold/FdtAfterZ)/
s/FirstTicksB + shallow/FirstTicksB/
s/SilenceAtB + shallow/SilenceAtB/
s/(nfc_pkg::ShallowTicks) >> rate/(nfc_pkg::ShallowTicks)/
s/== '1;/== '0;/
s/FdtIndexRead - 1/FdtIndexRead/
s/FdtIndexAuth - 1/FdtIndexAuth/
s/FdtIndexMin - 1/FdtIndexMin/
s/ProgramTicks - 1/ProgramTicks/
s/PauseStartLatency - 1/PauseStartLatency/
s/> LastLead/>= LastLead/
s/StoreLeadTicks);/StoreLeadTicks + 1);/
s/!late_q :/1'b1 :/
MUTANTS
echo "proved; $count mutants caught"
