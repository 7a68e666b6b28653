"""Renders pictures/*.svg to pictures/*.jpg with headless Chromium: `python -m bot.demo.site.draw [name…]`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURES: Final = Path(__file__).parent / "pictures"
WIDTH: Final = 1200
HEIGHT: Final = 675
QUALITY: Final = 84
PAGE: Final = "<style>body{margin:0}svg{display:block}</style>"


def main(names: list[str]) -> None:
    """Render the named pictures, or all."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - drawing alone needs the browser

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"],
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for source in sorted(PICTURES.glob("*.svg")):
            if not names or source.stem in names:
                _render(page, source)
        browser.close()


def _render(page: Page, source: Path) -> None:
    page.set_content(PAGE + source.read_text(encoding="utf-8"))
    page.screenshot(path=source.with_suffix(".jpg"), type="jpeg", quality=QUALITY)


if __name__ == "__main__":
    main(sys.argv[1:])
