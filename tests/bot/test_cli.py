"""The commands as people start them: real processes, real files, a real site and Bot API on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web

from bot.settings import Listen, Settings
from bot.web import serve

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "123456789:AAinvented-token_for_the_tests-0123"

STORY = """<!doctype html><html lang="bn"><head><meta charset="utf-8"><title>কুয়েতে বাংলা পাঠাগার | নদীর খবর</title>
<meta property="og:title" content="কুয়েতে প্রবাসীদের উদ্যোগে বাংলা পাঠাগার"></head><body><article>
<h1>কুয়েতে প্রবাসীদের উদ্যোগে বাংলা পাঠাগার</h1><p class="byline">নিজস্ব প্রতিবেদক</p>
<p class="date">প্রকাশ: ২৩ জুন ২০২৫</p>
<p>কুয়েতের সালমিয়া এলাকায় প্রবাসী বাংলাদেশিদের উদ্যোগে একটি বাংলা পাঠাগার চালু হয়েছে। শুক্রবার বিকেলে এর উদ্বোধন করা হয়।</p>
<p>উদ্যোক্তারা জানান, পাঠাগারে প্রায় তিন হাজার বই রাখা হয়েছে। প্রতিদিন বিকেল চারটা থেকে রাত দশটা পর্যন্ত এটি খোলা থাকবে।</p>
<p>পাঠাগারের সমন্বয়ক রফিক মাহমুদ বলেন, সন্তানদের বাংলা শেখাতে সপ্তাহে দুই দিন ক্লাসও নেওয়া হবে।</p>
</article></body></html>"""

FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>নদীর খবর</title>
<item><title>কুয়েতে বাংলা পাঠাগার</title><link>{site}/probash/1</link></item></channel></rss>"""

SOURCES = """[[category]]
slug = "probash"
bn = "প্রবাসের খবর"
en = "Diaspora"
[[source]]
name = "নদীর খবর"
url = "{site}/feed"
category = "probash"
[[source]]
name = "বন্ধ দরজা"
url = "{site}/closed"
category = "probash"
"""


@dataclass
class Ended:
    """How a command ended."""

    status: int
    out: str
    lines: list[str]


@pytest.fixture
def khobor(tmp_path):
    """Runs `python -m bot …` in a folder of its own, with nothing in its environment but what is given."""

    async def run(*arguments: str, **environment: str) -> Ended:
        command = await start(tmp_path, *arguments, **environment)
        out, err = await command.communicate()
        assert b"Traceback" not in err, err.decode()
        return Ended(command.returncode, out.decode(), err.decode().splitlines())

    return run


