"""Pages opened in a headless Chromium that reaches no network and notes whatever a page asks for or complains of."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDE, PHONE = (1200, 900), (360, 740)


@dataclass
class Opened:
    """A page, and what happened in it.

    requests : addresses outside of the page that it asked for.
    complaints : errors and warnings of its console, and errors that nothing caught.
    """

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@contextlib.contextmanager
def opened(path: Path, size: tuple[int, int] = WIDE) -> Iterator[Opened]:
    """Open a file; skip the test where there is no Chromium or no Playwright."""
    playwright = pytest.importorskip("playwright.sync_api")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True)
        found = Opened(context.new_page())
        found.page.set_default_timeout(60_000)
        own = path.resolve().as_uri()
        found.page.on("request", lambda each: found.requests.append(each.url) if _outside(each.url, own) else None)
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        found.page.on(
            "console",
            lambda each: found.complaints.append(each.text) if each.type in ("error", "warning") else None,
        )
        found.page.goto(own)
        yield found
        browser.close()


def _outside(address: str, own: str) -> bool:
    return address.split("#")[0] != own and not address.startswith(("data:", "blob:", "about:"))
