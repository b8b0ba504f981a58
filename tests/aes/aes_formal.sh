#!/usr/bin/env bash
# aes_formal.sh - proofs about the AES engine; each is then shown to fail for RTL that is a little wrong.
#   sbox    the S-box is that of FIPS 197, both ways, for all 256 bytes
#   timing  busy and done do not depend on a bit of key or data: none lies in their cone of logic
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sbox() {
  yosys -q -p "read_verilog -sv -formal -Irtl/common $1/aes_sbox.sv tests/aes/aes_sbox_formal.sv
    prep -flatten -top aes_sbox_formal; memory_map; opt_clean; sat -verify -prove-asserts"
}

# data_i is every way in for key and data; the memories are what has become of them.
timing() {
  yosys -q -p "read_verilog -sv -defer -Irtl/common $1/aes_*.sv; prep -flatten -top aes_engine
    delete t:\$assert t:\$assume t:\$cover t:\$check; opt_clean
    select -assert-min 1 o:data_o %ci* i:data_i %i
    select -assert-min 1 o:data_o %ci* t:\$mem* %i
    select -assert-none o:busy_o o:done_o %u %ci* i:data_i %i
    select -assert-none o:busy_o o:done_o %u %ci* t:\$mem* %i"
}

# holds <proof>; fails <proof> <file> <sed expression>
holds() {
  "$1" rtl/aes >"$work/log" 2>&1 || { cat "$work/log"; echo "$1: not proved"; exit 1; }
}
fails() {
  rm -rf "$work/rtl" && cp -r rtl/aes "$work/rtl"
  sed -i "$3" "$work/rtl/$2"
  if cmp -s "rtl/aes/$2" "$work/rtl/$2"; then echo "no such line: $3"; exit 1; fi
  if "$1" "$work/rtl" >"$work/log" 2>&1; then echo "$1: not caught: $3"; exit 1; fi
  grep -Eq 'proof did fail|[Aa]ssertion failed' "$work/log" || { cat "$work/log"; exit 1; }
}

holds sbox
fails sbox aes_sbox.sv "s/4'h5: inverted = 4'hB/4'h5: inverted = 4'hA/"
fails sbox aes_sbox.sv 's/assign affine\[4\] = /assign affine[4] = out[7] ^ /'
fails sbox aes_sbox.sv 's/assign plain\[1\]  = /assign plain[1]  = out[0] ^ /'
fails sbox aes_sbox.sv "s/tower\[2\] = ~(/tower[2] = (/"

holds timing
fails timing aes_engine.sv 's/    \.start_i,/    .start_i         (start_i \&\& key_q != 8'"'h00"'),/'
fails timing aes_engine.sv 's/    \.start_i,/    .start_i         (start_i \&\& !data_i[0]),/'
fails timing aes_engine.sv 's/assign data_o = busy_o ? 8.h00 : state_q;/& logic b; assign b = data_i[0];/; s/\.rewind_i,/.rewind_i (rewind_i || b),/'
echo "proved; $(grep -c '^fails [a-z]' "$0") wrong designs caught"
