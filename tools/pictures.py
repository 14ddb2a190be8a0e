"""Take the pictures of the advisers' pages that the README and docs/inbox.md show, into docs/pictures.

``.venv/bin/python tools/pictures.py`` after ``make test`` has been run once (it installs the browser's driver). It
starts a demo of its own with data of its own, so all people in the pictures are invented, and stops it. ``CHROMIUM``
names another browser.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
COMMAND = Path(sys.executable).parent / "redningskrans"
SIZES = {"wide": ViewportSize(width=1440, height=600), "narrow": ViewportSize(width=390, height=780)}
#: A picture's name and the page it is of; ``{open}`` is a conversation that the adviser has.
PAGES = {
    "queue": "/inbox",
    "conversation": "/inbox/{open}",
    "tasks": "/tasks",
    "board": "/board",
    "settings": "/admin",
    "me": "/me",
}
#: Those that are shown in the dark as well, and those that are shown in one size alone.
DARK = ("conversation",)
ONLY = {"settings": "wide", "me": "narrow"}
_PATIENCE = 240.0


def main() -> int:
    """Start a demo, take all pictures, stop it."""
    with tempfile.TemporaryDirectory() as folder, _demo(Path(folder)) as (address, email, password):
        program = os.environ.get("CHROMIUM") or shutil.which("chromium")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            for name in _take_all(browser, address, email, password):
                print(name, (PICTURES / name).stat().st_size // 1000, "kB")
            browser.close()
    return 0


def _take_all(browser: Browser, address: str, email: str, password: str) -> Iterator[str]:
    """One adviser at work; the names of the pictures as they are taken."""
    context = browser.new_context(base_url=address, viewport=SIZES["wide"], locale="da-DK", reduced_motion="reduce")
    page = context.new_page()
    page.goto("/login")
    page.fill("#email", email)
    page.fill("#password", password)
    page.click("button:has-text('Log ind')")
    page.wait_for_url("**/inbox")
    thread = _claim(page)
    for name, path in PAGES.items():
        for size, viewport in SIZES.items():
            if ONLY.get(name, size) != size:
                continue
            for scheme in ("light", "dark") if name in DARK else ("light",):
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.set_viewport_size(viewport)
                page.goto(path.format(open=thread))
                page.wait_for_timeout(800)  # letters come from files, and what is live comes after
                taken = f"{name}-{size}{'-dark' if scheme == 'dark' else ''}.png"
                page.screenshot(path=PICTURES / taken)
                yield taken


def _claim(page: Page) -> str:
    """Take the newest conversation of those that nobody has; its number."""
    page.goto("/inbox?folder=unclaimed&order=newest")
    row = page.locator("a[href^='/inbox/']").first
    found = re.search(r"/inbox/(\d+)", row.get_attribute("href") or "")
    if found is None:
        raise SystemExit("Nobody waits in the demo.")
    page.goto(f"/inbox/{found[1]}")
    page.locator(f"button[formaction$='/{found[1]}/claim'], form[action*='/{found[1]}/claim'] button").first.click()
    page.wait_for_timeout(800)
    return found[1]


@contextmanager
def _demo(folder: Path) -> Iterator[tuple[str, str, str]]:
    """A demo with data of its own: its address and a log-in."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    told = folder / "told.txt"
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/data.db"}
    words = [str(COMMAND), "serve", "--demo", "--port", str(port)]
    with told.open("w") as output:
        started = subprocess.Popen(words, stdout=output, stderr=output, env=environment, start_new_session=True)
    try:
        yield (f"http://localhost:{port}", *_login(f"http://localhost:{port}", told))
    finally:
        os.killpg(started.pid, signal.SIGINT)
        started.wait(60)


def _login(address: str, told: Path) -> tuple[str, str]:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), urllib.request.urlopen(f"{address}/health/ready", timeout=2):  # noqa: S310  our own
            found = re.search(r"log in as (\S+) with (\S+)", told.read_text())
            if found:
                return found[1], found[2]
        time.sleep(0.5)
    raise SystemExit(f"The demo did not start:\n{told.read_text()}")


if __name__ == "__main__":
    sys.exit(main())
