"""The demo's web page, in a real browser against the local Bot API server."""

from __future__ import annotations

import asyncio
import json
import shutil

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import async_playwright, expect

from bot.demo.page import routes
from bot.demo.page.routes import HERE
from bot.demo.site.app import HERE as SITE
from bot.demo.telegram import TelegramServer, client_routes

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PICTURE = SITE / "pictures" / "river.jpg"
READER, OTHER, EDITOR = 101, 102, 103


expect.set_options(timeout=60_000)  # milliseconds: a fault is a wait without end, not a slow machine


@pytest.fixture
async def telegram():
    server = TelegramServer(limits=False)
    await server.start()
    server.person(READER, "নাজমা")
    server.person(OTHER, "Rafiq", "en")
    server.person(EDITOR, "শাহানা", role="editor")
    yield server
    await server.stop()


@pytest.fixture
async def published():
    return []


@pytest.fixture
async def address(telegram, published):
    def publish():
        published.append("একটি শিরোনাম")
        return published[-1]

    app = web.Application()
    app.add_routes(client_routes(telegram))
    app.add_routes(routes(publish, site="http://127.0.0.1:1", every=30))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await telegram.stop()
    await runner.cleanup()


@pytest.fixture
async def page(address):
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        faults = []
        page.on("pageerror", lambda fault: faults.append(fault))  # noqa: PLW0108 - playwright marks its handlers
        await page.goto(address)
        # A telephone that has just loaded its chats counts nothing in them as new.
        await expect(page.locator("[data-start]:visible")).to_have_count(3)
        yield page
        await browser.close()
        assert faults == []


@pytest.fixture
async def bot(telegram):
    async with aiohttp.ClientSession() as session:

        async def call(method, **fields):
            where = f"{telegram.base_url}/bot{telegram.token}/{method}"
            async with session.post(where, json=fields) as answer:
                body = await answer.json()
                assert body["ok"], body
                return body["result"]

        yield call


def phone(page, person):
    return page.locator(f'[data-person="{person}"]')


async def test_start_is_pressed_and_the_greeting_arrives(telegram, page, bot):
    await phone(page, READER).locator("[data-start]").click()
    await telegram.until(lambda: telegram.messages(READER))
    await bot("sendMessage", chat_id=READER, text="<b>স্বাগতম</b> & শুভেচ্ছা", parse_mode="HTML")
    await expect(phone(page, READER).locator(".message.in .text b")).to_have_text("স্বাগতম")
    await expect(phone(page, READER).locator("[data-start]")).to_be_hidden()
    await expect(phone(page, OTHER).locator("[data-start]")).to_be_visible()


async def test_a_card_keeps_its_pictures_shape_and_its_buttons_work(telegram, page, bot):
    await telegram.say(telegram.world.people[READER], "/start")
    keys = [
        [{"text": "পুরো খবর", "url": "https://example.org/1"}],
        [{"text": "লিংক কপি", "copy_text": {"text": "https://example.org/1"}}],
        [{"text": "সংরক্ষণ", "callback_data": "1|save|7"}],
    ]
    await _photo(telegram, READER, "শিরোনাম", keys)
    reader = phone(page, READER)
    picture = reader.locator("img[data-photo]")
    await expect(picture).to_be_visible()
    box = await picture.bounding_box()
    assert box["width"] / box["height"] == pytest.approx(1200 / 675, rel=0.02)
    await expect(reader.locator("a[data-button]")).to_have_attribute("href", "https://example.org/1")
    await reader.locator('[data-button]:has-text("কপি")').click()
    await expect(reader.locator(".toast")).to_have_text("কপি হয়েছে")
    await reader.locator('[data-button]:has-text("সংরক্ষণ")').click()
    query = await telegram.until(lambda: list(telegram.world.queries))
    await bot("answerCallbackQuery", callback_query_id=query[0], text="সংরক্ষিত হলো")
    await expect(reader.locator(".toast")).to_have_text("সংরক্ষিত হলো")


async def test_an_edit_changes_the_message_in_place_and_a_deletion_takes_it_away(telegram, page, bot):
    await telegram.say(telegram.world.people[READER], "/start")
    sent = await bot("sendMessage", chat_id=READER, text="প্রথম")
    message = phone(page, READER).locator(f'[data-message="{sent["message_id"]}"]')
    await expect(message.locator(".text")).to_have_text("প্রথম")
    await bot("editMessageText", chat_id=READER, message_id=sent["message_id"], text="দ্বিতীয়")
    await expect(message.locator(".text")).to_have_text("দ্বিতীয়")
    await expect(message.locator("time")).to_contain_text("সম্পাদিত")
    await bot("deleteMessage", chat_id=READER, message_id=sent["message_id"])
    await expect(message).to_have_count(0)


