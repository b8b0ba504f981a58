#!/usr/bin/env python3
"""registers.py [page|sv|headers] [--out PATH] [--map JSON] - what follows from the register maps in rtl/bus/registers.json.

page     the maps to read, to standard output or the file PATH (the default)
sv       the package nfc_reg_pkg, to standard output or the file PATH; it belongs before every file of rtl/
headers  one C++ header a block into the folder PATH, as <block>_registers.hpp
"""

import argparse
import json
import os
import sys
import textwrap

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rtl", "bus", "registers.json")
ORIGIN = "Made by scripts/registers.py from rtl/bus/registers.json."
ACCESS = {"ro", "wo", "rw", "w1c"}


def fail(what):
    sys.exit(f"registers.py: {what}")


def span(field):
    """(lowest bit, width) of a field."""
    high, _, low = field["bits"].partition(":")
    return int(low or high), int(high) - int(low or high) + 1


def checked(blocks):
    """The blocks, when no two registers share an address and no two fields of one a bit."""
    for block in blocks:
        names, addresses = set(), set()
        for register in block["registers"]:
            where = f"{block['name']}.{register['name']}"
            address = int(register["address"], 16)
            if register["access"] not in ACCESS:
                fail(f"{where}: access {register['access']}")
            if address % 4 or address > 0xFC or address in addresses or register["name"] in names:
                fail(f"{where}: name or address {address:02X} cannot be")
            addresses.add(address)
            names.add(register["name"])
            taken = 0
            for field in register.get("fields", []):
                low, width = span(field)
                bits = ((1 << width) - 1) << low
                if width < 1 or low + width > 32 or bits & taken:
                    fail(f"{where}.{field['name']}: bits {field['bits']}")
                taken |= bits
            for value in register.get("values", []):
                if value["value"] >= 1 << register["value_bits"]:
                    fail(f"{where}.{value['name']}: {value['value']} is too large")
    return blocks


def package(blocks):
    lines = [f"// nfc_reg_pkg.sv - register maps: addresses, places of bits, codes. {ORIGIN}", "", "package nfc_reg_pkg;"]
    for block in blocks:
        lines += ["", f"  // ---- {block['title']} ----"]
        for register in block["registers"]:
            name = block["prefix"] + register["name"]
            lines.append(f"  localparam logic [7:0] {name} = 8'h{register['address']};")
            if "reset" in register:
                lines.append(f"  localparam logic [31:0] {name}Reset = 32'd{register['reset']};")
            for field in register.get("fields", []):
                low, width = span(field)
                if width == 1:
                    lines.append(f"  localparam int unsigned {name}{field['name']}Bit = {low};")
                else:
                    lines.append(f"  localparam int unsigned {name}{field['name']}Lsb = {low};")
                    lines.append(f"  localparam int unsigned {name}{field['name']}Width = {width};")
            for value in register.get("values", []):
                bits = register["value_bits"]
                lines.append(f"  localparam logic [{bits - 1}:0] {name}{value['name']} = {bits}'d{value['value']};")
    return "\n".join(lines + ["", "endpackage", ""])


def comment(text):
    return textwrap.wrap(text, 100, initial_indent="/// ", subsequent_indent="/// ")


def header(block):
    lines = comment(f"\\file {block['name']}_registers.hpp") + comment(f"{block['title']}. {ORIGIN}") + ["///"]
    lines += comment(block["description"])
    lines += comment("Addresses are byte addresses. A field of one bit is its mask; of a wider one, Shift and Mask (at bit 0) are told.")
    lines += ["#pragma once", "", "#include <cstdint>", "", f"namespace {block['namespace']} {{"]
    for register in block["registers"]:
        name = register["name"]
        lines += [""] + comment(f"{register['access']}: {register['description']}")
        lines.append(f"inline constexpr std::uint8_t {name} = 0x{register['address']};")
        if "reset" in register:
            lines.append(f"inline constexpr std::uint32_t {name}Reset = {register['reset']};")
        for field in register.get("fields", []):
            low, width = span(field)
            said = f"  ///< {field['description']}"
            if width == 1:
                lines.append(f"inline constexpr std::uint32_t {name}{field['name']} = 1U << {low};{said}")
            else:
                lines.append(f"inline constexpr unsigned {name}{field['name']}Shift = {low};{said}")
                lines.append(f"inline constexpr std::uint32_t {name}{field['name']}Mask = 0x{(1 << width) - 1:X};")
        for value in register.get("values", []):
            lines.append(f"inline constexpr std::uint32_t {name}{value['name']} = {value['value']};  ///< {value['description']}")
    return "\n".join(lines + ["", f"}}  // namespace {block['namespace']}", ""])


def page(blocks):
    lines = ["# Registers", "", ORIGIN + " Registers are 32 bits wide, addresses are byte addresses, bits not named read as 0."]
    lines += ["ro: writes are dropped. wo: reads as 0. w1c: write 1 to clear. Other addresses end with PSLVERR."]
    for block in blocks:
        lines += ["", f"## {block['title']} (`{block['name']}`)", "", block["description"], "",
                  "| address | register | bits | access | reset | what |", "|---|---|---|---|---|---|"]
        for register in block["registers"]:
            lines.append(f"| {register['address']} | {register['name']} |  | {register['access']} | {register.get('reset', 0)} | {register['description']} |")
            for field in register.get("fields", []):
                lines.append(f"|  | .{field['name']} | {field['bits']} | {field.get('access', register['access'])} |  | {field['description']} |")
            for value in register.get("values", []):
                lines.append(f"|  | = {value['name']} | {value['value']} |  |  | {value['description']} |")
    return "\n".join(lines + [""])


def write(path, text):
    """Leaves a file alone that already says so, else all that includes it would be built again."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except FileNotFoundError:
        pass
    # Readers beside us see the old file or the new one.
    with open(f"{path}.{os.getpid()}", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(file.name, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("page", "sv", "headers"), default="page")
    parser.add_argument("--out")
    parser.add_argument("--map", default=SOURCE)
    arguments = parser.parse_args()
    with open(arguments.map, encoding="utf-8") as file:
        blocks = checked(json.load(file)["blocks"])
    if arguments.what == "headers":
        if not arguments.out:
            parser.error("headers needs --out FOLDER")
        for block in blocks:
            write(os.path.join(arguments.out, f"{block['name']}_registers.hpp"), header(block))
        return
    text = page(blocks) if arguments.what == "page" else package(blocks)
    if arguments.out:
        write(arguments.out, text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
