"""harness.py - a running `cartouche serve` and unmodified tools pointed at it."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

SKIP = 77  # ctest's SKIP_RETURN_CODE


class Skip(Exception):
    """Something that this machine lacks."""


class Failure(Exception):
    """The tool or the card did not do what it must."""


def check(condition, message):
    if not condition:
        raise Failure(message)


class Result:
    """What a tool left behind."""

    def __init__(self, status, text, seconds):
        self.status = status  # None: the time limit ended it
        self.text = text
        self.seconds = seconds

    def expect(self, pattern):
        check(re.search(pattern, self.text), f"{pattern!r} is missing in:\n{self.text[-3000:]}")
        return self

    def succeed(self):
        check(self.status == 0, f"exit status {self.status}:\n{self.text[-3000:]}")
        return self


class Bench:
    """One scenario's folder, level and programs."""

    def __init__(self, cartouche, client, slow_reader, level, way="contact", output=None):
        # Tools run in the scenario's folder.
        self.cartouche = os.path.abspath(cartouche)
        self.client = client and os.path.abspath(client)
        self.slow_reader = slow_reader and os.path.abspath(slow_reader)
        self.level = level
        self.way = way  # of a PC/SC client to the card: contact or contactless
        self.output = output  # folder that stays; None: what is kept goes with the scenario
        if output:
            os.makedirs(output, exist_ok=True)
        self.folder = tempfile.TemporaryDirectory(prefix="cartouche_tools_")
        self.link = self.path("reader")

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def keep(self, name):
        """Where a file that outlives the scenario goes."""
        return os.path.join(self.output or self.folder.name, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def command(self, tool, arguments, limit):
        """The tool's program and environment; skips when it is not there."""
        program = shutil.which(tool) if os.sep not in tool else tool
        if not program or not os.path.exists(program):
            raise Skip(f"{tool} is not installed")
        environment = dict(os.environ, LIBNFC_DEFAULT_DEVICE=f"pn532_uart:{self.link}",
                           LIBNFC_AUTO_SCAN="false", TERM="xterm")
        return dict(args=[program, *arguments], env=environment, cwd=self.folder.name,
                    start_new_session=True), limit

    def start(self, tool, *arguments):
        """A tool that runs on; its output is a pipe."""
        options, _ = self.command(tool, arguments, None)
        return subprocess.Popen(stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, **options)

    def run(self, tool, *arguments, limit=120, stdin=None):
        """Runs a tool to its end, or to its time limit in seconds."""
        options, limit = self.command(tool, arguments, limit)
        begin = time.monotonic()
        process = subprocess.Popen(stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
        try:
            output, _ = process.communicate(stdin.encode() if stdin else None, timeout=limit)
            status = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            status = None
        seconds = time.monotonic() - begin
        print(f"{os.path.basename(tool)}: exit status {status}, {seconds:.1f} s", flush=True)
        return Result(status, output.decode(errors="replace"), seconds)

    def client_run(self, *arguments, limit=240):
        return self.run(self.client, *arguments, limit=limit).succeed()

    def serve(self, *arguments, card=None):
        return Serve(self, [*(["--card", card] if card else []), *arguments])

    def make_card(self, name, *arguments):
        subprocess.run([self.cartouche, "new", self.path(name), *arguments], check=True,
                       stdout=subprocess.DEVNULL)
        return self.path(name)


class Serve:
    """`cartouche serve` for the length of a with-block. It must end well when asked to."""

    START_LIMIT = 30
    END_LIMIT = 30

    def __init__(self, bench, arguments):
        self.bench = bench
        self.socket = bench.path("control")
        self.command = [bench.cartouche, "serve", "--level", bench.level, *self.link_options(),
                        "--control", self.socket, *arguments]
        self.process = None

    def link_options(self):
        return ["--pn532", self.bench.link]

    def has_started(self):
        return os.path.exists(self.bench.link) and "\nready" in self.text()

    def check_end(self):
        check(not os.path.lexists(self.bench.link), "the link is still there")

    def __enter__(self):
        self.log = open(self.bench.path("serve.log"), "a+", encoding="utf-8")
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=subprocess.STDOUT,
                                        cwd=self.bench.folder.name)
        end = time.monotonic() + self.START_LIMIT
        while not self.has_started():
            check(self.process.poll() is None, f"serve ended at once:\n{self.text()}")
            check(time.monotonic() < end, f"serve does not start:\n{self.text()}")
            time.sleep(0.02)
        return self

    def __exit__(self, kind, value, trace):
        self.process.send_signal(signal.SIGINT)
        try:
            status = self.process.wait(self.END_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        text = self.text()
        self.log.close()
        if kind is None:
            check(status == 0, f"serve ended with {status}:\n{text[-3000:]}")
            self.check_end()
        elif status != 0:
            print(f"serve ended with {status}:\n{text[-3000:]}")

    def text(self):
        self.log.seek(0)
        return self.log.read()

    def control(self, *arguments):
        subprocess.run([self.bench.cartouche, "control", "--socket", self.socket, *arguments],
                       check=True, stdout=subprocess.DEVNULL, timeout=30)
