"""The demo in a real browser: a stranger plays readers and editor, and everything arrives."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "tests" / "screenshots"
READERS, EDITOR = ("1001", "1002"), "1003"
EVERYBODY = "২০৫"
"""Three people, their group, the channel, and two hundred who are not shown."""
CROWD_TRIES = 20
WAIT = 60_000
"""Milliseconds: an arrival takes a few seconds, on a busy machine more."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian: chromium)")


@pytest.fixture
async def address():
    """The demo as `make demo` starts it, on a free port."""
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        "--no-open",
        "--port",
        "0",
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        while not (found := re.search(rb"http://\S+", await demo.stdout.readline())):
            pass
    yield found[0].decode()
    demo.terminate()
    assert await asyncio.wait_for(demo.wait(), 60) == 0


@pytest.fixture
async def browser():
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def opened(browser: Browser, address: str, width: int, height: int, **more) -> Page:
    page = await browser.new_page(viewport={"width": width, "height": height}, locale="bn-BD", **more)
    page.set_default_timeout(WAIT)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    await page.goto(address)
    return page


def phone(page: Page, person: str):
    return page.locator(f'[data-person="{person}"]')


async def say(page: Page, person: str, text: str) -> None:
    await phone(page, person).locator("[data-input]").fill(text)
    await phone(page, person).locator("[data-send]").click()


async def photographed(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    await page.wait_for_timeout(600)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png")


async def follow_everything(page: Page, person: str) -> None:
    await phone(page, person).locator("[data-start]").click()
    for shelf in ("🌍 প্রবাসের খবর", "🛂 ভিসা ও অভিবাসন", "💸 রেমিট্যান্স ও অর্থনীতি", "🤝 কমিউনিটি"):
        await phone(page, person).locator("[data-button]", has_text=shelf).first.click()
        followed = phone(page, person).locator("[data-button]", has_text=f"✅ {shelf}")
        await expect(followed.first).to_be_visible(timeout=WAIT)


async def crowd_is_there(page: Page) -> None:
    """Wait for the two hundred who are not shown: they come one by one once the editor has begun."""
    for _ in range(CROWD_TRIES):
        await say(page, EDITOR, "/stats")
        with suppress(AssertionError):
            await expect(phone(page, EDITOR)).to_contain_text(EVERYBODY, timeout=3_000)
            return
    await expect(phone(page, EDITOR)).to_contain_text(EVERYBODY)


async def test_a_stranger_follows_sees_a_story_arrive_and_broadcasts(browser, address):
    """The whole product in a minute, on a wide screen."""
    page = await opened(browser, address, 1440, 900)
    await expect(page.locator("[data-start]:visible")).to_have_count(3, timeout=WAIT)
    await expect(page.locator(".chip:visible")).to_have_count(0)
    await photographed(page, "wide-1-empty")
    for reader in READERS:
        await follow_everything(page, reader)
    await phone(page, EDITOR).locator("[data-start]").click()
    await page.locator("[data-publish]").click()
    for reader in READERS:
        photo = phone(page, reader).locator("img[data-photo]").last
        await expect(photo).to_be_visible(timeout=WAIT)
        assert await photo.evaluate("image => image.decode().then(() => image.naturalWidth)") > 600
        await expect(phone(page, reader)).to_contain_text("পুরো খবর পড়ুন", timeout=WAIT)
    await photographed(page, "wide-2-story")

    await crowd_is_there(page)
    await say(page, EDITOR, "/broadcast")
    await expect(phone(page, EDITOR)).to_contain_text("কী জানাতে চান", timeout=WAIT)
    await say(page, EDITOR, "আগামীকাল দূতাবাস বন্ধ থাকবে।")
    await phone(page, EDITOR).locator("[data-button]", has_text="📣 পাঠান").last.click()
    for reader in READERS:
        await expect(phone(page, reader)).to_contain_text("আগামীকাল দূতাবাস বন্ধ থাকবে।", timeout=WAIT)
    await expect(phone(page, EDITOR)).to_contain_text("ঘোষণা পাঠানো শেষ", timeout=WAIT)
    await expect(phone(page, EDITOR)).to_contain_text(f"পাঠানো হয়েছে: {EVERYBODY}")
    await photographed(page, "wide-3-broadcast")
    assert not page.faults


async def test_on_a_telephone_one_chat_fills_the_screen(browser, address):
    """The same page in a pocket, in the dark."""
    page = await opened(
        browser, address, 390, 844, device_scale_factor=2, color_scheme="dark", has_touch=True
    )
    await follow_everything(page, READERS[0])
    await page.locator("[data-publish]").first.click()
    await expect(phone(page, READERS[0]).locator("img[data-photo]").last).to_be_visible(timeout=WAIT)
    await photographed(page, "telephone-story")
    await say(page, READERS[0], "/latest")
    await expect(phone(page, READERS[0])).to_contain_text("সর্বশেষ খবর", timeout=WAIT)
    await photographed(page, "telephone-latest")
    wider = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wider
    assert not page.faults
