#!/usr/bin/env python3
"""tool_test.py SCENARIO... --level L --cartouche BIN --client BIN --slow-reader BIN - unmodified tools on a card.

Exit status 0: the scenarios went as they must; 1: one did not; 77: a tool is missing.
"""

import argparse
import sys

import attacks
import classic
import globalplatform
import hidden
import keep_alive
import pcsc
import smoke
import terminal_page
from harness import SKIP, Bench, Failure, Skip

SCENARIOS = {
    function.__name__: function
    for function in (
        smoke.nfc_list, smoke.nfc_list_type_b, smoke.pn532_rates, smoke.nfc_scan_device,
        smoke.nfc_anticol, smoke.nfc_anticol_timed,
        smoke.nfc_poll_until_removed, smoke.nfc_poll_abort, smoke.pn53x_diagnose, smoke.pn53x_tamashell,
        classic.nfc_mfclassic_read, classic.nfc_mfultralight_read, classic.client_1k, classic.client_4k, classic.client_values,
        classic.ndef,
        attacks.mfoc_default_keys, attacks.mfoc_nested, attacks.mfoc_hardened, attacks.mfcuk_darkside,
        attacks.mfcuk_hardened,
        keep_alive.slow_select,
        pcsc.pcsc_scan, pcsc.opensc_tool, pcsc.scriptor, pcsc.come_and_go, pcsc.type_b, pcsc.memory_card,
        pcsc.memory_card_commands,
        globalplatform.pro_manages, globalplatform.client_manages, globalplatform.content_stays,
        globalplatform.gpshell_manages, globalplatform.same_apdus_on_both_ways,
        terminal_page.terminal_changes, terminal_page.terminal_refuses, terminal_page.terminal_by_keyboard,
        terminal_page.terminal_on_a_phone,
        hidden.no_secret_is_written,
    )
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenario", nargs="+", choices=SCENARIOS)
    parser.add_argument("--level", choices=("tlm", "rtl", "both"), default="tlm")
    parser.add_argument("--way", choices=("contact", "contactless"), default="contact")
    parser.add_argument("--cartouche", required=True)
    parser.add_argument("--client")
    parser.add_argument("--slow-reader")
    parser.add_argument("--output", help="folder for what the test leaves behind")
    arguments = parser.parse_args()
    for name in arguments.scenario:
        scenario = SCENARIOS[name]
        print(f"{name}: {scenario.__doc__}", flush=True)
        bench = Bench(arguments.cartouche, arguments.client, arguments.slow_reader, arguments.level, arguments.way,
                      arguments.output)
        try:
            scenario(bench)
        except Skip as missing:
            print(f"skipped: {missing}")
            return SKIP
        except Failure as failure:
            print(f"failed: {failure}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