async def start(folder: Path, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
    inherited = {
        name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *arguments),
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def site(**pages: web.Response | str):
    """A small site: each keyword is a path, its value the text of the page (`{site}` is its own address)."""
    app = web.Application()
    runner = None

    async def page(request: web.Request) -> web.StreamResponse:
        text = pages.get(request.path.strip("/").replace("/", "_"))
        if text is None:
            return web.Response(status=403)
        kind = "application/rss+xml" if text.startswith("<?xml") else "text/html"
        return web.Response(text=text.replace("{site}", address), content_type=kind)

    async def get_me(request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN:
            return web.json_response(
                {"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401
            )
        return web.json_response({"ok": True, "result": {"id": 1, "is_bot": True, "username": "khobor_bot"}})

    app.router.add_get("/bot{token}/getMe", get_me)
    app.router.add_get("/{path:.*}", page)
    runner = await serve(Listen("127.0.0.1", 0), app)
    address = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield address
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("dance",),
        ("run", "--role", "dance"),
        ("demo", "--port", "70000"),
        ("read",),
        ("backup",),
        ("migrate", "--hard"),
    ],
)
async def test_a_command_that_does_not_exist_is_one_line_and_status_2(khobor, arguments):
    ended = await khobor(*arguments)
    assert (ended.status, ended.out, len(ended.lines)) == (2, "", 1)


async def test_help_shows_every_command(khobor):
    ended = await khobor("--help")
    assert ended.status == 0
    for command in ("run", "demo", "read", "probe", "check", "migrate", "backup", "restore"):
        assert f"\n    {command} " in ended.out


@pytest.mark.parametrize("command", [("run",), ("check",), ("migrate",), ("read", "page.html")])
async def test_a_broken_env_file_is_a_line_for_each_fault(khobor, tmp_path, command):
    (tmp_path / ".env").write_text("BOT_TOKEN=swordfish\nSEND_RATE=fast\nLOG_FORMAT=xml\n")
    ended = await khobor(*command)
    assert ended.status == 2
    assert [line.split(": ")[1] for line in ended.lines] == ["BOT_TOKEN", "SEND_RATE", "LOG_FORMAT"]
    assert "swordfish" not in "".join(ended.lines)


async def test_running_without_a_token_says_where_to_get_one(khobor):
    ended = await khobor("run")
    assert (ended.status, ended.lines) == (2, ["khobor: BOT_TOKEN: is needed; @BotFather gives one"])


async def test_running_with_broken_sources_is_a_line_for_each_fault(khobor, tmp_path):
    (tmp_path / "sources.toml").write_text('[[source]]\nname = "x"\nurl = "ftp://x"\ncategory = "y"\n')
    ended = await khobor("run", BOT_TOKEN=TOKEN)
    assert ended.status == 2
    assert len(ended.lines) > 1
    assert all(line.startswith("khobor: sources.toml: ") for line in ended.lines)


async def test_running_where_the_port_is_taken_is_one_line(khobor, tmp_path):
    async with site(feed=FEED) as address:
        (tmp_path / "sources.toml").write_text(SOURCES.replace("{site}", address), encoding="utf-8")
        taken = address.removeprefix("http://")
        ended = await khobor(
            "run",
            BOT_TOKEN=TOKEN,
            BOT_API_URL=address,
            WEB_LISTEN=taken,
            LOG_LEVEL="ERROR",
            SOURCES_FILE="sources.toml",
        )
    assert ended.status == 2
    assert [line for line in ended.lines if line.startswith("khobor: ")] == [ended.lines[-1]]
    assert "address already in use" in ended.lines[-1]


async def test_migrate_makes_the_database_and_may_be_repeated(khobor, tmp_path):
    assert [(await khobor("migrate")).status for _ in range(2)] == [0, 0]
    assert (tmp_path / "khobor.db").exists()


@pytest.mark.parametrize(
    "address",
    ["sqlite+aiosqlite:////nowhere/at/all/khobor.db", "postgresql+asyncpg://u:swordfish@127.0.0.1:1/khobor"],
)
async def test_a_database_that_cannot_be_used_is_one_line_without_its_password(khobor, address):
    ended = await khobor("migrate", DATABASE_URL=address)
    assert (ended.status, len(ended.lines)) == (2, 1)
    assert "swordfish" not in ended.lines[0]


async def test_a_backup_can_be_brought_back(khobor, tmp_path):
    await khobor("migrate")
    assert (await khobor("backup", "copy.db")).status == 0
    (tmp_path / "khobor.db").unlink()
    assert (await khobor("restore", "copy.db")).status == 0
    assert (tmp_path / "khobor.db").exists()


async def test_what_is_no_backup_is_refused_and_changes_nothing(khobor, tmp_path):
    await khobor("migrate")
    before = (tmp_path / "khobor.db").read_bytes()
    (tmp_path / "notes.txt").write_text("not a database")
    ended = await khobor("restore", "notes.txt")
    assert (ended.status, len(ended.lines)) == (2, 1)
    assert (tmp_path / "khobor.db").read_bytes() == before


async def test_read_shows_an_article_file_as_one_json_object(khobor, tmp_path):
    (tmp_path / "page.html").write_text(STORY, encoding="utf-8")
    ended = await khobor("read", "page.html", "--url", "https://news.example/probash/1", "--json")
    (line,) = ended.out.splitlines()
    story = json.loads(line)
    assert ended.status == 0
    assert story["url"] == "https://news.example/probash/1"
    assert story["title"] == "কুয়েতে প্রবাসীদের উদ্যোগে বাংলা পাঠাগার"
    assert len(story["body"]) == 3
    assert set(story) == {
        *("url", "title", "byline", "section", "published_at", "photo"),
        *("body", "summary", "related", "places", "categories"),
    }


async def test_read_shows_people_the_same_as_text(khobor, tmp_path):
    (tmp_path / "page.html").write_text(STORY, encoding="utf-8")
    ended = await khobor(
        "read", "page.html", "--url", "https://news.example/probash/1", PYTHONIOENCODING="ascii"
    )
    assert ended.out.startswith("কুয়েতে প্রবাসীদের উদ্যোগে বাংলা পাঠাগার\n")
    assert "উদ্যোক্তারা জানান" in ended.out


async def test_read_keeps_the_order_and_says_which_page_could_not_be_read(khobor, tmp_path):
    (tmp_path / "page.html").write_text(STORY, encoding="utf-8")
    (tmp_path / "empty.html").write_text("<html><body></body></html>")
    async with site(story=STORY) as address:
        host = address.removeprefix("http://")
        places = ("nowhere.html", f"{address}/story", "empty.html", f"{address}/closed", "page.html")
        ended = await khobor("read", *places, "--json", ALLOW_PRIVATE_HOSTS=host)
    shown = [json.loads(line) for line in ended.out.splitlines()]
    assert [one.get("kind", "read") for one in shown] == [
        "unreadable",
        "read",
        "not_an_article",
        "blocked",
        "read",
    ]
    assert ended.status == 2
    said = [line.removeprefix("khobor: ").split(": ")[0] for line in ended.lines]
    assert said == ["nowhere.html", "empty.html", f"{address}/closed"]


async def test_read_does_not_go_to_private_addresses_unless_allowed(khobor):
    async with site(story=STORY) as address:
        ended = await khobor("read", f"{address}/story", "--json")
    assert (ended.status, json.loads(ended.out)["kind"]) == (2, "private")


async def test_probe_finds_the_feed_behind_a_home_page(khobor):
    home = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>'
    pages = {"": home, "feed": FEED}
    async with site(**pages) as address:
        ended = await khobor("probe", address, "--json", ALLOW_PRIVATE_HOSTS="127.0.0.1")
    assert ended.status == 0
    assert f"{address}/feed" in json.dumps(json.loads(ended.out))


async def test_probe_of_what_cannot_be_reached_is_one_line(khobor):
    ended = await khobor("probe", "http://127.0.0.1:1/", ALLOW_PRIVATE_HOSTS="127.0.0.1")
    assert (ended.status, len(ended.lines)) == (2, 1)


async def test_check_has_a_line_for_each_part_and_a_table_of_the_sources(khobor, tmp_path):
    async with site(feed=FEED) as address:
        (tmp_path / "sources.toml").write_text(SOURCES.replace("{site}", address), encoding="utf-8")
        given = {"BOT_API_URL": address, "BOT_TOKEN": TOKEN, "ALLOW_PRIVATE_HOSTS": "127.0.0.1"}
        ended = await khobor("check", **given)
    lines = ended.out.splitlines()
    assert ended.status == 1
    assert [line.split(":")[0] for line in lines] == [
        *("✓ configuration", "✓ database", "✓ token", "  source"),
        *("✓ নদীর খবর", "✗ বন্ধ দরজা"),
    ]
    assert f" ok       feed {address}/feed  1 " in lines[4]
    assert " blocked  –" in lines[5]
    assert "@khobor_bot" in lines[2]


async def test_check_names_what_does_not_work_without_the_token(khobor):
    async with site() as address:
        ended = await khobor(
            "check", BOT_API_URL=address, BOT_TOKEN="1:swordfish", DATABASE_URL="sqlite+aiosqlite:////no/x.db"
        )
    marks = [line.split(":")[0] for line in ended.out.splitlines()]
    assert marks == ["✓ configuration", "✗ database", "✗ token", "✗ sources"]
    assert ended.status == 1
    assert "swordfish" not in ended.out + "".join(ended.lines)


async def test_ctrl_c_ends_a_command_quietly(tmp_path):
    reached, closed = asyncio.Event(), asyncio.Event()

    async def slow(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await closed.wait()
        writer.close()

    server = await asyncio.start_server(slow, "127.0.0.1", 0)
    async with server:
        address = "http://{}:{}".format(*server.sockets[0].getsockname())
        command = await start(tmp_path, "check", BOT_TOKEN=TOKEN, BOT_API_URL=address)
        async with asyncio.timeout(30):
            await reached.wait()
        command.send_signal(signal.SIGINT)
        _, err = await command.communicate()
        closed.set()
    assert (command.returncode, err) == (130, b"")


async def test_a_reader_that_leaves_early_is_no_fault(tmp_path):
    readable, writable = os.pipe()
    os.close(readable)
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "migrate"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": ""},
        stdout=writable,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(writable)
    _, err = await command.communicate()
    assert (command.returncode, err) == (141, b"")
