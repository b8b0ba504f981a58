"""switchable.py - small wrong changes in SystemVerilog, one of which is switched on at run time.

Every condition and every assignment of combinational logic gets a variant for each of its operators and single-bit
constants, chosen by cartouche_mutant() (cmake/mutant.cpp): no rebuild between mutants. Reads our style (../shared/style.md)
only: a statement begins its line.
"""

import re

SWAPS = {"==": "!=", "!=": "==", "&&": "||", "||": "&&", ">=": "<", "<=": ">", "<": ">=", ">": "<=", "+": "-",
         "1'b1": "1'b0", "1'b0": "1'b1", "!": "", "&": "|", "|": "&", "^": "|"}
OPERATOR = re.compile(r"==|!=|&&|\|\||>=|<=|\+|(?<![<>=])[<>](?![<>=])|1'b[01]|!(?!=)|(?<!&)&(?!&)|(?<!\|)\|(?!\|)|\^")
ASSIGNMENT = re.compile(r"(?m)^[ \t]*(?:assign\s+)?(?:[A-Z]\w*(?:, )?.*:\s*|default:\s*|else\s+|if \(.*\)\s+)?"
                        r"[a-z][\w\[\]:']*\s*=(?!=)\s*([^;]+);")
SWITCH = """
  import "DPI-C" function int cartouche_mutant();
  int mutant_w;
  initial mutant_w = cartouche_mutant();
"""


def blank(match):
    return " " * len(match.group())


def places(text):
    """(start, end, is it a condition) of the expressions that may be changed."""
    masked = re.sub(r"`\w+\([^\n]*", blank, re.sub(r"//[^\n]*", blank, text))
    body = masked.index(");")  # behind the ports
    found = []
    for match in re.finditer(r"\bif \(", masked):
        depth, end = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(masked[end], 0)
            end += 1
        if match.start() > body and "rst_ni" not in masked[match.end():end]:
            found.append((match.end(), end - 1, True))
    for match in ASSIGNMENT.finditer(masked):
        start, end = match.span(1)
        declares = re.match(r"\s*(localparam|parameter|for|logic)\b", match.group())
        if match.start() > body and not declares and not any(a <= start < b for a, b, _ in found):
            logical = re.search(r"[=!&|]{2}|!", match.group(1)) and "?" not in match.group(1)
            found.append((start, end, bool(logical)))
    return found


def switchable(text, first):
    """`text` with mutants numbered from `first`, and [(number, line, what)]."""
    edits, index = [], []
    for start, end, logical in places(text):
        right = text[start:end]
        variants = [(right[:m.start()] + SWAPS[m.group()] + right[m.end():],
                     f"{m.group()} becomes {SWAPS[m.group()] or 'nothing'}") for m in OPERATOR.finditer(right)]
        if logical:
            variants.append((f"!({right})", "negated"))
        expression = f"({right})"
        for wrong, what in variants:
            number = first + len(index)
            index.append((number, text.count("\n", 0, start) + 1, what))
            expression = f"(mutant_w == {number}) ? ({wrong}) : {expression}"
        if variants:
            edits.append((start, end, expression))
    for start, end, expression in sorted(edits, reverse=True):
        text = text[:start] + expression + text[end:]
    return text.replace("\n);\n", "\n);" + SWITCH, 1), index
