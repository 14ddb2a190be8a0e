"""What tests of the pages look with. PICTURES names a folder to keep pictures in."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

WIDE, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
SIZES: Mapping[str, ViewportSize] = {"wide": WIDE, "phone": PHONE}
#: Within a second, and some for a machine that is busy with other things.
SOON = 4_000

TOO_WIDE = """() => [...document.querySelectorAll('body *')]
    .filter(e => e.checkVisibility() && !e.closest('.folders, .sr, .skip') && e.getBoundingClientRect().right > 320.5)
    .map(e => e.outerHTML.slice(0, 120))"""
#: What a finger cannot hit; a box to tick is as large as its label, and what scrolls within itself may reach further.
TOO_SMALL = """() => [...document.querySelectorAll('a, button, summary, select, textarea, input:not([type=hidden])')]
    .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.matches('.skip, .earlier a'))
    .map(e => [e, (e.matches('[type=checkbox], [type=radio]') ? e.labels[0] ?? e : e).getBoundingClientRect()])
    .filter(([e, box]) => box.width > 1 && Math.min(box.height, box.width) < 43.5)
    .map(([e, box]) => `${Math.round(box.width)} x ${Math.round(box.height)} ${e.outerHTML.slice(0, 120)}`)"""


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", style="")


def violations(page: Page) -> list[str]:
    options = {"preload": False, "resultTypes": ["violations"]}  # what is in order need not be told node by node
    found: dict[str, Any] = Axe().run(page, options=options).response
    return [
        f"{v['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for v in found["violations"]
        for node in v["nodes"]
    ]


def looks(
    page: Page, name: str, sizes: Mapping[str, ViewportSize] = SIZES, ready: Callable[[], None] = lambda: None
) -> Iterator[str]:
    """The page wide and narrow, light and dark, one after the other; ``ready`` is done in each before its picture."""
    for size, viewport in sizes.items():
        for scheme in ("light", "dark"):
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
            ready()
            picture(page, f"{name}-{size}-{scheme}")
            yield f"{size} {scheme}"


def assert_accessible_in_every_look(page: Page, name: str) -> None:
    """No fault that axe finds, wide and narrow, light and dark."""
    faults = {look: violations(page) for look in looks(page, name)}
    assert not any(faults.values()), json.dumps(faults, indent=1, ensure_ascii=False)


def assert_fits_a_phone(page: Page) -> None:
    """What is pressed is large enough for a finger, and at 320 pixels nothing scrolls sideways."""
    page.set_viewport_size(PHONE)
    assert page.evaluate(TOO_SMALL) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(TOO_WIDE) == []
