#!/usr/bin/env python3
"""Runs every command of a page as it is written there.

pages.py PAGE PROGRAM: the sh blocks of the page in an empty folder, `./run cartouche` being PROGRAM. A command that ends with & goes on
in the background and has said that it is ready before the next one runs; all others must end well. A block of another kind that follows
a line `NAME`: is the file NAME. Ports that the page names are replaced by free ones.
"""

import os
import re
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

READY = re.compile(r"^(ready|.* listens at .*)$", re.MULTILINE)
SECONDS = 240


def blocks(page):
    """(kind, name of the file or "", text) of each fenced block."""
    for match in re.finditer(r"(?:^`([\w.-]+)`:\n\n)?^```(\w*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        yield match[2], match[1] or "", match[3]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


def command_of(line):
    """Without its comment: a # after blanks, outside of quotes."""
    quote = ""
    for at, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "#" and (at == 0 or line[at - 1] == " "):
            return line[:at].strip()
    return line.strip()


class Walk:
    def __init__(self, folder, environment):
        self.folder = folder
        self.environment = environment
        self.background = []

    def run(self, command):
        print("$", command, flush=True)
        if command.endswith("&"):
            return self.start(command[:-1].strip())
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment, timeout=SECONDS, capture_output=True, text=True,
                              check=False)
        print(done.stdout[-2000:], done.stderr[-2000:], sep="", flush=True)
        if done.returncode != 0:
            sys.exit(f"exit code {done.returncode}")
        return None

    def start(self, command):
        log = self.folder / f".log{len(self.background)}"
        with log.open("w", encoding="utf-8") as out:
            self.background.append(subprocess.Popen(["bash", "-c", "exec " + command], cwd=self.folder, env=self.environment, stdout=out,
                                                    stderr=subprocess.STDOUT))
        end = time.monotonic() + 30
        while not READY.search(log.read_text(encoding="utf-8")):
            if self.background[-1].poll() is not None or time.monotonic() > end:
                sys.exit("it did not get ready: " + log.read_text(encoding="utf-8"))
            time.sleep(0.05)

    def end(self):
        for one in self.background:
            one.terminate()
            one.wait(30)


def main():
    page = Path(sys.argv[1]).read_text(encoding="utf-8")
    for port in set(re.findall(r"127\.0\.0\.1:(\d+)", page)):
        page = page.replace(port, free_port())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = folder / "run"
        script.write_text(f'#!/bin/sh\nshift\nexec "{Path(sys.argv[2]).resolve()}" "$@"\n', encoding="utf-8")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        found = list(blocks(page))
        for kind, file, text in found:
            if file and kind != "sh":
                (folder / file).write_text(text, encoding="utf-8")
        commands = [command_of(line) for kind, _, text in found if kind == "sh" for line in text.splitlines()]
        walk = Walk(folder, dict(os.environ))
        try:
            for command in filter(None, commands):
                walk.run(command)
        finally:
            walk.end()
    print(len([one for one in commands if one]), "commands")


if __name__ == "__main__":
    main()