async def test_a_question_that_wants_a_reply_is_answered_as_one(telegram, page, bot):
    await telegram.say(telegram.world.people[EDITOR], "/broadcast")
    await expect(phone(page, EDITOR).locator(".message")).to_have_count(1)
    asked = await bot("sendMessage", chat_id=EDITOR, text="কী লিখব?", reply_markup={"force_reply": True})
    editor = phone(page, EDITOR)
    await expect(editor.locator(".quoting")).to_contain_text("কী লিখব?")
    await editor.locator("[data-input]").fill("ঘোষণা")
    await editor.locator("[data-send]").click()
    said = await telegram.until(lambda: _last(telegram, EDITOR, "ঘোষণা"))
    assert said["reply_to_message"]["message_id"] == asked["message_id"]
    await expect(editor.locator(".quoting")).to_be_hidden()


async def test_an_editor_sends_a_picture_and_a_reader_has_no_button_for_it(telegram, page):
    for person in (READER, EDITOR):
        await telegram.say(telegram.world.people[person], "/start")
    editor = phone(page, EDITOR)
    await editor.locator("[data-attach]").set_input_files(PICTURE)
    await editor.locator("[data-input]").fill("ছবির কথা")
    await editor.locator("[data-send]").click()
    await expect(editor.locator("img[data-photo]")).to_be_visible()
    assert telegram.messages(EDITOR)[-1]["caption"] == "ছবির কথা"
    await expect(phone(page, READER).locator(".attach")).to_be_hidden()


async def test_first_there_is_the_bot_alone_then_its_group_and_channel(telegram, page, bot):
    people = [telegram.world.people[number] for number in (READER, EDITOR)]
    telegram.group(-1001, "আড্ডা", admins=people[1:], members=people[:1])
    telegram.channel(-1002, "দূরের খবর", admins=people[1:], members=people[:1])
    await bot("sendMessage", chat_id=-1001, text="শুভেচ্ছা")
    reader = phone(page, READER)
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.reload()
    await expect(reader.locator("[data-start]")).to_be_visible()
    await expect(page.locator(".chip:visible, .badge:visible")).to_have_count(0)
    await reader.locator("[data-start]").click()
    await expect(reader.locator(".chip")).to_have_count(3)
    chats = reader.locator(".chats")
    assert await chats.evaluate("chats => chats.scrollWidth <= chats.clientWidth")
    await reader.locator(".chip", has_text="আড্ডা").click()
    await expect(reader.locator(".messages:visible")).to_contain_text("শুভেচ্ছা")
    await reader.locator(".chip", has_text="দূরের খবর").click()
    await expect(reader.locator(".composer")).to_be_hidden()


async def test_commands_are_chosen_from_the_menu(telegram, page, bot):
    commands = [{"command": "latest", "description": "সর্বশেষ খবর"}]
    await bot("setMyCommands", commands=commands)
    await telegram.say(telegram.world.people[READER], "/start")
    await page.reload()
    reader = phone(page, READER)
    await expect(reader.locator(".message")).to_have_count(1)
    await reader.locator("[data-menu]").click()
    await reader.locator('[data-command="latest"]').click()
    await telegram.until(lambda: _last(telegram, READER, "/latest"))


async def _at_the_bottom(wall):
    """The page's own policy forbids conditions given as text, so this one asks again and again."""
    async with asyncio.timeout(60):
        while await wall.evaluate("wall => wall.scrollHeight - wall.scrollTop - wall.clientHeight >= 2"):
            await asyncio.sleep(0.05)


async def test_who_has_scrolled_up_is_told_of_new_messages_and_not_moved(telegram, page, bot):
    await telegram.say(telegram.world.people[READER], "/start")
    reader = phone(page, READER)
    for number in range(4):
        await bot("sendMessage", chat_id=READER, text=f"{number}\n" * 14)
    await expect(reader.locator(".message")).to_have_count(5)
    wall = reader.locator(".wall")
    await _at_the_bottom(wall)
    await wall.hover()
    await page.mouse.wheel(0, -3000)
    await expect(wall).to_have_js_property("scrollTop", 0)
    await bot("sendMessage", chat_id=READER, text="নতুন")
    await expect(reader.locator(".pill")).to_have_text("↓ ১টি নতুন বার্তা")
    await expect(wall).to_have_js_property("scrollTop", 0)
    await reader.locator(".pill").click()
    await _at_the_bottom(wall)
    await expect(reader.locator(".pill")).to_be_hidden()


