"""terminal_page.py - the page of `cartouche terminal` in a real browser."""

import json
import re
import subprocess
import time

import images
from harness import Skip, check

PIN = "1234"
CODE = "12345678"  # unblocks the PIN
BEFORE = "CITY PASS A B"  # block 16 of `cartouche new --chip --sectors`
AFTER = "NIGHT BUS"
DIRECTORY_KEY = bytes.fromhex("A0A1A2A3A4A5")
NDEF_KEY = bytes.fromhex("D3F7D3F7D3F7")
TAB, ENTER, ESCAPE, END, RIGHT, DOWN = "\ue004", "\ue007", "\ue00c", "\ue010", "\ue014", "\ue015"


class Terminal:
    """`cartouche terminal` for the length of a with-block. It must end well when asked to."""

    LIMIT = 40

    def __init__(self, bench, *arguments):
        self.command = [bench.cartouche, "terminal", "--level", bench.level, *arguments]
        self.log = open(bench.path("terminal.log"), "w+", encoding="utf-8")

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=subprocess.STDOUT)
        end = time.monotonic() + self.LIMIT
        while "\nready" not in self.text():
            check(self.process.poll() is None, f"terminal ended at once:\n{self.text()}")
            check(time.monotonic() < end, f"terminal does not start:\n{self.text()}")
            time.sleep(0.02)
        self.address = re.search(r"http://\S+", self.text())[0]
        return self

    def __exit__(self, kind, value, trace):
        self.process.terminate()
        status = self.process.wait(self.LIMIT)
        text = self.text()
        self.log.close()
        if kind is None:
            check(status == 0, f"terminal ended with {status}:\n{text[-3000:]}")

    def text(self):
        self.log.seek(0)
        return self.log.read()