async def test_a_story_is_published_with_the_button(page, published):
    await page.locator("[data-publish]").click()
    await expect(page.locator(".notice")).to_have_text("প্রকাশিত হলো: একটি শিরোনাম")
    await expect(page.locator(".publish .told")).to_be_visible()
    assert published == ["একটি শিরোনাম"]


async def test_the_page_leads_from_start_to_a_topic_a_story_and_an_announcement(telegram, page, bot):
    async def step(number, words):
        await expect(page.locator("body")).to_have_attribute("data-step", str(number))
        await expect(page.locator("[data-next=bn]")).to_contain_text(words)

    await step(1, "START")
    await telegram.say(telegram.world.people[READER], "/start")
    await step(2, "বিষয়ে চাপ দিন")
    chosen = {"inline_keyboard": [[{"text": "✅ ভিসা", "callback_data": "1|f|visa"}]]}
    await bot("sendMessage", chat_id=READER, text="বেছে নিন", reply_markup=chosen)
    await step(3, "খবর প্রকাশ করুন")
    await _photo(telegram, READER, "শিরোনাম", [])
    await step(4, "/broadcast")
    await telegram.say(telegram.world.people[EDITOR], "/broadcast সবাইকে শুভেচ্ছা")
    await step(5, "ঘুরে দেখুন")
    await page.reload()
    await step(5, "ঘুরে দেখুন")


async def test_a_panel_that_changes_under_its_buttons_is_not_called_edited(telegram, page, bot):
    await telegram.say(telegram.world.people[READER], "/start")
    keys = {"inline_keyboard": [[{"text": "বিষয়", "callback_data": "1|f|visa"}]]}
    sent = await bot("sendMessage", chat_id=READER, text="আগে", reply_markup=keys)
    await bot("editMessageText", chat_id=READER, message_id=sent["message_id"], text="পরে", reply_markup=keys)
    message = phone(page, READER).locator(f'[data-message="{sent["message_id"]}"]')
    await expect(message.locator(".text")).to_have_text("পরে")
    await expect(message.locator("time")).not_to_contain_text("সম্পাদিত")


async def test_a_narrow_screen_shows_one_telephone_and_counts_what_the_others_got(telegram, page, bot):
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(phone(page, READER)).to_be_visible()
    await expect(phone(page, OTHER)).to_be_hidden()
    await telegram.say(telegram.world.people[OTHER], "/start")
    await bot("sendMessage", chat_id=OTHER, text="Hello")
    other = page.locator(f'[data-switch="{OTHER}"]')
    await expect(other.locator(".badge")).to_have_text("1")
    await other.click()
    await expect(phone(page, OTHER).locator(".message.in")).to_be_visible()
    await expect(other.locator(".badge")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_pages_own_files_name_no_foreign_address():
    for file in HERE.iterdir():
        if file.suffix in {".html", ".css", ".js"}:
            assert "https://" not in file.read_text(encoding="utf-8"), file.name


async def test_only_the_pages_own_files_are_served(address):
    async with aiohttp.ClientSession() as session:
        for name, status in (("app.js", 200), ("routes.py", 404), ("..%2froutes.py", 404), ("none.css", 404)):
            async with session.get(f"{address}/page/{name}") as answer:
                assert answer.status == status, name
        async with session.get(f"{address}/demo/info") as answer:
            assert await answer.json() == {"site": "http://127.0.0.1:1", "every": 30}


async def _photo(telegram, chat, caption, keys):
    form = aiohttp.FormData({"chat_id": str(chat), "caption": caption})
    form.add_field("reply_markup", json.dumps({"inline_keyboard": keys}))
    form.add_field("photo", PICTURE.read_bytes(), filename="river.jpg", content_type="image/jpeg")
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{telegram.base_url}/bot{telegram.token}/sendPhoto", data=form) as answer,
    ):
        assert (await answer.json())["ok"]


def _last(telegram, chat, text):
    said = [message for message in telegram.messages(chat) if message.get("text") == text]
    return said[-1] if said else None