class Page:
    """The page in a headless Chromium, for the length of a with-block."""

    LIMIT = 60

    def __init__(self, bench, address, dark=False):
        self.bench = bench
        self.address = address
        self.dark = dark

    def __enter__(self):
        try:
            from selenium import webdriver
            from selenium.webdriver.chrome.service import Service
        except ImportError as error:
            raise Skip("python3-selenium is not installed") from error
        self.bench.command("chromium", [], None)
        self.bench.command("chromedriver", [], None)
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                         "--disable-background-networking", "--window-size=1280,1000", "--force-color-profile=srgb"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if self.dark else "light"},
                         {"name": "prefers-reduced-motion", "value": "reduce"}]})
        self.driver.get(self.address)
        self.wait_for("the overview", lambda: self.script(
            "const tiles = [...document.querySelectorAll('.tile')];"
            "return tiles.length > 0 && tiles.every((tile) => tile.className.split(' ').length > 1)"))
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def script(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    def wait_for(self, what, condition):
        end = time.monotonic() + self.LIMIT
        while not (found := condition()):
            check(time.monotonic() < end, f"{what} does not come:\n{self.text()}")
            time.sleep(0.05)
        return found

    def text(self, selector="body"):
        return self.script("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def shows(self, words, selector="body"):
        return self.wait_for(f"{words!r}", lambda: words in self.text(selector))

    def focused(self):
        return self.script("const e = document.activeElement; return e.getAttribute('aria-label') || e.innerText || e.id")

    def click(self, words, selector="button"):
        """The first element of the selector that shows these words."""
        found = self.wait_for(f"{selector} {words!r}", lambda: self.script(
            "return [...document.querySelectorAll(arguments[0])].find((e) => e.innerText.includes(arguments[1]) && !e.disabled)",
            selector, words))
        found.click()

    def tile(self, number):
        self.click(str(number), f'.tile[aria-label^="Sector {number}"]')
        self.shows(f"Sector {number}", "#sector h2")
        self.wait_for("the blocks", lambda: self.script("return document.querySelectorAll('.block').length > 0"))

    def enter(self, name, text):
        field = self.driver.find_element("css selector", f'[name="{name}"]')
        field.clear()
        field.send_keys(text)

    def unlock(self, pin=PIN):
        self.enter("pin", pin + ENTER)

    def press(self, *keys):
        """To whatever has the focus, as a user without a mouse."""
        from selenium.webdriver.common.action_chains import ActionChains
        ActionChains(self.driver).send_keys(*keys).perform()

    def resize(self, width, height=800):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    dict(width=width, height=height, deviceScaleFactor=1, mobile=width < 600))
        time.sleep(0.1)

    def screenshot(self, name, width=1280):
        """The whole page, into the folder of the test's output."""
        self.resize(width)
        self.resize(width, self.script("return document.documentElement.scrollHeight"))
        path = self.bench.keep(f"{name}_{self.bench.level}.png")
        check(self.driver.save_screenshot(path), f"{path} cannot be written")
        print(f"screenshot {path}", flush=True)
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def requests(self):
        """Every address that the page asked for."""
        addresses = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated"):
                parameters = message["params"]
                addresses.append(parameters["request"]["url"] if "request" in parameters else parameters["url"])
        return addresses

    def complaints(self):
        """What the browser's console says: refused scripts, missing files, exceptions. Not the card's refusals."""
        return [entry["message"] for entry in self.driver.get_log("browser") if "status of 409" not in entry["message"]]

    def too_wide(self):
        """What reaches over the right edge of the window."""
        return self.script(
            "return [...document.querySelectorAll('body *')].filter((e) => !e.closest('.hidden, .skip, .scroll table') &&"
            " e.getBoundingClientRect().right > innerWidth + 0.5).map((e) => e.outerHTML.slice(0, 120))"
            ".concat(document.documentElement.scrollWidth > innerWidth ? ['the page'] : [])")


def sample_card(bench):
    return bench.make_card("card.nvm", "--chip", "--sectors", "--uid", "10E2F0A1")


def gate_keys():
    """The sample card's keys A as nfc-mfclassic wants them."""
    def key(sector):
        return DIRECTORY_KEY if sector == 0 else NDEF_KEY if sector in (1, 2) else images.FACTORY
    return images.image(64, 1, {sector: (key(sector), images.FACTORY) for sector in range(16)})


def read_over_the_air(bench, card):
    """All blocks, by nfc-mfclassic."""
    bench.write("keys.mfd", gate_keys())
    with bench.serve("--nvm", card):
        bench.run("nfc-mfclassic", "r", "a", "u", "out.mfd", "keys.mfd", "f").succeed().expect("64 of 64 blocks read")
    return bench.read("out.mfd")


def check_page(page, terminal):
    """Nothing from elsewhere, no complaint, no PIN in what is shown or printed."""
    own = terminal.address.split("#")[0]
    addresses = page.requests()
    check(len(addresses) > 10, f"requests {addresses}")
    for address in addresses:
        check(address.startswith(own) or address.startswith("data:"), f"the page asked for {address}")
    check(not page.complaints(), "the browser complains")
    traffic = page.script("return document.documentElement.outerHTML") + terminal.text().split("ready", 1)[1]
    for secret in (PIN, CODE, "31 32 33 34", "B0 B1 B2", "B0B1B2"):
        check(secret not in traffic, f"{secret} is shown")


def text_block(text):
    return text.encode().ljust(16, b"\0")


def terminal_changes(bench):
    """View, no change without PIN, wrong PIN counts down, change, read back over the air, undo."""
    card = sample_card(bench)
    with Terminal(bench, "--nvm", card) as terminal, Page(bench, terminal.address) as page:
        check("#" not in page.driver.current_url, "the token stays in the address")
        page.shows("e-purse 48.50", "#card")
        page.screenshot("overview")
        page.tile(4)
        page.shows(f"“{BEFORE}”", "#sector")
        check("Change" not in page.text("#sector .blocks"), "a change is offered without PIN")
        refusal = page.driver.execute_async_script(
            "const done = arguments[0]; const token = sessionStorage.getItem('cartouche-token');"
            "fetch('/api/sectors/4/modify', {method: 'POST', headers: {'X-Cartouche-Token': token},"
            "body: JSON.stringify({edits: [{block: 0, text: 'X'}]})}).then((answer) => answer.json()).then(done)")
        check(refusal.get("refusal", {}).get("sw") == "6982", f"without PIN: {refusal}")
        page.unlock("1111")
        page.shows("Wrong PIN, 2 tries left", "#sector")
        page.shows("locked · 2 tries", "#lock")
        page.screenshot("wrong_pin")
        page.unlock()
        page.shows("unlocked", "#lock")
        page.click("Change")
        page.enter("text", AFTER)
        page.click("Preview")
        page.shows("This is what will change", "#preview")
        page.shows(f"“{AFTER}”", "#preview .after")
        page.screenshot("preview")
        page.click("Write to the card")
        page.shows("Written and read back", "#sector")
        page.shows(f"“{AFTER}”", "#sector .blocks")
        page.click("As a gate sees it")
        page.shows("4 of 4 blocks are the same", "#gate")
        page.shows("modify sector 4 from the buffer file", "#trace")
        page.shows("read block 16", "#trace")
        page.screenshot("written")
        check_page(page, terminal)
    sectors = read_over_the_air(bench, card)
    check(sectors[256:272] == text_block(AFTER), f"over the air block 16 is {sectors[256:272].hex()}")
    with Terminal(bench, "--nvm", card) as terminal, Page(bench, terminal.address) as page:
        page.tile(4)
        page.unlock()
        page.click("Undo")
        page.shows("Undone", "#sector")
        page.shows(f"“{BEFORE}”", "#sector .blocks")
        check_page(page, terminal)
    sectors = read_over_the_air(bench, card)
    check(sectors[256:272] == text_block(BEFORE), f"after undo block 16 is {sectors[256:272].hex()}")


def terminal_refuses(bench):
    """Locking oneself out is refused; a blocked PIN is set anew with the unblocking code; strangers get nothing."""
    with Terminal(bench, "--nvm", sample_card(bench)) as terminal, Page(bench, terminal.address) as page:
        page.tile(5)
        page.unlock()
        page.click("Change", '.block[data-block="3"] button')
        page.script("document.querySelector('[name=group3]').value = 6; document.querySelector('[name=group0]').value = 7")
        page.enter("key_a", "C0C1C2C3C4C5")
        page.enter("key_b", "D0D1D2D3D4D5")
        page.click("Preview")
        page.shows("This change is refused", "#preview")
        page.shows("you would lock yourself out", "#preview")
        check("Write to the card" not in page.text("#preview"), "a refused change can be written")
        check("C0C1" not in page.script("return document.documentElement.outerHTML"), "a key is shown")
        page.screenshot("refused")
        page.click("Give up")
        page.click("Lock", "#lock button")
        page.shows("locked · 3 tries", "#lock")
        for tries in ("2 tries", "1 try"):
            page.unlock("9999")
            page.shows(f"locked · {tries}", "#lock")
        page.unlock("9999")
        page.shows("PIN blocked", "#lock")
        page.screenshot("blocked")
        page.enter("code", CODE)
        page.enter("pin", "4711" + ENTER)
        page.shows("The card has a new PIN", "#sector")
        page.unlock("4711")
        page.shows("unlocked", "#lock")
        page.driver.execute_script("sessionStorage.clear()")
        page.driver.get(terminal.address.split("#")[0])
        page.shows("This page is not connected")


def terminal_by_keyboard(bench):
    """A change from the first key to the last without a mouse, the focus always to be seen."""
    with Terminal(bench, "--nvm", sample_card(bench)) as terminal, Page(bench, terminal.address) as page:
        seen = []
        for _ in range(6):
            page.press(TAB)
            seen.append(page.focused())
            outline = page.script("return getComputedStyle(document.activeElement).outlineStyle")
            check(outline != "none" or seen[-1] == "sector", f"no focus to be seen at {seen[-1]}")
        order = ["Skip to the sector", "PIN", "Unlock", "Sector 0", "Read again", "As a gate sees it"]
        check(all(got.startswith(wanted) for got, wanted in zip(seen, order)), f"focus goes {seen}")
        page.press("s", RIGHT, RIGHT, RIGHT, RIGHT)
        page.shows(f"“{BEFORE}”", "#sector .blocks")
        check(page.focused().startswith("Sector 4"), f"focus at {page.focused()}")
        page.press("l")
        page.press(PIN + ENTER)
        page.shows("unlocked", "#lock")
        page.press("b")
        page.press(ENTER)
        page.wait_for("the editor", lambda: page.script("return document.activeElement.name") == "text")
        page.press(END, *["\ue003"] * len(BEFORE), AFTER + ENTER)
        page.shows("This is what will change", "#preview")
        page.press(TAB)
        check(page.focused() == "Write to the card", f"focus at {page.focused()}")
        page.press(ENTER)
        page.shows("Written and read back", "#sector")
        page.press("g")
        page.shows("4 of 4 blocks are the same", "#gate")
        page.press("b")
        page.press(ENTER)
        page.press(ESCAPE)
        page.wait_for("the end of the editor", lambda: page.script("return !document.querySelector('.editor')"))
        page.press("u")
        page.shows("Undone", "#sector")
        page.press("t")
        check(page.script("return document.activeElement.id") == "trace", "t does not reach the trace")
        page.press("l")
        page.shows("locked", "#lock")


def terminal_on_a_phone(bench):
    """At 360 px nothing is cut off and nothing scrolls sideways, with 16 sectors and with 40, light and dark."""
    bench.make_card("big.nvm", "--chip", "--sectors", "--kind", "4k", "--uid", "10E2F0A1")
    for card, dark in ((sample_card(bench), False), (bench.path("big.nvm"), True)):
        with Terminal(bench, "--nvm", card) as terminal, Page(bench, terminal.address, dark) as page:
            page.resize(360)
            for sector in (0, 1, 3):
                page.tile(sector)
                check(not page.too_wide(), f"sector {sector}: {page.too_wide()}")
            page.unlock()
            page.click("Change", '.block[data-block="0"] button')
            check(not page.too_wide(), f"editor: {page.too_wide()}")
            page.enter("value", "-7")
            page.click("Preview")
            page.shows("value -7", "#preview")
            check(not page.too_wide(), f"preview: {page.too_wide()}")
            page.screenshot(f"phone_{'dark' if dark else 'light'}", 360)
            page.click("Give up")
            page.click("Change", '.block[data-block="3"] button')
            check(not page.too_wide(), f"trailer: {page.too_wide()}")
            page.screenshot(f"phone_trailer_{'dark' if dark else 'light'}", 360)
            if dark:
                page.screenshot("dark_40_sectors")
